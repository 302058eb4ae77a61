"""Proofs that the work was done: photos, the resident's signature, and the code that only the resident knows."""

from dispatch.proofs.codes import WRONG_CODES_AT_MOST, check_code, codes_left
from dispatch.proofs.keeping import keep_photo, keep_signature, proof_file, proofs_of
from dispatch.proofs.photos import LARGEST_PHOTO_BYTES
from dispatch.proofs.refused import ProofRefused

__all__ = [
    "LARGEST_PHOTO_BYTES",
    "WRONG_CODES_AT_MOST",
    "ProofRefused",
    "check_code",
    "codes_left",
    "keep_photo",
    "keep_signature",
    "proof_file",
    "proofs_of",
]
