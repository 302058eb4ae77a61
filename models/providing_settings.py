"""The settings of repeating orders and of providers' data."""

from datetime import time
from importlib import import_module

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class ProvidingSettings(BaseSettings):
    """A site's own part in what is ordered again and again, and in who provides it."""

    repeats_at: time = time(8)  # from then on tomorrow's repeating orders are placed, in the community's own time
    holidays_of: str = "CN"  # whose public holidays, as ISO 3166 names a country; "": of nobody
    confirm_providers_every_days: int = Field(default=30, ge=0, le=366)  # 0: providers are not asked about their data

    @field_validator("holidays_of")
    @classmethod
    def _known_country(cls, country: str) -> str:
        # Imported only here: no program should wait for it at its start.
        if country and country not in import_module("holidays").list_supported_countries():
            raise ValueError("not a country whose holidays are known, such as CN")
        return country
