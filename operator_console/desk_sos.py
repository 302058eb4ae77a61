"""An SOS on the desk: its steps, and the key for each."""

from dataclasses import dataclass

from models.alarms import Alarm, AlarmStatus
from models.calls import Call
from operator_console.alarm_pages import on_the_line
from operator_console.alarm_story import Person, lines_of_talking, talking
from operator_console.context import signed_in
from operator_console.desk_targets import Target, colleagues
from operator_console.desk_view import Done, aside_of, is_mine
from operator_console.words import Said

# Keys that the telephone in the page does not use (frontend/src/phone).
STEP_KEYS = {
    AlarmStatus.ANSWERED: "w",
    AlarmStatus.HELP_ON_THE_WAY: "g",
    AlarmStatus.HELP_ARRIVED: "d",
    AlarmStatus.FALSE_ALARM: "f",
}
PERSON_KEYS = "123456"
SERVICE_KEYS = {"120": "7", "110": "8", "119": "9"}
DUTY_KEY = "0"

_STEPS = (
    (Said("接听，问怎么了", "Answer: what has happened?"), {AlarmStatus.RAISED}),
    (Said("叫人去", "Send somebody"), {AlarmStatus.ANSWERED}),
    (Said("陪着说话，直到有人到", "Stay on the line until they are there"), {AlarmStatus.HELP_ON_THE_WAY}),
    (Said("记下结果，结案", "Write down the outcome, close"), {AlarmStatus.HELP_ARRIVED, AlarmStatus.FALSE_ALARM}),
)


@dataclass(frozen=True)
class SosTalk:
    """Who is with the resident now, and what this operator may do about it."""

    who: list[Said]  # on the line, in the order in which they came
    mine: bool  # this operator is among them
    others: bool  # and so is somebody with whom the resident can be left
    aside: Done | None  # whom this operator is asking, while the resident waits
    reached: bool  # that person has answered
    colleagues: list[Target]  # who may be asked to take it over


def talk_of(alarm: Alarm, call: Call | None) -> SosTalk:
    """How the talk stands, as the exchange has told it; nobody is there while the resident's line is gone, or waits."""
    if not on_the_line(alarm):
        return SosTalk([], mine=False, others=False, aside=None, reached=False, colleagues=[])
    came, seat = lines_of_talking(alarm), signed_in().seat
    here = {f"desk-{seat}", f"operator-{seat}"} & {str(line.details.get("who")) for line in came}
    mine = call is not None and (bool(here) or (not came and is_mine(call)))
    aside, reached = aside_of(call) if call and mine else (None, False)
    there = {str(line.details.get("who")).replace("desk-", "operator-") for line in came}  # a seat has two telephones
    if aside and aside.target and aside.target.who in there:
        reached = True  # also where nobody follows the acts of the desks
    return SosTalk(talking(alarm), mine, mine and len(came) > 1, aside, reached, colleagues() if mine else [])


def sos_steps(alarm: Alarm) -> list[tuple[Said, bool, bool]]:
    """The steps, each with whether it is done and whether it is the one to take now."""
    at = next((place for place, (_, when) in enumerate(_STEPS) if alarm.status in when), len(_STEPS))
    if alarm.waiting:
        at = 0  # whatever was reached: somebody waits for an answer again
    return [(words, place < at, place == at) for place, (words, _) in enumerate(_STEPS)]


def sos_key(place: int, person: Person) -> str:
    """The key that calls somebody in: 1 to 6 in the list's order, 7 to 9 the services, 0 the mobile on duty; "" for none."""
    if person.who == "mobile":
        return DUTY_KEY
    if person.service:
        return SERVICE_KEYS.get(person.number, "")
    return PERSON_KEYS[place - 1] if place <= len(PERSON_KEYS) else ""
