"""Sealed recordings: encrypted at rest, opened again by whoever holds the keys.

A sealed file lies beside where the plain one lay, with `.sealed` added to its name. It is written in pieces of 64 KiB, each
under AES-256-GCM with a key of the file's own (HKDF-SHA256 from the key and a random salt) and its number as the nonce; the
head, with the length of the whole, is authenticated with every piece, so that nothing can be changed, swapped or cut off.

The keys lie in `secrets/recordings` beside the recordings' folder, one a line; the last one seals, every one opens.
"""

import hashlib
import io
import os
import struct
import tempfile
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ENDING = ".sealed"
KEYS = Path("secrets") / "recordings"

_MAGIC = b"LINLI-S1"
_HEAD = struct.Struct(">8s8s16sQ")  # what it is, which key, salt, the plain file's length in bytes
_PIECE = 64 * 1024
_TAG = 16


class SealError(Exception):
    """A recording cannot be sealed, or what is sealed cannot be opened; the message says why, in both languages."""


def key_file(folder: Path) -> Path:
    """Where the keys of the recordings in `folder` lie."""
    return folder.parent / KEYS


def find_recording(path: Path) -> Path | None:
    """The file of that recording, plain or sealed; None where there is neither."""
    sealed = path.with_name(path.name + ENDING)
    return next((one for one in (path, sealed) if one.is_file()), None)


def open_recording(path: Path) -> io.BufferedReader:
    """The plain sound file of a recording, whether it is sealed or not; raises `SealError`, or OSError where there is none."""
    found = find_recording(path)
    if found is None:
        raise FileNotFoundError(path)
    return io.BufferedReader(SealedFile(found)) if found.suffix == ENDING else found.open("rb")


def seal(path: Path) -> None:
    """Put a sealed file in a plain one's place; the plain one goes only when the sealed one has been read back whole.

    Whoever opens the recording meanwhile finds one of the two. Raises `SealError` where the file is still being written.
    """
    before = path.stat()
    ident, key = _keys(path.parent)[-1]
    salt = os.urandom(16)
    head = _HEAD.pack(_MAGIC, ident, salt, before.st_size)
    cipher, digest, sealed = _cipher(key, salt), hashlib.sha256(), path.with_name(path.name + ENDING)
    descriptor, part = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with path.open("rb") as plain, os.fdopen(descriptor, "wb") as file:
            file.write(head)
            for number in range(_pieces(before.st_size)):
                piece = plain.read(_PIECE)
                digest.update(piece)
                file.write(cipher.encrypt(_nonce(number), piece, head))
            os.fchmod(file.fileno(), 0o640)
            file.flush()
            os.fsync(file.fileno())
        with io.BufferedReader(SealedFile(Path(part), path.parent)) as again:
            is_same = hashlib.file_digest(again, "sha256").digest() == digest.digest()
        after = path.stat()
        if not is_same or (after.st_size, after.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise SealError(f"{path.name} 还在写，没有封存 / {path.name} is still being written and was not sealed")
        os.utime(part, ns=(after.st_atime_ns, after.st_mtime_ns))
        os.replace(part, sealed)
        path.unlink()
    finally:
        Path(part).unlink(missing_ok=True)


class SealedFile(io.RawIOBase):
    """A sealed file, read as the plain one that it holds, from anywhere in it. `folder` is whose keys open it."""

    def __init__(self, path: Path, folder: Path | None = None) -> None:
        super().__init__()
        self._at, self._known = 0, (-1, b"")
        self._file = path.open("rb")
        try:
            self._head = self._file.read(_HEAD.size)
            magic, ident, salt, self._length = _HEAD.unpack(self._head)
            key = dict(_keys(folder or path.parent)).get(ident)
        except struct.error:
            magic, key = b"", None
        if magic != _MAGIC or key is None:
            self._file.close()
            why = "没有它的钥匙 / its key is not there" if magic == _MAGIC else "不是封存的录音 / it is no sealed recording"
            raise SealError(f"打不开 {path.name} / cannot open {path.name}: {why}")
        self._cipher = _cipher(key, salt)

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """Where the next byte is read from."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go elsewhere in the plain file."""
        self._at = max(0, offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length}[whence])
        return self._at

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as one piece reaches; raises `SealError` for a file that was changed."""
        if self._at >= self._length:
            return 0
        number, within = divmod(self._at, _PIECE)
        read = self._piece(number)[within : within + len(buffer)]
        buffer[: len(read)] = read
        self._at += len(read)
        return len(read)

    def close(self) -> None:
        """Close the sealed file too."""
        self._file.close()
        super().close()

    def _piece(self, number: int) -> bytes:
        if self._known[0] != number:
            self._file.seek(_HEAD.size + number * (_PIECE + _TAG))
            try:
                self._known = (number, self._cipher.decrypt(_nonce(number), self._file.read(_PIECE + _TAG), self._head))
            except InvalidTag:
                raise SealError("封存的录音被改动过 / the sealed recording was changed") from None
        return self._known[1]


def _keys(folder: Path) -> list[tuple[bytes, bytes]]:
    """Every key with its name, the newest last."""
    try:
        lines = key_file(folder).read_text().split()
    except OSError:
        lines = []
    if not lines:
        raise SealError("没有录音的钥匙 / there is no key for recordings: secrets/recordings")
    return [(hashlib.sha256(b"linli recordings " + line.encode()).digest()[:8], line.encode()) for line in lines]


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=salt, info=b"linli recording").derive(key))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")


def _pieces(length: int) -> int:
    return -(-length // _PIECE)
