"""The console's pages, as its head names them: one table."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from operator_console.alarm_pages import alarms_to_do
from operator_console.care_pages import tasks_to_do
from operator_console.complaint_pages import complaints_to_do
from operator_console.device_pages import device_troubles
from operator_console.follow_up_pages import follow_ups_to_do
from operator_console.message_pages import gateways_down
from operator_console.provider_list import corrections_to_make
from operator_console.supervision_pages import supervisions_to_do
from operator_console.to_assign import orders_to_assign
from operator_console.trouble_pages import troubles_to_see
from operator_console.voice_mails import unheard_mails


@dataclass(frozen=True)
class Entry:
    """One page of the head; `to_do` counts what waits there for a person."""

    endpoint: str
    zh: str
    en: str
    to_do: Callable[[], int] | None = None
    blueprints: tuple[str, ...] = ()  # the others whose pages belong to it

    def holds(self, blueprint: str | None) -> bool:
        """Whether a page of this blueprint belongs here."""
        return blueprint == self.endpoint.partition(".")[0] or blueprint in self.blueprints


# What one needs all day stands in the head; what one looks at now and then lies under 更多.
ALWAYS = (
    Entry("board.show", "今日", "Today"),
    Entry("alarms.index", "求助", "Alarms", alarms_to_do, ("alarm_actions",)),
    Entry("calls.index", "来电", "Calls"),
    Entry("residents.index", "居民", "Residents"),
    Entry("care.index", "关怀", "Care", tasks_to_do),
    Entry("voice_mails.index", "留言", "Voice mail", unheard_mails),
)
MORE = (
    Entry("to_assign.index", "待派单", "To assign", orders_to_assign),
    Entry("providers.index", "服务商", "Providers", corrections_to_make, ("provider_forms", "provider_files")),
    Entry("supervision.index", "督办", "What is late", supervisions_to_do),
    Entry("follow_ups.index", "回访", "Follow-ups", follow_ups_to_do),
    Entry("complaints.index", "投诉", "Complaints", complaints_to_do),
    Entry("devices.index", "设备", "Devices", device_troubles, ("device_forms", "device_actions")),
    Entry("messages.index", "短信", "Messages", gateways_down),
    Entry("troubles.index", "故障", "Faults", troubles_to_see),
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
    """The entries as this request shows them."""
    return [
        Link(entry.endpoint, entry.zh, entry.en, entry.to_do() if entry.to_do else 0, entry.holds(request.blueprint))
        for entry in entries
    ]
