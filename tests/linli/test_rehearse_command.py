"""`linli rehearse` refuses what is not in the corpus before it loads any engine."""

import pytest
from click.testing import CliRunner

from linli.cli import linli


@pytest.mark.parametrize("words", [["--intent", "gardening"], ["--most", "0"], ["--most", "few"]])
def test_a_wrong_choice_is_told_and_ends_with_2(words: list[str]) -> None:
    result = CliRunner().invoke(linli, ["rehearse", *words, "--json"], env={"LINLI_DEMO": "true"})
    assert result.exit_code == 2
    assert words[0] in result.stderr
    assert result.stdout == ""


def test_the_intents_there_are_are_named() -> None:
    result = CliRunner().invoke(linli, ["rehearse", "--intent", "gardening"], env={"LINLI_DEMO": "true"})
    assert "emergency" in result.stderr
    assert "cleaning" in result.stderr
