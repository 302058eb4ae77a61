import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from dispatch.means import Means
from dispatch.placing import place_order
from dispatch.planning import program
from dispatch.planning.program import PlanRound
from dispatch.queue import JobQueue
from models.base import utc_now
from models.database import SessionMaker
from models.plans import DayPlan, PlannedVisit
from models.services import Service
from models.troubles import Trouble
from tests.dispatch.facts import NOW, Clock, Community
from tests.dispatch.servers import Program


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # starting programs takes a while: once is enough
def test_the_sweep_has_the_plan_made_by_a_program_of_its_own(
    sessions: SessionMaker, community: Community, queue: JobQueue, programs: Callable[..., Program]
) -> None:
    ahead_h = 12 - utc_now().hour
    zone = f"Etc/GMT{-ahead_h:+d}" if ahead_h else "Etc/GMT"  # where it is noon: its plan can be due a minute ago
    now = datetime.now(ZoneInfo(zone))
    provider_id = community.provider("甲家政", "13800000001")
    starts = now.replace(hour=10) + timedelta(days=1)
    with sessions.begin() as session:
        session.get_one(Service, community.repair_id).planned = True
    with sessions() as session:
        span = {"starts_at": starts, "ends_at": starts + timedelta(hours=2)}
        order_id = place_order(session, queue, community.request(**span), now - timedelta(hours=1)).id
    sweep = programs(
        "sweep",
        sweep_every_s="0.3",
        timezone=zone,
        plan_at=(now - timedelta(minutes=1)).strftime("%H:%M"),
        plan_solve_s="1",
    )
    sweep.await_line("plan for .*: 1 of 1 orders planned")
    with sessions() as session:
        visit = session.get_one(PlannedVisit, order_id)
        assert visit.provider_id == provider_id
        assert session.get_one(DayPlan, starts.date()).made_at
    sweep.process.send_signal(signal.SIGTERM)
    assert sweep.process.wait(60) == 0


def test_a_plan_that_fails_is_shown_to_a_person(
    sessions: SessionMaker,
    community: Community,
    place: Callable[..., int],
    means: Means,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with sessions.begin() as session:
        session.get_one(Service, community.repair_id).planned = True
    place()
    clock.now = NOW.replace(hour=8)  # 16:00 in Shanghai, when the plan is due
    monkeypatch.setattr(program.sys, "executable", "/bin/false")
    plan = PlanRound(means.settings, sessions, means.queue)
    plan.plan_round(clock())
    plan.stop()
    plan.plan_round(clock())
    plan.stop()
    with sessions() as session:
        [trouble] = session.scalars(select(Trouble)).all()
    assert (trouble.job, trouble.error) == ("plan", "PlanFailed")
