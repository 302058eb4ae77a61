"""What a provider's page left on an order: proofs of the work, and how far each link has come."""

import re
from typing import Any

from flask import Blueprint, Response, abort, send_file
from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dispatch.proofs import proof_file, proofs_of
from models.orders import Offer
from models.provider_links import Proof, ProviderLink
from operator_console.context import facts, parts

order_proofs = Blueprint("order_proofs", __name__, url_prefix="/orders")

_KINDS = {".jpg": "image/jpeg", ".png": "image/png"}
_LINK = re.compile(r"https?://[!-~]+/p/[A-Za-z0-9_-]{43}")


@order_proofs.get("/<int:order_id>/proofs/<int:proof_id>")
def picture(order_id: int, proof_id: int) -> Response:
    """A photo or a signature."""
    proof = facts().get(Proof, proof_id)
    if proof is None or proof.order_id != order_id:
        abort(404)
    path = proof_file(parts().settings.proofs_dir, proof)
    if path is None or path.suffix not in _KINDS:
        abort(404)
    return send_file(path, mimetype=_KINDS[path.suffix])


def proofs_and_links(order_id: int) -> dict[str, Any]:
    """For an order's page: its proofs, and the links that were made for its offers."""
    made = select(ProviderLink).join(Offer).where(Offer.order_id == order_id).order_by(ProviderLink.id)
    made = made.options(joinedload(ProviderLink.offer).joinedload(Offer.provider))
    return {"proofs": proofs_of(facts(), order_id), "page_links": list(facts().scalars(made)), "now": parts().clock()}


def hide_link(body: str) -> str:
    """A message as operators read it: a link is its provider's alone, and whoever opened it first would have it."""
    return _LINK.sub("［链接 link］", body)


def show_link(body: str) -> Markup:
    """A message as it stands on the demo's telephones, where a link can be pressed."""
    anchored, at = [], 0
    for link in _LINK.finditer(body):
        pressed = Markup('<a href="{0}" target="_blank" rel="noopener">{0}</a>').format(link[0])
        anchored += [escape(body[at : link.start()]), pressed]
        at = link.end()
    return Markup("").join([*anchored, escape(body[at:])])
