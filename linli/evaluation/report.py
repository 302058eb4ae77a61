"""The figures of an evaluation as tables on the terminal."""

from collections.abc import Callable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from linli.evaluation.figures import Figures
from linli.evaluation.hearing import Result

# Where the output goes to a file there is no width to keep to.
WIDTH = 110

SHARES: Mapping[str, Callable[[Figures], float | None]] = {
    "对\nright": lambda figures: figures.right,
    "错\nwrong": lambda figures: figures.wrong,
    "没听懂\nrejected": lambda figures: figures.rejected,
    "当场，对\nat once,\nright": lambda figures: figures.accepted_right,
    "当场，错\nat once,\nwrong": lambda figures: figures.accepted_wrong,
    "呼救听出\nemergency\nrecall": lambda figures: figures.emergency_recall,
    "误报\nfalse\nalarms": lambda figures: figures.false_alarms,
}
TOTALS: Mapping[str, Callable[[Figures], float | None]] = {
    "对 / right": lambda figures: figures.right,
    "对，开场 / right, in the opening state": lambda figures: figures.right_without_context,
    "错 / wrong": lambda figures: figures.wrong,
    "没听懂 / rejected": lambda figures: figures.rejected,
    "当场受理，对 / accepted at once, right": lambda figures: figures.accepted_right,
    "当场受理，错 / accepted at once, wrong": lambda figures: figures.accepted_wrong,
    "没说清就转人工 / a person brought for a maybe": lambda figures: figures.sent_to_a_person,
    "闲话当场受理 / off-topic talk accepted at once": lambda figures: figures.off_topic_accepted,
    "呼救听出 / emergency recall": lambda figures: figures.emergency_recall,
    "呼救当场听出 / emergency recall, at once": lambda figures: figures.emergency_recall_at_once,
    "误报 / false alarms, of other speech": lambda figures: figures.false_alarms,
    "多问一句 / asked needlessly for danger": lambda figures: figures.needless_questions,
    "噪声误报 / false alarms, on noise alone": lambda figures: figures.false_alarms_on_noise,
}


def print_report(results: Sequence[Result]) -> None:
    """Per voice and noise, then per noise with the totals."""
    console = Console()
    console = Console(width=max(console.width, WIDTH)) if not console.is_terminal else console
    # In the manifest's order, which goes from clean to loud as far as it has one.
    voices = list(dict.fromkeys(result.recorded.voice for result in results))
    noises = list(dict.fromkeys(result.recorded.noise for result in results))
    table = Table(
        "声音\nvoice", "噪声\nnoise", "文件\nfiles", *SHARES, "秒\nseconds", title="% · 每种声音 / per voice", box=box.SIMPLE
    )
    for voice in voices:
        for noise in noises:
            some = [one for one in results if (one.recorded.voice, one.recorded.noise) == (voice, noise)]
            if some:
                table.add_row(Text(voice), Text(noise), *_cells(Figures(some), SHARES))
        table.add_section()
    console.print(table)
    console.print(_totals(results, noises))


def _totals(results: Sequence[Result], noises: Sequence[str]) -> Table:
    groups = [Figures([one for one in results if one.recorded.noise == noise]) for noise in noises] + [Figures(results)]
    table = Table("%", *(escape(noise) for noise in noises), "全部 / all", title="每种噪声 / per noise", box=box.SIMPLE)
    for name, share in TOTALS.items():
        table.add_row(name, *(_percent(share(figures)) for figures in groups))
    table.add_row("秒，中位 / seconds, median", *(_seconds(figures.seconds(50)) for figures in groups))
    table.add_row("秒，95% / seconds, 95th percentile", *(_seconds(figures.seconds(95)) for figures in groups))
    table.add_row("文件 / files", *(str(figures.files) for figures in groups))
    return table


def _cells(figures: Figures, shares: Mapping[str, Callable[[Figures], float | None]]) -> list[str]:
    return [str(figures.files), *(_percent(share(figures)) for share in shares.values()), _seconds(figures.seconds(50))]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _seconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{seconds:.2f}"
