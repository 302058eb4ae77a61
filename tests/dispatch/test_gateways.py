import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from twilio.request_validator import RequestValidator

from dispatch.gateways import GATEWAYS
from dispatch.gateways import twilio as twilio_module
from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.gateways.twilio import TwilioGateway, read_incoming, read_receipt, verify_signature
from models.http_gateway import HttpGateway, Reply
from models.messages import MessageStatus
from models.settings import Gateway, Settings
from tests.conftest import free_ports


def test_every_gateway_of_the_settings_is_in_the_table() -> None:
    assert set(GATEWAYS) == set(Gateway)


@pytest.fixture
def settings_of(
    request: pytest.FixtureRequest, settings: Settings, twilio_settings: Settings
) -> Callable[[Gateway], tuple[Settings, str]]:
    """Settings under which a gateway can be talked to from here, and its name in them."""

    def chosen(kind: Gateway) -> tuple[Settings, str]:
        if kind is Gateway.TWILIO:
            return twilio_settings.model_copy(update={"twilio_api_url": request.getfixturevalue("prism")}), "twilio"
        if kind is Gateway.HTTP:
            platform = request.getfixturevalue("platform")
            about = HttpGateway(url=platform.url, form={"to": "{number}", "text": "{body}"}, reply=Reply(id="id"))
            return settings.model_copy(update={"http_gateways": {"city": about}}), "city"
        return settings, "demo"

    return chosen


@pytest.mark.parametrize("kind", list(Gateway))
@pytest.mark.parametrize("number", ["13800000001", "05718888888", "+14155552345"])
@pytest.mark.parametrize(
    "body", ["【邻里】新订单4821：水电维修", "长" * 1600, '[Linli] Order 4821: plumbing & more, 50 % {off}\n"now"']
)
def test_every_gateway_takes_a_message_and_gives_its_reference(
    settings_of: Callable[[Gateway], tuple[Settings, str]], kind: Gateway, number: str, body: str
) -> None:
    ref = GATEWAYS[kind](*settings_of(kind)).send(number, body)
    assert isinstance(ref, str)
    assert ref


def test_what_twilios_description_forbids_is_refused_by_prism(twilio_settings: Settings, prism: str) -> None:
    wrong = twilio_settings.model_copy(update={"twilio_api_url": prism, "twilio_account_sid": "not-an-account"})
    with pytest.raises(GatewayUnavailable, match="422"):
        TwilioGateway(wrong, "twilio").send("13800000001", "【邻里】")


class FakeTwilio(BaseHTTPRequestHandler):
    """Answers as the test says, and remembers what it was asked."""

    status, code = 201, 0
    asked: dict[str, list[str]]

    def do_POST(self) -> None:
        type(self).asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        answer: dict[str, Any] = {"sid": "SM1"} if self.status == 201 else {"code": self.code, "message": "13800000001"}
        body = json.dumps(answer).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def twilio(twilio_settings: Settings) -> Iterator[Callable[[int, int], TwilioGateway]]:
    """A gateway whose Twilio answers every request with a status and a code."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), FakeTwilio)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    settings = twilio_settings.model_copy(update={"twilio_api_url": f"http://127.0.0.1:{server.server_port}"})

    def answering(status: int, code: int) -> TwilioGateway:
        FakeTwilio.status, FakeTwilio.code = status, code
        return TwilioGateway(settings, "twilio")

    yield answering
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, 21211, MessageRejected),  # not a valid number
        (400, 21610, MessageRejected),  # the number has opted out
        (400, 21614, MessageRejected),  # not a mobile number
        (400, 21617, MessageRejected),  # the body is too long
        (400, 21611, GatewayUnavailable),  # too many waiting messages
        (429, 20429, GatewayUnavailable),
        (401, 20003, GatewayUnavailable),  # our own credentials: not the message's fault
        (404, 20404, GatewayUnavailable),
        (500, 20500, GatewayUncertain),  # perhaps after it had taken it
        (503, 0, GatewayUnavailable),
    ],
)
def test_twilios_codes_become_later_or_never_without_the_number(
    twilio: Callable[[int, int], TwilioGateway], status: int, code: int, error: type[Exception]
) -> None:
    with pytest.raises(error) as raised:
        twilio(status, code).send("13800000001", "【邻里】")
    assert "1380000" not in str(raised.value)


def test_twilio_gets_an_international_number_and_where_receipts_go(twilio: Callable[[int, int], TwilioGateway]) -> None:
    assert twilio(201, 0).send("13800000001", "【邻里】谢谢") == "SM1"
    assert FakeTwilio.asked == {
        "To": ["+8613800000001"],
        "From": ["+15005550006"],
        "Body": ["【邻里】谢谢"],
        "StatusCallback": ["https://linli.example/webhooks/twilio/receipt"],
    }


def test_a_twilio_that_is_not_there_is_tried_later(twilio_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = twilio_settings.model_copy(update={"twilio_api_url": f"http://127.0.0.1:{free_ports(1)[0]}"})
    with pytest.raises(GatewayUnavailable, match="ConnectionError"):
        TwilioGateway(nowhere, "twilio").send("13800000001", "【邻里】")


def test_a_twilio_that_does_not_answer_may_have_taken_it(twilio_settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(twilio_module, "_TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = twilio_settings.model_copy(update={"twilio_api_url": f"http://127.0.0.1:{mute.getsockname()[1]}"})
        with pytest.raises(GatewayUncertain, match="Timeout"):
            TwilioGateway(settings, "twilio").send("13800000001", "【邻里】")


FORM = {"MessageSid": "SM1", "From": "+8613800000001", "Body": "1 4821", "To": "+15005550006"}
URL = "https://linli.example/webhooks/twilio/incoming"


def test_only_twilios_own_signature_is_taken(twilio_settings: Settings) -> None:
    token = twilio_settings.twilio_auth_token.get_secret_value()
    signature = RequestValidator(token).compute_signature(URL, FORM)
    assert verify_signature(twilio_settings, URL, FORM, signature)
    assert not verify_signature(twilio_settings, URL, {**FORM, "Body": "2 4821"}, signature)
    assert not verify_signature(twilio_settings, URL + "?x=1", FORM, signature)
    assert not verify_signature(twilio_settings, URL, FORM, "")
    assert not verify_signature(twilio_settings, URL, FORM, RequestValidator("other").compute_signature(URL, FORM))


def test_twilios_forms_are_read() -> None:
    assert read_incoming(FORM) == ("13800000001", "1 4821", "SM1")
    assert read_incoming({}) == ("", "", "")
    assert read_receipt({"MessageSid": "SM1", "MessageStatus": "undelivered"}) == ("SM1", MessageStatus.FAILED)
    assert read_receipt({"MessageSid": "SM1", "MessageStatus": "delivered"}) == ("SM1", MessageStatus.DELIVERED)
    assert read_receipt({"MessageSid": "SM1", "MessageStatus": "teleported"}) == ("SM1", None)
