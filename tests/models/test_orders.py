from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.demo import load_demo
from models.orders import TO_BE_DONE, TRANSITIONS, IllegalTransition, Order, OrderEvent, OrderStatus
from models.settings import Settings

NOW = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
S = OrderStatus


@pytest.fixture
def session(sessions: SessionMaker, settings: Settings) -> Iterator[Session]:
    with sessions() as session:
        load_demo(session, settings)
        session.commit()
        yield session


def new_order(code: str = "4821", status: OrderStatus = S.PLACED) -> Order:
    return Order(
        code=code,
        resident_id=1,
        service_id=1,
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
        when_words="今天，…",
        status=status,
        placed_at=NOW,
    )


def test_the_table_of_transitions_has_every_status() -> None:
    assert set(TRANSITIONS) == set(OrderStatus)
    assert all(status not in following for status, following in TRANSITIONS.items())


def test_an_order_can_be_settled_by_the_way_that_is_meant() -> None:
    way = [S.PLACED, S.OFFERED, S.ACCEPTED, S.ON_THE_WAY, S.ARRIVED, S.COMPLETED, S.CONFIRMED, S.SETTLED]
    assert all(there in TRANSITIONS[here] for here, there in pairwise(way))


def test_from_every_status_there_is_a_way_to_an_end() -> None:
    ends = {status for status, following in TRANSITIONS.items() if not following}
    assert ends == {S.SETTLED, S.CANCELLED}
    reaching = set(ends)
    while more := {status for status, following in TRANSITIONS.items() if following & reaching} - reaching:
        reaching |= more
    assert reaching == set(OrderStatus)


def test_every_status_can_be_reached() -> None:
    reached = {S.PLACED}
    while more := {there for here in reached for there in TRANSITIONS[here]} - reached:
        reached |= more
    assert reached == set(OrderStatus)


def test_what_is_no_longer_to_be_done_is_not_offered_again_by_itself() -> None:
    assert set(TO_BE_DONE) == {S.PLACED, S.OFFERED, S.ACCEPTED, S.ON_THE_WAY, S.ARRIVED}


@pytest.mark.parametrize(("here", "there"), list(product(OrderStatus, OrderStatus)))
def test_an_order_moves_only_where_the_table_leads(here: OrderStatus, there: OrderStatus) -> None:
    order = new_order(status=here)
    if there in TRANSITIONS[here]:
        order.move(there, NOW, "operator", reason="asked")
        assert order.status is there
        assert [(line.happened, line.by, line.details) for line in order.history] == [
            (there.value, "operator", {"reason": "asked"})
        ]
    else:
        with pytest.raises(IllegalTransition):
            order.move(there, NOW, "operator")
        assert order.status is here
        assert order.history == []


def test_the_history_is_kept_in_its_order(session: Session) -> None:
    order = new_order()
    session.add(order)
    order.record("placed", NOW, "resident")
    order.move(S.OFFERED, NOW, "dispatch", provider="顺达水电维修")
    order.record("refused", NOW, "provider", offer=1)
    session.commit()
    session.expire_all()
    assert [line.happened for line in session.get_one(Order, order.id).history] == ["placed", "offered", "refused"]


def test_no_line_of_a_history_can_be_changed(session: Session) -> None:
    order = new_order()
    session.add(order)
    order.record("placed", NOW, "resident")
    session.commit()
    order.history[0].by = "nobody"
    with pytest.raises(IllegalTransition):
        session.commit()


def test_no_line_of_a_history_can_be_deleted(session: Session) -> None:
    order = new_order()
    session.add(order)
    order.record("placed", NOW, "resident")
    session.commit()
    session.delete(session.scalars(select(OrderEvent)).one())
    with pytest.raises(IllegalTransition):
        session.commit()


def test_two_orders_to_be_done_never_have_the_same_code(session: Session) -> None:
    session.add_all([new_order(), new_order(status=S.ARRIVED)])
    with pytest.raises(IntegrityError):
        session.commit()


def test_the_code_of_an_order_that_is_done_is_free_again(session: Session) -> None:
    session.add_all([new_order(), *(new_order(status=status) for status in set(OrderStatus) - set(TO_BE_DONE))])
    session.commit()
