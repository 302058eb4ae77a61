"""What can be asked about the SMS gateways without sending anything."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.database import open_database
from models.messages import GatewayState
from models.settings import Settings

_PATIENCE_S = 3.0
_TWILIO = "https://api.twilio.com"


def gateway_address(settings: Settings, name: str) -> str:
    """The address that a gateway is asked at."""
    if name in settings.http_gateways:
        return settings.http_gateways[name].url
    return settings.twilio_api_url or _TWILIO


def reaches(url: str) -> bool:
    """Whether a connection to the host of `url` can be made."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), timeout=_PATIENCE_S).close()
    except (OSError, ValueError):
        return False
    return True


def gateway_weights(settings: Settings) -> dict[str, int]:
    """What gateways have of their whole weights, for those that have less; nothing where there is no database yet."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():  # looking would make it
        return {}
    engine = open_database(settings.database)
    try:
        with Session(engine) as session:
            return {state.name: state.weight for state in session.scalars(select(GatewayState))}
    except SQLAlchemyError:
        return {}
    finally:
        engine.dispose()
