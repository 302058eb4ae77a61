"""The console's words for devices: kinds, states, health, visits, tests, histories."""

from enum import StrEnum
from typing import Any

from dispatch.devices.health import Health
from models.device_health import TrialResult, VisitReason
from models.devices import DeviceKind, DeviceStatus
from operator_console.words import Said

KIND: dict[DeviceKind, Said] = {
    DeviceKind.ONE_KEY: Said("一键通", "one-key phone"),
    DeviceKind.LANDLINE: Said("座机", "landline"),
    DeviceKind.MOBILE: Said("手机", "mobile"),
}
STATUS: dict[DeviceStatus, Said] = {
    DeviceStatus.IN_STOCK: Said("在库", "in stock"),
    DeviceStatus.INSTALLED: Said("已安装", "installed", "done"),
    DeviceStatus.RETIRED: Said("已停用", "retired"),
}
HEALTH: dict[Health, Said] = {
    Health.WELL: Said("在线", "heard", "done"),
    Health.SILENT: Said("失联", "silent", "trouble"),
    Health.NOT_YET_HEARD: Said("还没上线", "not heard yet", "wait"),
    Health.NOT_LISTENED_TO: Said("不知道，监测中断", "not known: nobody listened", "wait"),
    Health.UNWATCHED: Said("不监测", "not watched"),
}
VISIT: dict[VisitReason, Said] = {
    VisitReason.SILENT: Said("失联超过一天", "silent for over a day", "trouble"),
    VisitReason.NEVER_HEARD: Said("装好一天还没上线", "not heard since it was fitted", "trouble"),
    VisitReason.TEST_FAILED: Said("试打不通", "a test call failed", "trouble"),
}
RESULT: dict[TrialResult, Said] = {
    TrialResult.FIRST_TIME: Said("一次接通", "connected at once", "done"),
    TrialResult.LATER: Said("不止一次才接通", "connected later", "wait"),
    TrialResult.FAILED: Said("没有接通", "failed", "trouble"),
}
DEVICE_TABLES: tuple[dict[Any, Said], ...] = (KIND, STATUS, HEALTH, VISIT, RESULT)

HAPPENED = {
    "added": Said("新增", "added", "done"),
    "changed": Said("修改", "changed"),
    "replaced": Said("更换话机", "replaced", "go"),
    "sheet_shown": Said("打印安装单（含密钥）", "sheet with the secret printed", "wait"),
    **{status.value: words for status, words in STATUS.items()},
}
FAMILY_KEY = {f"family{place}": Said(f"家人键 {place}", f"family key {place}") for place in range(1, 5)}


def told(of: StrEnum) -> Said:
    """The words for a device's kind, status, health, visit or test."""
    return next(table[of] for table in DEVICE_TABLES if type(of) is type(next(iter(table))))
