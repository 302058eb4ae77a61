"""An order from the call that places it to the credit that its score moves: real calls, real speech, real SMS."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select, update

from audio.sound import read_wav
from linli.softphone import CallOver, Identity, Softphone
from models.base import utc_now
from models.database import session_maker
from models.messages import Message
from models.orders import Offer, OfferStatus
from models.secrets import own_secret
from tests.e2e.town import Town, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

RESIDENT = "13800000006"
STORY = [
    *("placed", "offered", "refused", "offered", "expired", "offered", "expired"),
    *("telephoned", "expired", "telephoned", "offer_accepted", "accepted", "completed", "followed_up", "confirmed"),
]


def the_order(town: Town) -> Any:
    return next(iter(town.orders_of(RESIDENT)), None)


def when_it_is(town: Town, status: str) -> Any:
    return eventually(lambda: order if (order := the_order(town))["status"] == status else None)


def offered_to(town: Town, number: int) -> str:
    """The telephone of the provider to whom the order was offered first, second or third, once that is so."""
    eventually(lambda: len(the_order(town)["offers"]) >= number)
    return str(the_order(town)["offers"][number - 1]["provider"]["number"])


def let_the_time_run_out(town: Town, order_id: int) -> None:
    """The open offer's five minutes are over: nobody waits for them in a test. They begin once its SMS has gone out."""
    sessions = session_maker(town.settings.database)
    is_open = (Offer.order_id == order_id, Offer.status == OfferStatus.OPEN)
    told = select(Offer.id).join(Message, Message.offer_id == Offer.id).where(*is_open, Message.sent_at.is_not(None))

    def has_begun() -> bool:
        with sessions() as session:
            return session.scalar(told) is not None

    eventually(has_begun)
    with sessions.begin() as session:
        session.execute(update(Offer).where(*is_open).values(expires_at=utc_now()))
    sessions.kw["bind"].dispose()


def credit_of(town: Town, number: str) -> float:
    return float(next(one["credit"] for one in town.linli("providers") if one["number"] == number))


def test_an_order_is_placed_refused_not_answered_accepted_by_telephone_done_and_scored(town: Town) -> None:
    script = town.script("我家水管漏水了，找人来修一下", "明天早上十点", "是的")
    done, marks = (read_wav(town.script(words)[1]) for words in ("修好了", "五分，非常满意"))
    carrier = Identity("carrier-demo", secret=own_secret(town.settings, "carrier-demo"))
    with Softphone(f"127.0.0.1:{town.settings.sip_port}", carrier) as telephones:
        telephones.register()
        town.call_until(lambda: the_order(town), "--from", RESIDENT, *script)
        order = the_order(town)

        first = offered_to(town, 1)
        assert "不接" in town.linli("reply", first, f"2 {order['code']}")["answers"][0]["body"]

        for number in (2, 3):
            offered_to(town, number)
            let_the_time_run_out(town, order["id"])
        telephones.wait_incoming(60).decline()  # the second is engaged too
        third = offered_to(town, 3)
        before = credit_of(town, third)
        ringing = telephones.wait_incoming(60)
        ringing.answer()
        with suppress(CallOver):  # which ends by itself after the goodbye
            while the_order(town)["status"] != "accepted":  # a key into the greeting only cuts it short
                ringing.wait_prompt_end(60)
                ringing.press("1")
        assert when_it_is(town, "accepted")["provider"]["number"] == third
        ringing.hang_up()

        line = ("--from", third, "--to", town.settings.provider_number)
        town.call_until(lambda: the_order(town)["status"] == "completed", *line, "--dtmf", "4")
        asking = telephones.wait_incoming(60)
        asking.answer()
        town.answer(asking, done, marks)
        order = when_it_is(town, "confirmed")
        asking.hang_up()
    assert credit_of(town, third) > before
    assert [line["happened"] for line in order["history"]] == STORY
