"""What else is done with a file: wishes about who comes, and leaving for good; both stand in its history."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dispatch.cleaning import clean_words
from dispatch.residents.leaving import REASONS, cancel_orders, come_back, leave, open_orders
from dispatch.residents.writing import note
from models.devices import DeviceStatus
from models.orders import Order
from models.providers import Provider, Wish, WishKind, Worker
from models.residents import Hearing, Resident, ResidentEvent
from models.services import Service
from operator_console.context import facts, parts, signed_in
from operator_console.resident_forms import done, find
from operator_console.row_ids import read_row_id
from operator_console.words import Said

resident_acts = Blueprint("resident_acts", __name__, url_prefix="/residents")

EVENTS_SHOWN = 20
ORDERS_LOOKED_AT = 200
LONGEST_WORDS = 500
WISHES = {
    WishKind.AGAIN: Said("还要这位", "this one again"),
    WishKind.NEVER: Said("不要这位", "never this one"),
    WishKind.WOMAN: Said("要女的", "a woman"),
    WishKind.MAN: Said("要男的", "a man"),
}
HAPPENED = {
    "added": Said("登记", "registered", "done"),
    "changed": Said("修改", "changed", "go"),
    "wish": Said("记下意愿", "wish written down", "go"),
    "wish_gone": Said("去掉意愿", "wish taken off"),
    "visited": Said("上门看望", "visited", "done"),
    "left": Said("离开", "left", "trouble"),
    "returned": Said("回来了", "came back", "done"),
}
HEARING = {
    Hearing.GOOD: Said("听力好", "hears well"),
    Hearing.HARD: Said("听力不好", "hard of hearing", "wait"),
    Hearing.DEAF: Said("听不见", "deaf", "trouble"),
}
WHY = {"moved": Said("搬走了", "moved away"), "died": Said("去世了", "died"), "other": Said("不再需要服务", "needs us no more")}


@resident_acts.app_context_processor
def _for_residents_page() -> dict[str, Any]:
    return {
        "wishes_shown": wishes_shown,
        "wish_choices": wish_choices,
        "file_events": file_events,
        "wish_words": WISHES,
        "hearing_words": HEARING,
    }


def wishes_shown(resident: Resident) -> list[tuple[Wish, str]]:
    """The wishes, each with whom and what it is about."""
    wishes = facts().scalars(select(Wish).where(Wish.resident_id == resident.id).order_by(Wish.id)).all()
    return [(wish, _about(wish)) for wish in wishes]


def wish_choices(resident: Resident) -> dict[str, Any]:
    """Whom a wish can name, those who have been there, and about what."""
    orders = select(Order.provider_id, Order.worker_id).where(Order.resident_id == resident.id, Order.provider_id.is_not(None))
    lately = facts().execute(orders.order_by(Order.id.desc()).limit(ORDERS_LOOKED_AT)).all()
    providers = select(Provider).where(Provider.id.in_({one.provider_id for one in lately})).order_by(Provider.name)
    workers = select(Worker).where(Worker.provider_id.in_({one.provider_id for one in lately}), Worker.active)
    return {
        "who": [
            *((f"provider-{one.id}", one.name) for one in facts().scalars(providers)),
            *((f"worker-{one.id}", f"{one.provider.name} · {one.name}") for one in facts().scalars(workers.order_by(Worker.id))),
        ],
        "services": facts().execute(select(Service.id, Service.name).where(Service.active).order_by(Service.id)).all(),
    }


def file_events(resident: Resident) -> list[tuple[ResidentEvent, Said]]:
    """The latest lines of the file's history, newest first."""
    asked = select(ResidentEvent).where(ResidentEvent.resident_id == resident.id).order_by(ResidentEvent.id.desc())
    return [(one, HAPPENED.get(one.happened, Said(one.happened, ""))) for one in facts().scalars(asked.limit(EVENTS_SHOWN))]


