"""The columns of a provider's data: how each is called, read and written; tables and forms share them."""

from collections.abc import Callable, Mapping

from dispatch.providers import cells
from dispatch.sheets.columns import Column, as_text, plainly
from models.providers import Provider

YES_NO = {True: "是", False: "否"}
_GENDER = {"female": "女", "male": "男"}
_LANGUAGE = {"zh": "中文", "en": "英文"}


def _yes(name: str) -> Callable[[Provider, Mapping[str, str]], str]:
    return lambda provider, skills: YES_NO[getattr(provider, name)]


def _clock(name: str) -> Callable[[Provider, Mapping[str, str]], str]:
    return lambda provider, skills: f"{getattr(provider, name):%H:%M}"


def _skills(provider: Provider, names: Mapping[str, str]) -> str:
    return "、".join(names.get(skill, skill) for skill in provider.skills)


def _areas(provider: Provider, _: Mapping[str, str]) -> str:
    return "、".join(area.name for area in sorted(provider.areas, key=lambda area: area.id))


def _weekdays(provider: Provider, _: Mapping[str, str]) -> str:
    return "".join(cells.WEEKDAYS[day] for day in sorted(provider.open_weekdays))


def _days_off(provider: Provider, _: Mapping[str, str]) -> str:
    return "、".join(provider.days_off)


def _workers(provider: Provider, _: Mapping[str, str]) -> str:
    at_work = sorted((worker for worker in provider.workers if worker.active), key=lambda worker: worker.id)
    return "；".join(f"{worker.name} {_GENDER.get(worker.gender, worker.gender)} {worker.number}" for worker in at_work)


COLUMNS = (
    Column("name", "名称", plainly(cells.read_name), as_text("name"), needed=True),
    Column("number", "电话", plainly(cells.read_number), as_text("number"), needed=True),
    Column("skills", "技能", cells.read_skills, _skills, needed=True),
    Column("areas", "片区", cells.read_areas, _areas, needed=True),
    Column("latitude", "纬度", plainly(cells.read_degrees, 90), as_text("latitude")),
    Column("longitude", "经度", plainly(cells.read_degrees, 180), as_text("longitude")),
    Column("opens", "开门", plainly(cells.read_time), _clock("opens"), usual=cells.read_time("8:00")),
    Column("closes", "关门", plainly(cells.read_time), _clock("closes"), usual=cells.read_time("18:00")),
    Column("open_weekdays", "营业日", plainly(cells.read_weekdays), _weekdays, usual=list(range(7))),
    Column("days_off", "休息日", plainly(cells.read_dates), _days_off, usual=[], clears=True),
    Column("orders_a_day", "每天几单", plainly(cells.read_count, 1, cells.MOST_A_DAY), as_text("orders_a_day"), usual=8),
    Column(
        "price_percent", "价格百分比", plainly(cells.read_count, 0, cells.DEAREST_PERCENT), as_text("price_percent"), usual=100
    ),
    Column("volunteer", "志愿者", plainly(cells.read_yes), _yes("volunteer"), usual=False),
    Column("language", "语言", plainly(cells.read_language), lambda one, _: _LANGUAGE[one.language], usual="zh"),
    Column("active", "在用", plainly(cells.read_yes), _yes("active"), usual=True),
    Column("workers", "人员", plainly(cells.read_workers), _workers, usual=[], clears=True),
)
BY_KEY = {column.key: column for column in COLUMNS}
