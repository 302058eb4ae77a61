"""`linli complaints`, `linli late`, and what `linli orders --json` tells of the time after the work."""

from datetime import timedelta
from typing import Any

import pytest

from linli.afterwards import complaints, late
from linli.listing import orders
from models.database import SessionMaker
from models.follow_ups import Complaint, FollowUpStatus, LateKind, OrderFollowUp, Supervision
from models.providers import Provider
from models.settings import Settings
from tests.linli.test_listing import HOSTILE, NINE, an_offered_order, document, run, sessions, site  # noqa: F401


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def order_id(sessions: SessionMaker) -> int:  # noqa: F811
    """An order that was followed up, complained about and late."""
    order_id = an_offered_order(sessions).id
    with sessions.begin() as session:
        usual: dict[str, Any] = {"order_id": order_id, "raised_at": NINE}
        session.add_all(
            [
                OrderFollowUp(order_id=order_id, due_at=NINE, status=FollowUpStatus.HELD, was_done=True, score=2, by="resident"),
                Complaint(provider_id=session.get_one(Provider, 1).id, words=HOSTILE, raised_by="resident", **usual),
                Supervision(kind=LateKind.NOT_ARRIVED, **usual),
                Supervision(kind=LateKind.NOT_ACCEPTED, ended_at=NINE + timedelta(hours=1), ended_by="dispatch", **usual),
            ]
        )
    return order_id


def test_an_order_tells_its_score_its_complaints_and_what_was_late(site: Settings, order_id: int) -> None:  # noqa: F811
    [order] = document(site, orders)
    after = order["afterwards"]
    assert (order["id"], after["follow_up"]["status"], after["follow_up"]["score"]) == (order_id, "held", 2)
    assert [one["words"] for one in after["complaints"]] == [HOSTILE]
    assert [one["kind"] for one in after["late"]] == ["not_arrived", "not_accepted"]


def test_complaints_are_listed_until_they_are_looked_at(site: Settings, sessions: SessionMaker, order_id: int) -> None:  # noqa: F811
    assert document(site, complaints)[0]["raised_at"] == "2026-11-23T09:00:00+08:00"
    printed = run(site, complaints).stdout
    assert "4821" in printed
    assert "\x1b[2J" not in printed
    with sessions.begin() as session:
        complaint = session.get_one(Complaint, 1)
        complaint.looked_at, complaint.upheld, complaint.finding = NINE, True, "属实"
    assert document(site, complaints) == []
    assert "属实" in run(site, complaints, "--all").stdout


def test_what_is_late_is_listed_until_it_is_mended(site: Settings, order_id: int) -> None:  # noqa: F811
    assert [one["kind"] for one in document(site, late)] == ["not_arrived"]
    assert [one["kind"] for one in document(site, late, "--all")] == ["not_arrived", "not_accepted"]
    assert "没有上门" in run(site, late).stdout
