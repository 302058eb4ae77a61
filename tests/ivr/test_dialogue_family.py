"""Calling the family, and leaving a message."""

import pytest
from sqlalchemy import select

from audio.sound import read_wav
from ivr.errors import PutThrough
from models.database import SessionMaker
from models.residents import Contact, ContactRole, Resident, ResidentPhone, family_of
from models.settings import Settings
from models.voice_mails import VoiceMail
from tests.ivr.conftest import HANG_UP, SILENT
from tests.ivr.telling import ALONE, Told


@pytest.fixture
def database_url(one_database: str) -> str:
    return one_database


@pytest.fixture
def with_family(tell, sessions: SessionMaker):
    """Give the resident who calls this family, as (relation, name)."""

    def give(*family: tuple[str, str]) -> list[int]:
        with sessions() as session:
            resident = session.scalars(select(Resident).join(ResidentPhone).where(ResidentPhone.number == ALONE)).one()
            resident.contacts = [
                Contact(role=ContactRole.FAMILY, name=name, relation=relation, number=f"1390000000{order}", call_order=order)
                for order, (relation, name) in enumerate(family, start=1)
            ]
            session.commit()
            return [contact.id for contact in family_of(session, resident.id)]

    return give


def rung(told: Told) -> tuple[int, ...]:
    assert isinstance(told.handed_over, PutThrough), told.ending
    return told.handed_over.contact_ids


def test_the_only_one_is_rung_at_once(tell, with_family) -> None:
    [daughter] = with_family(("女儿", "王丽"))
    told = tell("帮我打电话给家里人")
    assert told.prompts == ["welcome_resident", "calling_family"]
    assert told.words[1] == "好的，马上给您接通女儿王丽，请不要挂机。"
    assert rung(told) == (daughter,)


@pytest.mark.parametrize("words", ["给我找我女儿", "帮我打电话给王丽", "找我闺女"])
def test_the_one_that_is_named_is_rung_first_and_the_others_after(tell, with_family, words: str) -> None:
    son, daughter = with_family(("儿子", "王强"), ("女儿", "王丽"))
    told = tell(words)
    assert rung(told) == (daughter, son)


def test_of_several_three_are_named_with_their_keys(tell, with_family) -> None:
    ids = with_family(("儿子", "王强"), ("女儿", "王丽"), ("女儿", "王敏"), ("孙子", "王小宝"))
    told = tell("打电话给家里人", "key:3")
    assert told.words[1] == "您要找哪一位？儿子王强，请按一。女儿王丽，请按二。女儿王敏，请按三。"
    assert rung(told)[0] == ids[2]


def test_two_daughters_are_told_apart(tell, with_family) -> None:
    _, _, second = with_family(("儿子", "王强"), ("女儿", "王丽"), ("女儿", "王敏"))
    told = tell("找我女儿", "王敏")
    assert told.words[1] == "您要找哪一位？女儿王丽，请按一。女儿王敏，请按二。"
    assert rung(told)[0] == second


def test_what_was_not_heard_well_is_confirmed(tell, with_family) -> None:
    [daughter] = with_family(("女儿", "王丽"))
    assert rung(tell("好像找我女儿", "对")) == (daughter,)
    told = tell("好像找我女儿", "不对", "理发", "明天下午两点", "是的", SILENT, SILENT)
    assert told.prompts[1:3] == ["confirm_family", "which_service"]
    assert [order.service.key for order in told.orders] == ["haircut"]


def test_without_a_family_a_person_helps(tell, with_family) -> None:
    with_family()
    told = tell("打电话给我儿子")
    assert told.prompts[-1] == "no_family"
    assert told.ending == "operator:no_family"


def test_the_family_is_rung_after_the_rest_was_offered(tell, with_family) -> None:
    [daughter] = with_family(("女儿", "王丽"))
    told = tell("先帮我打电话给家里人，再订一份午饭，明天中午", "要的", "是的", "要的")
    assert told.prompts[1:] == ["also_wanted", "read_back", "order_placed", "also_wanted", "calling_family"]
    assert rung(told) == (daughter,)
    assert [order.service.key for order in told.orders] == ["meal"]
    assert rung(tell("先帮我打电话给家里人，再订一份午饭", "不要")) == (daughter,)


@pytest.mark.parametrize("answers", [[SILENT, SILENT], ["嗯哪个", "啥呀"], ["key:0"]])
def test_no_choice_brings_a_person(tell, with_family, answers: list[str]) -> None:
    with_family(("儿子", "王强"), ("女儿", "王丽"))
    told = tell("打电话给家里人", *answers)
    assert told.ending.startswith("operator:")
    assert not isinstance(told.handed_over, PutThrough)


