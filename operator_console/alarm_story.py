"""An alarm in the console's words: who was rung, who came, what was done, and how long it took against the limits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import g
from sqlalchemy import select

from models.alarms import Alarm, AlarmEvent, AlarmHappened, AlarmOutcome, AlarmStatus
from models.operators import Operator
from models.residents import ContactRole
from operator_console.context import facts, parts
from operator_console.words import ALARM_HAPPENED, ALARM_OUTCOME, CONTACT, Said

# What the social alarm services hold themselves to: 90 % of alarms answered within 15 s, 98.5 % within 60 s, all within 180 s.
LIMITS_S = (15, 60, 180)

SERVICES = {"120": Said("急救", "ambulance"), "110": Said("警察", "police"), "119": Said("消防", "fire brigade")}
WHO_RANG = {
    "operators": Said("话务员", "the operators"),
    "everybody": Said("全部话务台和班长", "every desk and the supervisor"),
    "mobile": Said("值班手机", "the mobile on duty"),
    "resident": Said("居民", "the resident"),
    "linli": Said("邻里", "Linli"),
    "asterisk": Said("电话交换机", "the exchange"),
    "operator": Said("话务员", "an operator"),
}
NUMBERED = {
    "desk": Said("话务台 {}", "desk"),
    "operator": Said("话务台 {}（浏览器）", "desk (browser)"),
    "keyholder": Said("第 {} 位持钥匙人", "keyholder"),
}
RESULTS = {
    "NOKEY": Said("接了，但没有按 1", "answered, but did not press 1"),
    "NOANSWER": Said("没有人接", "no answer"),
    "TIMEOUT": Said("没有人接", "no answer"),
    "BUSY": Said("占线", "engaged"),
    "CHANUNAVAIL": Said("打不通", "not reachable"),
    "CONGESTION": Said("打不通", "not reachable"),
    "CANCEL": Said("没有等到", "given up"),
    "16": Said("挂断", "hung up"),
    "31": Said("挂断", "hung up"),
}
JOINING = {
    AlarmHappened.JOIN: Said("正在呼叫", "being called", "wait"),
    AlarmHappened.JOINED: Said("接通了", "reached", "go"),
    AlarmHappened.JOIN_FAILED: Said("没有接通", "not reached", "trouble"),
}
# What an operator can do next, in the order in which the buttons stand.
STEPS = {
    AlarmStatus.ANSWERED: Said("已另外联系上居民", "Reached them otherwise"),
    AlarmStatus.HELP_ON_THE_WAY: Said("有人赶去了", "Help is on the way"),
    AlarmStatus.HELP_ARRIVED: Said("人已到", "Help has arrived"),
    AlarmStatus.FALSE_ALARM: Said("没有危险", "False alarm"),
}


@dataclass(frozen=True)
class Person:
    """Somebody who can be called into an alarm's call, and what became of it when they last were."""

    who: str  # a contact's id, an emergency number, or `mobile`
    to: str  # as the desk's forms say it: contact:5
    name: str  # "" where the relation says it all
    relation: Said
    number: str
    service: bool
    last: AlarmEvent | None


def limits_passed(begin: datetime, end: datetime) -> int:
    """How many of LIMITS_S lie between two moments, 0 to 3."""
    return sum((end - begin).total_seconds() > limit for limit in LIMITS_S)


def ended(alarm: Alarm) -> Said:
    """The words for what a closed alarm was."""
    return ALARM_OUTCOME[AlarmOutcome(alarm.outcome)] if alarm.outcome else Said("—", "")


def overdue(alarm: Alarm) -> bool:
    """Whether its follow-up should have been made by now."""
    return alarm.follow_up_due_at is not None and alarm.follow_up_due_at < parts().clock()


def place(alarm: Alarm) -> str:
    """Where help must go: the address as it was when the alarm was raised, else the resident's; "" where neither is known."""
    return alarm.place_value or (alarm.resident.address if alarm.resident else "")


