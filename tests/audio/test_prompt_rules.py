"""The rules for speaking with older callers that can be told from a prompt's words (domain rules 1, 2, 4, 12 and 15)."""

import pytest

from audio.prompts.rules import MOST_CHARACTERS, faults_of

QUESTION = {
    "zh": "您要哪一天来？",
    "en": "Which day?",
    "zh_again": "请您说一天。比如，明天。",
    "en_again": "Please say a day.",
    "zh_help": "您可以说，明天。找话务员，请按零。",
    "en_help": "You can say: tomorrow. For an operator, press zero.",
}


def faults(chinese: str, english: str = "All right.") -> str:
    return "\n".join(faults_of({"zh": chinese, "en": english}))


def test_a_good_question_has_no_faults() -> None:
    assert not list(faults_of(QUESTION))


@pytest.mark.parametrize("lacking", ["en", "zh_again", "en_again", "zh_help", "en_help"])
def test_a_question_without_all_its_wordings_is_a_fault(lacking: str) -> None:
    words = {key: text for key, text in QUESTION.items() if key != lacking}
    assert any(lacking in fault for fault in faults_of(words))


def test_a_wording_in_one_language_only_is_a_fault() -> None:
    assert "en_again" in "\n".join(faults_of({"zh": "好的，记下了。", "en": "Noted.", "zh_again": "好的，记好了。"}))


def test_a_wording_that_nobody_knows_is_a_fault() -> None:
    assert "zh_third" in "\n".join(faults_of(QUESTION | {"zh_third": "还有一种说法。"}))


def test_help_without_an_operator_is_a_fault() -> None:
    assert "zh_help" in "\n".join(faults_of(QUESTION | {"zh_help": "您可以说，明天。"}))


def test_rule_4_two_questions_in_one_prompt_are_a_fault() -> None:
    assert "one question" in faults("您要哪一天来？上午还是下午来？")


@pytest.mark.parametrize(
    "words", ["请按一，要送饭。", "请按一送饭。", "送饭，请按一，理发，请按二。", "按一的话是送饭。", "送饭，请按六。"]
)
def test_rule_2_a_digit_before_its_choice_or_two_in_one_sentence_are_a_fault(words: str) -> None:
    assert "name the choice" in faults(words)


def test_an_english_digit_before_its_choice_is_a_fault() -> None:
    assert "name the choice" in faults("好的，记下了。", "Press one for a meal.")


def test_a_choice_before_its_digit_is_none() -> None:
    assert not faults("要送饭，请按一。理发，请按二。打扫，按三。找话务员，请按零。", "For a meal, press one.")
    assert not faults("请您按一个键。")


def test_rule_1_four_choices_are_a_fault() -> None:
    words = "送饭，请按一。理发，请按二。打扫，请按三。看病，请按三。"
    assert "more than 3" in faults(words)


@pytest.mark.parametrize("words", ["您好。", "好的，记下了。对不起。", "对！"])
def test_rule_12_a_single_word_alone_is_a_fault(words: str) -> None:
    assert "single word" in faults(words)


@pytest.mark.parametrize("words", ["这个月送饭打折，请您放心。", "今天有优惠活动。"])
def test_rule_15_advertising_is_a_fault(words: str) -> None:
    assert "advertising" in faults(words)


def test_rule_15_english_advertising_is_a_fault() -> None:
    assert "advertising" in faults("好的，记下了。", "A special offer for you.")


def test_what_is_too_long_to_follow_is_a_fault() -> None:
    assert "characters" in faults("说" * (MOST_CHARACTERS + 1) + "。")


def test_digits_that_are_not_words_are_a_fault() -> None:
    assert "digits" in faults("请您打 96345 这个电话。")


def test_fields_that_differ_between_the_languages_are_a_fault() -> None:
    assert "fields" in faults("{name}，您好您好。", "Hello.")
