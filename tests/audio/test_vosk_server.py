"""A farm over the network: it may be away, die, hang, talk nonsense and come back."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.sync.server import ServerConnection, serve

from audio.recognizers import RecognitionError, Recognizer
from audio.recognizers.fallback import FallbackRecognizer
from audio.recognizers.vosk_server import VoskServerRecognizer
from audio.sound import frames
from tests.audio.vosk_servers import VoskServer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def server_that(handler: Callable[[ServerConnection], None]) -> Iterator[str]:
    with serve(handler, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


def test_partial_results_come_while_the_caller_speaks(vosk_server: VoskServer, korean: Callable[[str], bytes]) -> None:
    stream = VoskServerRecognizer(vosk_server.url, heard_within_s=60).stream()
    for frame in frames(korean("안녕하세요") * 20):
        time.sleep(0.02)  # as fast as a caller speaks
        if partial := stream.feed(frame):
            break
    assert partial
    assert stream.finish().best


def test_a_server_that_dies_midway_is_replaced_unseen_and_asked_again_when_it_is_back(
    korean_folder: Path, vosk: Recognizer, korean: Callable[[str], bytes]
) -> None:
    now = [0.0]
    sound = korean("아니요")
    server = VoskServer(korean_folder)
    ear = FallbackRecognizer({"farm": VoskServerRecognizer(server.url, heard_within_s=60), "here": vosk}, clock=lambda: now[0])
    assert ear.recognize(sound).engine == "farm"
    stream = ear.stream()
    assert stream
    pieces = list(frames(sound))
    for frame in pieces[:20]:
        stream.feed(frame)
    server.die()
    for frame in pieces[20:]:
        stream.feed(frame)
    hearing = stream.finish()
    assert hearing.engine == "here"
    assert hearing.best
    back = VoskServer(korean_folder, server.port)
    assert ear.recognize(sound).engine == "here"
    now[0] = 31.0
    assert ear.recognize(sound).engine == "farm"
    back.die()


def test_a_server_that_hangs_is_waited_for_only_so_long(korean_folder: Path, korean: Callable[[str], bytes]) -> None:
    server = VoskServer(korean_folder)
    stream = VoskServerRecognizer(server.url, heard_within_s=0.2).stream()
    stream.feed(korean("네"))
    server.hang()
    begun = time.monotonic()
    with pytest.raises(RecognitionError, match="TimeoutError"):
        stream.finish()
    assert time.monotonic() - begun < 5
    server.die()


def test_a_server_that_is_not_there_is_an_error_without_its_password() -> None:
    ear = VoskServerRecognizer(f"ws://linli:secret@127.0.0.1:{free_port()}")
    with pytest.raises(RecognitionError, match=r"127\.0\.0\.1") as error:
        ear.recognize(bytes(16000))
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("nonsense", ["not JSON", "[]", '{"alternatives": [{}]}', '{"partial": 3}'])
def test_a_server_that_talks_nonsense_is_an_error(nonsense: str) -> None:
    def talk(connection: ServerConnection) -> None:
        for _ in connection:
            connection.send(nonsense)

    with server_that(talk) as url, pytest.raises(RecognitionError, match="no result"):
        VoskServerRecognizer(url).recognize(bytes(3200))


def test_a_server_that_leaves_before_the_end_is_an_error_even_when_it_leaves_politely() -> None:
    def leave(connection: ServerConnection) -> None:
        connection.recv()
        connection.recv()
        connection.send('{"text": "네"}')
        connection.close()

    with server_that(leave) as url, pytest.raises(RecognitionError, match="failed"):
        VoskServerRecognizer(url).recognize(bytes(3200))


def test_chinese_is_sent_a_character_a_word_and_one_text_without_alternatives_is_understood() -> None:
    told: list[str | bytes] = []

    def note(connection: ServerConnection) -> None:
        for message in connection:
            told.append(message)
            if "config" not in str(message):
                connection.send('{"text": "水 管 漏 水"}')

    with server_that(note) as url:
        hearing = VoskServerRecognizer(url).recognize(bytes(1600), hints=["水管漏水", "开锁 now"])
    assert any('"phrase_list": ["水 管 漏 水", "开 锁 now", "[unk]"]' in str(message) for message in told)
    assert hearing.best == "水管漏水 水管漏水"


def test_an_address_that_is_none_is_told_at_once() -> None:
    with pytest.raises(RecognitionError, match="wss"):
        VoskServerRecognizer("http://farm")
