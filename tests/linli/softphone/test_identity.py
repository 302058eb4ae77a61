"""The phone proves who it is, and calls from any number that it is told to."""

import hashlib
import re
import socket
import threading
from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from linli.softphone import CallRefused, Identity, RegistrationRefused, Softphone

USERS = {"desk-1": "s3cret", "carrier-demo": "carrier's"}
COPIED = ("Via:", "From:", "Call-ID:", "CSeq:", "Contact:", "Expires:")


def _digest(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()


class Registrar:
    """A SIP server that knows two users (RFC 2617 digest), registers them and is busy to their calls."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        self.admitted: list[str] = []
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        while (packet := self.socket.recvfrom(4096))[0] != b"stop":
            request, caller = packet[0].decode(), packet[1]
            method = request.split(maxsplit=1)[0]
            if method in ("REGISTER", "INVITE"):
                self.socket.sendto(self._answer(method, request).encode(), caller)

    def _answer(self, method: str, request: str) -> str:
        copied = [line for line in request.split("\r\n") if line.startswith(COPIED)]
        headers = "\r\n".join([*copied, re.findall(r"To: \S+", request)[0] + ";tag=registrar", "Content-Length: 0"])
        if not self._is_proven(method, request):
            return f'SIP/2.0 401 Unauthorized\r\n{headers}\r\nWWW-Authenticate: Digest realm="linli", nonce="n1"\r\n\r\n'
        self.admitted.append(f"{method} {re.findall(r'From: <sip:(.*)@', request)[0]}")
        return f"SIP/2.0 {'200 OK' if method == 'REGISTER' else '486 Busy Here'}\r\n{headers}\r\n\r\n"

    def _is_proven(self, method: str, request: str) -> bool:
        shown = dict(re.findall(r'(\w+)="([^"]*)"', next(iter(re.findall(r"^Authorization:.*$", request, re.M)), "")))
        if not shown:
            return False
        proof = _digest(f"{shown['username']}:linli:{USERS.get(shown['username'], '')}")
        return bool(shown["response"] == _digest(f"{proof}:n1:{_digest(method + ':' + shown['uri'])}"))

    def close(self) -> None:
        """Stop serving."""
        self.socket.sendto(b"stop", self.socket.getsockname())
        self.thread.join(5)
        self.socket.close()


@pytest.fixture
def registrar() -> Iterator[Registrar]:
    """A running server."""
    server = Registrar()
    yield server
    server.close()


def test_a_desk_phone_registers_and_unregisters(registrar: Registrar) -> None:
    with Softphone(registrar.address, Identity("desk-1", secret="s3cret")) as phone:
        phone.register()
        assert registrar.admitted == ["REGISTER desk-1"]
    assert registrar.admitted == ["REGISTER desk-1"] * 2


def test_a_wrong_secret_is_not_registered(registrar: Registrar) -> None:
    with Softphone(registrar.address, Identity("desk-1", secret="guess")) as phone, pytest.raises(RegistrationRefused) as refused:
        phone.register()
    assert refused.value.status in (401, 403)
    assert registrar.admitted == []


@pytest.mark.parametrize("number", ["13800000001", "+8613800000001", "anonymous", '1";<x>@${EXEC}'])
def test_the_carrier_calls_from_any_number(registrar: Registrar, number: str) -> None:
    identity = Identity(number, username="carrier-demo", secret="carrier's")
    with Softphone(registrar.address, identity) as phone, pytest.raises(CallRefused) as refused:
        phone.dial("96345").wait_answered(30)
    assert refused.value.status == 486
    assert [unquote(admitted) for admitted in registrar.admitted] == [f"INVITE {number}"]
