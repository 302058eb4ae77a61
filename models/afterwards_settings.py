"""The settings of what follows the work: the follow-up call, and when something about an order is late (督办)."""

from pydantic import Field
from pydantic_settings import BaseSettings


class AfterwardsSettings(BaseSettings):
    """A part of `Settings`."""

    follow_up_after_s: int = Field(default=3600, ge=0, le=86_400)  # how long after the work a resident is called
    # 督办: later than this is late. The first and the two of 24 h are the figures of the service's standard.
    accepted_within_s: int = Field(default=900, ge=1)
    arrival_grace_s: int = Field(default=900, ge=0)
    completion_grace_s: int = Field(default=3600, ge=0)  # after the visit's usual duration
    followed_up_within_s: int = Field(default=86_400, ge=1)
    complaint_looked_at_within_s: int = Field(default=86_400, ge=1)
