"""The list of recorded callers: what each file says, and what is meant by it."""

import csv
from dataclasses import dataclass
from pathlib import Path

from audio.sound import SoundError, read_wav

COLUMNS = ("path", "text", "intent", "voice", "noise")
# What should be understood as nothing: talk about other things, and no talk at all.
NOTHING_MEANT = frozenset({"none", "noise", ""})
# Questions and answers that need a context, each heard in the state that asks for it.
IN_CONTEXT = frozenset({"yes", "no", "time", "number", "address"})


class ManifestError(Exception):
    """The manifest cannot be used; the message names each line and its fault."""


@dataclass(frozen=True)
class Recorded:
    """One file: `path` as the manifest writes it, `file` where it is; `text` is empty where nobody speaks."""

    path: str
    file: Path
    text: str
    intent: str
    voice: str
    noise: str

    @property
    def is_speech(self) -> bool:
        """Whether anybody speaks in it."""
        return bool(self.text) and self.intent != "noise"


def read_manifest(manifest: Path) -> list[Recorded]:
    """Every file of a tab-separated manifest, each of them looked into; raises `ManifestError` with every fault."""
    try:
        with manifest.open(encoding="utf-8-sig", newline="") as file:
            lines = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [column for column in COLUMNS if column not in (lines.fieldnames or ())]
            if missing:
                raise ManifestError(f"第 1 行：缺少列 {'、'.join(missing)} / line 1: no column {', '.join(missing)}")
            rows = [(lines.line_num, row) for row in lines]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ManifestError(f"无法读取 / cannot be read: {error}") from error
    if not rows:
        raise ManifestError("没有文件 / it lists no files")
    faults = [f"第 {number} 行：{fault}" for number, row in rows if (fault := _fault_of(row, manifest.parent))]
    if faults:
        raise ManifestError("\n".join(faults))
    return [Recorded(file=manifest.parent / row["path"], **{name: row[name] for name in COLUMNS}) for _, row in rows]


def spread(files: list[Recorded], limit: int) -> list[Recorded]:
    """So many of the files, evenly from first to last: a manifest is often sorted."""
    return [files[at * len(files) // limit] for at in range(limit)] if limit < len(files) else files


def _fault_of(row: dict[str, str | None], folder: Path) -> str:
    short = [name for name in COLUMNS if row[name] is None]
    if short:
        return f"缺少 {'、'.join(short)} / nothing for {', '.join(short)}"
    path = folder / str(row["path"])
    if not path.is_file():
        return f"没有这个文件 / there is no file {row['path']!r}"
    try:
        sound = read_wav(path)
    except SoundError as error:
        return str(error)
    return "" if sound else f"文件里没有声音 / there is no sound in {row['path']!r}"
