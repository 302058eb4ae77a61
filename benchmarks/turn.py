"""How soon Linli answers: real calls, measured in what the caller's own telephone recorded.

Each caller says whole answers and hesitant ones, with a pause of one second inside or an end that is none. The latency of an
answer is from the caller's last sound to our first. The callers' sentences are spoken beforehand: no voice competes with a call.
"""

import json
import os
import platform
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from audio.loudness import trim_silence  # noqa: E402
from audio.sound import FRAME_BYTES, FRAME_MS, from_samples, silence, to_samples  # noqa: E402
from audio.synthesizers import SYNTHESIZERS  # noqa: E402
from linli.softphone import Identity, Softphone  # noqa: E402
from linli.softphone.call import Call  # noqa: E402
from linli.softphone.errors import CallOver, WaitedTooLong  # noqa: E402
from linli.softphone.hearing import LOUD_RMS, Span  # noqa: E402
from models.secrets import own_secret  # noqa: E402
from models.settings import Settings  # noqa: E402
from tests.own_stack import own_stack  # noqa: E402

PAUSE = "……"
PAUSE_S = 1.0
PROMPT_WITHIN_S = 30
# People do not dial in the same instant: callers who are there together began within this time of each other.
DIALLED_WITHIN_S = 8.0
ANSWERED_WITHIN_S = 15
# Each call is one order: what, when, yes, nothing more. The pauses are of one second.
SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("我家水管漏水了，找人来修一下", "明天上午九点", "是的", "没有了"),
    ("我想找人……来打扫卫生", "后天……下午三点", "对的", "不用了"),
    ("帮我交一下电费", "明天下午两点", "没错", "没有了，谢谢"),
    ("我想请你们那个……上门来给我理个头发", "下个星期二……上午十点吧", "好的，可以", "没有了"),
    ("明天中午给我送一份饭", "是的", "没有了"),
    ("我想找人", "那个……我家的灯坏了，要修一修", "明天……上午", "是的"),
)
HESITANT = ("我想找人", "明天……上午")
# Residents of the demo, each alone on their telephone.
NUMBERS = [f"138000000{number:02d}" for number in (1, 8, 20, 23, 24, 2, 6, 7)]


@dataclass(frozen=True)
class Answer:
    """One answer of a caller's: seconds to our first sound after it, None when none came; split when we spoke inside it."""

    words: str
    whole: bool
    latency_s: float | None
    split: bool


