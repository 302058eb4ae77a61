"""The console's pages, as its head names them: one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request
from sqlalchemy import Select, select

from operator_console.alarm_pages import alarms_to_do
from operator_console.care_pages import tasks_to_do
from operator_console.complaint_pages import complaints_to_do
from operator_console.context import facts
from operator_console.device_list import device_troubles
from operator_console.follow_up_pages import follow_ups_to_do
from operator_console.guard import may_go
from operator_console.message_pages import gateways_down
from operator_console.provider_list import corrections_to_make
from operator_console.shared_facts import shared
from operator_console.supervision_pages import supervisions_to_do
from operator_console.to_assign import orders_to_assign
from operator_console.trouble_pages import troubles_to_see
from operator_console.voice_mails import unheard_mails


@dataclass(frozen=True)
class Entry:
    """One page of the head; `to_do` asks how much waits there for a person."""

    endpoint: str
    zh: str
    en: str
    to_do: Callable[[], Select[int]] | None = None
    blueprints: tuple[str, ...] = ()  # the others whose pages belong to it

    def holds(self, blueprint: str | None) -> bool:
        """Whether a page of this blueprint belongs here."""
        return blueprint == self.endpoint.partition(".")[0] or blueprint in self.blueprints


# What one needs all day stands in the head; what one looks at now and then lies under 更多.
ALWAYS = (
    Entry("desk_lists.index", "工作台", "Desk", None, ("desk",)),
    Entry("board.show", "今日", "Today"),
    Entry("alarms.index", "求助", "Alarms", alarms_to_do, ("alarm_actions",)),
    Entry("calls.index", "来电", "Calls"),
    Entry("residents.index", "居民", "Residents", None, ("resident_forms", "resident_acts", "residents_file")),
)
MORE = (
    Entry("care.index", "关怀", "Care", tasks_to_do),
    Entry("voice_mails.index", "留言", "Voice mail", unheard_mails),
    Entry("to_assign.index", "待派单", "To assign", orders_to_assign),
    Entry("providers.index", "服务商", "Providers", corrections_to_make, ("provider_forms", "provider_files")),
    Entry("services.index", "服务目录", "Services", None, ("services_file",)),
    Entry("supervision.index", "督办", "What is late", supervisions_to_do),
    Entry("settlements.index", "结算", "Settlement"),
    Entry("follow_ups.index", "回访", "Follow-ups", follow_ups_to_do),
    Entry("complaints.index", "投诉", "Complaints", complaints_to_do),
    Entry("devices.index", "设备", "Devices", device_troubles, ("device_forms", "device_actions", "devices_file")),
    Entry("messages.index", "短信", "Messages", gateways_down),
    Entry("file_openings.index", "谁看过档案", "Files opened"),
    Entry("troubles.index", "故障", "Faults", troubles_to_see),
    Entry("shifts.index", "班次", "Shifts"),
    Entry("announcements.index", "通知", "Announcements"),
    Entry("prompts.index", "提示音", "Prompts"),
    Entry("operators.index", "话务员", "Operators"),
    Entry("wallboard.show", "大屏", "Wallboard"),
    Entry("reports.index", "报表", "Reports"),
    Entry("audits.index", "抽查", "Audits"),
)


@dataclass(frozen=True)
class Link:
    """An entry as it is shown now."""

    endpoint: str
    zh: str
    en: str
    to_do: int
    here: bool


def links(entries: tuple[Entry, ...]) -> list[Link]:
    """The entries as this request shows them to who is signed in."""
    counts = shared("to do", _counts)
    return [
        Link(entry.endpoint, entry.zh, entry.en, counts.get(entry.endpoint, 0), entry.holds(request.blueprint))
        for entry in entries
        if may_go(entry.endpoint)
    ]


def _counts() -> Mapping[str, int]:
    """How much waits on each page, in one statement."""
    asked = {entry.endpoint: entry.to_do() for entry in (*ALWAYS, *MORE) if entry.to_do}
    counted = facts().execute(select(*(one.scalar_subquery() for one in asked.values()))).one()
    return dict(zip(asked, counted, strict=True))
