"""Proofs that a provider leaves on their page: photos, and the resident's signature."""

import logging

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from dispatch.proofs import LARGEST_PHOTO_BYTES, ProofRefused, keep_photo, keep_signature, proof_file, proofs_of
from models.orders import OrderStatus
from models.provider_links import ProofKind
from operator_console.context import facts, parts
from operator_console.provider_page import is_theirs
from operator_console.provider_visits import link_here

log = logging.getLogger(__name__)
provider_proofs = Blueprint("provider_proofs", __name__, url_prefix="/p/o/<int:offer_id>")

# The work can be shown while one is there, and what was forgotten until the resident has been asked about it.
_SHOWN_WHILE = (OrderStatus.ACCEPTED, OrderStatus.ON_THE_WAY, OrderStatus.ARRIVED, OrderStatus.COMPLETED)
_MORE_THAN_THE_PHOTO = 64 * 1024


@provider_proofs.url_value_preprocessor
def _take_photos(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Before anything reads the form, as the check of its token does."""
    if endpoint == "provider_proofs.photo":
        request.max_content_length = LARGEST_PHOTO_BYTES + _MORE_THAN_THE_PHOTO


@provider_proofs.post("/photo")
def photo(offer_id: int) -> ResponseReturnValue:
    """Keep a photo of the work."""
    order_id = _shown_order()
    sent = request.files.get("photo")
    content = sent.read(LARGEST_PHOTO_BYTES + 1) if sent else b""
    if not content:
        flash("还没有选照片。\nNo photo was chosen.", "trouble")
        return _back(offer_id)
    facts().commit()  # the database is not held while the photo is looked at
    try:
        keep_photo(facts(), parts().settings.proofs_dir, order_id, content, parts().clock())
    except ProofRefused as refused:
        flash(f"{refused.zh}\n{refused.en}", "trouble")
        return _back(offer_id)
    facts().commit()
    log.info("offer %d: a photo was kept", offer_id)
    flash("照片收到了。\nThe photo was received.", "done")
    return _back(offer_id)


@provider_proofs.get("/signature")
def show_signing(offer_id: int) -> str:
    """Where the resident signs."""
    _shown_order()
    return render_template("provider/sign.html", order=link_here().offer.order, offer=link_here().offer)


@provider_proofs.post("/signature")
def sign(offer_id: int) -> ResponseReturnValue:
    """Keep the resident's signature."""
    order_id = _shown_order()
    facts().commit()
    try:
        keep_signature(facts(), parts().settings.proofs_dir, order_id, request.form.get("strokes", ""), parts().clock())
    except ProofRefused as refused:
        flash(f"{refused.zh}\n{refused.en}", "trouble")
        return redirect(url_for("provider_proofs.show_signing", offer_id=offer_id), 303)
    facts().commit()
    log.info("offer %d: a signature was kept", offer_id)
    return _back(offer_id)


@provider_proofs.get("/photos/<int:proof_id>")
def picture(offer_id: int, proof_id: int) -> Response:
    """A photo of this order, shown again to who took it."""
    photos = [proof for proof in proofs_of(facts(), _shown_order()) if proof.kind is ProofKind.PHOTO]
    path = next((proof_file(parts().settings.proofs_dir, proof) for proof in photos if proof.id == proof_id), None)
    if path is None:
        abort(404)
    return send_file(path, mimetype="image/jpeg")


def _shown_order() -> int:
    """The order's id while it is this provider's; what another one did is not theirs to see."""
    offer = link_here().offer
    if not is_theirs(offer) or offer.order.status not in _SHOWN_WHILE:
        abort(404)
    return offer.order_id


def _back(offer_id: int) -> ResponseReturnValue:
    return redirect(url_for("provider_page.show", offer_id=offer_id), 303)
