"""`linli evaluate`: how well recorded callers are heard and understood."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sqlalchemy.exc import SQLAlchemyError

from audio.recognizers import RecognitionError
from audio.recognizers.pool import RecognitionPool
from audio.sound import SoundError, silence
from ivr.engine import site_recognizer
from ivr.understanding.intents import WAIT
from ivr.understanding.learning.corpus import CorpusError
from ivr.understanding.model import ModelError, load_model
from ivr.understanding.reading import LearnedUnderstanding
from ivr.understanding.services import Catalogue
from linli.documents import Document
from linli.evaluation.figures import confusions
from linli.evaluation.hearing import Result, hear
from linli.evaluation.manifest import ManifestError, Recorded, read_manifest, spread
from linli.evaluation.picture import draw_confusions
from linli.evaluation.report import print_report
from linli.evaluation.site import prepare_site
from linli.evaluation.states import Decided, states
from models.settings import Settings, load_settings

# Nobody waits on the line: a recogniser on a busy machine may take its time, and is still what a call would have.
RECOGNISED_WITHIN_S = 120.0
# 今天晚饭以前 is past in the evening, and rightly not understood: figures shall not depend on the hour at which they are taken.
CALLED_AT = 9
# One question for the caller (something is broken), two skills for us; those who list callers' intents need not know of both.
ONE_QUESTION = {"appliance": "repair"}
PICTURE = Path("evaluation.png")


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="标准输出为一个 JSON 文档 / one JSON document on standard output")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help=f"混淆表存为图片，默认 {PICTURE}，与 --json 同用时默认不画 / draw the confusion table here; "
    f"by default {PICTURE}, and with --json none",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), help="同时听几个文件 / how many files at once; by default recognizer_workers"
)
@click.option("--limit", type=click.IntRange(1), help="只听其中几个，均匀选取 / only so many of the files, evenly chosen")
def evaluate(manifest: Path, *, as_json: bool, picture: Path | None, workers: int | None, limit: int | None) -> None:
    """用录音检验听懂多少 / How well the recorded callers of MANIFEST are understood (docs/evaluating.md)."""
    try:
        recorded = read_manifest(manifest)
    except ManifestError as error:
        raise click.BadParameter(f"{manifest}\n{error}", param_hint="MANIFEST") from error
    settings = load_settings()
    try:
        catalogue = prepare_site(settings)
        results = hear_all(spread(recorded, limit or len(recorded)), settings, catalogue, workers or settings.recognizer_workers)
    except (ModelError, RecognitionError, SoundError, CorpusError, OSError, SQLAlchemyError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps({"files": [_document(result) for result in results]}, ensure_ascii=False, indent=2))
    else:
        print_report(results)
    if picture or not as_json:
        try:
            draw_confusions(confusions(results), picture or PICTURE)
        except OSError as error:
            raise click.ClickException(f"图片存不了 / the picture cannot be written: {error}") from error
        click.echo(f"混淆表 / confusion table: {picture or PICTURE}", err=True)


def hear_all(recorded: Sequence[Recorded], settings: Settings, catalogue: Catalogue, workers: int) -> list[Result]:
    """Hear every file, so many at once, by the site's recogniser and understanding; raises `ModelError` or `RecognitionError`."""
    understanding = LearnedUnderstanding(load_model(settings.understanding_model))
    engine = site_recognizer(settings, workers, patient=True)
    engine.recognize(silence(1))  # the first time takes longer
    now = datetime.now(ZoneInfo(settings.timezone)).replace(hour=CALLED_AT, minute=0, second=0, microsecond=0)
    asked = states(catalogue, now)
    names = {one.intent for one in recorded}

    async def work(bars: Progress, task: TaskID) -> list[Result]:
        ear = RecognitionPool(engine, workers, RECOGNISED_WITHIN_S, RECOGNISED_WITHIN_S)
        places = asyncio.Semaphore(workers)

        async def hear_one(one: Recorded) -> Result:
            async with places:
                result = await hear(one, asked.get(one.intent, asked[""]), ear, understanding, now)
            bars.advance(task)
            return named_as_in(names, result)

        try:
            return await asyncio.gather(*(hear_one(one) for one in recorded))
        finally:
            ear.close()

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        return asyncio.run(work(bars, bars.add_task("听录音 / hearing", total=len(recorded))))


def named_as_in(names: set[str], result: Result) -> Result:
    """The result with its intent called as the manifest calls it."""
    understood = result.understood
    if understood is None or understood in names:
        return result
    if understood == WAIT:  # who asks for a moment is given it: nothing is wished for, and nothing done
        return replace(result, understood=None, decision=Decided.AGAIN)
    return replace(result, understood=ONE_QUESTION.get(understood, understood))


def _document(result: Result) -> Document:
    recorded = result.recorded
    return {
        "path": recorded.path,
        "intent": recorded.intent,
        "voice": recorded.voice,
        "noise": recorded.noise,
        "understood": result.understood,
        "decision": result.decision.value,
        "transcript": result.transcript,
        "seconds": result.seconds,
    }
