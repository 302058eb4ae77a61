"""The desk's words: how sure it is who calls, how they hear."""

from models.residents import Hearing
from operator_console.screen_pop import Certainty
from operator_console.words import Said

CERTAINTY: dict[Certainty, Said] = {
    Certainty.DEVICE: Said("本人家的一键通", "their own one-key phone", "done"),
    Certainty.NUMBER: Said("这个号码只有这一位", "the only resident of this number", "done"),
    Certainty.SAID: Said("来电人说是", "as the caller said", "go"),
    Certainty.DIALLED: Said("我们打过去的", "we called them", "go"),
    Certainty.WHICH: Said("几位共用，问一问是哪位", "shared number: ask who it is", "wait"),
    Certainty.FAMILY: Said("家里人的号码", "a family member's number", "wait"),
    Certainty.UNKNOWN: Said("号码没有登记", "number not registered", "trouble"),
    Certainty.WITHHELD: Said("没有显示号码", "number withheld", "trouble"),
}
HEARING: dict[Hearing, Said] = {
    Hearing.GOOD: Said("听得清", "hears well"),
    Hearing.HARD: Said("听力不好，说慢说响", "hard of hearing: slow and loud", "wait"),
    Hearing.DEAF: Said("听不见", "deaf", "trouble"),
}
LANGUAGE = {"zh": Said("普通话", "Mandarin"), "en": Said("英语", "English")}
