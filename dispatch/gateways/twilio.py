"""Twilio: Programmable Messaging through its SDK. All of its words and codes stay in this file."""

from collections.abc import Mapping

from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.gateways.reach import DOUBTFUL, never_reached
from models.messages import MessageStatus
from models.phones import normalise_number
from models.settings import Settings

INCOMING_PATH = "/webhooks/twilio/incoming"
RECEIPT_PATH = "/webhooks/twilio/receipt"
SIGNATURE_HEADER = "X-Twilio-Signature"

_TIMEOUT_S = 10.0
_COUNTRY = "+86"  # what normalise_number takes off
# Codes that a 400 may carry and that pass with time (https://www.twilio.com/docs/api/errors): too many requests, this
# number's queue is full, the account's queue is full, too many messages a second. Any other 400 is about this message.
_PASSING_CODES = {20429, 21611, 30001, 30022}
# https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
_STATUSES = {
    "accepted": MessageStatus.SENT,
    "scheduled": MessageStatus.SENT,
    "queued": MessageStatus.SENT,
    "sending": MessageStatus.SENT,
    "sent": MessageStatus.SENT,
    "delivered": MessageStatus.DELIVERED,
    "read": MessageStatus.DELIVERED,
    "undelivered": MessageStatus.FAILED,
    "failed": MessageStatus.FAILED,
    "canceled": MessageStatus.FAILED,
}


class TwilioGateway:
    """One account; receipts come to RECEIPT_PATH of the console's public address."""

    def __init__(self, settings: Settings, name: str) -> None:
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token.get_secret_value(),
            http_client=TwilioHttpClient(timeout=_TIMEOUT_S),
        )
        if settings.twilio_api_url:
            self._client.api.base_url = settings.twilio_api_url
        self._from = settings.twilio_from
        self._receipts_to = settings.public_url.rstrip("/") + RECEIPT_PATH

    def send(self, number: str, body: str) -> str:
        """Send through the Messages resource; the id is the message's SID."""
        to = number if number.startswith("+") else _COUNTRY + number.removeprefix("0")
        try:
            message = self._client.messages.create(to=to, from_=self._from, body=body, status_callback=self._receipts_to)
        except TwilioRestException as error:
            # The text may hold the number; the code says as much.
            reason = f"Twilio: HTTP {error.status}, code {error.code}"
            if error.status == 400 and error.code not in _PASSING_CODES:
                raise MessageRejected(reason) from None
            if error.status in DOUBTFUL:
                raise GatewayUncertain(reason) from None
            raise GatewayUnavailable(reason) from None
        except (TwilioException, RequestException) as error:
            kind = GatewayUnavailable if never_reached(error) else GatewayUncertain
            raise kind(f"Twilio: {type(error).__name__}") from None
        if not message.sid:
            raise GatewayUncertain("Twilio: an answer without a SID")
        return str(message.sid)


def verify_signature(settings: Settings, url: str, form: Mapping[str, str], signature: str) -> bool:
    """Whether Twilio made this request; `url` is the address it called, as the outside sees it, with its query."""
    validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
    return bool(validator.validate(url, form, signature))


def read_incoming(form: Mapping[str, str]) -> tuple[str, str, str]:
    """An SMS that came in: number, body, SID."""
    return normalise_number(form.get("From", "")), form.get("Body", ""), form.get("MessageSid", "")


def read_receipt(form: Mapping[str, str]) -> tuple[str, MessageStatus | None]:
    """What became of a message: its SID and status, None for a status that is not known."""
    return form.get("MessageSid", ""), _STATUSES.get(form.get("MessageStatus", ""))
