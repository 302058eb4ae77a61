"""The catalogue of prompts: three wordings as data, and the rules that hold for words alone."""

from pathlib import Path

import pytest

from audio.pace import CHARACTERS_A_MINUTE, count_characters
from audio.prompts.catalogue import CatalogueError, Wording, greetings_known_ahead, load_catalogue, sentences_known_ahead
from audio.prompts.sentences import split_sentences

CATALOGUE = load_catalogue()
QUESTIONS = [name for name, wording, words in CATALOGUE.wordings() if wording is Wording.FIRST and "？" in words]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_has_a_simpler_second_wording_and_help_that_names_the_operators_key(name: str) -> None:
    for language in ("zh", "en"):
        words = CATALOGUE.prompts[name].words[language]
        assert len({words[wording] for wording in Wording}) == 3
    assert CATALOGUE.prompts[name].words["zh"][Wording.HELP].endswith("找话务员，请按零。")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_prompt_asks_two_questions(language: str) -> None:
    for name, wording, words in CATALOGUE.wordings(language):
        assert words.count("？") + words.count("?") <= 1, wording.after(name)


@pytest.mark.parametrize("name", ["queue_welcome", "queue_wait", "sos_help_coming"])
def test_what_asterisk_plays_by_itself_is_fixed(name: str) -> None:
    assert name in CATALOGUE.fixed()


def test_that_help_is_coming_is_said_within_ten_seconds() -> None:
    """With the ten seconds of ringing that follow it is heard every 20 s (musiconhold.conf)."""
    assert count_characters(CATALOGUE.fixed()["sos_help_coming"]) * 60 / CHARACTERS_A_MINUTE < 9.5


def test_fields_are_filled_in() -> None:
    assert CATALOGUE.text("welcome_resident", resident="王奶奶").startswith("王奶奶，")
    assert CATALOGUE.text("welcome_resident", language="en", resident="Wang").startswith("Hello Wang")


def test_a_prompt_is_worded_anew_the_second_time() -> None:
    assert CATALOGUE.text("when", service="理发") == "好的，理发。请问您要什么时候？"
    assert CATALOGUE.text("when", wording=Wording.AGAIN, service="理发") == "请说一个日子和时间。比如，明天上午九点。"
    assert CATALOGUE.text("when", "en", Wording.HELP).startswith("You can say")


def test_a_statement_is_said_again_as_it_is() -> None:
    assert CATALOGUE.text("note_taken", wording=Wording.AGAIN) == CATALOGUE.text("note_taken")


def test_a_field_or_prompt_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        CATALOGUE.text("welcome_resident")
    with pytest.raises(KeyError):
        CATALOGUE.text("no_such_prompt")


def test_braces_in_a_name_stay_as_they_are() -> None:
    assert "{0.__class__}" in CATALOGUE.text("welcome_resident", resident="{0.__class__}")


def test_every_wording_without_fields_can_be_recorded_under_its_own_name() -> None:
    fixed = CATALOGUE.fixed()
    assert {"welcome", "welcome_again", "welcome_help", "when_again"} <= set(fixed)
    assert "when" not in fixed


def test_what_is_said_after_a_wish_begins_with_a_sentence_that_is_known_ahead() -> None:
    question = {"zh": "请问要几份？", "zh_again": "请说个数。比如，两份。"}
    ahead = sentences_known_ahead(CATALOGUE, {"理发": {}, "送餐": question})
    assert {"还是理发。", "还是送餐。", "您是要理发，对吗？", "送餐，我们马上联系师傅，请您放心。"} <= set(ahead)
    assert ahead[-3:] == ["请问要几份？", "请说个数。", "比如，两份。"]
    for name in ("read_back", "confirm_service", "when", "order_placed", "cancelled", "order_kept", "order_stands_placed"):
        words = CATALOGUE.text(name, **dict.fromkeys(CATALOGUE.prompts[name].fields, "送餐"))
        assert split_sentences(words)[0] in ahead, name
    assert "对，请按一。" in ahead


def test_what_greets_a_resident_is_known_ahead() -> None:
    assert greetings_known_ahead(CATALOGUE, ["王奶奶"]) == [
        split_sentences(CATALOGUE.text("welcome_resident", resident="王奶奶"))[0]
    ]


def test_every_fault_of_a_catalogue_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text('[one]\nzh = "您好，这是一个。"\n[two]\nzh = "{name}，您好您好。"\nen = "two"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"(?s)one.*two"):
        load_catalogue(path)
