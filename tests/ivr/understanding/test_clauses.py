"""Several wishes in one sentence, told apart by the learned model: in the corpus, and in sentences that it has never met."""

from collections.abc import Iterable

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.slots.request import REQUESTS
from ivr.understanding.clauses import wishes_in
from ivr.understanding.learning.corpus import Example, read_corpus
from ivr.understanding.reading import LearnedUnderstanding
from models.demo import read_demo

# The first test waits for a model to be learned, where there is none yet.
pytestmark = pytest.mark.timeout(900)

POSSIBLE = {service.key for service in read_demo().services} | REQUESTS
# Written after the corpus.
TWO = {
    "马桶不下水了，再帮我买两斤鸡蛋": ("repair", "shopping"),
    "想请人来擦擦窗子，顺便把被套拿去洗": ("cleaning", "laundry"),
    "中午送一份饭来，还有电费也该交了": ("meal", "payment"),
    "先给我理个发，再洗个澡": ("haircut", "bath"),
    "血压药没了，给我送一盒，另外屋里也要扫一扫": ("medicine", "cleaning"),
    "我后天要去医院，找个人陪，还有冰箱也不制冷了": ("escort", "appliance"),
    "水费帮我交一下，再订个晚饭": ("payment", "meal"),
    "洗衣机坏了来修修，顺便带一袋大米": ("appliance", "shopping"),
    "找人来做卫生，完了给我闺女打个电话": ("cleaning", "contact"),
    "昨天订的饭退掉，再给我买点青菜": ("cancel", "shopping"),
    "我的药送到哪了，顺便再订一份午饭": ("query", "meal"),
    "灯泡坏了换一个，老年证也帮我办一办": ("repair", "gov"),
    "我想立个遗嘱问问律师，另外水龙头也漏了": ("legal", "repair"),
    "给我妈擦擦身子，头发也剪一剪": ("bath", "haircut"),
    "床单拿去洗，再送两份饺子": ("laundry", "meal"),
    "买包盐，还要一盒感冒药": ("shopping", "medicine"),
}
ONE = [
    "家里没米了，也没人给我买，你们买一袋送来吧",
    "我一个人，腿脚也不好，想找个人陪我去看病",
    "水管又漏了，上回修过，还是不行，再来修一次",
    "头发长得盖耳朵了，还痒，叫人来剪剪",
    "饭还要再热一点的，中午送一份",
    "我儿子也不在家，电费单子来了还没交",
    "先别急，我想想，就是想请人打扫一下",
    "降压药也吃完了，再给我送两盒",
    "空调开了半天也不冷，还滴水，给看看",
    "被子潮了，还有股味儿，拿去洗洗",
]


def found(learned: LearnedUnderstanding, text: str) -> dict[str, str]:
    """The wishes that a conversation would come to."""
    intent = learned.mean(Hearing((Hypothesis(text, 0.0),))).intent
    return wishes_in(learned, text, intent, POSSIBLE) if intent in POSSIBLE else {}


def share(are: Iterable[bool]) -> float:
    """How many of them, 0 to 1."""
    told = list(are)
    return sum(told) / len(told)


def test_of_new_sentences_three_in_four_are_told_apart_and_begin_with_the_first_wish(learned: LearnedUnderstanding) -> None:
    wishes = {text: list(found(learned, text)) for text in TWO}
    wrong = {text: one for text, one in wishes.items() if tuple(one) != TWO[text]}
    assert share(text not in wrong for text in TWO) >= 0.75, wrong


def test_of_the_corpus_half_are_told_apart(learned: LearnedUnderstanding) -> None:
    several = [one for one in read_corpus() if one.also and {one.intent, *one.also} <= POSSIBLE][::4]
    assert len(several) > 40
    assert share(set(found(learned, one.text)) == {one.intent, *one.also} for one in several) >= 0.5


def test_one_wish_is_hardly_ever_taken_for_two(learned: LearnedUnderstanding) -> None:
    single = [one.text for one in read_corpus() if not one.also and one.intent in POSSIBLE][::20]
    assert share(len(found(learned, text)) > 1 for text in single) <= 0.02
    assert sum(len(found(learned, text)) > 1 for text in ONE) <= 2  # each has a reason that sounds like a wish


def test_every_further_wish_of_the_corpus_is_an_intent() -> None:
    examples: list[Example] = read_corpus()
    assert {further for one in examples for further in one.also} <= {one.intent for one in examples}


def test_each_wish_has_its_own_words(learned: LearnedUnderstanding) -> None:
    wishes = found(learned, "明天上午来打扫卫生，再订两份午饭，要软一点的")
    assert wishes == {"cleaning": "明天上午来打扫卫生", "meal": "再订两份午饭，要软一点的"}
    assert found(learned, "马桶堵了再帮我买两斤鸡蛋") == {"repair": "马桶堵了", "shopping": "再帮我买两斤鸡蛋"}
