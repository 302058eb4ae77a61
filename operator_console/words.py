"""The console's words for what the database holds: Chinese first, English beside it."""

from enum import StrEnum
from typing import Any, NamedTuple

from dispatch.next_step import Waits
from models.alarm_words import AlarmHappened, AlarmKind, AlarmOutcome, AlarmSource, AlarmStatus
from models.calls import CallStatus
from models.messages import MessageStatus
from models.operators import Role
from models.orders import OfferStatus, OrderStatus
from models.residents import ContactRole


class Said(NamedTuple):
    """One thing in both languages; `tone` is how it looks: wait, go, done, trouble or past."""

    zh: str
    en: str
    tone: str = "past"


ORDER: dict[OrderStatus, Said] = {
    OrderStatus.PLACED: Said("已下单", "placed", "wait"),
    OrderStatus.OFFERED: Said("等待接单", "offered", "wait"),
    OrderStatus.ACCEPTED: Said("已接单", "accepted", "go"),
    OrderStatus.ON_THE_WAY: Said("在路上", "on the way", "go"),
    OrderStatus.ARRIVED: Said("已上门", "arrived", "go"),
    OrderStatus.COMPLETED: Said("已完成", "completed", "done"),
    OrderStatus.CONFIRMED: Said("居民已确认", "confirmed", "done"),
    OrderStatus.SETTLED: Said("已结算", "settled", "done"),
    OrderStatus.UNFILLED: Said("没人接单", "unfilled", "trouble"),
    OrderStatus.CANCELLED: Said("已取消", "cancelled", "past"),
    OrderStatus.DISPUTED: Said("有争议", "disputed", "trouble"),
}
OFFER: dict[OfferStatus, Said] = {
    OfferStatus.OPEN: Said("等待答复", "waiting", "wait"),
    OfferStatus.ACCEPTED: Said("接受", "accepted", "go"),
    OfferStatus.REFUSED: Said("拒绝", "refused", "past"),
    OfferStatus.EXPIRED: Said("没有答复", "no answer", "past"),
    OfferStatus.WITHDRAWN: Said("已收回", "withdrawn", "past"),
}
CALL: dict[CallStatus, Said] = {
    CallStatus.TALKING: Said("自动接听中", "with the conversation", "go"),
    CallStatus.WAITING: Said("等待话务员", "waiting", "trouble"),
    CallStatus.OPERATOR: Said("话务员接听中", "with an operator", "go"),
    CallStatus.ENDED: Said("已结束", "ended", "past"),
    CallStatus.ABANDONED: Said("要回电", "to be called back", "trouble"),
}
ALARM: dict[AlarmStatus, Said] = {
    AlarmStatus.RAISED: Said("还没有人接", "nobody has answered", "trouble"),
    AlarmStatus.ANSWERED: Said("已有人接", "answered", "go"),
    AlarmStatus.FALSE_ALARM: Said("没有危险", "false alarm", "wait"),
    AlarmStatus.HELP_ON_THE_WAY: Said("有人赶去", "help is on the way", "go"),
    AlarmStatus.HELP_ARRIVED: Said("人已到", "help has arrived", "go"),
    AlarmStatus.CLOSED: Said("已结案", "closed", "past"),
}
ALARM_SOURCE: dict[AlarmSource, Said] = {
    AlarmSource.KEY: Said("按了红色求助键", "red SOS key"),
    AlarmSource.NUMBER: Said("拨了求助号码", "speed dial to the SOS number"),
    AlarmSource.WORDS: Said("说了求救的话", "words of emergency"),
}
ALARM_KIND: dict[AlarmKind, Said] = {
    AlarmKind.ALARM: Said("求助", "alarm", "trouble"),
    AlarmKind.RESET: Said("复位", "reset"),
    AlarmKind.INFORMATION: Said("通知", "information"),
    AlarmKind.HEARTBEAT: Said("心跳", "heartbeat"),
}
ALARM_OUTCOME: dict[AlarmOutcome, Said] = {
    AlarmOutcome.PRESSED_BY_MISTAKE: Said("误按", "pressed by mistake"),
    AlarmOutcome.WANTED_TO_TALK: Said("想找人说话", "wanted to talk"),
    AlarmOutcome.WANTED_A_SERVICE: Said("其实要服务", "wanted a service"),
    AlarmOutcome.TEST: Said("测试", "a test"),
    AlarmOutcome.DEVICE_FAULT: Said("设备误报", "fault of the device"),
    AlarmOutcome.MISHEARD: Said("听错了", "misheard"),
    AlarmOutcome.HELPED_AT_HOME: Said("上门帮助了", "helped at home", "done"),
    AlarmOutcome.DOCTOR_AT_HOME: Said("医生上门", "a doctor came", "done"),
    AlarmOutcome.TAKEN_TO_HOSPITAL: Said("送医院", "taken to hospital", "trouble"),
    AlarmOutcome.POLICE_OR_FIRE: Said("警察或消防处理", "police or fire brigade", "trouble"),
    AlarmOutcome.DIED: Said("去世", "died", "trouble"),
}
ALARM_HAPPENED: dict[AlarmHappened, Said] = {
    AlarmHappened.RAISED: Said("求助", "raised", "trouble"),
    AlarmHappened.PRESSED_AGAIN: Said("再次求助", "called for help again", "trouble"),
    AlarmHappened.RUNG: Said("振铃", "ringing", "wait"),
    AlarmHappened.RUNG_OVER: Said("没有接通", "no answer", "trouble"),
    AlarmHappened.ANSWERED: Said("有人接了", "answered", "go"),
    AlarmHappened.LEFT: Said("离开通话", "left the call"),
    AlarmHappened.JOIN: Said("请第三方加入", "a third person is called", "wait"),
    AlarmHappened.JOINED: Said("第三方已加入", "the third person joined", "go"),
    AlarmHappened.JOIN_FAILED: Said("第三方没有接通", "the third person was not reached", "trouble"),
    AlarmHappened.HUNG_UP: Said("居民的电话断了", "the resident's line ended"),
    AlarmHappened.RECORDED: Said("录音已保存", "recording kept"),
    AlarmHappened.NOTED: Said("备注", "note"),
    AlarmHappened.FALSE_ALARM: Said("没有危险", "false alarm"),
    AlarmHappened.HELP_ON_THE_WAY: Said("有人赶去", "help is on the way", "go"),
    AlarmHappened.HELP_ARRIVED: Said("人已到", "help has arrived", "go"),
    AlarmHappened.CLOSED: Said("结案", "closed", "past"),
    AlarmHappened.UNANSWERED: Said("180 秒没有人接，要调查", "nobody for 180 s: to be investigated", "trouble"),
    AlarmHappened.INVESTIGATED: Said("已调查", "investigated"),
    AlarmHappened.FOLLOWED_UP: Said("已回访", "followed up", "done"),
}
MESSAGE: dict[MessageStatus, Said] = {
    MessageStatus.CREATED: Said("待发送", "to be sent", "wait"),
    MessageStatus.SENDING: Said("发送中", "being sent", "wait"),
    MessageStatus.SENT: Said("已发出", "sent", "past"),
    MessageStatus.DELIVERED: Said("已送达", "delivered", "past"),
    MessageStatus.FAILED: Said("发送失败", "failed", "trouble"),
    MessageStatus.RECEIVED: Said("已收到", "received", "past"),
    MessageStatus.BY_VOICE: Said("改打电话说", "told by telephone", "wait"),
}
WAITS: dict[Waits, Said] = {
    Waits.PLAN: Said("等当天的排班", "the day's plan", "wait"),
    Waits.OFFERING: Said("马上询问服务商", "providers are about to be asked", "wait"),
    Waits.SENDING: Said("等短信发出", "the SMS is to be sent", "wait"),
    Waits.ANSWER: Said("等服务商答复", "a provider's answer", "wait"),
    Waits.CALL: Said("正在打电话问服务商", "a provider is telephoned", "wait"),
    Waits.ARRIVAL: Said("等服务人员上门", "somebody is to arrive", "go"),
    Waits.COMPLETION: Said("等做完", "the work is to be done", "go"),
    Waits.FOLLOW_UP: Said("等电话回访", "the follow-up call", "wait"),
    Waits.DISPATCHER: Said("要人工派单", "a person is to find somebody", "trouble"),
    Waits.ASKING: Said("要人工回访", "a person is to ask how it was", "trouble"),
    Waits.FINDING: Said("要人工查投诉", "a person is to look at the complaint", "trouble"),
    Waits.SETTLEMENT: Said("等结算", "settlement", "done"),
}
CONTACT: dict[ContactRole, Said] = {
    ContactRole.FAMILY: Said("家属", "family"),
    ContactRole.KEYHOLDER: Said("持钥匙人", "keyholder"),
}
ROLE: dict[Role, Said] = {
    Role.OPERATOR: Said("话务员", "operator"),
    Role.DISPATCHER: Said("调度员", "dispatcher"),
    Role.SUPERVISOR: Said("班长", "supervisor"),
    Role.OFFICER: Said("社区专干", "community officer"),
    Role.ADMINISTRATOR: Said("管理员", "administrator"),
}
TABLES: tuple[dict[Any, Said], ...] = (
    ORDER,
    OFFER,
    CALL,
    ALARM,
    ALARM_SOURCE,
    ALARM_KIND,
    ALARM_OUTCOME,
    ALARM_HAPPENED,
    MESSAGE,
    CONTACT,
    ROLE,
    WAITS,
)

GENDER = {"female": Said("女", "female"), "male": Said("男", "male")}
WHO = {
    "resident": Said("居民", "resident"),
    "provider": Said("服务商", "provider"),
    "operator": Said("话务员", "operator"),
    "dispatch": Said("派单系统", "dispatch"),
}


_OF_A_TYPE: dict[type, dict[Any, Said]] = {type(next(iter(table))): table for table in TABLES}


def said(of: StrEnum) -> Said:
    """The words for a status, a role or a source."""
    return _OF_A_TYPE[type(of)][of]


def who(by: str) -> Said:
    """The words for who did something; a name stays as it is."""
    return WHO.get(by, Said(by, ""))
