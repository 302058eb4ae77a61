"""What the platforms of `http_gateways` tell us: SMS that came in, and what became of ours. Each may be told twice."""

import logging
from typing import NoReturn
from urllib.parse import parse_qsl

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue

from dispatch.answers import receive_message
from dispatch.cleaning import clean_words
from dispatch.gateways.http import incoming_path, receipt_path
from dispatch.gateways.http_telling import Told, Unreadable, Untrusted, check_trust, read_incoming, read_receipts
from dispatch.receipts import record_receipt
from models.http_gateway import HttpGateway
from operator_console.context import facts, parts

log = logging.getLogger(__name__)
sms_webhooks = Blueprint("sms_webhooks", __name__)

LARGEST_WEBHOOK = 64 * 1024
_REF_AT_MOST = 200
_MOST_PARAMETERS = 200


@sms_webhooks.route(incoming_path("<name>"), methods=["GET", "POST"])
def incoming(name: str) -> ResponseReturnValue:
    """SMS that came in; the answer says only what the platform wants to read, whatever we have to say goes out by itself."""
    about, told = _from_platform(name)
    if about.incoming is None:
        abort(404)
    try:
        messages = read_incoming(about.incoming, told)
    except Unreadable as error:
        _refuse(name, 400, error)
    for number, body, ref in messages:
        receive_message(
            facts(),
            parts().queue,
            parts().settings,
            number=number,
            body=body,
            gateway=name,
            # A platform may number what comes in and what goes out alike.
            gateway_ref=f"in-{clean_words(ref, _REF_AT_MOST)}",
            now=parts().clock(),
        )
    return Response(about.incoming.answer, mimetype="text/plain")


@sms_webhooks.route(receipt_path("<name>"), methods=["GET", "POST"])
def receipt(name: str) -> ResponseReturnValue:
    """What became of SMS that went out. One that we do not know yet is kept; the platform need not ask again."""
    about, told = _from_platform(name)
    if about.receipts is None:
        abort(404)
    try:
        receipts = read_receipts(about.receipts, told)
    except Unreadable as error:
        _refuse(name, 400, error)
    for ref, status in receipts:
        record_receipt(facts(), parts().queue, name, clean_words(ref, _REF_AT_MOST), status, now=parts().clock())
    return Response(about.receipts.answer, mimetype="text/plain")


def _from_platform(name: str) -> tuple[HttpGateway, Told]:
    """What a platform says, once it is proved that it is the platform's; anything else is refused."""
    request.max_content_length = LARGEST_WEBHOOK
    settings = parts().settings
    about = settings.http_gateways.get(name)
    if about is None:
        abort(404)
    body = request.get_data()
    try:
        told = Told(
            parameters=_parameters(about, body),
            headers={header.lower(): value for header, value in request.headers.items()},
            body=body,
            address=request.remote_addr or "",
        )
        check_trust(about, told, parts().clock(), settings.timezone)
    except Untrusted as error:
        _refuse(name, 403, error)
    except ValueError as error:  # too many parameters
        _refuse(name, 400, error)
    return about, told


def _parameters(about: HttpGateway, body: bytes) -> dict[str, str]:
    """Those of the address and of a form, in the platform's own charset, which Flask would not ask for."""
    written = [request.query_string.decode("latin-1")]
    if request.mimetype == "application/x-www-form-urlencoded":
        written.append(body.decode("latin-1"))
    found: dict[str, str] = {}
    for part in written:
        found.update(
            parse_qsl(part, keep_blank_values=True, encoding=about.charset, errors="replace", max_num_fields=_MOST_PARAMETERS)
        )
    return found


def _refuse(name: str, status: int, why: Exception) -> NoReturn:
    log.warning("gateway %s: a request was refused: %s", name, why)
    abort(status)
