"""The demo's telephones: the providers' phones side by side, on which their SMS are read and answered."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from uuid import uuid4

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import select

from dispatch.answers import receive_message
from models.messages import Direction, Message
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.providers import Provider
from operator_console.context import facts, parts
from operator_console.languages import speaks
from operator_console.live import shared_fragment
from operator_console.order_proofs import show_link
from operator_console.phrases import moment
from operator_console.times import today

demo_phones = Blueprint("demo_phones", __name__, url_prefix="/demo/phones")

PHONES_SHOWN = 24  # more than the demo has providers
MESSAGES_SHOWN = 20
QUICK_AT_MOST = 200
LONGEST_ANSWER = 320

# As dispatch.answers reads them.
ACCEPT, REFUSE, ARRIVED, COMPLETED = (
    ("1", "接单", "Accept"),
    ("2", "拒绝", "Refuse"),
    ("3", "到了", "Arrived"),
    ("4", "完成", "Done"),
)
_BUBBLE = Markup('<li class="{}"><p class="bubble">{}</p><p class="fine">{}</p></li>')
NEXT_STEPS = {
    OrderStatus.ACCEPTED: (ARRIVED, COMPLETED),
    OrderStatus.ON_THE_WAY: (ARRIVED, COMPLETED),
    OrderStatus.ARRIVED: (COMPLETED,),
}


@dataclass(frozen=True)
class Quick:
    """A button that answers with one press."""

    body: str
    zh: str
    en: str


@dataclass
class Phone:
    """One provider's telephone: its SMS, oldest first, and what could be answered now."""

    provider: Provider
    bubbles: list[Markup] = field(default_factory=list)
    newest: int = 0  # the last message's id
    quick: list[Quick] = field(default_factory=list)
    waits: bool = False  # an offer is open on it


@demo_phones.get("/")
def show() -> str:
    """The phones: those that wait for an answer first, then those with the newest messages."""
    phones = sorted(_phones(), key=lambda phone: (phone.waits, phone.newest), reverse=True)
    return render_template("demo_phones.html", phones=phones)


@demo_phones.get("/live")
def live() -> Response:
    """What changes on the phones."""
    return shared_fragment("demo_phones_live.html", "", lambda: {"phones": _phones()})


@demo_phones.post("/<int:provider_id>")
def answer(provider_id: int) -> ResponseReturnValue:
    """The provider answers, as if by SMS."""
    provider = facts().get(Provider, provider_id)
    body = request.form.get("body", "").strip()
    if provider is None:
        abort(404)
    if not body or len(body) > LONGEST_ANSWER:
        abort(400)
    settings, now = parts().settings, parts().clock()
    receive_message(
        facts(), parts().queue, settings, number=provider.number, body=body, gateway_ref=f"demo-in-{uuid4().hex}", now=now
    )
    return redirect(url_for("demo_phones.show", _anchor=f"phone-{provider.id}"), 303)


def _phones() -> list[Phone]:
    first = select(Provider).where(Provider.active).order_by(Provider.id).limit(PHONES_SHOWN)
    phones = {one.number: Phone(one) for one in facts().scalars(first)}
    columns = (Message.id, Message.number, Message.direction, Message.body, Message.created_at)
    recent = select(*columns).where(Message.number.in_(phones)).order_by(Message.id.desc()).limit(MESSAGES_SHOWN * PHONES_SHOWN)
    seen = (today(), speaks(), parts().settings.timezone)
    for message_id, number, direction, body, at in reversed(facts().execute(recent).all()):
        phones[number].bubbles.append(_bubble(direction, body, at, *seen))
        phones[number].newest = message_id
    shown = [phone.provider.id for phone in phones.values()]
    open_offers = select(Offer).where(Offer.status == OfferStatus.OPEN, Offer.provider_id.in_(shown)).order_by(Offer.id)
    for offer in facts().scalars(open_offers):
        if phone := phones.get(offer.provider.number):
            phone.waits = True
            phone.quick += _buttons(offer.order.code, ACCEPT, REFUSE)
    in_hand = (
        select(Order).where(Order.status.in_(NEXT_STEPS), Order.provider_id.in_(shown)).order_by(Order.id).limit(QUICK_AT_MOST)
    )
    for order in facts().scalars(in_hand):
        if order.provider and (phone := phones.get(order.provider.number)):
            phone.quick += _buttons(order.code, *NEXT_STEPS[order.status])
    return list(phones.values())


@lru_cache(maxsize=2 * MESSAGES_SHOWN * PHONES_SHOWN)
def _bubble(direction: Direction, body: str, at: datetime, _today: date, _language: str, _timezone: str) -> Markup:
    """A message on the provider's own phone, remembered: what we sent came in, what they wrote went out."""
    side = "in" if direction is Direction.OUT else "out"
    return _BUBBLE.format(side, show_link(body), moment(at))


def _buttons(code: str, *steps: tuple[str, str, str]) -> list[Quick]:
    return [Quick(f"{digit} {code}", f"{zh} {code}", en) for digit, zh, en in steps]
