"""Own areas only: what a session may see for an officer of the community.

The limit is set on the request's session and holds for every SELECT in it, whichever page asks: a list shows less, a count
counts less, and what lies elsewhere is not found. A new model that leads to residents must be entered here; a test says so.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, event, or_, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.interfaces import CriteriaOption
from sqlalchemy.sql.visitors import ExtendedInternalTraversal

from models.alarms import Alarm, AlarmAttempt, AlarmEvent
from models.audits import Audit
from models.base import Base
from models.call_backs import CallBack
from models.calls import Call, Recording, Turn
from models.care_calls import CareAnswer, CareAttempt, CareCall, CarePlan, CareTask
from models.corrections import Correction
from models.desks import DeskAct
from models.device_health import DeviceFault, DeviceTest, DeviceVisit
from models.devices import Device, DeviceEvent, DeviceKey
from models.file_openings import FileOpening, RecordingPlay
from models.follow_ups import Complaint, OrderFollowUp, Supervision
from models.messages import Message
from models.orders import Offer, Order, OrderEvent
from models.outbound_calls import OutboundAttempt, OutboundCall
from models.plans import PlannedVisit
from models.provider_links import Proof, ProviderLink
from models.providers import CreditChange, Wish
from models.repeats import Repeat
from models.residents import Contact, Resident, ResidentEvent, ResidentPhone
from models.search_terms import SearchTerm
from models.voice_mails import VoiceMail

# By which column each model leads to another that is nearer to the resident. What leads nowhere (a call of a stranger, an
# SMS about no order) is nobody's area and is not seen.
LEADS: dict[type[Base], tuple[str, type[Base]]] = {
    **dict.fromkeys((ResidentPhone, ResidentEvent, Contact, Device, Repeat, Wish, CareCall, CarePlan), ("resident_id", Resident)),
    **dict.fromkeys((Order, Call, Alarm, CallBack, FileOpening), ("resident_id", Resident)),
    **dict.fromkeys((Offer, OrderEvent, OrderFollowUp, Complaint, Supervision, Proof), ("order_id", Order)),
    **dict.fromkeys((PlannedVisit, CreditChange, Message, OutboundCall), ("order_id", Order)),
    **dict.fromkeys((Turn, Recording, VoiceMail, DeskAct, Audit), ("call_id", Call)),
    **dict.fromkeys((CareTask, CareAttempt, CareAnswer), ("care_call_id", CareCall)),
    **dict.fromkeys((DeviceEvent, DeviceKey, DeviceFault, DeviceTest, DeviceVisit), ("device_id", Device)),
    **dict.fromkeys((AlarmAttempt, AlarmEvent), ("alarm_id", Alarm)),
    ProviderLink: ("offer_id", Offer),
    OutboundAttempt: ("outbound_call_id", OutboundCall),
    Correction: ("turn_id", Turn),
}
# Kinds of search terms whose rows belong to residents; the others (a provider, a service) are everybody's.
_TERMS: dict[str, type[Base]] = {"resident": Resident, "contact": Contact, "device": Device}


def bind_to_areas(session: Session, areas: Collection[int]) -> None:
    """From now on `session` finds only what belongs to residents of `areas`; none at all where there are no areas."""
    own = _own_areas(frozenset(areas))

    @event.listens_for(session, "do_orm_execute")
    def _limit(asked: ORMExecuteState) -> None:
        if asked.is_select and not asked.is_column_load:
            asked.statement = asked.statement.options(own)


class _OwnAreas(CriteriaOption):
    """All the limits as one option, which tells statements apart by the areas alone.

    Given one by one, each statement would look through all of them, nested as they are, to see whether it is known already:
    more work than the statement itself.
    """

    __slots__ = ("areas", "limits")
    _traverse_internals = [("areas", ExtendedInternalTraversal.dp_plain_obj)]  # noqa: RUF012 - as its base has it

    def __init__(self, areas: frozenset[int]) -> None:
        self.areas, self.limits = areas, _limits(areas)

    def process_compile_state(self, compile_state: Any) -> None:
        for one in self.limits:
            one.process_compile_state(compile_state)

    def process_compile_state_replaced_entities(self, compile_state: Any, _mapper_entities: Any) -> None:
        self.process_compile_state(compile_state)


@lru_cache(maxsize=200)
def _own_areas(areas: frozenset[int]) -> _OwnAreas:
    return _OwnAreas(areas)


def _limits(areas: Collection[int]) -> list[CriteriaOption]:
    limits = [_limit_to(Resident, Resident.area_id.in_(areas))]
    limits += [_limit_to(model, getattr(model, column).in_(_ids(to, areas))) for model, (column, to) in LEADS.items()]
    own = (
        SearchTerm.kind.not_in(_TERMS),
        *((SearchTerm.kind == kind) & _area_of(of, SearchTerm.row_id).in_(areas) for kind, of in _TERMS.items()),
    )
    limits.append(_limit_to(SearchTerm, or_(*own)))
    limits.append(
        _limit_to(
            RecordingPlay,
            RecordingPlay.path.in_(
                select(Recording.__table__.c.path).where(Recording.__table__.c.call_id.in_(_ids(Call, areas)))
            ),
        )
    )
    return limits


def _limit_to(model: type[Base], own: ColumnElement[bool]) -> CriteriaOption:
    return with_loader_criteria(model, own, include_aliases=True)


def _ids(model: type[Base], areas: Collection[int]) -> Select[Any]:
    """The ids of those rows of `model` that belong to residents of `areas`; by tables, which the limits leave alone."""
    columns = model.__table__.c
    if model is Resident:
        return select(columns.id).where(columns.area_id.in_(areas))
    column, to = LEADS[model]
    return select(columns.id).where(columns[column].in_(_ids(to, areas)))


def _area_of(model: type[Base], row_id: Any) -> ColumnElement[int]:
    """In which area the row lives, looked up one by one: of all search terms only the first few are asked for it."""
    residents, rows = Resident.__table__.alias(), model.__table__.alias()
    asked = select(residents.c.area_id)
    if model is not Resident:
        asked = asked.join(rows, rows.c.resident_id == residents.c.id)
    return asked.where((residents if model is Resident else rows).c.id == row_id).scalar_subquery()
