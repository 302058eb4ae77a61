"""Thirty operators' open pages: each asks for its parts as frontend/src/live.js does, and says that it is there.

They run as a process of their own: operators' browsers do not slow down whoever measures.
"""

import html
import http.client
import json
import multiprocessing
import re
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from urllib.parse import urlencode, urlsplit

import requests

LIVE_EVERY_S = 2.0
HERE_EVERY_S = 5.0
_LIVE = re.compile(r'data-live="([^"]+)"(?: data-every="(\d+)")?')
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Browser:
    """Somebody who has signed in."""

    address: str
    cookie: str
    token: str

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        """Ask for a page over a connection of one's own, as a browser that has been idle does."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=300)
        try:
            connection.request("GET", path, headers={"Cookie": self.cookie} | headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def sign_in(address: str, login: str, password: str) -> Browser:
    """The browser of an operator who has just signed in."""
    browser = requests.Session()
    fields = {"csrf_token": _token(browser.get(f"{address}/sign-in", timeout=60).text), "login": login, "password": password}
    page = browser.post(f"{address}/sign-in", data=fields, timeout=60)
    page.raise_for_status()
    return Browser(address, "; ".join(f"{name}={value}" for name, value in browser.cookies.items()), _token(page.text))


def _token(page: str) -> str:
    found = _TOKEN.search(page)
    if found is None:
        raise LookupError("a page without a token: nobody has signed in")
    return found[1]


@dataclass
class _Asked:
    """What all open pages have asked for: how long each took, and the answers that ended a page."""

    took_ms: list[float] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@contextmanager
def open_pages(browsers: Sequence[tuple[Browser, str]]) -> Iterator[list[float]]:
    """Each browser has its page open; how many milliseconds each of their askings took stands in the list at the end.

    Raises `LookupError` at the end where a page got another answer than it asked for: then fewer were open.
    """
    context = multiprocessing.get_context("spawn")
    over, ready, (ours, theirs) = context.Event(), context.Event(), context.Pipe(duplex=False)
    took: list[float] = []
    process = context.Process(target=_be_open, args=(list(browsers), over, ready, theirs))
    process.start()
    try:
        if not ready.wait(120):
            raise TimeoutError("the operators' pages did not come")
        yield took
    finally:
        over.set()
        askings, faults = ours.recv()
        took += askings
        process.join()
    if faults:
        raise LookupError(f"{len(faults)} of the open pages ended: {faults[0]}")


def _be_open(browsers: list[tuple[Browser, str]], over: Event, ready: Event, told: Connection) -> None:
    heard = _Asked()
    desks = []
    for at, (browser, path) in enumerate(browsers):
        status, page = browser.get(path)
        if status != 200:
            sys.exit(f"{path} answers {status}")
        asked = [(html.unescape(live), int(every or 0) / 1000 or LIVE_EVERY_S) for live, every in _LIVE.findall(page.decode())]
        # They did not all open their pages at the same moment.
        desks.append(threading.Thread(target=_keep_up, args=(browser, dict(asked), at / len(browsers), over, heard)))
    for desk in desks:
        desk.start()
    ready.set()
    for desk in desks:
        desk.join()
    told.send((heard.took_ms, heard.faults))


def _keep_up(browser: Browser, every_s: dict[str, float], late: float, over: Event, asked: _Asked) -> None:
    """Ask for each part when its time has come since the last answer, over one connection."""
    connection = http.client.HTTPConnection(urlsplit(browser.address).netloc, timeout=60)
    quiet = {"Cookie": browser.cookie, "X-Linli-Live": "idle"}
    etags = dict.fromkeys(every_s, "")
    due = {part: time.monotonic() + late * every for part, every in every_s.items()}
    due["/phone/here"] = time.monotonic() + late * HERE_EVERY_S
    page, take = f"page-of-{browser.token[-20:]}", "1"  # from a page that was open before
    while not over.wait(max(0.0, min(due.values()) - time.monotonic())):
        part = min(due, key=lambda one: due[one])
        began = time.perf_counter()
        if part == "/phone/here":
            body = urlencode({"csrf_token": browser.token, "page": page, "take": take})
            connection.request("POST", part, body, quiet | {"Content-Type": "application/x-www-form-urlencoded"})
        else:
            connection.request("GET", part, headers=quiet | {"If-None-Match": etags[part]})
        answer = connection.getresponse()
        body_back = answer.read()
        asked.took_ms.append((time.perf_counter() - began) * 1000)
        if part == "/phone/here":
            if answer.status != 200 or not json.loads(body_back)["held"]:
                asked.faults.append(f"{part} answers {answer.status} {body_back[:100]!r}")
                return
            take, due[part] = "", time.monotonic() + HERE_EVERY_S
            continue
        if answer.status not in (200, 304):
            asked.faults.append(f"{part} answers {answer.status}")
            return
        etags[part] = answer.headers.get("ETag", "")
        due[part] = time.monotonic() + every_s[part]
