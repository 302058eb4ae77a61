"""The settings of offering orders: how long an answer is waited for, and when the resident hears that it takes longer."""

from pydantic import Field
from pydantic_settings import BaseSettings


class OfferSettings(BaseSettings):
    """A site's own part in how orders are offered."""

    offer_timeout_s: int = Field(default=300, ge=1)
    urgent_offer_timeout_s: int = Field(default=60, ge=1)
    offer_call_within_s: int = Field(default=600, ge=30)  # how long one provider is telephoned before it is the next one's turn
    delay_told_after_s: int = Field(default=780, ge=10)  # with the sweep's minute and the SMS, within 15 min
