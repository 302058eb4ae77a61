"""Providers: finding one, and what is known of each."""

import json
from collections.abc import Mapping

from flask import Blueprint, abort, render_template, request
from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import joinedload, selectinload

from dispatch.providers.confirming import is_asked, is_stale
from dispatch.providers.writing import names_of_skills
from models.areas import Area
from models.follow_ups import Complaint
from models.orders import Order
from models.providers import CreditChange, Provider, ProviderEvent
from models.searching import search_providers, search_workers
from operator_console.context import facts, parts
from operator_console.list_pages import AT_A_TIME, page_asked_for
from operator_console.provider_words import CREDIT, FILTERS, HAPPENED
from operator_console.row_ids import read_row_id
from operator_console.times import WEEKDAYS

providers = Blueprint("providers", __name__, url_prefix="/providers")

MOST_FOUND = 1000
PAST_SHOWN = 20


@providers.get("/")
def index() -> str:
    """Providers by name, number or worker, by what they do, where, and how it stands with them."""
    wanted = request.args.get("q", "").strip()[:60]
    chosen = request.args.get("show", "active")
    if chosen not in FILTERS:
        abort(404)
    skill, area = request.args.get("skill", ""), request.args.get("area", 0, type=read_row_id)
    conditions = [*_searched(wanted), *_narrowed(skill, area)]
    groups = _groups()
    each = select(*(func.count().filter(group) for group in groups.values())).select_from(Provider).where(*conditions)
    counted = dict(zip(groups, facts().execute(each).one(), strict=True))
    page = page_asked_for(counted[chosen])
    asked = select(Provider).where(groups[chosen], *conditions).order_by(Provider.name, Provider.id)
    found = (
        facts()
        .scalars(asked.offset(page.after).limit(AT_A_TIME).options(selectinload(Provider.areas), selectinload(Provider.workers)))
        .all()
    )
    return render_template(
        "providers.html",
        providers=found,
        page=page,
        counts=counted,
        filters=FILTERS,
        chosen=chosen,
        wanted=wanted,
        skill=skill,
        area=area,
        skills=names_of_skills(facts()),
        areas=facts().scalars(select(Area).order_by(Area.id)).all(),
    )


@providers.get("/<int:provider_id>")
def show(provider_id: int) -> str:
    """One provider: data, workers, days off, credit, orders, and who changed what."""
    provider = facts().get(Provider, provider_id)
    if provider is None:
        abort(404)
    credit = select(CreditChange).where(CreditChange.provider_id == provider_id).order_by(CreditChange.id.desc())
    orders = select(Order).where(Order.provider_id == provider_id).order_by(Order.id.desc()).limit(PAST_SHOWN)
    events = select(ProviderEvent).where(ProviderEvent.provider_id == provider_id).order_by(ProviderEvent.id.desc())
    waits = select(Complaint.id).where(Complaint.provider_id == provider_id, Complaint.looked_at.is_(None))
    return render_template(
        "provider.html",
        provider=provider,
        skills=names_of_skills(facts()),
        weekdays=WEEKDAYS,
        asked=is_asked(parts().settings, provider),
        complaint_waits=facts().scalar(waits.limit(1)) is not None,
        credit=facts().scalars(credit.limit(PAST_SHOWN)).all(),
        orders=facts().scalars(orders.options(joinedload(Order.service), joinedload(Order.resident))).all(),
        events=facts().scalars(events.limit(PAST_SHOWN)).all(),
        credit_words=CREDIT,
        happened_words=HAPPENED,
    )


def corrections_to_make() -> Select[int]:
    """How many providers have said that their data are wrong."""
    return select(func.count()).select_from(Provider).where(_groups()["correction"])


def _groups() -> Mapping[str, ColumnElement[bool]]:
    return {
        "active": and_(Provider.active),
        "correction": and_(Provider.active, Provider.correction != ""),
        "stale": is_stale(parts().settings, parts().clock()),
        "frozen": and_(Provider.active, Provider.frozen_at.is_not(None)),
        "volunteer": and_(Provider.active, Provider.volunteer),
        "inactive": ~Provider.active,
    }


def _searched(wanted: str) -> list[ColumnElement[bool]]:
    if not wanted:
        return []
    found = {one.id for one in search_providers(facts(), wanted, MOST_FOUND)}
    found |= {one.provider_id for one in search_workers(facts(), wanted, MOST_FOUND)}
    return [Provider.id.in_(found)]


def _narrowed(skill: str, area_id: int) -> list[ColumnElement[bool]]:
    narrowed = [cast(Provider.skills, String).contains(json.dumps(skill), autoescape=True)] if skill else []
    return [*narrowed, Provider.areas.any(Area.id == area_id)] if area_id else narrowed
