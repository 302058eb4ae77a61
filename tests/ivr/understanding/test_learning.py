"""What is learned: new wordings are understood, doubt is honest, and a site can teach more."""

from collections.abc import Callable
from pathlib import Path

import pytest

from audio.recognizers import Hearing, Hypothesis
from ivr.understanding.intents import EMERGENCY, NO, NONE, YES
from ivr.understanding.learning.corpus import Example, read_corpus
from ivr.understanding.learning.lesson import site_lesson
from ivr.understanding.learning.training import Lesson, fingerprint, train
from ivr.understanding.meaning import Decision, Meaning
from ivr.understanding.model import ModelError, fingerprint_of, load_model
from ivr.understanding.reading import LearnedUnderstanding, Thresholds
from models.calls import Call, Turn
from models.corrections import Correction
from models.database import SessionMaker
from models.demo import load_demo
from models.services import Service
from models.settings import Settings
from tests.learned import learned_folder

# The first test waits for a model to be learned, where there is none yet.
pytestmark = pytest.mark.timeout(900)

Mean = Callable[..., Meaning]

# Written after the corpus, and in none of its words on purpose.
NEW_SENTENCES = {
    "洗手池底下老是滴答滴答的，盆都接满了": "repair",
    "大门的锁芯卡死了，钥匙拧不动": "repair",
    "空调一开就嗡嗡响，屋里还是热": "appliance",
    "我这屋好些日子没拖过地了，找个人来弄弄": "cleaning",
    "有一床棉被要拿去洗": "laundry",
    "我一个人不敢进浴室，想有个人搭把手洗一洗": "bath",
    "中午别给我做太硬的，送一份软和的饭过来": "meal",
    "家里盐和面条都吃光了，替我捎一点": "shopping",
    "降糖的药只剩两片了，能给我送来吗": "medicine",
    "下周三要去复查，没人陪我去": "escort",
    "这两天血糖忽高忽低的，要不要紧啊": "health",
    "胡子头发都长得没样子了，请个师傅上家里来剪剪": "haircut",
    "燃气费该交了，我不会弄手机": "payment",
    "高龄补贴去哪里申请": "gov",
    "儿子不养我，我能不能告他": "legal",
    "你别跟我说了，给我找个活人": "operator",
    "昨天约的那个不用来了": "cancel",
    "师傅走到哪儿了呀": "query",
    "替我拨个电话给老大": "contact",
    "老爷子在卫生间滑倒了，动不了": "emergency",
    "厨房烧起来了，全是烟": "emergency",
    "胸口像压了块石头，透不过气来": "emergency",
}
OFF_TOPIC = ["今天这个天气真不错", "你是哪里人啊", "我孙子考上大学了", "昨天电视里那个戏真好看", "喂，是老李家吗"]


def test_new_wordings_are_understood(mean: Mean) -> None:
    wrong = {text: mean(text).intent for text, intent in NEW_SENTENCES.items() if mean(text).intent != intent}
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize("said", OFF_TOPIC)
def test_talk_about_nothing_we_do_is_not_accepted(mean: Mean, said: str) -> None:
    assert mean(said).decision is not Decision.ACCEPT


@pytest.mark.parametrize("said", ["", "呃", "Thank you", "。"])
def test_nothing_said_means_nothing(mean: Mean, said: str) -> None:
    assert mean(said).decision is not Decision.ACCEPT


@pytest.mark.parametrize("said", ["救命啊", "我摔倒了，快来人", "家里着火了", "我喘不上气了"])
def test_an_emergency_is_heard_whatever_was_asked(mean: Mean, said: str) -> None:
    assert mean(said).accepts(EMERGENCY)
    assert mean(said, likely=frozenset({YES, NO})).accepts(EMERGENCY)


@pytest.mark.parametrize("said", ["给我闺女打电话，我喘不动了", "叫我儿子来，我跌在楼梯上了", "给我女儿捎个话，我胸口疼得不行"])
def test_who_asks_for_the_family_in_danger_is_asked_about_the_danger(mean: Mean, said: str) -> None:
    assert mean(said).suggests(EMERGENCY)


@pytest.mark.parametrize("said", ["给我闺女打电话，叫她来吃饭", "叫我儿子来，帮我看看手机", "给我女儿捎个话，我挺好的"])
def test_who_asks_for_the_family_in_peace_is_not(mean: Mean, said: str) -> None:
    assert not mean(said).suggests(EMERGENCY)


