"""How often a model connects at the first attempt: of alarms by its red key, and of the tests that were ticked off by hand."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmAttempt, AlarmSource
from models.device_health import DeviceTest, TrialResult
from models.devices import Device, DeviceStatus

# By tables: the devices are limited already where an officer asks (operator_console/scope.py).
_TESTS, _ALARMS = DeviceTest.__table__.c, Alarm.__table__.c


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
    installed = Device.status == DeviceStatus.INSTALLED
    counted = select(Device.model, func.count()).where(installed).group_by(Device.model)
    models = {model: ModelSuccess(model, devices) for model, devices in session.execute(counted)}
    for model, trials, first_time in [*session.execute(_tests()), *session.execute(_alarms())]:
        if one := models.get(model):
            one.trials += trials
            one.first_time += first_time
    return sorted(models.values(), key=lambda one: (1.0 if one.share is None else one.share, one.model))


def _tests() -> Select[str, int, int]:
    return _of_models(_TESTS.at, _TESTS.result == TrialResult.FIRST_TIME).where(_TESTS.device_id == Device.id)


def _alarms() -> Select[str, int, int]:
    """Each by the first of its calls."""
    attempts, other = AlarmAttempt.__table__, AlarmAttempt.__table__.alias()
    one = attempts.c
    earlier = or_(other.c.began_at < one.began_at, and_(other.c.began_at == one.began_at, other.c.id < one.id))
    is_first = ~select(other.c.id).where(other.c.alarm_id == one.alarm_id, earlier).exists()
    is_over = or_(one.answered_at.is_not(None), one.ended_at.is_not(None))
    asked = _of_models(_ALARMS.raised_at, one.answered_at.is_not(None))
    return asked.where(
        _ALARMS.device_id == Device.id, one.alarm_id == _ALARMS.id, _ALARMS.source != AlarmSource.WORDS, is_over, is_first
    )


def _of_models(at: ColumnElement[datetime], succeeded: ColumnElement[bool]) -> Select[str, int, int]:
    """What was tried `at`, by the model of the device that is there now; what its predecessor did is not counted for it."""
    counts = (func.count(), func.sum(case((succeeded, 1), else_=0)))
    is_its_own = at >= func.coalesce(Device.fitted_at, at)
    return select(Device.model, *counts).where(Device.status == DeviceStatus.INSTALLED, is_its_own).group_by(Device.model)
