"""Alarms: exactly one an SOS, and everything that follows, each with the time at which it happened."""

from dispatch.alarms.due import follow_ups_due, investigations_due, record_follow_up, record_investigation
from dispatch.alarms.finding import alarm_of_call
from dispatch.alarms.handling import answer_alarm, close_alarm, move_alarm, note_alarm
from dispatch.alarms.raising import raise_alarm

__all__ = [
    "alarm_of_call",
    "answer_alarm",
    "close_alarm",
    "follow_ups_due",
    "investigations_due",
    "move_alarm",
    "note_alarm",
    "raise_alarm",
    "record_follow_up",
    "record_investigation",
]
