"""An alarm of yesterday in the demo's community, so that a follow-up is due."""

from datetime import datetime, timedelta

from models.alarms import Alarm, AlarmAttempt, AlarmHappened, AlarmSource, AlarmStatus
from models.residents import Resident


def past_alarm(resident: Resident, now: datetime) -> Alarm:
    """The call for help of a resident who dialled the SOS number, had fallen, and was helped up by a neighbour; not added yet."""
    began = now - timedelta(hours=20)
    channel_id, number = f"{began.timestamp():.0f}.0", resident.phones[0].number

    def after(seconds: float) -> datetime:
        return began + timedelta(seconds=seconds)

    alarm = Alarm(
        channel_id=channel_id,
        reference=f"number-{number}",
        resident=resident,
        number=number,
        source=AlarmSource.NUMBER,
        status=AlarmStatus.RAISED,
        component="keypad",
        place_code=resident.area.name,
        place_value=resident.address,
        raised_at=began,
        pressed_at=began,
        line_opened_at=began,
        first_ring_at=began,
        answered_at=after(7),
        answered_by="desk-1",
        outcome="",
    )
    alarm.record(AlarmHappened.RAISED, began, "resident", source=alarm.source.value)
    alarm.record(AlarmHappened.RUNG, began, "asterisk", who="operators")
    alarm.move(AlarmStatus.ANSWERED, after(7), "desk-1", who="desk-1")
    alarm.move(AlarmStatus.HELP_ON_THE_WAY, after(95), "demo", note="在卫生间滑倒，请邻居过去看看")
    alarm.move(AlarmStatus.HELP_ARRIVED, after(540), "demo")
    alarm.close("helped_at_home", after(1_260), "demo", "扶起来了，没有受伤")
    attempt = {"channel_id": channel_id, "source": alarm.source, "number": number, "began_at": began}
    alarm.attempts.append(
        AlarmAttempt(**attempt, first_ring_at=began, answered_at=after(7), answered_by="desk-1", ended_at=after(180))
    )
    return alarm
