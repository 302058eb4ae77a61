"""Keeping proofs: a file below the proofs' folder, and a row that tells of it."""

import os
import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.offers import lock_order
from dispatch.proofs.photos import plain_photo
from dispatch.proofs.refused import ProofRefused
from dispatch.proofs.signatures import draw_signature
from models.provider_links import Proof, ProofKind

AT_MOST = {ProofKind.PHOTO: 6, ProofKind.SIGNATURE: 3}  # of one order
_ENDINGS = {ProofKind.PHOTO: "jpg", ProofKind.SIGNATURE: "png"}


def keep_photo(session: Session, proofs_dir: Path, order_id: int, content: bytes, now: datetime) -> Proof:
    """Keep a photo of an order's work; the same photo again is the one that is there. The caller commits.

    Raises `ProofRefused` for what is no photo, or one too many.
    """
    return _keep(session, proofs_dir, order_id, ProofKind.PHOTO, plain_photo(content), now=now)


def keep_signature(session: Session, proofs_dir: Path, order_id: int, strokes: str, now: datetime) -> Proof:
    """Keep the resident's signature (see `draw_signature`), as `keep_photo` does."""
    return _keep(session, proofs_dir, order_id, ProofKind.SIGNATURE, draw_signature(strokes), now=now)


def proofs_of(session: Session, order_id: int) -> list[Proof]:
    """An order's proofs, the oldest first."""
    return list(session.scalars(select(Proof).where(Proof.order_id == order_id).order_by(Proof.id)))


def proof_file(proofs_dir: Path, proof: Proof) -> Path | None:
    """The file of a proof; None for one without, one whose file is gone, or one that would lead out of the folder."""
    path = (proofs_dir / proof.path).resolve()
    return path if proof.path and path.is_relative_to(proofs_dir.resolve()) and path.is_file() else None


def _keep(session: Session, proofs_dir: Path, order_id: int, kind: ProofKind, picture: bytes, *, now: datetime) -> Proof:
    order = lock_order(session, order_id)
    known = [proof for proof in proofs_of(session, order_id) if proof.kind is kind]
    digest = sha256(picture).hexdigest()
    for proof in known:
        if proof.sha256 == digest:
            return proof
    if len(known) >= AT_MOST[kind]:
        raise ProofRefused(f"已经有 {len(known)} 张了，够了。", f"There are {len(known)} already; that is enough.")
    path = f"{order_id}/{kind.value}-{secrets.token_hex(8)}.{_ENDINGS[kind]}"
    _write(proofs_dir / path, picture)
    kept = Proof(order_id=order_id, kind=kind, path=path, sha256=digest, at=now)
    session.add(kept)
    order.record(f"proof_{kind.value}", now, "provider")
    return kept


def _write(path: Path, content: bytes) -> None:
    """The file is whole before a row tells of it; a row that is rolled back leaves a file that nobody is shown."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
