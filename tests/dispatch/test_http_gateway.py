"""A platform that settings alone describe: what it is asked, and how its answers are read."""

import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import ValidationError

from dispatch.gateways.errors import GatewayUnavailable, GatewayUncertain, MessageRejected
from dispatch.gateways.http import HttpPlatform, read_reply
from models.http_gateway import HttpGateway, Reply
from models.settings import Settings
from tests.conftest import free_ports
from tests.dispatch.platform import Platform

BODY = '【邻里】新订单4821：水电维修，100%{满意}\n"好"'


def opened(settings: Settings, **about: Any) -> HttpPlatform:
    known = {"city": HttpGateway.model_validate(about)}
    return HttpPlatform(settings.model_copy(update={"http_gateways": known}), "city")


def test_a_form_is_filled_in_and_our_own_reference_names_the_message(settings: Settings, platform: Platform) -> None:
    gateway = opened(
        settings,
        url=platform.url,
        number_prefix="86",
        form={"to": "{number}", "text": "{body}", "pass": "{password}", "report": "{receipt_url}?ref={ref}"},
        secrets={"password": "a&b=c"},
    )
    ref = gateway.send("13800000001", BODY)
    [asked] = platform.asked
    assert parse_qs(asked.body.decode(), strict_parsing=True) == {
        "to": ["8613800000001"],
        "text": [BODY],
        "pass": ["a&b=c"],
        "report": [f"http://127.0.0.1:{settings.console_port}/webhooks/sms/city/receipt?ref={ref}"],
    }


def test_a_query_in_the_platforms_own_charset(settings: Settings, platform: Platform) -> None:
    opened(settings, url=platform.url, method="GET", query={"mobile": "{number}", "content": "{body}"}, charset="gbk").send(
        "05718888888", BODY
    )
    [asked] = platform.asked
    assert asked.method == "GET"
    assert parse_qs(urlsplit(asked.path).query, encoding="gbk") == {"mobile": ["05718888888"], "content": [BODY]}


def test_a_document_keeps_its_shape_whatever_is_filled_in(settings: Settings, platform: Platform) -> None:
    document = {"account": "linli", "messages": [{"to": ["{number}"], "text": "{body}"}], "report": True}
    opened(settings, url=platform.url, document=document, headers={"Authorization": "Bearer {key}"}, secrets={"key": "k"}).send(
        "+14155552345", BODY
    )
    [asked] = platform.asked
    assert json.loads(asked.body) == {
        "account": "linli",
        "messages": [{"to": ["+14155552345"], "text": BODY}],
        "report": True,
    }
    assert asked.headers["Authorization"] == "Bearer k"
    assert asked.headers["Content-Type"].startswith("application/json")


def test_a_request_is_signed_as_the_platform_demands(settings: Settings, platform: Platform) -> None:
    signature = {"text": "linli{password}{timestamp}", "algorithm": "md5", "upper": True}
    opened(
        settings,
        url=platform.url,
        form={"ts": "{timestamp}", "sign": "{signature}"},
        secrets={"password": "p"},
        signature=signature,
    ).send("13800000001", BODY)
    form = parse_qs(platform.asked[0].body.decode())
    assert form["sign"] == [hashlib.md5(f"linlip{form['ts'][0]}".encode(), usedforsecurity=False).hexdigest().upper()]


JSON = Reply(code="result", id="data.0.msgid", accepted=["0"], refused=["E7"])
TEXT = Reply(pattern=r"^(?P<code>-?\d+)[:,](?P<id>\w*)", accepted=["0"], refused=["-3"])


@pytest.mark.parametrize(
    ("reply", "status", "words", "ref"),
    [
        (JSON, 200, '{"result": 0, "data": [{"msgid": 99}]}', "99"),
        (JSON, 200, '{"result": "0", "data": [{"msgid": "a-9"}]}', "a-9"),
        (TEXT, 200, "0:abc", "abc"),
        (TEXT, 202, "0:", ""),
        (Reply(), 202, "0: Accepted for delivery", ""),
    ],
)
def test_what_was_taken_is_known_by_its_id(reply: Reply, status: int, words: str, ref: str) -> None:
    assert read_reply(reply, "city", status, words) == ref


@pytest.mark.parametrize(
    ("reply", "status", "words", "error"),
    [
        (JSON, 200, '{"result": "E7"}', MessageRejected),
        (JSON, 400, '{"result": "E7"}', MessageRejected),
        (JSON, 200, '{"result": "E1"}', GatewayUnavailable),
        (JSON, 200, '{"result": 0}', GatewayUncertain),  # taken, but no receipt could ever be told apart
        (JSON, 200, "<html>", GatewayUnavailable),
        (JSON, 200, '{"result": true}', GatewayUnavailable),
        (JSON, 503, '{"result": 0, "data": [{"msgid": 99}]}', GatewayUnavailable),
        (TEXT, 200, "-3:", MessageRejected),
        (TEXT, 200, "", GatewayUnavailable),
        (Reply(refused_statuses=[410]), 410, "", MessageRejected),
        (Reply(), 302, "", GatewayUnavailable),
        (Reply(), 500, "", GatewayUncertain),
    ],
)
def test_what_was_not_taken_is_for_later_or_for_never(reply: Reply, status: int, words: str, error: type[Exception]) -> None:
    with pytest.raises(error, match=f"city: HTTP {status}"):
        read_reply(reply, "city", status, words)


def test_no_number_comes_into_the_reason() -> None:
    with pytest.raises(GatewayUnavailable) as raised:
        read_reply(Reply(code="why", accepted=["0"]), "city", 200, '{"why": "13800000001 is barred, of all numbers"}')
    assert "138" not in str(raised.value)


def test_a_platform_that_is_not_there_is_tried_later(settings: Settings) -> None:
    with pytest.raises(GatewayUnavailable, match="ConnectionError"):
        opened(settings, url=f"http://127.0.0.1:{free_ports(1)[0]}/").send("13800000001", BODY)


@pytest.mark.parametrize(
    ("about", "fault"),
    [
        ({"form": {"to": "{nummer}"}}, "{nummer} is neither"),
        ({"form": {"to": "{number.__class__}"}}, "only names"),
        ({"form": {"to": "{number"}}, ""),
        ({"document": {"a": [{"b": "{c}"}]}}, "{c} is neither"),
        ({"url": "ftp://platform"}, "url"),
        ({"form": {"a": "b"}, "document": {"a": "b"}}, "not both"),
        ({"receipts": {"id": "i", "status": "s", "statuses": {}}}, "need trust"),
        ({"trust": {"addresses": ["127.0.0.1"]}}, "addresses alone"),
        ({"trust": {"secret": "s", "parameter": "p"}}, "secrets has no s"),
        ({"trust": {"secret": "s", "parameter": "p", "signed": {"text": "{body}"}}, "secrets": {"s": "x"}}, "for ever"),
        ({"reply": {"pattern": "("}}, "regular expression"),
        ({"reply": {"pattern": "(?P<kode>x)"}}, "code and id"),
    ],
)
def test_a_description_that_cannot_work_is_told(about: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError) as raised:
        HttpGateway.model_validate({"url": "http://platform.example/"} | about)
    assert fault in str(raised.value)
