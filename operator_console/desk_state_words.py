"""The words for what an operator is doing, and for what they did with a call."""

from models.desks import DeskActKind
from operator_console.phone_words import NO_MICROPHONE, PAUSES
from operator_console.words import Said

DESK_STATE = {
    "ready": Said("空闲", "ready", "done"),
    "talking": Said("通话中", "talking", "go"),
    "wrap_up": Said("整理中", "wrap-up", "wait"),
    "pause": Said("暂停", "pause", "past"),
    "away": Said("离开", "away", "past"),
}
ACT = {
    DeskActKind.DIAL: Said("拨打", "dialled"),
    DeskActKind.TRANSFER: Said("直接转接", "blind transfer"),
    DeskActKind.WARM_TRANSFER: Said("先问后转", "warm transfer"),
    DeskActKind.CALL_IN: Said("请第三方加入", "called a third person in"),
    DeskActKind.REJOIN: Said("重新接入", "rejoined"),
    DeskActKind.LISTEN: Said("旁听", "listened in"),
    DeskActKind.WHISPER: Said("对话务员私语", "whispered"),
    DeskActKind.JOIN: Said("加入通话", "joined"),
}


def pause_words(reason: str) -> Said:
    """The words for a pause's reason; one that is not known stays as it is."""
    return Said("没有麦克风", "no microphone") if reason == NO_MICROPHONE else PAUSES.get(reason, Said(reason, ""))
