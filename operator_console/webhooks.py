"""What the SMS gateway tells us: an SMS came in, or what became of one that went out. Each may be told twice."""

import logging

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from twilio.twiml.messaging_response import MessagingResponse

from dispatch.answers import receive_message
from dispatch.gateways.twilio import (
    INCOMING_PATH,
    RECEIPT_PATH,
    SIGNATURE_HEADER,
    read_incoming,
    read_receipt,
    verify_signature,
)
from dispatch.receipts import record_receipt
from operator_console.context import facts, parts

log = logging.getLogger(__name__)
webhooks = Blueprint("webhooks", __name__)

LARGEST_WEBHOOK = 16 * 1024


@webhooks.before_request
def _only_the_gateway() -> None:
    """Take nothing that the gateway has not signed, with our public address in it: the Host header is anybody's."""
    request.max_content_length = LARGEST_WEBHOOK
    settings = parts().settings
    path = request.full_path if request.query_string else request.path
    signature = request.headers.get(SIGNATURE_HEADER, "")
    if not verify_signature(settings, settings.public_url.rstrip("/") + path, request.form, signature):
        log.warning("%s: a request without the gateway's signature was refused", request.path)
        abort(403)


@webhooks.post(INCOMING_PATH)
def incoming() -> ResponseReturnValue:
    """An SMS came in; the answer says nothing, because whatever we have to say goes out by itself."""
    number, body, sid = read_incoming(request.form)
    if not sid:
        abort(400)
    settings, now = parts().settings, parts().clock()
    receive_message(facts(), parts().queue, settings, number=number, body=body, gateway_ref=sid, now=now, gateway="twilio")
    return Response(str(MessagingResponse()), mimetype="text/xml")


@webhooks.post(RECEIPT_PATH)
def receipt() -> ResponseReturnValue:
    """What became of an SMS that went out. One that we do not know is no reason for the gateway to ask again."""
    sid, status = read_receipt(request.form)
    record_receipt(facts(), parts().queue, "twilio", sid, status, now=parts().clock())
    return "", 204
