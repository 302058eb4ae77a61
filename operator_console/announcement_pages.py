"""Announcements at the head of every page: written by supervisors, seen by everybody until they end."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from models.announcements import Announcement
from operator_console.context import facts, parts, signed_in
from operator_console.shared_facts import shared
from operator_console.words import Said

announcements = Blueprint("announcements", __name__, url_prefix="/announcements")

LONGEST = 300
SHOWN_AT_ONCE = 3
LISTED = 50


def current_announcements() -> list[Said]:
    """What everybody is told now, the newest first."""
    return shared("announcements", _current)


def _current() -> list[Said]:
    now = parts().clock()
    asked = select(Announcement.zh, Announcement.en).where(Announcement.ends_at > now, Announcement.starts_at <= now)
    return [Said(zh, en) for zh, en in facts().execute(asked.order_by(Announcement.id.desc()).limit(SHOWN_AT_ONCE))]


@announcements.get("/")
def index() -> str:
    """The form, and what was told lately."""
    return _page({})


@announcements.post("/")
def add() -> ResponseReturnValue:
    """Tell everybody something from one moment until another."""
    form = request.form
    zh, en = form.get("zh", "").strip()[:LONGEST], form.get("en", "").strip()[:LONGEST]
    starts, ends = _moment(form.get("starts", "")), _moment(form.get("ends", ""))
    fault = ""
    if not zh:
        fault = "请写通知的内容。\nWrite what is to be told."
    elif starts is None or ends is None:
        fault = "时间不对。\nThat is no time."
    elif ends <= max(starts, parts().clock()):
        fault = "结束时间要在开始之后，也要在现在之后。\nIt must end after it begins, and after now."
    if fault or starts is None or ends is None:
        flash(fault, "trouble")
        return _page(form.to_dict()), 400
    facts().add(Announcement(zh=zh, en=en, starts_at=starts, ends_at=ends, by=signed_in().login))
    facts().commit()
    flash("已发布。\nAnnounced.", "done")
    return redirect(url_for("announcements.index"), 303)


@announcements.post("/<int:announcement_id>/end")
def end(announcement_id: int) -> ResponseReturnValue:
    """Take it off now; it stays in the list of what was told."""
    one = facts().get(Announcement, announcement_id)
    if one is None:
        abort(404)
    one.ends_at = min(one.ends_at, parts().clock())
    facts().commit()
    return redirect(url_for("announcements.index"), 303)


def _moment(written: str) -> datetime | None:
    """What a datetime-local field holds, in the community's time."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=ZoneInfo(parts().settings.timezone))
    except ValueError:
        return None


def _page(written: dict[str, str]) -> str:
    now = parts().clock()
    here = now.astimezone(ZoneInfo(parts().settings.timezone))
    usual = {"starts": f"{here:%Y-%m-%dT%H:%M}", "ends": f"{here + timedelta(days=1):%Y-%m-%dT%H:%M}", "zh": "", "en": ""}
    told = list(facts().scalars(select(Announcement).order_by(Announcement.id.desc()).limit(LISTED)))
    return render_template("announcements.html", told=told, written=usual | written, now=now)
