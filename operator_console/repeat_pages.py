"""What a resident has ordered again and again: shown, added, paused and ended on the resident's page."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dispatch.repeats.changing import (
    Left,
    RepeatRefused,
    RepeatRequest,
    add_repeat,
    change_repeat,
    end_repeat,
    pause_repeat,
    resume_repeat,
)
from dispatch.repeats.days import next_days
from models.care_calls import CarePlan
from models.orders import Order, OrderStatus
from models.providers import Provider
from models.repeats import Repeat
from models.services import Service
from operator_console.context import facts, parts, signed_in
from operator_console.row_ids import read_row_id
from operator_console.times import WEEKDAYS

log = logging.getLogger(__name__)
repeats = Blueprint("repeats", __name__, url_prefix="/repeats")

DAYS_SHOWN = 3


@repeats.app_context_processor
def _for_residents_page() -> dict[str, Any]:
    return {"repeats_of": repeats_of, "repeat_choices": repeat_choices, "weekday_names": WEEKDAYS}


@repeats.post("/of/<int:resident_id>")
def add(resident_id: int) -> ResponseReturnValue:
    """Write one down; its orders are placed a day ahead."""

    def do() -> None:
        repeat = add_repeat(facts(), _request(resident_id, request.form), parts().clock())
        facts().commit()
        log.info("repeat %d added by operator %d", repeat.id, signed_in().id)
        flash("长期订单已记下，每次提前一天下单。\nWritten down; each order is placed a day ahead.", "done")

    return _try(resident_id, do)


@repeats.post("/<int:repeat_id>/change")
def change(repeat_id: int) -> ResponseReturnValue:
    """Have it otherwise; orders that are placed already are changed with it."""
    repeat = _repeat(repeat_id)

    def do() -> None:
        wanted = replace(_request(repeat.resident_id, request.form), service_id=repeat.service_id)
        here, now, operator = parts(), parts().clock(), signed_in().login
        left = change_repeat(facts(), here.queue, here.settings, repeat, request=wanted, now=now, operator=operator)
        log.info("repeat %d changed by operator %d", repeat_id, signed_in().id)
        flash("长期订单改好了。\nThe repeating order is changed.", "done")
        _tell(left)

    return _try(repeat.resident_id, do)


@repeats.post("/<int:repeat_id>/pause")
def pause(repeat_id: int) -> ResponseReturnValue:
    """Leave some days out."""
    repeat = _repeat(repeat_id)

    def do() -> None:
        first = _day("paused_from") or _today()
        left = pause_repeat(facts(), parts().queue, repeat, (first, _day("paused_until")), parts().clock(), by="operator")
        log.info("repeat %d paused by operator %d", repeat_id, signed_in().id)
        flash("已暂停。\nPaused.", "done")
        _tell(left)

    return _try(repeat.resident_id, do)


@repeats.post("/<int:repeat_id>/resume")
def resume(repeat_id: int) -> ResponseReturnValue:
    """Go on."""
    repeat = _repeat(repeat_id)
    resume_repeat(facts(), parts().settings, repeat, parts().clock())
    log.info("repeat %d resumed by operator %d", repeat_id, signed_in().id)
    flash("已恢复；取消了的订单不会再下。\nIt goes on; orders that were cancelled stay so.", "done")
    return redirect(_page(repeat.resident_id), 303)


@repeats.post("/<int:repeat_id>/end")
def end(repeat_id: int) -> ResponseReturnValue:
    """End it for good."""
    repeat = _repeat(repeat_id)
    left = end_repeat(facts(), parts().queue, repeat, parts().clock(), by="operator")
    log.info("repeat %d ended by operator %d", repeat_id, signed_in().id)
    flash("长期订单已结束。\nThe repeating order is ended.", "done")
    _tell(left)
    return redirect(_page(repeat.resident_id), 303)


def repeats_of(resident_id: int) -> list[tuple[Repeat, list[date]]]:
    """What goes on, and the next days of each."""
    asked = select(Repeat).where(Repeat.resident_id == resident_id, Repeat.ended_at.is_(None)).order_by(Repeat.starts, Repeat.id)
    found = facts().scalars(asked.options(joinedload(Repeat.service), joinedload(Repeat.provider)))
    country, plan = parts().settings.holidays_of, facts().get(CarePlan, resident_id)
    away = (plan.away_from, plan.away_until) if plan and plan.away_from and plan.away_until else None
    left_out = select(Order.repeat_id, Order.repeat_on).where(Order.resident_id == resident_id, Order.repeat_on >= _today())
    cancelled = {(id_, day) for id_, day in facts().execute(left_out.where(Order.status == OrderStatus.CANCELLED))}

    def is_left_out(repeat: Repeat, day: date) -> bool:
        return (repeat.id, day) in cancelled or (away is not None and away[0] <= day <= away[1])

    def upcoming(repeat: Repeat) -> list[date]:
        days = next_days(repeat, _today(), country)
        return list(islice((day for day in days if not is_left_out(repeat, day)), DAYS_SHOWN))

    return [(repeat, upcoming(repeat)) for repeat in found]


def repeat_choices() -> dict[str, Any]:
    """What the form lets one choose from."""
    return {
        "services": facts().scalars(select(Service).where(Service.active).order_by(Service.id)).all(),
        "providers": facts().execute(select(Provider.id, Provider.name).where(Provider.active).order_by(Provider.name)).all(),
        "today": _today(),
    }


def _request(resident_id: int, form: Mapping[str, str]) -> RepeatRequest:
    """The form as it is meant; raises `RepeatRefused`."""
    if (first_on := _day("first_on")) is None:
        raise RepeatRefused("请写第一天。\nWrite the first day.")
    return RepeatRequest(
        resident_id=resident_id,
        service_id=request.form.get("service", 0, type=read_row_id),
        provider_id=request.form.get("provider", 0, type=read_row_id) or None,
        weekdays=frozenset(number for number in range(7) if f"weekday-{number}" in form),
        starts=_time("starts"),
        ends=_time("ends"),
        first_on=first_on,
        last_on=_day("last_on"),
        on_holidays="on_holidays" in form,
        answer=form.get("answer", ""),
    )


def _try(resident_id: int, do: Callable[[], None]) -> ResponseReturnValue:
    try:
        do()
    except RepeatRefused as fault:
        facts().rollback()
        flash(str(fault), "trouble")
    return redirect(_page(resident_id), 303)


def _tell(left: Left) -> None:
    if left.cancelled:
        codes = "、".join(left.cancelled)
        flash(f"已下的订单{codes}也取消了，问过的服务商会收到短信。\nOrders {codes} are cancelled too.", "done")
    if left.changed:
        codes = "、".join(left.changed)
        flash(f"已下的订单{codes}也改了，接了单的会收到短信。\nOrders {codes} are changed too.", "done")
    if left.too_late:
        codes = "、".join(left.too_late)
        flash(f"订单{codes}已经来不及改，请打电话。\nOrders {codes} cannot be changed any more; telephone.", "trouble")


def _repeat(repeat_id: int) -> Repeat:
    repeat = facts().get(Repeat, repeat_id)
    if repeat is None:
        abort(404)
    return repeat


def _today() -> date:
    return parts().clock().astimezone(ZoneInfo(parts().settings.timezone)).date()


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(written) if (written := request.form.get(name, "")) else None
    except ValueError:
        raise RepeatRefused("日期不对。\nThat is no date.") from None


def _time(name: str) -> time:
    try:
        return time.fromisoformat(request.form.get(name, "")).replace(tzinfo=None)
    except ValueError:
        raise RepeatRefused("请写从几点到几点。\nWrite from when to when.") from None


def _page(resident_id: int) -> str:
    return url_for("residents.show", resident_id=resident_id, _anchor="repeats")
