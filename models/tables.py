"""Every module that defines a table, imported so that `Base.metadata` is whole."""

from models import (  # noqa: F401
    alarms,
    announcements,
    areas,
    audits,
    call_backs,
    calls,
    care_calls,
    corrections,
    daily_figures,
    desks,
    device_health,
    devices,
    exchange_changes,
    file_openings,
    follow_ups,
    messages,
    operators,
    orders,
    outbound_calls,
    plans,
    prompt_voices,
    provider_links,
    providers,
    repeats,
    residents,
    search_terms,
    services,
    troubles,
    voice_mails,
)
from models.base import Base

metadata = Base.metadata
