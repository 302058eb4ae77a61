"""One offer on the provider's telephone: what it is, what comes next, and buttons for it."""

import logging
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dispatch.connecting import connect_provider
from dispatch.finishing import Missing, finish_work, price_is_missing
from dispatch.money import charge, quantity
from dispatch.outbound.asking import nudge_calls
from dispatch.progress import AT_WORK, BECAUSE_AT_MOST, Outcome, Reply, act, follow, is_welcome_late
from dispatch.proofs import codes_left, proofs_of
from dispatch.reading import Verb
from models.orders import Offer, OfferStatus, Order, OrderStatus
from models.provider_links import ProofKind
from models.providers import Worker
from operator_console.context import facts, parts
from operator_console.prices import read_fen
from operator_console.provider_visits import link_here
from operator_console.row_ids import read_row_id

log = logging.getLogger(__name__)
provider_page = Blueprint("provider_page", __name__, url_prefix="/p/o/<int:offer_id>")

REASONS = {
    "busy": ("忙不过来", "too busy"),
    "time": ("时间不合适", "wrong time"),
    "far": ("太远了", "too far"),
    "skill": ("这个活做不了", "not our trade"),
    "other": ("别的原因", "another reason"),
}
# What a page that was left open for a while may still ask for; what else may come of it the page shows by itself.
TOLD = {
    Outcome.ACCEPT_FIRST: ("请先接单。", "Please accept the order first."),
    Outcome.AT_THE_DOOR: (
        "您已经到了，不能退单。做不了请打电话给中心。",
        "You are there already; if you cannot do it, call the centre.",
    ),
    Outcome.FURTHER_ON: ("这一步已经记过了。", "That has been noted already."),
}
MISSING = {
    Missing.PRICE: ("请填和居民说好的价钱。", "Please fill in the price that was agreed."),
    Missing.PROOF: ("请填居民说的验收码，或者请居民签名。", "Fill in the resident's code, or let the resident sign."),
}
_DONE = (OrderStatus.COMPLETED, OrderStatus.CONFIRMED, OrderStatus.SETTLED, OrderStatus.DISPUTED)


@provider_page.get("")
def show(offer_id: int) -> str:
    """The offer as it stands now."""
    offer = link_here().offer
    if offer.status is OfferStatus.OPEN:
        return render_template("provider/asked.html", **_asked(offer))
    if is_theirs(offer) and offer.order.status in AT_WORK:
        return render_template("provider/work.html", **_work(offer))
    if is_theirs(offer) and offer.order.status in _DONE:
        return render_template("provider/done.html", **_work(offer))
    return render_template(
        "provider/over.html", offer=offer, order=offer.order, welcome=is_welcome_late(facts(), offer, parts().clock())
    )


@provider_page.post("/accept")
def accept(offer_id: int) -> ResponseReturnValue:
    """Take the order, and say who goes."""
    chosen = request.form.get("worker", type=read_row_id)
    worker_id = chosen if chosen in {worker.id for worker in _who_could_go(link_here().offer)} else None
    return _do(offer_id, Verb.ACCEPT, worker_id=worker_id)


@provider_page.post("/refuse")
def refuse(offer_id: int) -> ResponseReturnValue:
    """Leave the order to others, or give it back; the reason is for those who look after the providers."""
    known = REASONS.get(request.form.get("reason", ""))
    written = request.form.get("words", "").strip()
    if known is None and not written:
        flash("请选一个原因。\nPlease choose a reason.", "trouble")
        return _back(offer_id)
    because = "：".join(words for words in (known[0] if known else "", written) if words)
    return _do(offer_id, Verb.REFUSE, because=because[:BECAUSE_AT_MOST])


@provider_page.post("/on-the-way")
def set_out(offer_id: int) -> ResponseReturnValue:
    """Somebody has set out."""
    return _do(offer_id, Verb.ON_THE_WAY)


@provider_page.post("/arrived")
def arrive(offer_id: int) -> ResponseReturnValue:
    """Somebody is at the resident's door."""
    return _do(offer_id, Verb.ARRIVED)


