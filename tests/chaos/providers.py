"""The providers' side: reads what the message centre took, and answers over Twilio's webhooks until it is heard."""

import heapq
import json
import random
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from twilio.request_validator import RequestValidator

from dispatch.gateways.twilio import INCOMING_PATH, RECEIPT_PATH, SIGNATURE_HEADER

OFFERED = re.compile(r"回复1 ?(\d{4})")
ACCEPTED = re.compile(r"到达回复3 ?(\d{4})")
ACCEPT, REFUSE = 0.6, 0.85  # up to ACCEPT they accept, up to REFUSE they refuse, the others do not answer
NOT_DELIVERED = 0.02
TWICE = 0.1
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Sms:
    """One SMS as the centre took it."""

    sid: str
    number: str
    body: str


@dataclass
class Providers:
    """Everybody who has a telephone; `taken` is every SMS in the order in which the centre took it."""

    file: Path
    console_url: str
    public_url: str
    token: str
    fate: random.Random
    taken: list[Sms] = field(default_factory=list)
    _later: list[tuple[float, int, str, dict[str, str]]] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _read: int = 0

    def begin(self) -> None:
        """Look at the telephone from now on."""
        self._thread = threading.Thread(target=self._live)
        self._thread.start()

    def end(self) -> None:
        """Put it away."""
        self._stop.set()
        if self._thread:
            self._thread.join(30)

    def offers_read_twice(self) -> list[tuple[str, str]]:
        """Number and text of each offer that a provider got more than once."""
        offers = Counter((sms.number, sms.body) for sms in self.taken if OFFERED.search(sms.body))
        return [offer for offer, times in offers.items() if times > 1]

    def _live(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            for sms in self._new():
                self.taken.append(sms)
                self._answer(sms)
            while self._later and self._later[0][0] <= time.monotonic():
                _, _, path, form = heapq.heappop(self._later)
                if not self._post(path, form):
                    self._say(path, form, self.fate.uniform(0.2, 1.0))  # as a gateway does: again, a little later

    def _new(self) -> list[Sms]:
        if not self.file.exists():
            return []
        with self.file.open("rb") as file:
            file.seek(self._read)
            lines = file.read().split(b"\n")
            self._read += sum(len(line) + 1 for line in lines[:-1])  # what is not ended is being written
        documents = [json.loads(line) for line in lines[:-1]]
        return [Sms(one["sid"], one["to"].removeprefix("+86"), one["body"]) for one in documents]

    def _answer(self, sms: Sms) -> None:
        fate = self.fate
        delivered = fate.random() >= NOT_DELIVERED
        receipt = {"MessageSid": sms.sid, "MessageStatus": "delivered" if delivered else "undelivered"}
        for _ in range(2 if fate.random() < TWICE else 1):
            self._say(RECEIPT_PATH, receipt, fate.uniform(0, 1))
        if found := OFFERED.search(sms.body):
            chance = fate.random()
            if delivered and chance < REFUSE:
                self._text(sms.number, f"{1 if chance < ACCEPT else 2} {found[1]}", fate.uniform(0.1, 2))
        elif found := ACCEPTED.search(sms.body):
            self._text(sms.number, f"3 {found[1]}", fate.uniform(0.1, 1))
            self._text(sms.number, f"4 {found[1]}", fate.uniform(1.1, 2))

    def _text(self, number: str, body: str, after_s: float) -> None:
        form = {"From": f"+86{number}", "Body": body, "MessageSid": f"SM{uuid4().hex}"}
        for _ in range(2 if self.fate.random() < TWICE else 1):
            self._say(INCOMING_PATH, form, after_s)

    def _say(self, path: str, form: Mapping[str, str], after_s: float) -> None:
        heapq.heappush(self._later, (time.monotonic() + after_s, self.fate.getrandbits(60), path, dict(form)))

    def _post(self, path: str, form: dict[str, str]) -> bool:
        signature = RequestValidator(self.token).compute_signature(self.public_url + path, form)
        request = urllib.request.Request(
            self.console_url + path, urllib.parse.urlencode(form).encode(), {SIGNATURE_HEADER: signature}
        )
        try:
            with urllib.request.urlopen(request, timeout=20):
                return True
        except (urllib.error.URLError, OSError):
            return False
