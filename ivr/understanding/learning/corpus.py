"""The corpus: what people say, by what they mean by it. One file an intent, and what recognisers made of them."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CORPUS = Path(__file__).parent.parent / "corpus"
HEARD = CORPUS / "heard"
COLUMNS = ("intent", "wording", "text", "also")
HEARD_COLUMNS = ("intent", "wording", "text", "noise_db", "heard")


class CorpusError(Exception):
    """The corpus cannot be learned from; the message names every line at fault."""


@dataclass(frozen=True)
class Example:
    """One utterance and its intent. Examples of one `wording` are paraphrases, and stay together where data are split.

    `also` are the further intents of an utterance that wishes for several things.
    """

    intent: str
    wording: str
    text: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Misheard:
    """What a recogniser made of an example: its hypotheses, the likeliest first, on a line so noisy (None: a clean one)."""

    example: Example
    heard: tuple[str, ...]
    noise_db: int | None


def read_corpus(folder: Path = CORPUS) -> list[Example]:
    """All examples; raise `CorpusError` with every fault."""
    faults: list[str] = []
    examples: dict[str, Example] = {}
    for path in sorted(folder.glob("*.tsv")):
        for number, row in enumerate(_rows(path, COLUMNS), start=2):
            example = Example(row["intent"], row["wording"], row["text"], tuple(filter(None, row["also"].split(","))))
            if not all((example.intent, example.wording, example.text)):
                faults.append(f"{path.name}:{number}: 缺少内容 / something is missing")
            elif examples.get(example.text, example).intent != example.intent:
                faults.append(f"{path.name}:{number}: 同一句话两个意思 / one text, two intents: {example.text}")
            examples.setdefault(example.text, example)
    if faults:
        raise CorpusError("\n".join(faults))
    return list(examples.values())


def read_heard(folder: Path = HEARD) -> list[Misheard]:
    """What recognisers made of the corpus; of sentences that have left the corpus too, which the caller may sort out."""
    return [
        Misheard(
            Example(row["intent"], row["wording"], row["text"]),
            tuple(row["heard"].split("|")),
            int(row["noise_db"]) if row["noise_db"] else None,
        )
        for path in sorted(folder.glob("*.tsv"))
        for row in _rows(path, HEARD_COLUMNS)
    ]


def write_heard(path: Path, misheard: Iterable[Misheard]) -> None:
    """Write a file that `read_heard` reads; a reader, and whoever ends this half-way, finds it whole or as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with unfinished.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE, quotechar=None)
        lines.writerow(HEARD_COLUMNS)
        for one in misheard:
            example = one.example
            noise = "" if one.noise_db is None else one.noise_db
            lines.writerow((example.intent, example.wording, example.text, noise, "|".join(one.heard)))
    unfinished.replace(path)


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if tuple(rows.fieldnames or ()) != columns:
            raise CorpusError(f"{path.name}: 表头应为 / the header should be: {' '.join(columns)}")
        yield from rows
