"""What an order that is being written will come to: its time as it will be said, its price, and who would be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from dispatch.details import DetailRefused, read_details
from dispatch.foreseeing import rank_ahead
from dispatch.matching.words import reason_words
from dispatch.money import Charge, expected_charge
from dispatch.ranking import Ranked
from ivr.when import Span, say_when
from models.orders import Order
from models.providers import Provider
from models.residents import Resident
from models.services import Service
from operator_console.context import facts, parts
from operator_console.order_form import Filled, Unclear, read_span
from operator_console.row_ids import read_row_id
from operator_console.times import local

SHOWN = 6


@dataclass(frozen=True)
class Candidate:
    """A provider that fits, with the reasons in words and what the resident would pay (fen; None: agreed at the door)."""

    provider: Provider
    reasons: Sequence[tuple[str, str]]
    costs: Charge | None


@dataclass(frozen=True)
class Outlook:
    """What is known so far; `faults` are by field, each Chinese and English on two lines."""

    service: Service | None = None
    span: Span | None = None
    said: str = ""  # the time as the resident will hear it
    soon: bool = False  # sooner than the service can usually be there
    details: dict[str, str | int] = field(default_factory=dict)
    costs: Charge | None = None
    ranked: Sequence[Ranked] = ()
    candidates: Sequence[Candidate] = ()
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether an order can be placed from it."""
        return bool(self.service and self.span and not self.faults)


def look_ahead(resident: Resident, filled: Filled) -> Outlook:
    """Read the form; writes nothing."""
    faults: dict[str, str] = {}
    service = _service(filled.service)
    if service is None:
        faults["service"] = "请选一项服务。\nChoose a service."
    details: dict[str, str | int] = {}
    try:
        details = read_details(service, filled.answer) if service else {}
    except DetailRefused as refused:
        faults["answer"] = str(refused)
    span, now = None, local(parts().clock())
    try:
        span = read_span(filled)
    except Unclear as unclear:
        faults["when"] = str(unclear)
    ranked = rank_ahead(facts(), parts().settings, _order(resident, service, span)) if service and span else ()
    return Outlook(
        service=service,
        span=span,
        said=say_when(span, now) if span else "",
        soon=bool(service and span and span.end < now + timedelta(minutes=service.lead_time_min)),
        details=details,
        costs=expected_charge(service, resident, details) if service else None,
        ranked=ranked,
        candidates=_candidates(ranked, service, resident, details) if service else (),
        faults=faults,
    )


def _service(written: str) -> Service | None:
    try:
        service = facts().get(Service, read_row_id(written)) if written else None
    except ValueError:
        return None
    return service if service and service.active else None


def _order(resident: Resident, service: Service, span: Span) -> Order:
    """The order as it would be placed now; it is never written."""
    about = {"resident": resident, "service": service, "service_id": service.id, "details": {}}
    return Order(**about, starts_at=span.start, ends_at=span.end, placed_at=parts().clock())


def _candidates(ranked: Sequence[Ranked], service: Service, resident: Resident, details: dict[str, str | int]) -> list[Candidate]:
    first = ranked[:SHOWN]
    found = facts().scalars(select(Provider).where(Provider.id.in_([one.provider_id for one in first])))
    named = {provider.id: provider for provider in found}
    return [
        Candidate(
            named[one.provider_id],
            reason_words(one.reasons),
            Charge(0, 0)
            if named[one.provider_id].volunteer
            else expected_charge(service, resident, details, named[one.provider_id].price_percent),
        )
        for one in first
    ]