@resident_acts.post("/<int:resident_id>/wishes")
def add_wish(resident_id: int) -> ResponseReturnValue:
    """Write down whom they wish for, or not."""
    resident, form, now = find(resident_id), request.form, parts().clock()
    if form.get("kind") not in set(WishKind):
        abort(400)
    kind = WishKind(form["kind"])
    wish = Wish(resident_id=resident.id, kind=kind, at=now, by="operator")
    if kind in (WishKind.AGAIN, WishKind.NEVER):
        what, _, row_id = form.get("who", "").partition("-")
        chosen = facts().get(Worker, _row_id(row_id)) if what == "worker" else facts().get(Provider, _row_id(row_id))
        if chosen is None:
            flash("请选服务商或服务人员。\nChoose a provider or a worker.", "trouble")
            return redirect(url_for("residents.show", resident_id=resident.id), 303)
        wish.worker_id = chosen.id if isinstance(chosen, Worker) else None
        wish.provider_id = chosen.provider_id if isinstance(chosen, Worker) else chosen.id
    service = facts().get(Service, _row_id(form.get("service", "")))
    wish.service_id = service.id if service else None
    facts().add(wish)
    note(facts(), resident, "wish", now, by=signed_in().login, words=f"{WISHES[kind].zh} {_about(wish)}".strip())
    facts().commit()
    return done(resident, "wish", "已记下，派单时照办。\nWritten down; orders are offered accordingly.")


@resident_acts.post("/wishes/<int:wish_id>/remove")
def remove_wish(wish_id: int) -> ResponseReturnValue:
    """They do not wish it any more."""
    wish = facts().get(Wish, wish_id) or abort(404)
    resident = find(wish.resident_id)
    words = f"{WISHES[wish.kind].zh} {_about(wish)}".strip()
    facts().delete(wish)
    note(facts(), resident, "wish_gone", parts().clock(), by=signed_in().login, words=words)
    facts().commit()
    return done(resident, "wish taken off", "已去掉。\nTaken off.")


@resident_acts.post("/<int:resident_id>/visited")
def visited(resident_id: int) -> ResponseReturnValue:
    """Write down how they were found at home."""
    resident, words = find(resident_id), clean_words(request.form.get("words", ""), LONGEST_WORDS)
    if not words:
        flash("请写下看到了什么。\nWrite down how they are.", "trouble")
        return redirect(url_for("residents.show", resident_id=resident.id), 303)
    note(facts(), resident, "visited", parts().clock(), by=signed_in().login, words=words)
    facts().commit()
    return done(resident, "visited", "已记下这次上门。\nThe visit is written down.")


@resident_acts.get("/<int:resident_id>/left")
def show_leaving(resident_id: int) -> str:
    """What is still open, to be looked at before."""
    return _leaving(find(resident_id))


@resident_acts.post("/<int:resident_id>/left")
def left(resident_id: int) -> ResponseReturnValue:
    """Write down that they have left, and cancel the orders that were ticked."""
    resident, form, now = find(resident_id), request.form, parts().clock()
    try:
        left_on = date.fromisoformat(form.get("left_on", ""))
    except ValueError:
        left_on = None
    if left_on is None or left_on > now.date() or form.get("why") not in REASONS:
        flash("请写哪一天、为什么；日期不能在以后。\nSay when and why; the day cannot be to come.", "trouble")
        return _leaving(resident), 400
    leave(facts(), resident, left_on, form["why"], now, by=signed_in().login)
    facts().commit()
    ticked = [row_id for row_id in map(_row_id, form.getlist("cancel")) if row_id]
    cancelled, too_late = cancel_orders(facts(), parts().queue, resident, ticked, now, by="operator")
    if too_late:
        codes = "、".join(too_late)
        flash(f"来不及取消的订单：{codes}。\nToo late to cancel: {codes}.", "trouble")
    return done(
        resident,
        "left",
        f"已记下离开，取消了{cancelled}单；不再打电话。\nWritten down; {cancelled} orders cancelled, no more calls.",
    )


@resident_acts.post("/<int:resident_id>/back")
def back(resident_id: int) -> ResponseReturnValue:
    """They live here again."""
    resident = find(resident_id)
    come_back(facts(), resident, parts().clock(), by=signed_in().login)
    facts().commit()
    return done(resident, "back", "已记下：回来了。\nWritten down: they are back.")


def _leaving(resident: Resident) -> str:
    return render_template(
        "resident_left.html",
        resident=resident,
        orders=open_orders(facts(), resident.id),
        devices=[device for device in resident.devices if device.status is not DeviceStatus.RETIRED],
        why=WHY,
        today=parts().clock().date(),
    )


def _about(wish: Wish) -> str:
    """Whom, and for which service."""
    worker = facts().get(Worker, wish.worker_id) if wish.worker_id else None
    provider = facts().get(Provider, wish.provider_id) if wish.provider_id else None
    service = facts().get(Service, wish.service_id) if wish.service_id else None
    who = " · ".join(one.name for one in (provider, worker) if one)
    return f"{who}（{service.name}）" if service else who


def _row_id(written: str) -> int:
    try:
        return read_row_id(written)
    except ValueError:
        return 0