def mails(sessions: SessionMaker) -> list[VoiceMail]:
    with sessions() as session:
        return list(session.scalars(select(VoiceMail)))


def test_a_message_is_kept_as_sound_with_its_words(tell, sessions: SessionMaker, settings: Settings) -> None:
    told = tell("我要留言", "跟小陈说一声，明天我不在家", SILENT)
    assert told.prompts == ["welcome_resident", "leave_message", "message_kept", "goodbye"]
    [mail] = mails(sessions)
    assert (mail.words, mail.heard_at, mail.call_id) == ("跟小陈说一声，明天我不在家", None, told.call.id)
    assert len(read_wav(settings.recordings_dir / mail.path)) > 8_000


def test_hash_ends_it(tell, sessions: SessionMaker) -> None:
    told = tell("我要留言", "跟小陈说一声|key:#", SILENT)
    assert told.ending == "goodbye"
    assert [mail.words for mail in mails(sessions)] == ["跟小陈说一声"]


def test_a_message_whose_caller_hangs_up_in_it_is_kept(tell, sessions: SessionMaker) -> None:
    assert tell("我要留言", f"跟小陈说一声|{HANG_UP}").ending == "hung up"
    assert len(mails(sessions)) == 1


def test_silence_leaves_no_message(tell, sessions: SessionMaker) -> None:
    told = tell("我要留言", SILENT, SILENT)
    assert told.prompts == ["welcome_resident", "leave_message", "leave_message_again"]
    assert told.ending == "operator:silence"
    assert mails(sessions) == []


@pytest.mark.parametrize(("wish", "reason"), [("救命啊，我摔倒了", "emergency"), ("转人工", "asked")])
def test_a_person_comes_at_once_into_a_message_and_what_was_said_is_kept(
    tell, sessions: SessionMaker, wish: str, reason: str
) -> None:
    told = tell("我要留言", wish)
    assert told.ending == f"operator:{reason}"
    assert told.prompts == ["welcome_resident", "leave_message"]
    [mail] = mails(sessions)
    assert (mail.words, told.turns[-1].words) == (wish, wish)


def test_zero_brings_a_person_into_a_message_and_what_was_said_is_kept(tell, sessions: SessionMaker) -> None:
    told = tell("我要留言", "喂|key:0")
    assert told.ending == "operator:asked"
    assert len(mails(sessions)) == 1
    assert told.turns[-1].heard["key"] == "0"


def test_who_speaks_of_a_person_in_a_message_is_heard_out_first(tell, sessions: SessionMaker) -> None:
    told = tell("我要留言", "麻烦你们的话务员明天给我回一个电话", SILENT)
    assert told.prompts[:3] == ["welcome_resident", "leave_message", "message_kept"]
    assert told.ending == "operator:asked"
    assert [mail.words for mail in mails(sessions)] == ["麻烦你们的话务员明天给我回一个电话"]


def test_a_stranger_may_leave_a_message_too(tell, sessions: SessionMaker) -> None:
    assert tell("我要留言", "我是送水的，明天来", SILENT, number="13999999999").ending == "goodbye"
    assert len(mails(sessions)) == 1


def test_a_stranger_whose_number_is_withheld_is_asked_where_to_call_back(tell) -> None:
    told = tell("我要留言", "我是送水的", "keys:13812345678#", "key:2", "幺三八，一二三四，五六七九", "对", SILENT, number="")
    assert told.prompts[1:6] == ["leave_message", *["call_back_number", "call_back_right"] * 2]
    assert told.words[3] == "您的电话号码是13812345678。对，请按一。不对，请按二。"
    assert told.prompts[6] == "message_kept"
    assert told.collected["call_back"] == "13812345679"


def test_who_withholds_their_number_need_not_tell_it(tell, sessions: SessionMaker) -> None:
    told = tell("我要留言", "我是送水的", SILENT, SILENT, number="")
    assert told.ending == "goodbye"
    assert "call_back" not in told.collected
    assert len(mails(sessions)) == 1


def test_a_number_that_is_never_right_brings_a_person(tell, sessions: SessionMaker) -> None:
    told = tell("我要留言", "我是送水的", *["keys:13812345678#", "不对"] * 2, number="")
    assert told.ending == "operator:not_agreed"
    assert len(mails(sessions)) == 1
