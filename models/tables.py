"""Every module that defines a table, imported so that `Base.metadata` is whole."""

from models import (  # noqa: F401
    alarms,
    areas,
    calls,
    care_calls,
    corrections,
    device_health,
    devices,
    follow_ups,
    messages,
    operators,
    orders,
    outbound_calls,
    plans,
    provider_links,
    providers,
    repeats,
    residents,
    services,
    troubles,
    voice_mails,
)
from models.base import Base

metadata = Base.metadata
