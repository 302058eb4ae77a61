"""Sentences put together from frames and the things they are said of: nobody could write down every article there is to buy."""

import random
import tomllib
from pathlib import Path

from ivr.understanding.learning.corpus import CORPUS, CorpusError, Example

FRAMES = CORPUS / "frames"
# Each thing is said in so many of its frames: enough to learn the thing, too few to drown what people really said.
TIMES_SAID = 5


def compose(folder: Path = FRAMES) -> list[Example]:
    """The sentences of all `<intent>.toml`, always the same ones; what is said of one thing is one wording.

    Raises `CorpusError` for a frame without a place for its thing.
    """
    examples: dict[str, Example] = {}
    for path in sorted(folder.glob("*.toml")):
        for group in tomllib.loads(path.read_text(encoding="utf-8"))["group"]:
            if faults := [frame for frame in group["frames"] if "{}" not in frame]:
                raise CorpusError(f"{path.name}: 句子里要有一个 {{}} / a frame needs {{}}: {', '.join(faults)}")
            for thing in group["things"]:
                chance = random.Random(f"{path.stem} {thing}")  # noqa: S311 - chance is for variety here
                for frame in chance.sample(group["frames"], min(TIMES_SAID, len(group["frames"]))):
                    text = frame.replace("{}", thing)
                    examples.setdefault(text, Example(path.stem, f"{path.stem}-{thing}", text))
    return list(examples.values())
