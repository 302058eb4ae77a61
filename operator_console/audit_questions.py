"""The score sheet of a call audit: what is asked, as data. A question's key stays once sheets have been filled in."""

from collections.abc import Mapping
from typing import NamedTuple

from operator_console.words import Said


class Question(NamedTuple):
    """One question; `emergency` where only an emergency answers it."""

    zh: str
    en: str
    emergency: bool = False


QUESTIONS = {
    "greeting": Question("问候了，说了自己是谁", "Greeted, and said who is speaking"),
    "listened": Question("让对方把话说完，没有打断", "Listened, and did not cut in"),
    "right_person": Question("核对了是哪位居民、在哪里", "Made sure which resident it is, and where"),
    "safety": Question("问了现在安不安全、要不要急救", "Asked about safety, and whether help is needed now"),
    "stayed": Question("一直陪在线上，说清了谁会来、多久到", "Stayed on the line; said who comes and when", emergency=True),
    "right_help": Question("叫对了人：家属、持钥匙人或 120", "Called the right people: family, keyholder or 120", emergency=True),
    "repeat_back": Question("把要办的事复述了一遍，得到确认", "Repeated what is to be done, and had it confirmed"),
    "clear": Question("说得慢、清楚，没有行话", "Spoke slowly and clearly, without jargon"),
    "kindness": Question("耐心、和气、尊重", "Patient, kind, respectful"),
    "record": Question("记录与通话一致、完整", "The record is right and complete"),
    "goodbye": Question("问了还有没有别的事，道了别", "Asked whether there is anything else, and said goodbye"),
}
SCORES = {0: Said("没有做到", "not done", "trouble"), 1: Said("部分做到", "partly", "wait"), 2: Said("做到", "done", "done")}
BEST = max(SCORES)


def questions_for(*, emergency: bool) -> dict[str, Question]:
    """What is asked of such a call."""
    return {key: one for key, one in QUESTIONS.items() if emergency or not one.emergency}


def result(scores: Mapping[str, int]) -> float | None:
    """What share of the best was reached; None for an empty sheet."""
    return sum(scores.values()) / (BEST * len(scores)) if scores else None
