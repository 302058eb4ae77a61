"""An understanding of simple sentences, for conversations in tests: by the words themselves, and as sure as the sentence says."""

import re

from audio.recognizers import Hearing
from ivr.understanding import intents
from ivr.understanding.answers import yes_or_no
from ivr.understanding.meaning import Decision, Meaning
from models.demo import read_demo

# A sentence with this in it is one that was not heard well.
UNSURE = "好像"
SAID = {
    intents.EMERGENCY: "救命|摔倒|喘不上气|着火",
    intents.OPERATOR: "人工|话务员",
    intents.REPEAT: "再说一遍|没听清",
    intents.SLOWER: "慢一点|慢点",
    intents.LOUDER: "大声点|大声一点",
    intents.WAIT: "等一下|等等",
    intents.SAME_AGAIN: "老样子|跟上次一样|照旧",
    intents.CANCEL: "取消|不要来了|退掉",
    intents.QUERY: "到哪|什么时候来|怎么还没来|来了没有",
    intents.MESSAGE: "留言|留个话|留句话",
    intents.CONTACT: "打电话给|给我找|接通|找我(?:儿子|女儿|闺女|家里人)",
}
NOT_OURS = "天气|孙子上学|股票"


class PlainUnderstanding:
    """Takes the likeliest text at its word."""

    def __init__(self) -> None:
        self._spoken = {service.key: service.spoken for service in read_demo().services}

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        """The first intent whose words are in the text."""
        decision = Decision.CONFIRM if UNSURE in hearing.best else Decision.ACCEPT
        intent = self._intent(hearing, likely)
        return Meaning(intent, decision, {intent: 0.9}) if intent else Meaning()

    def finished(self, text: str) -> bool:
        """Every sentence of a test is whole."""
        return True

    def _intent(self, hearing: Hearing, likely: frozenset[str]) -> str:
        said = hearing.best
        for intent, words in SAID.items():
            if re.search(words, said):
                return intent
        said = re.sub("[一两三二]份|一下", "", said)
        longest = max((phrase for phrases in self._spoken.values() for phrase in phrases if phrase in said), key=len, default="")
        if longest:
            return next(key for key, phrases in self._spoken.items() if longest in phrases)
        if re.search(NOT_OURS, said):
            return intents.NONE
        return {True: intents.YES, False: intents.NO, None: ""}[yes_or_no(hearing)]
