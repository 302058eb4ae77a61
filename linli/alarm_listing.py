"""`linli alarms`: the calls for help, each as what happened one thing after the other, or as one JSON document."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from dispatch.cleaning import clean_words
from linli.alarm_documents import alarm_document
from linli.facts import site_facts
from linli.printing import print_json
from models.alarms import Alarm, AlarmEvent, AlarmOutcome, AlarmStatus
from models.phones import group_digits
from operator_console.alarm_story import NUMBERED, RESULTS, WHO_RANG
from operator_console.words import Said, said

WORDS_AT_MOST = 200


@click.command()
@click.option("--open", "only_open", is_flag=True, help="只列还没有结案的 / only those that are not closed")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    show_default=True,
    help="最多列出多少条，最新的在前 / how many at most, the newest first",
)
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def alarms(*, only_open: bool, limit: int, as_json: bool) -> None:
    """求助，从头到尾 / The alarms, each with its whole story."""
    query = select(Alarm).where(Alarm.status != AlarmStatus.CLOSED) if only_open else select(Alarm)
    with site_facts() as facts:
        found = facts.session.scalars(query.order_by(Alarm.id.desc()).limit(limit)).all()
        if as_json:
            print_json(alarm_document(alarm, facts.zone) for alarm in found)
            return
        for alarm in found:
            for line in (*_heading(alarm, facts.zone), *_story(alarm, facts.zone), *_to_do(alarm, facts.zone)):
                click.echo(line)
            click.echo()


def _heading(alarm: Alarm, zone: ZoneInfo) -> Iterator[str]:
    name = alarm.resident.name if alarm.resident else "？"
    outcome = f" · {_both(said(AlarmOutcome(alarm.outcome)))}" if alarm.outcome else ""
    yield f"求助 alarm {alarm.id} · {name} · {_both(said(alarm.status))}{outcome}"
    place = " ".join(part for part in (alarm.place_value, alarm.place_words, group_digits(alarm.number)) if part)
    yield f"  {_day(alarm.raised_at, zone)} · {_both(said(alarm.source))}{f' · {place}' if place else ''}"
    if alarm.words:
        yield f"  “{clean_words(alarm.words, WORDS_AT_MOST)}”"


def _story(alarm: Alarm, zone: ZoneInfo) -> Iterator[str]:
    day = ""
    for line in alarm.history:
        if (its_day := _day(line.at, zone)) != (day or _day(alarm.raised_at, zone)):
            yield f"  {its_day}"
        day = its_day
        after = f"+{(line.at - alarm.raised_at).total_seconds():.0f} s"
        yield f"    {line.at.astimezone(zone):%H:%M:%S} {after:>8}  {_both(said(line.happened))}{_details(line)}"


def _to_do(alarm: Alarm, zone: ZoneInfo) -> Iterator[str]:
    if alarm.waiting:
        yield "  ！居民在线上等着，没有人接 / the resident is on the line and nobody has answered"
    if alarm.investigation_due_at and not alarm.investigated_at:
        yield "  ！要调查：180 秒内没有人接 / to be investigated: nobody within 180 s"
    if alarm.follow_up_due_at and not alarm.followed_up_at:
        yield f"  回访期限 follow-up due {alarm.follow_up_due_at.astimezone(zone):%m-%d %H:%M}"


def _details(line: AlarmEvent) -> str:
    """Who, by which number, with what result, and what was said; none of what only a program wants."""
    told = {name: clean_words(str(value), WORDS_AT_MOST) for name, value in line.details.items() if value}
    parts = [told.get("name") or _who(told.get("who", "") or _by(line))]
    if "number" in told and told["number"] != told.get("who"):
        parts.append(group_digits(told["number"]))
    if "result" in told and told["result"] != "ANSWER":
        parts.append(_both(RESULTS.get(told["result"], Said(told["result"], ""))))
    if "outcome" in told:
        parts.append(_both(said(AlarmOutcome(told["outcome"]))))
    parts += [f"“{told[name]}”" for name in ("words", "note", "finding") if name in told]
    if "recording" in told:
        parts.append(told["recording"])
    parts = [part for part in parts if part]
    return f"：{'，'.join(parts)}" if parts else ""


def _by(line: AlarmEvent) -> str:
    return "" if line.by in ("resident", "asterisk", "linli") else line.by


def _who(who: str) -> str:
    if found := re.fullmatch(r"(desk|operator|keyholder)-(\d+)", who):
        words = NUMBERED[found[1]]
        zh = words.zh.format(found[2]) if "{}" in words.zh else f"{words.zh} {found[2]}"
        return f"{zh} {words.en} {found[2]}"
    return _both(WHO_RANG[who]) if who in WHO_RANG else who


def _both(words: Said) -> str:
    return f"{words.zh} {words.en}".strip()


def _day(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d}"
