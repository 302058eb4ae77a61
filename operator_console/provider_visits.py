"""A provider's browser: the cookie that a link gave it, good for one offer, and what it is told when it may not come in."""

from datetime import datetime

from flask import g, render_template, request
from werkzeug import Response

from dispatch.links import LINK_PATH, link_of_browser
from models.provider_links import ProviderLink
from operator_console.context import facts, parts

WORDS = {
    400: ("这一页放得太久了，请回到订单再试一次。", "This page was open for too long; go back to the order and try again."),
    403: ("请用短信里的链接打开订单。", "Please open the order by the link in the SMS."),
    404: ("没有找到。", "Not found."),
    405: ("请回到订单再试一次。", "Go back to the order and try again."),
    413: ("太大了，没有收到。照片最多 20 MB。", "Too large, nothing was taken. A photo may have 20 MB."),
    500: (
        "我们这边出错了，已经记下来。您也可以用短信答复。",
        "A fault of ours; it has been written down. You can also answer by SMS.",
    ),
}


def give_cookie(response: Response, offer_id: int, cookie: str, until: datetime) -> None:
    """Make the browser that this answer goes to the one that may see the offer."""
    settings = parts().settings
    response.set_cookie(
        _name(offer_id),
        cookie,
        expires=until,
        path=LINK_PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.public_url.startswith("https://"),
    )


def visiting_provider(offer_id: int) -> ProviderLink | None:
    """The link by which this request's browser may see the offer, or None."""
    cookie = request.cookies.get(_name(offer_id), "")
    return link_of_browser(facts(), offer_id, cookie, parts().clock()) if cookie else None


def link_here() -> ProviderLink:
    """The link of the browser whose request this is; only where `access` lets providers alone come."""
    link: ProviderLink = g.provider_link
    return link


def explain_to_provider(code: int) -> tuple[str, int]:
    """What a provider reads instead of what they asked for."""
    offer_id = (request.view_args or {}).get("offer_id") if code != 403 else None
    return render_template("provider/error.html", words=WORDS.get(code, WORDS[500]), offer_id=offer_id), code


def _name(offer_id: int) -> str:
    # Two copies on one host are one host to a browser's cookies, whatever their ports.
    return f"linli_{parts().settings.console_port}_offer_{offer_id}"