@click.command()
@click.option("--calls", default=(1, 8), multiple=True, type=int, help="同时多少个电话 / calls at once")
@click.option("--answers", default=12, help="每种至少多少句回答 / answers for each number of calls, at least")
@click.option("--keep", type=click.Path(path_type=Path), help="把通话记录的数据库留在这里 / keep the calls' database here")
@click.option("--json", "as_json", is_flag=True, help="输出一份 JSON / print one JSON document")
def main(calls: Sequence[int], answers: int, keep: Path | None, as_json: bool) -> None:
    """量一量：老人说完到邻里开口要多久 / from the caller's last sound to our first, on real calls."""
    console = Console(stderr=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # also then nothing is left running
    with own_stack(console.print) as stack, Progress(console=console) as progress:
        settings = stack.settings
        sounds = speak_all(settings, progress)
        measured = {}
        for at_once in calls:
            task = progress.add_task(f"{at_once} 个电话 / calls", total=None)
            measured[at_once] = list(place_calls(settings, sounds, at_once, answers, lambda: progress.advance(task)))  # noqa: B023
            progress.update(task, total=1, completed=1)
        if keep:
            keep_calls(settings, keep)
    if as_json:
        document = {str(at_once): [asdict(answer) for answer in heard] for at_once, heard in measured.items()}
        click.echo(json.dumps({"machine": the_machine(), "calls": document}, ensure_ascii=False, indent=2))
    else:
        show(measured)


def keep_calls(settings: Settings, kept: Path) -> None:
    """Copy the database, in which every turn is written down."""
    with sqlite3.connect(settings.data_dir / "linli.db") as calls, sqlite3.connect(kept) as copy:
        calls.backup(copy)


def speak_all(settings: Settings, progress: Progress) -> dict[str, bytes]:
    """The sound of every sentence, silent neither before nor after it."""
    voice = SYNTHESIZERS[settings.synthesizer](settings.prompts_dir)
    sentences = sorted({sentence for script in SCRIPTS for sentence in script})
    return {
        sentence: silence(PAUSE_S).join(trimmed(voice.speak(part)) for part in sentence.split(PAUSE))
        for sentence in progress.track(sentences, description="来电人的话 / what callers say")
    }


def trimmed(sound: bytes) -> bytes:
    """Without the silence around it."""
    return from_samples(trim_silence(to_samples(sound), margin_s=0))


def place_calls(
    settings: Settings, sounds: dict[str, bytes], at_once: int, answers: int, done: Callable[[], None]
) -> Iterator[Answer]:
    """Keep so many calls up until there are enough answers."""
    least = max(at_once, -(-answers // min(len(script) for script in SCRIPTS)))
    scripts = list(islice(cycle(SCRIPTS), least))
    chance = random.Random(1)
    waits_s = [chance.uniform(0, DIALLED_WITHIN_S) if at_once > 1 else 0.0 for _ in scripts]

    def one(number: int) -> list[Answer]:
        time.sleep(waits_s[number])
        heard = hold_call(settings, NUMBERS[number % len(NUMBERS)], scripts[number], sounds)
        done()
        return heard

    with ThreadPoolExecutor(at_once) as callers:
        for heard in callers.map(one, range(least)):
            yield from heard


def hold_call(settings: Settings, number: str, script: Sequence[str], sounds: dict[str, bytes]) -> list[Answer]:
    """One call: wait for each prompt's end, answer it, and see when the next one begins."""
    answers = []
    carrier = Identity(number, username="carrier-demo", secret=own_secret(settings, "carrier-demo"))
    with Softphone(f"127.0.0.1:{settings.sip_port}", carrier) as phone:
        call = phone.dial(settings.hotline_number)
        call.wait_answered(ANSWERED_WITHIN_S)
        try:
            for words in script:
                call.wait_prompt_end(PROMPT_WITHIN_S)
                said = call.say(sounds[words])
                answers.append(measure(call, words, said, len(sounds[words]) / 16_000))
            call.hang_up()
        except (CallOver, WaitedTooLong):
            pass
    return answers


def measure(call: Call, words: str, said: Span, length_s: float) -> Answer:
    """How long we were silent after an answer, by what the phone heard."""
    end_s = said.start_s + length_s
    whole = PAUSE not in words and words not in HESITANT
    call.phone.wait_for(lambda: first_sound_s(call, end_s) is not None or call.ended, ANSWERED_WITHIN_S)
    began_s = first_sound_s(call, end_s)
    spoke_inside = first_sound_s(call, said.start_s, end_s) is not None
    return Answer(words, whole, None if began_s is None else round(began_s - end_s, 3), spoke_inside)


def first_sound_s(call: Call, from_s: float, until_s: float | None = None) -> float | None:
    """When we were first heard in this stretch."""
    first = int(from_s * 1000 / FRAME_MS)
    last = None if until_s is None else int(until_s * 1000 / FRAME_MS) * FRAME_BYTES
    sound = call.heard[first * FRAME_BYTES : last]
    frames = np.frombuffer(sound, "<i2").reshape(-1, FRAME_BYTES // 2).astype(np.float32)
    loud = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) >= LOUD_RMS)
    return (first + int(loud[0])) * FRAME_MS / 1000 if loud.size else None


def show(measured: dict[int, list[Answer]]) -> None:
    """A table, and the answers that were split."""
    console = Console()
    table = Table(title=the_machine())
    for column in (
        "同时 / calls",
        "回答 / answers",
        "完整 / whole p50",
        "p95",
        "全部 / all p50",
        "p95",
        "无应 / none",
        "拆开 / split",
    ):
        table.add_column(column, justify="right")
    for at_once, answers in measured.items():
        whole = [answer.latency_s for answer in answers if answer.whole and answer.latency_s is not None]
        every = [answer.latency_s for answer in answers if answer.latency_s is not None]
        quantiles = [f"{np.percentile(those, share):.2f} s" if those else "–" for those in (whole, every) for share in (50, 95)]
        split = sum(answer.split for answer in answers)
        table.add_row(str(at_once), str(len(answers)), *quantiles, str(len(answers) - len(every)), str(split))
    console.print(table)
    for answers in measured.values():
        for answer in answers:
            if answer.split:
                console.print(f"拆开 / split: {answer.words}")


def the_machine() -> str:
    """What it was measured on."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} CPUs, {memory_gib:.0f} GiB, {platform.platform()}, load {os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    main()
