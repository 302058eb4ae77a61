"""How well yes and no are told apart, on the development set where it lies beside the project."""

import csv
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from audio.recognizers import Hearing, Recognizer
from audio.sound import read_wav

DEVELOPMENT = Path(__file__).resolve().parents[3] / "shared" / "speech" / "dev"
YES = "是的 是 对 对的 好的 好 可以 行 没错 嗯 没问题 就这样 要的"
NO = "不对 不是 不 不行 错了 弄错了 不要 不要了 不用 不好 不可以 没有"


def says_no(text: str) -> bool:
    return any(word in text for word in ("不", "错了", "没有"))


def share_of_no(hearing: Hearing) -> float:
    shares = [(says_no(answer.text), math.exp(answer.score)) for answer in hearing.answers]
    return sum(share for no, share in shares if no)


@pytest.mark.skipif(not DEVELOPMENT.is_dir(), reason="the development set is not beside the project")
def test_nine_of_ten_short_answers_are_told_apart(whisper: Recognizer) -> None:
    with (DEVELOPMENT / "manifest.tsv").open(encoding="utf-8") as manifest:
        rows = [
            row
            for row in csv.DictReader(manifest, delimiter="\t")
            if row["intent"] in ("yes", "no") and row["noise"] == "snr20" and row["voice"] in ("fs2south", "tacoelder")
        ]
    with ThreadPoolExecutor(2) as threads:
        hearings = threads.map(
            lambda row: whisper.recognize(read_wav(DEVELOPMENT / row["path"]), answers=[*YES.split(), *NO.split()]), rows
        )
        right = sum((share_of_no(hearing) > 0.5) == (row["intent"] == "no") for row, hearing in zip(rows, hearings, strict=True))
    assert len(rows) == 16
    assert right >= 14
