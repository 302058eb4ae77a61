"""`linli when`: what a time that somebody says is understood as, and how it would be read back."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from ivr.when import say_when, understand_when
from models.settings import load_settings

FIRST_YEAR, LAST_YEAR = 1902, 2098  # the lunar calendar's table ends a year beyond either


@click.command()
@click.argument("text")
@click.option("--now", "moment", metavar="ISO8601", help="当作此刻说的，默认为现在 / as if said at this moment; by default now")
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def when(text: str, moment: str | None, *, as_json: bool) -> None:
    """听懂一句话里的时间 / The span of time that TEXT asks for, and the words in which it is read back."""
    zone = ZoneInfo(load_settings().timezone)
    now = _read_moment(moment, zone) if moment is not None else datetime.now(zone)
    span = understand_when(text, now)
    words = say_when(span, now) if span else None
    if as_json:
        document = {
            "understood": span is not None,
            "start": span.start.isoformat() if span else None,
            "end": span.end.isoformat() if span else None,
            "words": words,
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    elif span:
        click.echo(f"{span.start.isoformat(timespec='minutes')} – {span.end.isoformat(timespec='minutes')}")
        click.echo(words)
    else:
        click.echo("没有听出时间 / no time was understood")


def _read_moment(words: str, zone: ZoneInfo) -> datetime:
    """An ISO 8601 moment in the community's time zone; one without an offset is meant in it."""
    moment: datetime | None
    try:
        moment = datetime.fromisoformat(words)
        moment = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise click.BadParameter(
            f"{words!r}：时刻应如 2026-11-24T09:20，{FIRST_YEAR} 至 {LAST_YEAR} 年 / "
            f"not a moment such as 2026-11-24T09:20 from {FIRST_YEAR} to {LAST_YEAR}",
            param_hint="--now",
        )
    return moment
