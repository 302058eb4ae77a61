"""What the recogniser beside Whisper is told to expect."""

from pathlib import Path

from ivr.understanding.learning.corpus import Example
from ivr.understanding.learning.training import Lesson
from ivr.usual_phrases import write_usual_phrases


def test_all_that_is_learned_and_answers_times_and_numbers_are_usual(tmp_path: Path) -> None:
    path = tmp_path / "learned" / "phrases.txt"
    write_usual_phrases(
        path, Lesson([Example("repair", "repair-1", "水管 漏了")], [], [Example("repair", "repair-2", "阀门坏了")])
    )
    phrases = path.read_text(encoding="utf-8").splitlines()
    wanted = {"水管 漏了", "阀门坏了", "是的", "修好了", "不太好", "礼拜三下午", "下午三点半", "越快越好", "幺三", "三号楼三单元"}
    assert wanted <= set(phrases)
    assert phrases == sorted(set(phrases))
    assert [file.name for file in path.parent.iterdir()] == ["phrases.txt"]
