"""Providers are asked once a month whether their data are right."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from dispatch.answers import receive_message
from dispatch.placing import place_order
from dispatch.providers.confirming import ask_for_confirmation, is_stale
from dispatch.queue import JobQueue
from dispatch.reading import read_confirmation
from models.database import SessionMaker
from models.messages import Message
from models.orders import Offer, OfferStatus
from models.providers import Provider, ProviderEvent
from models.settings import Settings
from tests.dispatch.facts import Clock, Community, messages_to

NUMBER = "13700000001"
TODAY = date(2026, 11, 22)


@pytest.fixture
def zhang(community: Community) -> int:
    return community.provider("老张水电", NUMBER, confirmed_on=TODAY - timedelta(days=30))


@pytest.fixture
def ask(settings: Settings, sessions: SessionMaker, queue: JobQueue, clock: Clock) -> Callable[[], None]:
    return lambda: ask_for_confirmation(settings, sessions, queue, clock())


@pytest.fixture
def answer(settings: Settings, sessions: SessionMaker, queue: JobQueue, clock: Clock) -> Callable[[str], str]:
    """Send an SMS as the provider; return our reply to it."""

    def send(body: str) -> str:
        with sessions() as session:
            receive_message(session, queue, settings, number=NUMBER, body=body, gateway_ref=None, now=clock())
        return messages_to(sessions, NUMBER)[-1]

    return send


def provider(sessions: SessionMaker, provider_id: int) -> Provider:
    with sessions() as session:
        return session.get_one(Provider, provider_id)


def test_a_provider_is_asked_once_a_month_with_what_we_know(
    sessions: SessionMaker, zhang: int, ask: Callable[[], None], clock: Clock
) -> None:
    ask()
    ask()
    [words] = messages_to(sessions, NUMBER)
    assert "请核对登记资料：桂花园，周一二三四五六日 07:00-21:00，每天8单" in words
    with sessions() as session:
        message = session.scalars(select(Message)).one()
        assert (message.urgent, message.template) == (False, "provider_confirmation")
    clock.advance(30 * 86400)
    ask()
    assert len(messages_to(sessions, NUMBER)) == 2


def test_who_has_confirmed_lately_or_is_not_active_is_left_alone(
    sessions: SessionMaker, community: Community, ask: Callable[[], None]
) -> None:
    community.provider("刚核对过", NUMBER, confirmed_on=TODAY - timedelta(days=29))
    community.provider("停用了", "13700000002", active=False)
    ask()
    assert messages_to(sessions, NUMBER) == messages_to(sessions, "13700000002") == []


def test_many_are_asked_little_by_little(sessions: SessionMaker, community: Community, ask: Callable[[], None]) -> None:
    for number in range(25):
        community.provider(f"第{number}家", str(13_700_000_000 + number))
    for asked in (20, 25):
        ask()
        with sessions() as session:
            assert len(session.scalars(select(Message)).all()) == asked


def test_two_sweeps_at_once_ask_nobody_twice(
    settings: Settings, sessions: SessionMaker, queue: JobQueue, community: Community, clock: Clock
) -> None:
    for number in range(10):
        community.provider(f"第{number}家", str(13_700_000_000 + number))
    with ThreadPoolExecutor(3) as at_once:
        for done in [at_once.submit(ask_for_confirmation, settings, sessions, queue, clock()) for _ in range(3)]:
            done.result()
    with sessions() as session:
        assert len(session.scalars(select(Message)).all()) == 10


def test_a_site_may_ask_nobody(settings: Settings, sessions: SessionMaker, queue: JobQueue, clock: Clock, zhang: int) -> None:
    ask_for_confirmation(settings.model_copy(update={"confirm_providers_every_days": 0}), sessions, queue, clock())
    assert messages_to(sessions, NUMBER) == []


@pytest.mark.parametrize("body", ["对", "ＯＫ"])
def test_the_data_are_right(
    sessions: SessionMaker, zhang: int, ask: Callable[[], None], answer: Callable[[str], str], body: str
) -> None:
    ask()
    assert "资料已核对" in answer(body)
    assert provider(sessions, zhang).confirmed_on == TODAY
    assert "没有看懂" in answer("对")  # nothing is asked any more
    with sessions() as session:
        assert [(one.happened, one.by) for one in session.scalars(select(ProviderEvent))] == [("confirmed", "provider")]


def test_what_is_wrong_waits_for_a_person_in_the_providers_words(
    sessions: SessionMaker, zhang: int, ask: Callable[[], None], answer: Callable[[str], str]
) -> None:
    ask()
    assert "工作人员会联系您" in answer("不对，周日不开门了")
    told = provider(sessions, zhang)
    assert (told.correction, told.confirmed_on) == ("不对,周日不开门了".replace(",", "，"), TODAY - timedelta(days=30))


def test_ok_accepts_an_offer_that_waits_and_only_then_confirms_the_data(
    sessions: SessionMaker,
    queue: JobQueue,
    community: Community,
    zhang: int,
    ask: Callable[[], None],
    answer: Callable[[str], str],
    work_off: Callable[[], list[str]],
    clock: Clock,
) -> None:
    ask()
    with sessions() as session:
        place_order(session, queue, community.request(), clock())
    work_off()
    answer("ok")
    with sessions() as session:
        assert session.scalars(select(Offer.status)).one() is OfferStatus.ACCEPTED
    assert provider(sessions, zhang).confirmed_on != TODAY
    assert "资料已核对" in answer("OK")


def test_data_are_stale_a_week_after_they_should_have_been_confirmed(
    settings: Settings, sessions: SessionMaker, community: Community, clock: Clock
) -> None:
    fresh = community.provider("还新", "13700000002", confirmed_on=TODAY - timedelta(days=37))
    old = community.provider("旧了", "13700000003", confirmed_on=TODAY - timedelta(days=38))
    never = community.provider("从没", "13700000004")
    with sessions() as session:
        assert set(session.scalars(select(Provider.id).where(is_stale(settings, clock())))) == {old, never} != {fresh}


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("对", True),
        ("对的，谢谢", True),
        ("没有变化。", True),
        ("Yes", True),
        ("没问题", True),
        ("不对", False),
        ("有变化：周日休息", False),
        ("No, closed on Sunday", False),
        ("1", None),
        ("接4821", None),
        ("对面那家", None),
        ("nobody", None),
    ],
)
def test_what_an_answer_about_the_data_means(body: str, meant: bool | None) -> None:
    assert read_confirmation(body) is meant
