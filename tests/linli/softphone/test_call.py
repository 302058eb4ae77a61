"""Two real phones talk to each other over SIP and RTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from audio.sound import silence
from linli.softphone import Call, CallOver, CallRefused, Identity, Softphone, SoftphoneError, Unreachable, WaitedTooLong
from linli.softphone import call as softphone_call
from tests.linli.softphone.conftest import NOWHERE
from tests.linli.softphone.sounds import how_often, sweep


def test_both_ends_may_speak_at_once_and_each_hears_the_other_exactly_once(talk: tuple[Call, Call], short_gap: None) -> None:
    ours, theirs = talk
    rising, falling = sweep(0.6), sweep(0.6, 1900, 700)
    with ThreadPoolExecutor() as pool:
        pool.submit(theirs.say, falling)
        played = ours.say(rising)
    assert played.end_s - played.start_s == pytest.approx(0.6, abs=0.05)
    for each in talk:
        assert each.phone.wait_for(lambda each=each: each.finished_speech, 30)
    assert how_often(rising, theirs.heard) == 1
    assert how_often(falling, ours.heard) == 1


def test_keys_arrive_in_order(talk: tuple[Call, Call]) -> None:
    ours, theirs = talk
    ours.press("10*")
    ours.press("#")
    assert theirs.wait_keys(4, timeout_s=30) == "10*#"


def test_a_prompt_has_ended_after_enough_silence(talk: tuple[Call, Call]) -> None:
    ours, theirs = talk
    theirs.say(sweep(0.4) + silence(0.6) + sweep(0.4))
    prompt = ours.wait_prompt_end(30)
    # On a busy machine a late packet draws the sound out a little.
    assert prompt.end_s - prompt.start_s == pytest.approx(1.4, abs=0.3)
    assert ours.now_s - prompt.end_s > 0.89


def test_what_was_said_before_our_answer_is_not_the_next_prompt(talk: tuple[Call, Call], short_gap: None) -> None:
    ours, theirs = talk
    theirs.say(sweep(0.5))
    ours.say(sweep(0.5))
    with pytest.raises(WaitedTooLong):
        ours.wait_prompt_end(0.8)
    theirs.say(sweep(0.3))
    assert ours.wait_prompt_end(30).start_s > 1


def test_a_prompt_cut_off_by_a_key_is_not_the_reply(talk: tuple[Call, Call], short_gap: None) -> None:
    ours, theirs = talk
    with ThreadPoolExecutor() as pool:
        pool.submit(theirs.say, sweep(0.3))
        assert ours.phone.wait_for(lambda: ours.speech, 30)
        ours.press("1")
    with pytest.raises(WaitedTooLong):
        ours.wait_prompt_end(1)


def test_the_far_end_hangs_up(talk: tuple[Call, Call]) -> None:
    ours, theirs = talk
    theirs.hang_up()
    ended = ours.wait_ended(30)
    assert (ended.by_far_end, ended.status) == (True, 200)
    with pytest.raises(CallOver):
        ours.say(sweep(0.2))
    with pytest.raises(CallOver):
        ours.wait_prompt_end(1)


def test_hanging_up_in_the_middle_of_a_sound_stops_it(talk: tuple[Call, Call]) -> None:
    ours, theirs = talk
    with ThreadPoolExecutor() as pool:
        speaking = pool.submit(ours.say, sweep(20))
        assert theirs.phone.wait_for(lambda: theirs.speech, 30)
        assert not ours.hang_up().by_far_end
        assert isinstance(speaking.exception(timeout=30), CallOver)
    assert len(theirs.heard) < 16000 * 10


def test_many_calls_follow_each_other(caller: Softphone, hotline: Softphone) -> None:
    for _ in range(5):
        ours = caller.dial("96345")
        theirs = hotline.wait_incoming(30)
        assert theirs.number == "13800000001"
        theirs.answer()
        ours.wait_answered(30)
        ours.hang_up()
        theirs.wait_ended(30)


def test_a_call_that_is_turned_away_is_refused(caller: Softphone, hotline: Softphone) -> None:
    ours = caller.dial("96345")
    hotline.wait_incoming(30).decline(603)
    with pytest.raises(CallRefused) as refused:
        ours.wait_answered(30)
    assert refused.value.status == 603


def test_a_phone_in_a_call_is_busy_to_a_second_and_the_first_goes_on(
    talk: tuple[Call, Call], hotline: Softphone, short_gap: None
) -> None:
    ours, theirs = talk
    with Softphone(f"127.0.0.1:{hotline.port}", Identity("13800000002")) as second, pytest.raises(CallRefused) as refused:
        second.dial("96345").wait_answered(30)
    assert refused.value.status == 486
    ours.say(sweep(0.3))
    theirs.wait_prompt_end(30)
    with pytest.raises(SoftphoneError):
        ours.phone.dial("96345")  # type: ignore[attr-defined]


def test_a_call_that_nobody_answers_can_be_given_up(caller: Softphone, hotline: Softphone) -> None:
    ours = caller.dial("96345")
    theirs = hotline.wait_incoming(30)
    assert ours.phone.wait_for(lambda: ours.progress, 30)  # until then it could be that nothing is there
    with pytest.raises(WaitedTooLong):
        ours.wait_answered(0.2)
    ours.hang_up()
    assert theirs.wait_ended(30).by_far_end


def test_where_nothing_listens_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(softphone_call, "SIGN_OF_LIFE_S", 0.5)
    with Softphone(NOWHERE, Identity("13800000001")) as phone, pytest.raises(Unreachable):
        phone.dial("96345").wait_answered(5)


def test_several_phones_at_once_do_not_mix(caller: Softphone, hotline: Softphone, short_gap: None) -> None:
    with (
        Softphone(NOWHERE, Identity("desk-1"), auto_answer=True) as desk,
        Softphone(f"127.0.0.1:{desk.port}", Identity("13800000003")) as other,
        ThreadPoolExecutor() as pool,
    ):
        calls = [caller.dial("96345"), other.dial("1")]
        far_ends = [hotline.wait_incoming(30), desk.wait_incoming(30)]
        far_ends[0].answer()
        sounds = [sweep(0.5), sweep(0.5, 1900, 700)]
        for call, far_end, sound in zip(calls, far_ends, sounds, strict=True):
            call.wait_answered(30)
            pool.submit(far_end.say, sound)
        for call in calls:
            call.wait_prompt_end(30)
        calls[0].hang_up()
    assert [how_often(sounds[0], call.heard) for call in calls] == [1, 0]
    assert [how_often(sounds[1], call.heard) for call in calls] == [0, 1]
