"""`linli residents`, `orders`, `calls`, `messages`: the facts as tables, or as one JSON document."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from linli.afterwards_documents import afterwards_documents
from linli.documents import call_document, message_document, numbers_of, order_document, resident_document
from linli.facts import site_facts
from linli.printing import print_json, print_table
from linli.reply import reply
from models.calls import Call
from models.messages import Direction, Message
from models.orders import TO_BE_DONE, Offer, Order
from models.phones import group_digits, normalise_number
from models.residents import Resident
from operator_console.words import said

__all__ = ["calls", "messages", "orders", "reply", "residents"]

Command = TypeVar("Command", bound=Callable[..., None])


def as_json_option(command: Command) -> Command:
    """`--json`, for a command that lists."""
    return click.option(
        "--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output"
    )(command)


def _limited(command: Command) -> Command:
    help_words = "最多列出多少条，最新的在前 / how many at most, the newest first"
    return click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help=help_words)(command)


@click.command()
@as_json_option
def residents(*, as_json: bool) -> None:
    """居民 / The residents."""
    with site_facts() as facts:
        found = facts.session.scalars(select(Resident).order_by(Resident.id)).all()
        if as_json:
            print_json(resident_document(resident) for resident in found)
            return
        print_table(
            ("编号 id", "姓名 name", "称呼 called", "电话 numbers", "一键通 device", "住址 address"),
            (
                (
                    resident.id,
                    resident.name,
                    resident.form_of_address,
                    "\n".join(group_digits(number) for number in numbers_of(resident)),
                    " ".join(str(device.id) for device in resident.devices),
                    resident.address,
                )
                for resident in found
            ),
        )


@click.command()
@click.option("--open", "only_open", is_flag=True, help="只列还要办的 / only those still to be done")
@_limited
@as_json_option
def orders(*, only_open: bool, limit: int, as_json: bool) -> None:
    """订单 / The orders."""
    query = select(Order).where(Order.status.in_(TO_BE_DONE)) if only_open else select(Order)
    with site_facts() as facts:
        found = facts.session.scalars(query.order_by(Order.id.desc()).limit(limit)).all()
        if as_json:
            offers = facts.session.scalars(
                select(Offer).where(Offer.order_id.in_([order.id for order in found])).order_by(Offer.id)
            )
            of_order: dict[int, list[Offer]] = {}
            for offer in offers:
                of_order.setdefault(offer.order_id, []).append(offer)
            after = afterwards_documents(facts.session, [order.id for order in found], facts.zone)
            print_json(
                order_document(order, of_order.get(order.id, []), facts.zone) | {"afterwards": after[order.id]} for order in found
            )
            return
        print_table(
            ("编号 id", "单号 code", "服务 service", "居民 resident", "时间 when", "状态 status", "服务商 provider"),
            (
                (
                    order.id,
                    order.code,
                    order.service.name,
                    order.resident.name,
                    order.when_words,
                    _status(order.status),
                    order.provider.name if order.provider else "",
                )
                for order in found
            ),
        )


@click.command()
@_limited
@as_json_option
def calls(*, limit: int, as_json: bool) -> None:
    """来电 / The calls."""
    with site_facts() as facts:
        found = facts.session.scalars(select(Call).order_by(Call.id.desc()).limit(limit)).all()
        if as_json:
            placed = facts.session.execute(select(Order.call_id, Order.id).order_by(Order.id)).all()
            of_call = {call.id: [order_id for call_id, order_id in placed if call_id == call.id] for call in found}
            print_json(call_document(call, of_call[call.id], facts.settings.recordings_dir, facts.zone) for call in found)
            return
        print_table(
            ("编号 id", "时间 at", "号码 number", "居民 resident", "状态 status", "结果 outcome", "话轮 turns"),
            (
                (
                    call.id,
                    clock(call.started_at, facts.zone),
                    group_digits(call.number),
                    call.resident.name if call.resident else "",
                    _status(call.status),
                    call.outcome,
                    len(call.turns),
                )
                for call in found
            ),
        )


@click.command()
@click.option("--number", metavar="PHONE", help="只列这个号码的 / only those to and from this number")
@_limited
@as_json_option
def messages(*, number: str | None, limit: int, as_json: bool) -> None:
    """短信 / The SMS."""
    query = select(Message) if number is None else select(Message).where(Message.number == normalise_number(number))
    with site_facts() as facts:
        found = facts.session.scalars(query.order_by(Message.id.desc()).limit(limit)).all()
        if as_json:
            print_json(message_document(message, facts.zone) for message in found)
            return
        print_table(
            ("编号 id", "时间 at", "", "号码 number", "状态 status", "内容 body"),
            (
                (
                    message.id,
                    clock(message.created_at, facts.zone),
                    "→" if message.direction is Direction.OUT else "←",
                    group_digits(message.number),
                    _status(message.status),
                    message.body,
                )
                for message in found
            ),
        )


def _status(of: StrEnum) -> str:
    words = said(of)
    return f"{words.zh} {words.en}"


def clock(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment by the site's wall, short."""
    return f"{moment.astimezone(zone):%m-%d %H:%M}" if moment else ""
