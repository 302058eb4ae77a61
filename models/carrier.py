"""By which line our own calls go out."""

from models.settings import Settings


def carrier_for_calls(settings: Settings) -> str:
    """The endpoint that our own calls go out by, empty where there is none. A demonstration never rings a real telephone."""
    return "carrier-demo" if settings.demo else "trunk" if settings.trunk != "none" else ""
