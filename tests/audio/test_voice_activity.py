import time

import numpy as np

from audio.sound import Samples, duration_s, frames, from_samples, silence, to_samples
from audio.synthesizers import Synthesizer
from audio.voice_activity import VoiceActivity

SPEECH = 0.5


def heard(activity: VoiceActivity, sound: bytes) -> list[float]:
    return [activity.feed(frame) for frame in frames(sound)]


def test_speech_is_told_from_the_silence_around_it(mandarin: Synthesizer) -> None:
    speech = mandarin.speak("我家水管漏水了，找人来修一下")
    before = len(list(frames(silence(1))))
    probabilities = heard(VoiceActivity(), silence(1) + speech + silence(1))
    during = probabilities[before:-before]
    assert max(probabilities[:before]) < SPEECH
    assert sum(probability > SPEECH for probability in during) > 0.7 * len(during)
    assert max(probabilities[-before // 2 :]) < SPEECH


def test_speech_is_heard_through_a_noisy_line(mandarin: Synthesizer, noise: Samples) -> None:
    speech = to_samples(mandarin.speak("您好，请帮我送两份饭来"))
    noisy = speech + np.resize(noise, len(speech))
    assert max(heard(VoiceActivity(), from_samples(noisy.astype(np.float32)))) > SPEECH


def test_noise_is_not_speech(noise: Samples) -> None:
    assert max(heard(VoiceActivity(), from_samples(noise))) < SPEECH


def test_calls_do_not_disturb_each_other(mandarin: Synthesizer) -> None:
    speech = mandarin.speak("请给我送点药来")
    alone = heard(VoiceActivity(), speech)
    speaking, silent = VoiceActivity(), VoiceActivity()
    beside = []
    for frame in frames(speech):
        beside.append(speaking.feed(frame))
        silent.feed(silence(0.02))
    assert beside == alone


def test_a_reset_forgets_what_was_heard(mandarin: Synthesizer) -> None:
    activity = VoiceActivity()
    speech = mandarin.speak("是的")
    first = heard(activity, speech)
    activity.reset()
    assert heard(activity, speech) == first


def test_listening_to_one_call_takes_a_small_part_of_a_core(mandarin: Synthesizer) -> None:
    sound = mandarin.speak("您好，这里是邻里服务热线。请问您需要什么帮助？") * 3
    activity = VoiceActivity()
    started = time.process_time()
    heard(activity, sound)
    assert (time.process_time() - started) / duration_s(sound) < 0.02  # about 0.004 when nothing else runs
