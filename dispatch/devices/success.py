"""How often a model connects at the first attempt: of alarms by its red key, and of the tests that were ticked off by hand."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.alarms import Alarm, AlarmSource
from models.device_health import DeviceTest, TrialResult
from models.devices import Device, DeviceStatus


@dataclass
class ModelSuccess:
    """One model's figures. `devices` are those installed; `trials` are of the phones that are there now."""

    model: str
    devices: int = 0
    trials: int = 0
    first_time: int = 0

    @property
    def share(self) -> float | None:
        """The share that connected at the first attempt; None without any."""
        return self.first_time / self.trials if self.trials else None


def first_time_success(session: Session) -> list[ModelSuccess]:
    """Every model that is installed somewhere, the one with the lowest share first. Alarms still ringing are left out."""
    devices = {device.id: device for device in session.scalars(select(Device).where(Device.status == DeviceStatus.INSTALLED))}
    models = {device.model: ModelSuccess(device.model) for device in devices.values()}
    for device in devices.values():
        models[device.model].devices += 1
    trials = [(test.device_id, test.at, test.result is TrialResult.FIRST_TIME) for test in session.scalars(select(DeviceTest))]
    by_key = select(Alarm).where(Alarm.device_id.is_not(None), Alarm.source != AlarmSource.WORDS)
    trials += [
        (alarm.device_id, alarm.raised_at, alarm.attempts[0].answered_at is not None)
        for alarm in session.scalars(by_key.options(selectinload(Alarm.attempts)))
        if alarm.device_id and alarm.attempts and (alarm.attempts[0].answered_at or alarm.attempts[0].ended_at)
    ]
    for device_id, at, succeeded in trials:
        fitted = devices.get(device_id)
        if fitted and at >= (fitted.fitted_at or at):  # what its predecessor did is not counted for it
            models[fitted.model].trials += 1
            models[fitted.model].first_time += succeeded
    return sorted(models.values(), key=lambda one: (1.0 if one.share is None else one.share, one.model))
