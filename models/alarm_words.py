"""The kinds, states, ends and happenings of an alarm."""

from enum import StrEnum


class AlarmSource(StrEnum):
    """What raised an alarm."""

    KEY = "key"  # the red key
    NUMBER = "number"  # a telephone whose speed dial is the SOS number
    WORDS = "words"


class AlarmKind(StrEnum):
    """SCAIP's kinds of message."""

    ALARM = "alarm"
    RESET = "reset"
    INFORMATION = "information"
    HEARTBEAT = "heartbeat"


class AlarmStatus(StrEnum):
    """How far an alarm has come."""

    RAISED = "raised"
    ANSWERED = "answered"
    FALSE_ALARM = "false_alarm"
    HELP_ON_THE_WAY = "help_on_the_way"
    HELP_ARRIVED = "help_arrived"
    CLOSED = "closed"


class AlarmOutcome(StrEnum):
    """What it was in the end; closing needs one."""

    PRESSED_BY_MISTAKE = "pressed_by_mistake"
    WANTED_TO_TALK = "wanted_to_talk"
    WANTED_A_SERVICE = "wanted_a_service"
    TEST = "test"
    DEVICE_FAULT = "device_fault"
    MISHEARD = "misheard"
    HELPED_AT_HOME = "helped_at_home"  # by a keyholder, the family or a volunteer
    DOCTOR_AT_HOME = "doctor_at_home"
    TAKEN_TO_HOSPITAL = "taken_to_hospital"
    POLICE_OR_FIRE = "police_or_fire"
    DIED = "died"


class AlarmHappened(StrEnum):
    """What a line of an alarm's history tells; its steps are named as the status they lead to."""

    RAISED = "raised"
    PRESSED_AGAIN = "pressed_again"
    RUNG = "rung"  # details: who, number
    RUNG_OVER = "rung_over"  # nobody answered; details: who, number, result
    ANSWERED = "answered"
    LEFT = "left"  # who had answered, or been called in, put the phone down
    JOIN = "join"  # a third person is called in; details: who, number
    JOINED = "joined"
    JOIN_FAILED = "join_failed"  # details: who, number, result
    HUNG_UP = "hung_up"  # the resident's line is gone
    RECORDED = "recorded"  # the recording is whole; details: recording, sha256
    NOTED = "noted"  # details: note
    FALSE_ALARM = "false_alarm"
    HELP_ON_THE_WAY = "help_on_the_way"
    HELP_ARRIVED = "help_arrived"
    CLOSED = "closed"  # details: outcome, note
    UNANSWERED = "unanswered"  # nobody within 180 s: to be investigated
    INVESTIGATED = "investigated"  # details: finding
    FOLLOWED_UP = "followed_up"  # details: note
