"""Links to a provider's page: nobody can guess, keep or share one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.links import GOOD_AFTER_THE_VISIT, find_link, link_for, link_of_browser, open_link
from models.database import SessionMaker
from models.orders import Offer
from models.provider_links import ProviderLink
from models.settings import Settings
from tests.dispatch.facts import NOW, TOMORROW_AT_NINE, Community


@pytest.fixture
def offer(sessions: SessionMaker, community: Community, place: Callable[..., int]) -> Offer:
    """An offer that a provider has just been made."""
    provider_id = community.provider("顺达", "13700000001")
    with sessions() as session:
        offer = Offer(order_id=place(), provider_id=provider_id, made_at=NOW, expires_at=NOW + timedelta(minutes=5), reasons={})
        session.add(offer)
        session.commit()
        return offer


def make(session: Session, settings: Settings, offer: Offer) -> str:
    """A committed link's token."""
    session.add(offer)
    link = link_for(session, settings, offer, NOW)
    session.commit()
    return link.rpartition("/")[2]


def test_a_link_is_long_plain_and_kept_only_as_its_hash(sessions: SessionMaker, settings: Settings, offer: Offer) -> None:
    with sessions() as session:
        token = make(session, settings, offer)
        kept = session.scalars(select(ProviderLink)).one()
    assert len(token) == 43
    assert token[-1].isalnum()
    assert token not in str(vars(kept))
    assert kept.expires_at == TOMORROW_AT_NINE + timedelta(hours=1) + GOOD_AFTER_THE_VISIT


def test_where_a_link_leads(sessions: SessionMaker, settings: Settings, offer: Offer) -> None:
    public = settings.model_copy(update={"public_url": "https://linli.example/"})
    without = settings.model_copy(update={"demo": False})
    with sessions() as session:
        session.add(offer)
        assert link_for(session, settings, offer, NOW).startswith(f"http://127.0.0.1:{settings.console_port}/p/")
        assert link_for(session, public, offer, NOW).startswith("https://linli.example/p/")
        assert link_for(session, without, offer, NOW) == ""


def test_a_link_opens_once_and_is_one_browsers_from_then_on(sessions: SessionMaker, settings: Settings, offer: Offer) -> None:
    with sessions() as session:
        token = make(session, settings, offer)
        opened = open_link(session, token, NOW)
        assert opened is not None
        offer_id, cookie = opened
        session.commit()
        assert offer_id == offer.id
        assert open_link(session, token, NOW) is None
        assert link_of_browser(session, offer_id, cookie, NOW) == find_link(session, token)
        assert link_of_browser(session, offer_id + 1, cookie, NOW) is None
        assert link_of_browser(session, offer_id, token, NOW) is None
        assert link_of_browser(session, offer_id, "", NOW) is None


def test_a_link_and_what_it_opened_expire(sessions: SessionMaker, settings: Settings, offer: Offer) -> None:
    with sessions() as session:
        used, late = make(session, settings, offer), make(session, settings, offer)
        opened = open_link(session, used, NOW)
        assert opened is not None
        session.commit()
        afterwards = TOMORROW_AT_NINE + timedelta(hours=1) + GOOD_AFTER_THE_VISIT
        assert link_of_browser(session, *opened, afterwards - timedelta(seconds=1)) is not None
        assert link_of_browser(session, *opened, afterwards) is None
        assert open_link(session, late, afterwards) is None


def test_of_many_that_open_a_link_at_once_one_is_first(sessions: SessionMaker, settings: Settings, offer: Offer) -> None:
    with sessions() as session:
        token = make(session, settings, offer)

    def open_it(_: int) -> bool:
        with sessions.begin() as session:
            return open_link(session, token, NOW) is not None

    with ThreadPoolExecutor(8) as browsers:
        assert sorted(browsers.map(open_it, range(8)))[-2:] == [False, True]


def test_what_never_was_a_link_opens_nothing(sessions: SessionMaker) -> None:
    with sessions() as session:
        for forged in ("", "x" * 43, "' OR 1=1 --", "一" * 50):
            assert open_link(session, forged, NOW) is None
            assert find_link(session, forged) is None
