"""`linli train`: learn from the corpus, the catalogue and the operators' corrections what callers mean."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from ivr.care_answers.model import learn_care_answers
from ivr.understanding.learning.corpus import CORPUS, CorpusError
from ivr.understanding.learning.lesson import site_lesson
from ivr.understanding.learning.report import Score, report, worst
from ivr.understanding.learning.training import Progress as Tell
from ivr.understanding.learning.training import fingerprint, train
from ivr.usual_phrases import write_usual_phrases
from linli.facts import site_facts

T = TypeVar("T")


@click.command("train")
@click.option(
    "--report",
    "examined",
    is_flag=True,
    help="另留五分之一的说法不学，拿来考它 / hold back a fifth of the wordings first, and examine it on them",
)
@click.option(
    "--corpus",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=CORPUS,
    help="另一个文件夹里的语料，比如改到一半的 / a corpus in another folder, such as one that is being rewritten",
)
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def train_command(*, examined: bool, corpus: Path, as_json: bool) -> None:
    """学习来电的人是什么意思：语料、服务目录、话务员的更正 / learn what callers mean; takes a few minutes.

    The telephone side takes the new model when it is started next.
    """
    with site_facts() as facts:
        try:
            lesson = site_lesson(facts.session, corpus)
        except CorpusError as error:
            raise click.ClickException(str(error)) from error
        settings = facts.settings
    target = settings.understanding_model
    scores = _with_bar("考试 / examination", lambda tell: report(lesson, tell)) if examined else {}
    model = _with_bar("学习 / learning", lambda tell: train(lesson, tell))
    model.save(target, fingerprint(lesson))
    write_usual_phrases(settings.phrases, lesson)
    _with_bar("关怀电话 / care calls", lambda tell: learn_care_answers(settings, tell))
    if as_json:
        document = {"model": str(target), "examples": len(lesson.examples), "heard": len(lesson.heard), "report": _facts(scores)}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    if scores:
        _print(scores)
    click.echo(f"✓ 学了 {len(lesson.examples)} 句，重新启动后生效 / learned from {len(lesson.examples)} sentences: {target}")


def _with_bar(name: str, work: Callable[[Tell], T]) -> T:
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(name, total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def _facts(scores: Mapping[str, Score]) -> dict[str, dict[str, Any]]:
    return {name: _shares(score) for name, score in scores.items()}


def _shares(score: Score) -> dict[str, float | int | None]:
    return {
        "utterances": score.utterances,
        "right": _share(score.right, score.utterances),
        "accepted": _share(score.accepted, score.utterances),
        "accepted_wrong": _share(score.accepted_wrong, score.utterances),
        "off_topic_accepted": _share(score.off_topic_accepted, score.off_topic),
        "emergency_recall": _share(score.emergencies_found, score.emergencies),
        "false_alarms": _share(score.false_alarms, score.utterances - score.emergencies),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _print(scores: Mapping[str, Score]) -> None:
    table = Table(
        "",
        "句 / asked",
        "对 / right",
        "直接接受 / accepted",
        "其中错 / wrong",
        "闲话被接受 / off topic",
        "求救听出 / emergencies",
        "误报 / false alarms",
    )
    for name, score in scores.items():
        table.add_row(name, *(str(value) if key == "utterances" else _percent(value) for key, value in _shares(score).items()))
    console = Console()
    console.print(table)
    for meant, understood, times in worst(list(scores.values())):
        console.print(f"{meant} → {understood}: {times}", markup=False)


def _percent(value: float | int | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"
