"""What an order's page shows of the provider's page."""

from datetime import timedelta
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from dispatch.links import open_link
from dispatch.proofs import check_code, keep_photo, keep_signature
from models.messages import Direction, Message, MessageStatus
from models.orders import Offer, Order
from models.provider_links import Proof, ProofKind
from models.providers import Provider
from models.settings import Settings
from operator_console.order_proofs import hide_link, show_link
from tests.operator_console.conftest import NOW, HandClock
from tests.operator_console.provider import make_link, make_offer

TOKEN = "http://127.0.0.1:8060/p/" + "aB-_" * 10 + "xyz"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def offer(facts: Session, order: Order, provider: Provider) -> Offer:
    return make_offer(facts, order, provider)


def test_an_order_without_links_and_proofs_says_nothing_of_them(client: FlaskClient, order: Order) -> None:
    page = client.get(f"/orders/{order.id}").text
    assert page.split('data-part="proofs"')[1].split(">")[0].endswith("hidden")


def test_how_far_a_link_has_come(
    client: FlaskClient, facts: Session, settings: Settings, order: Order, offer: Offer, clock: HandClock
) -> None:
    link = make_link(facts, settings, offer)
    assert "还没有打开" in client.get(f"/orders/{order.id}").text
    open_link(facts, link.rpartition("/")[2], NOW)
    facts.commit()
    assert "打开</span>" in client.get(f"/orders/{order.id}").text
    make_link(facts, settings, offer)
    clock.pass_time(days=4)
    with client.session_transaction() as cookie:
        cookie["active_at"] = int(clock().timestamp())
    assert "过期，没有打开" in client.get(f"/orders/{order.id}").text


def test_the_proofs_are_seen_by_operators_alone(
    client: FlaskClient, stranger: FlaskClient, facts: Session, settings: Settings, order: Order, offer: Offer
) -> None:
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG")
    photo = keep_photo(facts, settings.proofs_dir, order.id, picture.getvalue(), NOW)
    signature = keep_signature(facts, settings.proofs_dir, order.id, "10,10 400,400", NOW)
    check_code(facts, order, "7788", NOW + timedelta(minutes=1))
    facts.commit()
    page = client.get(f"/orders/{order.id}").text
    assert "居民说对了验收码" in page
    for proof, kind in ((photo, "image/jpeg"), (signature, "image/png")):
        address = f"/orders/{order.id}/proofs/{proof.id}"
        assert f'src="{address}"' in page
        with client.get(address) as answer:
            assert (answer.status_code, answer.mimetype) == (200, kind)
        assert stranger.get(address).status_code == 303
        assert client.get(f"/orders/{order.id + 1}/proofs/{proof.id}").status_code == 404


@pytest.mark.parametrize("path", ["../linli.db", "../secrets/console", "/etc/hostname", "page.html", ""])
def test_nothing_else_is_served_as_a_proof(
    client: FlaskClient, facts: Session, settings: Settings, order: Order, path: str
) -> None:
    settings.proofs_dir.mkdir(parents=True)
    (settings.proofs_dir / "page.html").write_text("<script>alert(1)</script>")
    proof = Proof(order_id=order.id, kind=ProofKind.PHOTO, path=path)
    facts.add(proof)
    facts.commit()
    assert client.get(f"/orders/{order.id}/proofs/{proof.id}").status_code == 404


def test_an_operator_does_not_see_a_providers_link(client: FlaskClient, facts: Session, order: Order, provider: Provider) -> None:
    facts.add(
        Message(
            direction=Direction.OUT,
            number=provider.number,
            body=f"【邻里】新订单4821 {TOKEN} 。",
            status=MessageStatus.SENT,
            order_id=order.id,
        )
    )
    facts.commit()
    page = client.get(f"/orders/{order.id}").text
    assert TOKEN not in page
    assert "新订单4821 ［链接 link］ 。" in page


def test_on_the_demos_telephones_a_link_can_be_pressed_and_nothing_else_becomes_one() -> None:
    shown = show_link(f"<b>看 {TOKEN} 。http://evil.example/")
    assert f'<a href="{TOKEN}" target="_blank"' in shown
    assert shown.startswith("&lt;b&gt;看 ")
    assert shown.count("<a ") == 1
    assert hide_link("http://evil.example/p/short") == "http://evil.example/p/short"
    assert '"' not in show_link('http://x"onclick="y/p/' + "a" * 43).partition("href=")[2].partition('"')[2].partition('"')[0]