@pytest.mark.parametrize(("clearness", "decision"), [(0.7, Decision.ACCEPT), (0.17, Decision.CONFIRM)])
def test_an_emergency_that_was_not_heard_clearly_is_asked_about(
    learned: LearnedUnderstanding, clearness: float, decision: Decision
) -> None:
    meaning = learned.mean(Hearing((Hypothesis("我摔倒了，快来人", -0.3),), clearness=clearness))
    assert (meaning.intent, meaning.decision) == (EMERGENCY, decision)


@pytest.mark.parametrize("said", ["屁股", "无谣人", "有用了", "混合"])
def test_what_is_left_of_a_yes_or_no_in_noise_is_not_taken_for_an_emergency(learned: LearnedUnderstanding, said: str) -> None:
    hearing = Hearing((Hypothesis(said, -0.9),), clearness=0.55)
    assert not learned.mean(hearing, frozenset({YES, NO})).suggests(EMERGENCY)


def test_the_beginning_of_a_request_is_not_taken_for_an_emergency(learned: LearnedUnderstanding) -> None:
    """我想找人, as it was heard on a real call: asked whether there was danger, the caller was put through to a person."""
    heard = {"我想照言": -0.683, "博相照言": -0.738, "我向照言": -0.81, "博向照言": -0.853}
    hearing = Hearing(tuple(Hypothesis(text, score) for text, score in heard.items()), clearness=0.72)
    assert not learned.mean(hearing).suggests(EMERGENCY)


def test_what_a_recogniser_makes_of_noise_is_no_emergency(learned: LearnedUnderstanding) -> None:
    made_of_a_television = Hearing((Hypothesis("有些人也有些人也有些人也有些", -1.58),), clearness=0.2)
    assert not learned.mean(made_of_a_television).suggests(EMERGENCY)


@pytest.mark.parametrize(("clearness", "asked_about"), [(0.55, True), (0.8, False)])
def test_what_is_heard_clearly_must_be_more_like_a_cry_to_be_asked_about(
    learned: LearnedUnderstanding, clearness: float, asked_about: bool
) -> None:
    heard = Hearing((Hypothesis("我快死了", -0.3),), clearness=clearness)
    demanding = LearnedUnderstanding(
        load_model(learned_folder() / "understanding.npz"), Thresholds(emergency_against_other_clearly=0.95)
    )
    assert learned.mean(heard).suggests(EMERGENCY)
    assert demanding.mean(heard).suggests(EMERGENCY) is asked_about


def test_the_numbers_one_calls_for_help_are_understood_however_they_are_written(mean: Mean) -> None:
    for number in ("幺二零", "一二零", "一二〇", "120"):
        assert mean(f"帮我打{number}").intent == EMERGENCY, number


DOUBTFUL = Hearing((Hypothesis("用恋爱", -1.06), Hypothesis("中间爱", -1.4), Hypothesis("救命爱", -1.4)), clearness=0.63)


def test_what_may_be_an_emergency_is_worth_another_hearing(learned: LearnedUnderstanding) -> None:
    assert learned.mean(DOUBTFUL).alarm_in_doubt
    assert not learned.mean(Hearing((Hypothesis("救命啊，快来人", -0.3),))).alarm_in_doubt
    assert not learned.mean(Hearing((Hypothesis("我家的水龙头坏了", -0.3),))).alarm_in_doubt


@pytest.mark.parametrize(("heard", "alarm"), [("救命", True), ("用热啊", False)])
def test_what_is_heard_at_other_paces_settles_the_doubt(learned: LearnedUnderstanding, heard: str, alarm: bool) -> None:
    hints = (Hypothesis(heard, -0.4, biased=True),)
    meaning = learned.mean(DOUBTFUL.with_another("faster", hints).with_another("slower", hints))
    assert meaning.suggests(EMERGENCY) is alarm
    # What it was told to expect is asked about, never acted upon.
    assert not meaning.accepts(EMERGENCY)
    assert not meaning.alarm_in_doubt


def test_an_emergency_in_a_later_hypothesis_is_heard(mean: Mean) -> None:
    assert mean("就明啊", "休眠啊", "救命啊").suggests(EMERGENCY)


def test_what_was_asked_for_is_likelier(mean: Mean) -> None:
    plain, asked = mean("行"), mean("行", likely=frozenset({YES, NO}))
    assert asked.intent == YES
    assert asked.shares[YES] > plain.shares[YES]


def test_misheard_words_are_understood_by_their_sound(mean: Mean) -> None:
    # As Whisper wrote 打扫卫生, 理发 and 煤气费 in noise.
    assert mean("明天上五来打少为生", "明天上午来打扫为森").intent == "cleaning"
    assert mean("我想立个发", "我想理个法").intent == "haircut"
    assert mean("帮我交一下没气费", "帮我叫一下煤气费").intent == "payment"


