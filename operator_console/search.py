"""Searching everything from the head of each page: residents, their people, devices, providers, workers and services."""

from collections.abc import Callable
from typing import Any, NamedTuple

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from models.searching import (
    search_contacts,
    search_devices,
    search_providers,
    search_residents,
    search_services,
    search_workers,
)
from operator_console.context import facts
from operator_console.guard import may_go

search = Blueprint("search", __name__, url_prefix="/search")

LONGEST_QUERY = 60
SHOWN_IN_THE_BOX = 5
SHOWN_ON_THE_PAGE = 20


class Kind(NamedTuple):
    """One group of what is found: how it is called, looked for, and whither it leads."""

    key: str
    zh: str
    en: str
    look: Callable[[Session, str, int], list[Any]]
    leads_to: str


class Group(NamedTuple):
    """What was found of one kind, best first."""

    kind: Kind
    rows: list[Any]
    more: bool


KINDS = (
    Kind("resident", "居民", "Residents", search_residents, "residents.show"),
    Kind("contact", "家人与持钥匙人", "Family and keyholders", search_contacts, "residents.show"),
    Kind("device", "设备", "Devices", search_devices, "devices.show"),
    Kind("provider", "服务商", "Providers", search_providers, "providers.show"),
    Kind("worker", "服务人员", "Workers", search_workers, "providers.show"),
    Kind("service", "服务", "Services", search_services, "services.index"),
)


@search.get("")
def show() -> str:
    """The page: all that was found."""
    return render_template("search.html", wanted=_wanted(), groups=find(_wanted(), SHOWN_ON_THE_PAGE))


@search.get("/live")
def live() -> str:
    """The first of each kind, for the box in the head."""
    return render_template("search_found.html", wanted=_wanted(), groups=find(_wanted(), SHOWN_IN_THE_BOX), small=True)


def find(typed: str, limit: int) -> list[Group]:
    """What is found of every kind whose pages are open to who asks; kinds of which nothing is found are left out."""
    groups = []
    for kind in KINDS:
        rows = kind.look(facts(), typed, limit + 1) if may_go(kind.leads_to) else []
        if rows:
            groups.append(Group(kind, rows[:limit], len(rows) > limit))
    return groups


def _wanted() -> str:
    return request.args.get("q", "").strip()[:LONGEST_QUERY]
