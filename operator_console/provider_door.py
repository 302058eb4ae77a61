"""The link in a provider's SMS: looking at it changes nothing, pressing its button uses it up."""

import logging

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from dispatch.links import find_link, open_link, send_new_link
from dispatch.outbox import nudge_messages
from models.orders import OfferStatus
from models.provider_links import ProviderLink
from operator_console.context import facts, parts
from operator_console.provider_visits import give_cookie, visiting_provider

log = logging.getLogger(__name__)
provider_door = Blueprint("provider_door", __name__, url_prefix="/p")


@provider_door.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    """A button, which telephones and messengers that look at every link do not press; the order itself for who pressed it."""
    link = find_link(facts(), token)
    if link is None:
        return render_template("provider/link.html", state="unknown"), 404
    if link.opened_at is None and link.expires_at > parts().clock():
        return render_template("provider/link.html", state="fresh", token=token)
    here = visiting_provider(link.offer_id)
    if here is not None and here.id == link.id:
        return redirect(url_for("provider_page.show", offer_id=link.offer_id), 303)
    state = "expired" if link.opened_at is None else "used"
    return render_template("provider/link.html", state=state, token=token, may_renew=_may_renew(link)), 410


@provider_door.post("/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Use the link up; from here on the order is at an address that is no secret, for this browser alone."""
    opened = open_link(facts(), token, parts().clock())
    link = find_link(facts(), token)
    if opened is None or link is None:
        return redirect(url_for("provider_door.show", token=token), 303)
    offer_id, cookie = opened
    facts().commit()
    log.info("offer %d: its link was opened", offer_id)
    response = redirect(url_for("provider_page.show", offer_id=offer_id), 303)
    give_cookie(response, offer_id, cookie, link.expires_at)
    return response


@provider_door.post("/<token>/renew")
def renew(token: str) -> ResponseReturnValue:
    """Send another link to the provider's own telephone."""
    link = find_link(facts(), token)
    now = parts().clock()
    if link is not None and (link.opened_at is not None or link.expires_at <= now):
        message = send_new_link(facts(), parts().settings, link, now)
        facts().commit()
        if message is not None:
            nudge_messages(parts().queue, [message])
            flash("新链接已用短信发到您登记的手机。\nA new link is on its way to your registered telephone.", "done")
        else:
            flash("不能再发新链接了，请打电话给中心。\nNo more links can be sent; please call the centre.", "trouble")
    return redirect(url_for("provider_door.show", token=token), 303)


def _may_renew(link: ProviderLink) -> bool:
    return link.offer.status in (OfferStatus.OPEN, OfferStatus.ACCEPTED)
