"""`linli rehearse`: let the site's voice say the corpus, and keep what the site's recogniser makes of it."""

import json
import time
from collections.abc import Sequence

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from audio.recognizers import RecognitionError
from audio.synthesizers import SYNTHESIZERS, SynthesisError
from ivr.engine import site_recognizer
from ivr.understanding.learning.corpus import CorpusError, Example, read_corpus
from ivr.understanding.learning.heard_files import HeardFiles
from ivr.understanding.learning.rehearsal import in_order, rehearse
from models.settings import Settings, load_settings


@click.command("rehearse")
@click.option("--most", type=click.IntRange(min=1), help="最多这么多句 / no more than so many sentences")
@click.option("--intent", "key", help="只练这一类 / only the sentences of one intent")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def rehearse_command(*, most: int | None, key: str | None, as_json: bool) -> None:
    """把语料说一遍，记下识别成了什么 / have the corpus said and heard, to learn from (docs/understanding.md).

    Hours for the whole corpus. Ctrl-C ends it at any time; it goes on where it was when it is run again.
    """
    settings = load_settings()
    try:
        examples = _chosen(read_corpus(), key)
        heard = HeardFiles()
    except CorpusError as error:
        raise click.ClickException(str(error)) from error
    sentences = in_order(examples, heard)[:most]
    begun = time.monotonic()
    try:
        done, new, ended = _rehearse(sentences, heard, settings)
    except (SynthesisError, RecognitionError, OSError) as error:
        raise click.ClickException(str(error)) from error
    never = sum(not heard.times(example.text) for example in examples)
    if as_json:
        seconds = round(time.monotonic() - begun, 1)
        document = {"rehearsed": done, "new": new, "never_rehearsed": never, "ended_early": ended, "seconds": seconds}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"✓ 练了 {done} 句，新记 {new} 句，还有 {never} 句没练过 / rehearsed {done}, kept {new}, never rehearsed: {never}")


def _chosen(examples: Sequence[Example], key: str | None) -> Sequence[Example]:
    if key is None:
        return examples
    chosen = [example for example in examples if example.intent == key]
    if not chosen:
        keys = ", ".join(sorted({example.intent for example in examples}))
        raise click.BadParameter(f"语料中没有 / not in the corpus: {key} ({keys})", param_hint="--intent")
    return chosen


def _rehearse(sentences: Sequence[Example], heard: HeardFiles, settings: Settings) -> tuple[int, int, bool]:
    """How many were rehearsed, how many hearings were new, and whether somebody ended it."""
    done = new = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), speed_estimate_period=120) as bar:
        task = bar.add_task("准备 / loading", total=len(sentences))
        try:
            voice = SYNTHESIZERS[settings.synthesizer](settings.prompts_dir)
            workers = settings.recognizer_workers
            recognizer = site_recognizer(settings, workers, patient=True)
            bar.update(task, description="练习 / rehearsing")
            for one in rehearse(sentences, heard, voice, recognizer, workers):
                done += 1
                new += one is not None
                bar.advance(task)
        except KeyboardInterrupt:
            return done, new, True
    return done, new, False


class _Rate(ProgressColumn):
    """Sentences a second of late."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:.1f} 句/s" if speed else "")
