"""The line at the head of every page that says which part of Linli is down, and what one can do all the same."""

from flask import Blueprint, Response

from operator_console.context import parts
from operator_console.live import fragment
from operator_console.words import Said

parts_down = Blueprint("parts_down", __name__, url_prefix="/parts-down")

# By the names of part_probes.py: what does not work, and what does.
TOLD = {
    "asterisk": Said(
        "电话交换机断了，正在自动恢复：打不进，也打不出。急事用备用电话；档案和订单照常。",
        "The telephone exchange is down and coming back by itself: nobody can call or be called. "
        "Use another telephone for what is urgent; files and orders work as usual.",
    ),
    "ivr": Said(
        "自动接听停了：来电和求助直接响到话务台，照常接。来电页可能不全，先查居民，再手工下单。",
        "The automatic answering is down: callers and calls for help ring the desks at once. "
        "The caller's page may be incomplete: search for them, and take the order by hand.",
    ),
    "redis": Said(
        "派单队列停了：电话照常响，订单照常下，都会留着，恢复后自动派出。短信也晚一点。",
        "The queue of dispatch is down: telephones ring as usual; orders are kept and offered once it is back. SMS are late too.",
    ),
    "workers": Said(
        "派单程序停了：电话照常响，订单照常下，都会留着，恢复后自动派出。短信也晚一点。",
        "Dispatch is down: telephones ring as usual; orders are kept and offered once it is back. SMS are late too.",
    ),
    "alarms": Said(
        "求助记录停了：求助电话照常响，照常接；这里暂时看不到，恢复后自动补记。",
        "The record of alarms is down: calls for help ring as usual, are not seen here, and are written down once it is back.",
    ),
    "sweep": Said(
        "巡查停了：没人接的订单暂时不会自动转给下一家，急单请打电话催。",
        "The sweep is down: orders that nobody takes are not passed on for now; telephone about urgent ones.",
    ),
    "devices": Said(
        "设备看护停了：一键通照常能打，掉线的暂时看不到。",
        "The watch over the devices is down: one-key phones work; one that falls silent is not seen for now.",
    ),
}


@parts_down.get("/live")
def live() -> Response:
    """What is down now."""
    return fragment("parts_down_live.html", told=_told())


@parts_down.app_context_processor
def _for_every_page() -> dict[str, object]:
    return {"parts_down_now": _told}


def _told() -> list[tuple[str, Said]]:
    watch = parts().part_watch
    return [(name, TOLD[name]) for name in watch.down()] if watch else []
