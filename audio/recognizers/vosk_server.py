"""Recognition on other machines: a client of alphacep's vosk-server, which speaks WebSocket."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from audio.recognizers import RecognitionError
from audio.recognizers.vosk_passes import ALTERNATIVES, VoskPassesRecognizer
from audio.recognizers.vosk_results import UNKNOWN, VoskResults
from audio.sound import RATE_HZ

# The server compares this message letter by letter.
_END = '{"eof" : 1}'
# Together with another engine's turn these stay below what a conversation waits for recognition.
_CONNECTED_WITHIN_S = 2.0
_HEARD_WITHIN_S = 4.0
_CHINESE = re.compile(r"([\u4e00-\u9fff])")


class VoskServerRecognizer(VoskPassesRecognizer):
    """Hears through a server or a farm behind one address; each pass of each utterance is a connection of its own.

    After the last sound the server has `heard_within_s`.
    The server's vocabulary is not known here, and it drops words that it does not know from a phrase: Chinese is sent a
    character a word, because nearly all characters are words of the Mandarin models.
    """

    def __init__(self, url: str, heard_within_s: float = _HEARD_WITHIN_S) -> None:
        self._url = url
        self._heard_within_s = heard_within_s
        if urlsplit(url).scheme not in ("ws", "wss"):
            raise RecognitionError(
                f"识别服务器地址不对 / a recognition server's address begins with ws:// or wss://, not {url!r}"
            )

    def _decoder(self) -> "_Pass":
        return _Pass(self._url, self._heard_within_s)

    def _grammar_decoder(self, phrases: Sequence[str]) -> "_Pass":
        return _Pass(self._url, self._heard_within_s, phrase_list=[*map(_in_characters, phrases), UNKNOWN])


def _in_characters(phrase: str) -> str:
    return " ".join(_CHINESE.sub(r" \1 ", phrase).split())


class _Pass:
    """One connection, for one utterance: the server answers every piece of sound, and the end, with one message."""

    def __init__(self, url: str, heard_within_s: float, **grammar: list[str]) -> None:
        self._host = urlsplit(url).hostname
        self._results = VoskResults()
        self._unanswered = 0
        self._heard_within_s = heard_within_s
        with self._network_errors(), ExitStack() as closing:
            # Sound does not get smaller by compression, and a farm is not behind the proxy for browsing.
            connection = connect(url, open_timeout=_CONNECTED_WITHIN_S, close_timeout=0.5, compression=None, proxy=None)
            self._connection = closing.enter_context(connection)
            config = {"sample_rate": RATE_HZ, "max_alternatives": ALTERNATIVES, **grammar}
            self._connection.send(json.dumps({"config": config}, ensure_ascii=False))
            self._closing = closing.pop_all()

    def feed(self, piece: bytes) -> None:
        with self._network_errors():
            self._connection.send(piece)
        self._unanswered += 1

    def so_far(self) -> str:
        with self._network_errors():
            while self._unanswered:
                try:
                    self._take(timeout_s=0)
                except TimeoutError:
                    break
        return self._results.so_far

    def end(self) -> None:
        with self._network_errors():
            self._connection.send(_END)
        self._unanswered += 1

    def results(self) -> VoskResults:
        until = time.monotonic() + self._heard_within_s
        with self._network_errors():
            while self._unanswered:
                self._take(timeout_s=max(0.0, until - time.monotonic()))
        return self._results

    def close(self) -> None:
        with self._network_errors():
            self._closing.close()

    def _take(self, timeout_s: float) -> None:
        self._results.add(self._connection.recv(timeout=timeout_s))
        self._unanswered -= 1

    @contextmanager
    def _network_errors(self) -> Iterator[None]:
        try:
            yield
        except (OSError, WebSocketException) as error:  # a TimeoutError is an OSError
            # The whole address may hold a password.
            raise RecognitionError(f"识别服务器不可用 / the recognition server {self._host} failed: {error!r}") from error