def test_shares_add_up_to_one(mean: Mean) -> None:
    assert sum(mean("我要订饭").shares.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("said", ["我想找个", "我家里的那个", "帮我", "我要把这个", "麻烦你们给我", "我家空调", "昨天约的师傅"])
def test_a_beginning_is_told(learned: LearnedUnderstanding, said: str) -> None:
    assert not learned.finished(said)


WHOLE = ["我家水管漏水了，找人来修一下", "明天上午来打扫卫生", "救命啊", "我要理发", "马桶堵住了", "转人工"]


@pytest.mark.parametrize("said", WHOLE)
def test_a_whole_sentence_is_told(learned: LearnedUnderstanding, said: str) -> None:
    assert learned.finished(said)


def small_lesson(extra: list[Example]) -> Lesson:
    """A sixth of the corpus, which is learned in seconds."""
    return Lesson([*read_corpus()[::6], *extra], [])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # learning takes a while: once is enough
def test_a_new_service_is_a_row_with_ten_sentences(sessions: SessionMaker, settings: Settings) -> None:
    chess = [
        "我想找个人陪我下盘棋",
        "有没有人来跟我下象棋",
        "一个人在家闷，想下棋",
        "老棋友走了，没人跟我下棋了",
        "派个会下围棋的来",
        "下午来陪我杀两盘",
        "你们有陪下棋的吗",
        "我棋瘾犯了，找个对手",
        "给我约个下棋的伴儿",
        "想摆两盘象棋",
    ]
    with sessions() as session:
        load_demo(session, settings)
        session.add(
            Service(
                key="chess",
                name="陪下棋",
                name_en="Company at chess",
                spoken=["下棋"],
                examples=chess,
                skill="chess",
                unit="次",
                lead_time_min=60,
            )
        )
        session.commit()
        of_catalogue = [example for example in site_lesson(session).examples if example.intent == "chess"]
    understanding = LearnedUnderstanding(train(small_lesson(of_catalogue)))
    for said in ("想找人来家里下象棋", "明天下午谁来陪我下两盘棋", "中午给我送一份饭来"):
        meaning = understanding.mean(Hearing((Hypothesis(said, 0.0),)))
        assert meaning.intent == ("meal" if "饭" in said else "chess"), (said, meaning)


def test_an_operators_correction_is_learned(sessions: SessionMaker) -> None:
    with sessions() as session:
        call = Call(channel_id="1.1", number="13800000001", collected={})
        heard = {"hypotheses": [{"text": "给我把老茶送来"}, {"text": "给我把老查送来", "biased": True}]}
        call.turns.append(Turn(speaker="caller", words="给我把老茶送来", heard=heard))
        session.add(call)
        session.flush()
        session.add(Correction(turn_id=call.turns[0].id, intent="shopping", by="wang"))
        session.commit()
        lesson = site_lesson(session)
    assert next(example for example in lesson.examples if example.text == "给我把老茶送来").intent == "shopping"
    [corrected] = [one for one in lesson.heard if one.example.wording.startswith("correction")]
    assert corrected.heard == ("给我把老茶送来",)


def test_a_correction_stands_above_the_corpus(sessions: SessionMaker) -> None:
    known = read_corpus()[0]
    with sessions() as session:
        call = Call(channel_id="1.2", number="13800000001", collected={})
        call.turns.append(Turn(speaker="caller", words=known.text, heard={}))
        session.add(call)
        session.flush()
        session.add(Correction(turn_id=call.turns[0].id, intent=NONE, by="wang"))
        session.commit()
        lesson = site_lesson(session)
    assert {example.intent for example in lesson.examples if example.text == known.text} == {NONE}


def test_a_lesson_is_told_from_another() -> None:
    one = small_lesson([])
    assert fingerprint(one) == fingerprint(small_lesson([]))
    assert fingerprint(one) != fingerprint(small_lesson([Example("meal", "m", "我饿得前胸贴后背")]))


def test_a_model_is_read_as_it_was_kept(tmp_path: Path) -> None:
    model = train(Lesson(read_corpus()[::60], []))
    model.save(tmp_path / "model.npz", "abc")
    assert fingerprint_of(tmp_path / "model.npz") == "abc"
    hearing = Hearing((Hypothesis("我要订饭", 0.0),))
    kept = LearnedUnderstanding(load_model(tmp_path / "model.npz"))
    assert kept.mean(hearing) == LearnedUnderstanding(model).mean(hearing)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 half"])
def test_a_missing_or_broken_model_is_told_in_words(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "model.npz"
    if content is not None:
        path.write_bytes(content)
    assert fingerprint_of(path) == ""
    with pytest.raises(ModelError, match="linli train"):
        load_model(path)
