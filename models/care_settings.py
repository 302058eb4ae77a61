"""The settings of care calls: when, how many, how often again."""

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_settings import BaseSettings

from models.care_hours import read_hours


def _known_hours(written: str) -> str:
    read_hours(written)
    return written


class CareSettings(BaseSettings):
    """A site's own part in care calls. None is planned before it says how many it can bear."""

    care_calls_per_hour: int = Field(default=0, ge=0, le=240)  # 0: none are planned; one that an operator asks for is placed
    care_hours: Annotated[str, AfterValidator(_known_hours)] = "9:00-11:30,14:30-18:00"  # for whom has no hours of their own
    care_attempts: int = Field(default=3, ge=1, le=10)  # and then a person
    care_retry_s: int = Field(default=600, ge=1)
    care_later_s: int = Field(default=7200, ge=1)  # for whom says that it is no good moment
    care_ring_s: int = Field(default=30, ge=5, le=120)
