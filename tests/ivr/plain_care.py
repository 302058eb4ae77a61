"""An understanding of simple answers in a care call, for conversations in tests: by the words themselves."""

import re

from audio.recognizers import Hearing
from ivr.care_answers import meanings
from ivr.understanding.meaning import Decision, Meaning

SAID = {
    meanings.MACHINE: "滴声|无法接通|请留言",
    meanings.FELL: "摔了|跌了",
    meanings.UNWELL: "头晕|不舒服|难受",
    meanings.LOW: "孤单|没人跟我说话",
    meanings.CONFUSED: "糊涂|不知道在哪",
    meanings.NOT_EATEN: "没吃饭|吃不下",
    meanings.MEDICINE_OUT: "药没了|没药了",
    meanings.MEDICINE_MISSED: "忘了吃药|药还没吃",
    meanings.MEDICINE_TAKEN: "药吃了|吃药了",
    meanings.EATEN: "吃过|吃饱|吃了",
    meanings.NOT_NOW: "没空|忙着|等会儿打",
    meanings.CHILD: "奶奶不在|我去叫奶奶",
    meanings.OTHER_PERSON: "我是她女儿|打错了|人不在",
    meanings.HERE: "我就是|方便|你说",
    meanings.WELL: "挺好|蛮好|还行",
    meanings.NOTHING_NEEDED: "不用|不缺",
    meanings.NEED: "要你们帮",
}


class PlainCare:
    """Takes the first thing that is said at its word; clauses are read by themselves."""

    def mean(self, hearing: Hearing, likely: frozenset[str] = frozenset()) -> Meaning:
        """The first meaning whose words are in the text."""
        for meaning, words in SAID.items():
            if re.search(words, hearing.best):
                return Meaning(meaning, Decision.ACCEPT, {meaning: 0.9})
        return Meaning()

    def finished(self, text: str) -> bool:
        """Every sentence of a test is whole."""
        return True
