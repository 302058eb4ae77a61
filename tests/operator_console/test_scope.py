"""A community officer sees what belongs to residents of their own areas, and nothing else."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from models.areas import Area
from models.database import SessionMaker
from models.orders import Order
from models.residents import Resident
from models.tables import metadata
from operator_console.scope import LEADS, bind_to_areas

# Bound, or not to be bound, in a way of their own.
BY_THEMSELVES = {"residents"}


@pytest.fixture
def elsewhere(facts: Session, order: Order) -> Order:
    """An order of a resident of another area."""
    other = Resident(
        name="孙玉兰",
        form_of_address="孙奶奶",
        born=order.resident.born,
        gender="female",
        area=Area(name="月季园", latitude=30.3, longitude=120.2),
        address="月季园1幢101室",
        latitude=30.3,
        longitude=120.2,
    )
    same = {name: getattr(order, name) for name in ("service", "starts_at", "ends_at", "when_words")}
    facts.add(placed := Order(code="7313", resident=other, **same))
    facts.commit()
    return placed


@pytest.fixture
def bound(sessions: SessionMaker, order: Order) -> Session:
    session = sessions()
    bind_to_areas(session, {order.resident.area_id})
    return session


def test_one_finds_counts_and_opens_only_what_is_in_the_areas(bound: Session, order: Order, elsewhere: Order) -> None:
    with bound:
        assert [one.id for one in bound.scalars(select(Order).options(joinedload(Order.resident)))] == [order.id]
        assert bound.scalar(select(func.count()).select_from(Order)) == 1
        assert bound.execute(select(Order.status, func.count()).group_by(Order.status)).all() == [(order.status, 1)]
        counted = select(func.count()).select_from(Order).scalar_subquery()
        either = select(Order.resident_id).union(select(Resident.id)).subquery()
        assert bound.execute(select(counted, select(func.count()).select_from(either).scalar_subquery())).one() == (1, 1)
        assert bound.get(Order, elsewhere.id) is None
        assert bound.get(Resident, elsewhere.resident_id) is None
        assert bound.get_one(Order, order.id).resident.phones[0].number == "13800000001"


def test_the_same_question_is_answered_by_each_area_for_itself(sessions: SessionMaker, order: Order, elsewhere: Order) -> None:
    for one in (order, elsewhere, order):
        with sessions() as session:
            bind_to_areas(session, {one.resident.area_id})
            assert session.scalars(select(Order.id)).all() == [one.id]


def test_whoever_has_no_areas_sees_nobody(sessions: SessionMaker, order: Order) -> None:
    with sessions() as session:
        bind_to_areas(session, set())
        assert session.scalar(select(func.count()).select_from(Order)) == 0


def test_every_model_that_leads_to_residents_is_bound() -> None:
    bound = {str(model.__tablename__) for model in LEADS} | BY_THEMSELVES
    to_residents = {"residents"}
    while more := {
        table.name
        for table in metadata.sorted_tables
        if table.name not in to_residents and {key.column.table.name for key in table.foreign_keys} & to_residents
    }:
        to_residents |= more
    assert to_residents - bound == set()
