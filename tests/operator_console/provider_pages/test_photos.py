"""Photos: kept without what they tell of the telephone, shown to whom they concern, and nothing else in their place."""

import re
from io import BytesIO

import pytest
from flask import Flask
from PIL import ExifTags, Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.proofs import LARGEST_PHOTO_BYTES
from models.database import SessionMaker
from models.orders import Order
from models.provider_links import Proof
from models.settings import Settings
from operator_console.app import LARGEST_REQUEST
from tests.operator_console.provider import ProvidersBrowser
from tests.operator_console.provider_pages.offers import another_offer


def jpeg(shade: int = 0, **chosen: object) -> BytesIO:
    written = BytesIO()
    Image.new("RGB", (60, 40), (shade, 0, 0)).save(written, "JPEG", **chosen)
    return BytesIO(written.getvalue())


def upload(browser: ProvidersBrowser, content: BytesIO, name: str = "photo.jpg", kind: str = "image/jpeg") -> str:
    return browser.press("photo", photo=(content, name, kind))


def test_a_photo_is_kept_without_where_it_was_taken(
    at_the_door: ProvidersBrowser, sessions: SessionMaker, settings: Settings
) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "SECRETPHONE"
    page = upload(at_the_door, jpeg(exif=exif.tobytes()), "../../../../etc/passwd", "text/html")
    assert "照片收到了" in page
    with sessions() as session:
        kept = settings.proofs_dir / session.scalars(select(Proof)).one().path
    assert kept.resolve().is_relative_to(settings.proofs_dir)
    assert b"SECRETPHONE" not in kept.read_bytes()
    shown = re.findall(r'src="(/p/o/\d+/photos/\d+)"', page)
    with at_the_door.client.get(shown[0]) as answer:
        assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/jpeg", kept.read_bytes())
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "content", [b"", b"<script>alert(1)</script>", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"MZ" + b"\0" * 1000, b"\xff\xd8\xff" * 50]
)
def test_what_is_no_photo_is_told_and_not_kept(at_the_door: ProvidersBrowser, settings: Settings, content: bytes) -> None:
    page = upload(at_the_door, BytesIO(content))
    assert "note trouble" in page
    assert not list(settings.proofs_dir.rglob("*"))


def test_a_photo_that_is_too_large_is_told_and_everything_else_stays_small(
    at_the_door: ProvidersBrowser, sessions: SessionMaker
) -> None:
    large = b"\xff" * (LARGEST_REQUEST * 3)
    assert "不是照片" in upload(at_the_door, BytesIO(large))  # as large as that a photo may be
    answer = at_the_door.client.post(
        f"{at_the_door.page}/photo",
        input_stream=BytesIO(b"\xff" * (LARGEST_PHOTO_BYTES + 2 * LARGEST_REQUEST)),
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert "20 MB" in answer.text
    for action in ("completed", "signature"):
        answer = at_the_door.send(action, strokes="1,1 " * LARGEST_REQUEST, code="1" * LARGEST_REQUEST)
        assert answer.status_code == 413
    with sessions() as session:
        assert session.scalars(select(Proof)).all() == []


def test_before_the_order_is_theirs_nobody_leaves_a_photo_or_signs(browser: ProvidersBrowser, settings: Settings) -> None:
    assert browser.send("photo", photo=(jpeg(), "a.jpg")).status_code == 404
    assert browser.send("signature", strokes="1,1 500,400").status_code == 404
    assert browser.client.get(f"{browser.page}/signature").status_code == 404
    assert not list(settings.proofs_dir.rglob("*"))


def test_nobody_sees_a_photo_of_another_order_or_one_that_lies_elsewhere(
    at_the_door: ProvidersBrowser, facts: Session, order: Order, settings: Settings
) -> None:
    (settings.data_dir / "secret.jpg").write_bytes(b"secret")
    stolen = Proof(order_id=order.id, kind="photo", path="../secret.jpg")
    second = Order(
        **{name: getattr(order, name) for name in ("resident_id", "service_id", "starts_at", "ends_at", "when_words")}, code="9"
    )
    facts.add_all([stolen, second])
    facts.flush()
    elsewhere = Proof(order_id=second.id, kind="photo", path="x.jpg")
    facts.add(elsewhere)
    facts.commit()
    settings.proofs_dir.mkdir(exist_ok=True)
    (settings.proofs_dir / "x.jpg").write_bytes(b"another's")
    for proof_id in (stolen.id, elsewhere.id, 99, 10**30):
        assert at_the_door.client.get(f"{at_the_door.page}/photos/{proof_id}").status_code == 404


def test_what_one_provider_left_the_next_does_not_see(
    app: Flask, at_the_door: ProvidersBrowser, facts: Session, settings: Settings, order: Order
) -> None:
    page = upload(at_the_door, jpeg())
    shown = re.findall(r'src="(/p/o/\d+/photos/\d+)"', page)[0]
    other = another_offer(facts, order, settings)
    facts.refresh(order)
    order.provider_id = other.provider_id
    facts.commit()
    assert at_the_door.client.get(shown).status_code == 404
    assert "502室" not in at_the_door.look()
    assert "给了别人" in at_the_door.look()
