"""What residents answer in care calls, in sentences that were never learned: worries are found, and win over good news."""

import re

import pytest

from audio.recognizers import HeardIn, Hearing, Hypothesis
from ivr.care_answers.lesson import CORPUS, care_lesson
from ivr.care_answers.meanings import ALL, ANSWERS, CONCERNS, MACHINE
from ivr.care_answers.model import care_model
from ivr.care_answers.understanding import read_answer
from ivr.slots.care_answer import HOW, MEAL, MEDICINE, OPENING
from ivr.understanding.learning.corpus import read_corpus
from ivr.understanding.model import load_model
from ivr.understanding.reading import LearnedUnderstanding
from models.settings import load_settings
from tests.learned import FOLDER, learned_folder

LEAST_OF_EACH = 80


@pytest.fixture(scope="module")
def understanding() -> LearnedUnderstanding:
    learned_folder()
    return LearnedUnderstanding(load_model(care_model(load_settings(demo=True, understanding_dir=FOLDER))))


def said(understanding: LearnedUnderstanding, words: str, likely: frozenset[str] = HOW.likely) -> tuple[str, ...]:
    return read_answer(understanding, Hearing((Hypothesis(words, 0.0),)), likely).said


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("这几天老觉得头重脚轻的，站不稳", "unwell"),
        ("夜里咳得厉害，胸口也闷", "unwell"),
        ("下楼的时候绊了一跤，膝盖肿了", "fell"),
        ("一天到晚没个说话的人", "low"),
        ("我怎么到这儿来的，这是谁家呀", "confused"),
    ],
)
def test_a_worry_is_found_in_words_that_were_never_learned(understanding: LearnedUnderstanding, words: str, meaning: str) -> None:
    assert words not in {example.text for example in read_corpus(CORPUS)}
    assert meaning in said(understanding, words)


@pytest.mark.parametrize("worry", ["就是这两天头有点晕", "就是前两天摔了一跤", "不过药快吃没了"])
@pytest.mark.parametrize("calm", ["我挺好的", "都好，饭也吃得香"])
def test_a_worry_wins_over_good_news(understanding: LearnedUnderstanding, calm: str, worry: str) -> None:
    assert set(said(understanding, f"{calm}，{worry}")) & set(CONCERNS)


@pytest.mark.parametrize("words", ["我身体好得很，谢谢你们", "没病没痛，天天下楼转转", "好着呢，你们放心吧"])
def test_who_is_well_raises_no_worry(understanding: LearnedUnderstanding, words: str) -> None:
    assert not set(said(understanding, words)) & set(CONCERNS)


@pytest.mark.parametrize(
    ("words", "likely", "meaning"),
    [
        ("早上喝了粥，中午吃的面", MEAL.likely, "eaten"),
        ("还没呢，没胃口", MEAL.likely, "not_eaten"),
        ("早上那粒降压的吃了", MEDICINE.likely, "medicine_taken"),
        ("哎呀，今天忘了吃了", MEDICINE.likely, "medicine_missed"),
        ("药没有了，还没去配", MEDICINE.likely, "medicine_out"),
        ("我现在正忙着，晚点再打来", OPENING.likely, "not_now"),
        ("我奶奶出去买东西了", OPENING.likely, "child"),
        ("我是他闺女，我爸在里屋躺着", OPENING.likely, "other_person"),
    ],
)
def test_answers_are_understood(understanding: LearnedUnderstanding, words: str, likely: frozenset[str], meaning: str) -> None:
    assert meaning in said(understanding, words, likely)


def test_what_was_heard_clearly_in_phrases_too_is_understood_by_a_model_that_knows_no_cries(
    understanding: LearnedUnderstanding,
) -> None:
    ways: tuple[HeardIn, ...] = ("plain", "phrases", "phrases_filtered")
    told = tuple(Hypothesis("夜里咳得厉害，胸口也闷", 0.0, heard_in=way) for way in ways)
    assert "unwell" in read_answer(understanding, Hearing(told, clearness=0.8), frozenset()).said


@pytest.mark.parametrize(
    "words", ["您好，您拨打的用户暂时无法接听，请在滴声之后留言", "您好，我是机主的语音助手，他现在不方便接电话"]
)
def test_a_machine_is_nothing_else(understanding: LearnedUnderstanding, words: str) -> None:
    assert said(understanding, words, OPENING.likely) == (MACHINE,)


def test_the_corpus_has_enough_of_everything_and_no_sentence_twice() -> None:
    examples = read_corpus(CORPUS)
    counts = {meaning: sum(example.intent == meaning for example in examples) for meaning in ALL}
    assert {example.intent for example in examples} == ALL
    assert {meaning: count for meaning, count in counts.items() if count < LEAST_OF_EACH} == {}
    plain = [re.sub("[，。？]", "", example.text) for example in examples]
    assert len(plain) == len(set(plain))
    assert all(re.fullmatch(r"[\u4e00-\u9fff，。？]+", example.text) for example in examples)


def test_the_lesson_is_the_same_each_time_and_has_worries_after_good_news() -> None:
    assert care_lesson() == care_lesson()
    assert {example.intent for example in care_lesson().examples} == ALL
    assert ANSWERS < ALL
