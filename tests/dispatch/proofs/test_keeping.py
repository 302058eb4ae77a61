"""Proofs are kept as files of our own naming, each once, and no more than anybody needs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from PIL import Image

from dispatch.offers import lock_order
from dispatch.proofs import (
    WRONG_CODES_AT_MOST,
    ProofRefused,
    check_code,
    codes_left,
    keep_photo,
    keep_signature,
    proof_file,
    proofs_of,
)
from dispatch.proofs.keeping import AT_MOST
from models.database import SessionMaker
from models.provider_links import Proof, ProofKind
from models.settings import Settings
from tests.dispatch.facts import NOW, order_now, story


def photo(shade: int = 0) -> bytes:
    written = BytesIO()
    Image.new("RGB", (8, 8), (shade, 0, 0)).save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def order_id(place: Callable[..., int], sessions: SessionMaker) -> int:
    """An order whose code is 4821."""
    order_id = place()
    with sessions.begin() as session:
        order_now(session, order_id).visit_code = "4821"
    return order_id


def try_code(sessions: SessionMaker, order_id: int, said: str) -> bool:
    with sessions.begin() as session:
        return check_code(session, lock_order(session, order_id), said, NOW)


def test_a_photo_is_a_file_that_only_we_can_read_and_a_line_in_the_history(
    sessions: SessionMaker, settings: Settings, order_id: int
) -> None:
    with sessions.begin() as session:
        kept = keep_photo(session, settings.proofs_dir, order_id, photo(), NOW)
        path = proof_file(settings.proofs_dir, kept)
    assert path is not None
    assert path.is_relative_to(settings.proofs_dir)
    assert (path.suffix, path.stat().st_mode & 0o777) == (".jpg", 0o600)
    assert story(sessions, order_id)[-1] == "proof_photo"


def test_the_same_photo_twice_is_kept_once_and_one_too_many_is_refused(
    sessions: SessionMaker, settings: Settings, order_id: int
) -> None:
    most = AT_MOST[ProofKind.PHOTO]
    with sessions.begin() as session:
        for shade in [*range(0, 20 * most, 20), 0, 0]:
            keep_photo(session, settings.proofs_dir, order_id, photo(shade), NOW)
        with pytest.raises(ProofRefused, match="enough"):
            keep_photo(session, settings.proofs_dir, order_id, photo(255), NOW)
        assert len(proofs_of(session, order_id)) == most
    assert len(list(settings.proofs_dir.rglob("*.jpg"))) == most


def test_a_signature_is_kept_too(sessions: SessionMaker, settings: Settings, order_id: int) -> None:
    with sessions.begin() as session:
        kept = keep_signature(session, settings.proofs_dir, order_id, "10,10 400,400", NOW)
        assert proof_file(settings.proofs_dir, kept) is not None
    assert story(sessions, order_id)[-1] == "proof_signature"


@pytest.mark.parametrize(
    "path", ["../linli.db", "/etc/passwd", "../../../../etc/passwd", "", ".", "gone.jpg", "1/../../linli.db"]
)
def test_no_file_is_found_outside_the_folder(settings: Settings, path: str) -> None:
    settings.proofs_dir.mkdir()
    (settings.data_dir / "linli.db").write_text("secret")
    assert proof_file(settings.proofs_dir, Proof(order_id=1, kind=ProofKind.PHOTO, path=path)) is None


@pytest.mark.parametrize("said", ["4821", " 48 21 ", "４８２１", "4-8-2-1"])
def test_the_code_is_understood_as_people_type_it(sessions: SessionMaker, order_id: int, said: str) -> None:
    assert try_code(sessions, order_id, said)
    assert try_code(sessions, order_id, said)
    assert story(sessions, order_id).count("proof_code") == 1


def test_guessing_the_code_ends_even_for_who_then_guesses_right(sessions: SessionMaker, order_id: int) -> None:
    for guess in ("", "x", "0000", "48211", "１"):
        assert not try_code(sessions, order_id, guess)
    assert not try_code(sessions, order_id, "4821")
    with sessions() as session:
        assert codes_left(order_now(session, order_id)) == 0
        assert proofs_of(session, order_id) == []


def test_many_guesses_at_once_are_all_counted(sessions: SessionMaker, order_id: int) -> None:
    with ThreadPoolExecutor(8) as guessing:
        assert not any(guessing.map(lambda guess: try_code(sessions, order_id, str(guess)), range(1000, 1020)))
    assert story(sessions, order_id).count("wrong_code") == WRONG_CODES_AT_MOST


def test_an_order_without_a_code_takes_none(sessions: SessionMaker, order_id: int) -> None:
    with sessions.begin() as session:
        order_now(session, order_id).visit_code = ""
    assert not try_code(sessions, order_id, "")
