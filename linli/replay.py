"""`linli replay`: a recorded call again, offline, and where today's code decides otherwise."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager

import click

from audio.recognizers import RecognitionError
from audio.recognizers.pool import RecognitionPool
from ivr.engine import site_recognizer
from ivr.hearing_along import Ear
from ivr.replay.errors import ReplayError
from ivr.replay.replaying import recorded_call, rehear, replay
from ivr.understanding.meaning import Understanding
from ivr.understanding.model import ModelError, load_model
from ivr.understanding.reading import LearnedUnderstanding
from linli.facts import site_facts
from linli.replay_report import print_replay, print_turn, replay_document, turn_document
from models.settings import Settings

# Nobody waits on the line.
RECOGNISED_WITHIN_S = 120.0


@click.command("replay")
@click.argument("call_id", metavar="CALL", type=click.IntRange(1, 2**31 - 1))
@click.option(
    "--turn",
    "number",
    metavar="N",
    type=click.IntRange(min=1),
    help="只把来电人的第 N 句再听一遍 / hear only the caller's turn N",
)
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
def replay_command(call_id: int, number: int | None, *, as_json: bool) -> None:
    """用今天的程序重听一次来电 / CALL again with today's code: what would be decided otherwise.

    CALL is a number that `linli calls` shows. Nothing is ordered, sent or changed.
    """
    try:
        with site_facts() as facts:
            call = recorded_call(facts.session, call_id, facts.settings.recordings_dir)
        with todays_hearing(facts.settings) as (ear, understanding):
            if number is not None:
                turn = asyncio.run(rehear(call, number, ear, understanding, facts.zone))
            else:
                again = replay(call, ear, understanding, facts.zone)
    except (ReplayError, ModelError, RecognitionError) as error:
        raise click.ClickException(str(error)) from error
    if number is not None and as_json:
        document = {"call": call_id, "turns": [turn_document(number, turn)], "diverged_at": None}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    elif number is not None:
        print_turn(number, turn)
    elif as_json:
        click.echo(json.dumps(replay_document(again), ensure_ascii=False, indent=2))
    else:
        print_replay(again)


@contextmanager
def todays_hearing(settings: Settings) -> Iterator[tuple[Ear, Understanding]]:
    """The recogniser and the understanding that the site's calls have; raises `ModelError` or `RecognitionError`."""
    understanding = LearnedUnderstanding(load_model(settings.understanding_model))
    workers = settings.recognizer_workers
    ear = RecognitionPool(site_recognizer(settings, workers, patient=True), workers, RECOGNISED_WITHIN_S, RECOGNISED_WITHIN_S)
    try:
        yield ear, understanding
    finally:
        ear.close()