@provider_page.post("/completed")
def complete(offer_id: int) -> ResponseReturnValue:
    """The work is done."""
    form, now = request.form, parts().clock()
    result = finish_work(
        facts(),
        parts().settings,
        offer_id,
        now,
        code=form.get("code", "").strip()[:20],
        price_fen=read_fen(form.get("price", "")),
        unproven=form.get("unproven") == "1",
    )
    facts().commit()
    if isinstance(result, Reply):
        return _answered(offer_id, result)
    log.info("offer %d: not done, %s is missing", offer_id, result)
    flash("\n".join(_wrong_code(link_here().offer.order) if result is Missing.RIGHT_CODE else MISSING[result]), "trouble")
    return _back(offer_id)


@provider_page.post("/call")
def call(offer_id: int) -> ResponseReturnValue:
    """Ring the provider, and put them through to the resident: neither sees the other's number."""
    now = parts().clock()
    asked = connect_provider(facts(), offer_id, now)
    facts().commit()
    if asked is None:
        flash("现在不能接通居民，请打电话给中心。\nThe resident cannot be called now; please call the centre.", "trouble")
    else:
        log.info("offer %d: to be put through, call %d", offer_id, asked.id)
        nudge_calls(parts().queue, [asked], now)
        flash("请等电话：中心马上打给您，接起后按 1，就接通居民。\nWait for our call; press 1 to be put through.", "done")
    return _back(offer_id)


def is_theirs(offer: Offer) -> bool:
    """Whether the order is this provider's, to be done or done."""
    return offer.status is OfferStatus.ACCEPTED and offer.order.provider_id == offer.provider_id


def _do(offer_id: int, verb: Verb, *, because: str = "", worker_id: int | None = None) -> ResponseReturnValue:
    now = parts().clock()
    reply = act(facts(), parts().settings, offer_id, verb, now, because=because, worker_id=worker_id)
    facts().commit()
    return _answered(offer_id, reply)


def _answered(offer_id: int, reply: Reply) -> ResponseReturnValue:
    log.info("offer %d: %s, by the page", offer_id, reply.meant)
    follow(parts().queue, reply, parts().clock())
    told = TOLD.get(Outcome(reply.meant))
    if told:
        flash("\n".join(told), "trouble")
    return _back(offer_id)


def _back(offer_id: int) -> ResponseReturnValue:
    return redirect(url_for("provider_page.show", offer_id=offer_id), 303)


def _wrong_code(order: Order) -> tuple[str, str]:
    left = codes_left(order)
    if left:
        return (f"验收码不对，还可以试 {left} 次。", f"The code is wrong; {left} more tries.")
    return ("验收码不对，不能再试了，请居民签名。", "The code is wrong and cannot be tried again; let the resident sign.")


def _asked(offer: Offer) -> dict[str, Any]:
    order, service = offer.order, offer.order.service
    cost = None
    if service.price_yuan is not None and not offer.provider.volunteer:
        ordered = quantity(service.unit, service.duration_min, service.question, order.details)
        cost = charge(service.price_yuan, ordered, offer.provider.price_percent, 0)
    return {"offer": offer, "order": order, "cost": cost, "workers": _who_could_go(offer), "declining": REASONS}


def _work(offer: Offer) -> dict[str, Any]:
    proofs = proofs_of(facts(), offer.order_id)
    return {
        "offer": offer,
        "order": offer.order,
        "photos": [proof for proof in proofs if proof.kind is ProofKind.PHOTO],
        "kinds": {proof.kind for proof in proofs},
        "codes_left": codes_left(offer.order),
        "price_is_missing": price_is_missing(offer.order),
        "declining": REASONS,
    }


def _who_could_go(offer: Offer) -> list[Worker]:
    """The people to choose from, where nobody has been chosen: those of the right gender, if it matters."""
    wanted = offer.order.service.worker_gender
    gender = offer.order.resident.gender if wanted == "same" else wanted
    fit = [worker for worker in offer.provider.workers if worker.active and gender in ("", worker.gender)]
    return fit if offer.worker_id is None else []