def people(alarm: Alarm) -> list[Person]:
    """Whom an operator may call in: keyholders and family, each in their order, the mobile on duty, the emergency services."""
    last = {str(line.details.get("who")): line for line in alarm.history if line.happened in JOINING}
    contacts = alarm.resident.contacts if alarm.resident else []
    near = sorted(contacts, key=lambda one: (one.role is not ContactRole.KEYHOLDER, one.call_order))
    found = [
        Person(
            str(one.id),
            f"contact:{one.id}",
            one.name,
            Said(f"{one.relation}，{CONTACT[one.role].zh}", CONTACT[one.role].en),
            one.number,
            service=False,
            last=last.get(str(one.id)),
        )
        for one in near
    ]
    if number := parts().settings.sos_duty_number:
        found.append(Person("mobile", "duty:", "", WHO_RANG["mobile"], number, service=False, last=last.get("mobile")))
    for number in parts().settings.emergency_services:
        said = SERVICES.get(number, Said("紧急服务", "emergency service"))
        found.append(Person(number, f"number:{number}", number, said, number, service=True, last=last.get(number)))
    return found


def lines_of_talking(alarm: Alarm) -> list[AlarmEvent]:
    """The lines of the history by which those came who have not hung up since; for an alarm whose resident is on the line."""
    left = {line.details.get("channel") for line in alarm.history if line.happened is AlarmHappened.LEFT}
    came = (line for line in alarm.history if line.happened in (AlarmHappened.ANSWERED, AlarmHappened.JOINED))
    return [line for line in came if line.details.get("channel", None) not in left | {None}]


def talking(alarm: Alarm) -> list[Said]:
    """Who is on the line with the resident; for an alarm that somebody has answered."""
    told = [line.details for line in lines_of_talking(alarm)]
    who = [Said(str(one["name"]), "") if "name" in one else named(str(one.get("who", ""))) for one in told]
    return who or [named(next((one.answered_by for one in reversed(alarm.attempts) if one.answered_by), alarm.answered_by))]


def named(by: str) -> Said:
    """The words for who rang or did something: a rung of the ladder, a telephone, a contact's id, an operator's login."""
    if by in WHO_RANG:
        return WHO_RANG[by]
    if by in parts().settings.emergency_services:
        return Said(f"{by} {SERVICES.get(by, Said('', '')).zh}".strip(), SERVICES.get(by, Said("", "")).en)
    if found := re.fullmatch(r"(desk|operator|keyholder)-(\d+)", by):
        said = NUMBERED[found[1]]
        return Said(said.zh.format(found[2]), f"{said.en} {found[2]}")
    if by not in (names := g.setdefault("names_by_login", {})):  # the same few stand on every line of a list
        names[by] = facts().scalar(select(Operator.name).where(Operator.login == by))
    return Said(names[by] or by, "")


def happened_in(alarm: Alarm) -> Iterator[tuple[AlarmEvent, Said, list[tuple[Said, str]]]]:
    """Every line of the history with its words, and what else it says: pairs of words and a telephone number."""
    for line in alarm.history:
        yield line, ALARM_HAPPENED[line.happened], list(_told(line))


def _told(line: AlarmEvent) -> Iterator[tuple[Said, str]]:
    told = {name: str(value) for name, value in line.details.items()}
    if (who := told.get("who", "")) and who != line.by:
        number = told.get("number", "")
        yield Said(told["name"], "") if "name" in told else named(who), number if number != who else ""
    if (result := told.get("result", "")) and result != "ANSWER":
        yield RESULTS.get(result, Said(f"原因 {result}", f"cause {result}") if result.isdigit() else Said(result, "")), ""
    if outcome := told.get("outcome", ""):
        yield ALARM_OUTCOME[AlarmOutcome(outcome)], ""
    for name in ("words", "note", "finding"):
        if told.get(name):
            yield Said(f"“{told[name]}”", ""), ""
