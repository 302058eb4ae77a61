"""A whole Linli for the end-to-end tests: real Asterisk, Redis, speech, dispatch and console, on ports of its own."""

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from audio.sound import write_wav
from audio.synthesizers import SYNTHESIZERS, Synthesizer
from linli.cli import linli
from linli.environment import environment_of
from linli.softphone import Identity, Softphone
from linli.softphone.call import Call
from linli.stack import Stack
from models.secrets import own_secret
from models.settings import PROJECT, Settings

CALL_WITHIN_S = 150


@dataclass
class Town:
    """Linli as an operator of it knows it: by its command line, its telephones and its programs."""

    settings: Settings
    stack: Stack
    callers_sentences: Path
    _at_the_command_line: threading.Lock = field(default_factory=threading.Lock)

    def linli(self, *words: str) -> Any:
        """What the command line prints with --json; in this process, because starting one costs two seconds of a core."""
        with self._at_the_command_line:  # it is given the process's environment and output for the time
            done = CliRunner().invoke(linli, [*words, "--json"], env=environment_of(self.settings))
        assert done.exit_code == 0, done.output or done.exception
        return json.loads(done.stdout)

    def call(self, *words: str, stay: float = 3.0) -> Any:
        """Place a call and wait for its end; return what `linli call --json` reports."""
        call = self.start_call(*words, stay=stay)
        try:
            out, problems = call.communicate(timeout=CALL_WITHIN_S)
        except subprocess.TimeoutExpired:
            call.kill()
            call.communicate()
            raise
        report = json.loads(out)
        assert report["error"] is None, problems
        return report

    def start_call(self, *words: str, stay: float) -> "subprocess.Popen[str]":
        """Place a call and do not wait for its end."""
        command = [sys.executable, "-m", "linli.cli", "call", *words, "--stay", str(stay), "--json"]
        return subprocess.Popen(
            command, cwd=PROJECT, env=environment_of(self.settings), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    @contextmanager
    def caller(self, *words: str) -> Iterator["subprocess.Popen[str]"]:
        """A caller who says this and then stays on the line until the end of the block."""
        call = self.start_call(*words, stay=120)
        try:
            yield call
        finally:
            call.terminate()
            call.communicate(timeout=30)

    def call_until(self, fact: Callable[[], Any], *words: str) -> None:
        """Place a call and hang up once this has come of it, without hearing all the goodbyes; or until it ends by itself."""
        with self.caller(*words) as call:
            eventually(lambda: fact() or call.poll() is not None, CALL_WITHIN_S)

    def script(self, *words: str) -> list[str]:
        """The arguments that say sentences and press keys; their sound is made now, so that no call competes with it."""
        return [argument for word in words for argument in (("--dtmf", word) if word.isdigit() else ("--wav", self._wav(word)))]

    def answer(self, call: Call, *sounds: bytes) -> None:
        """Say these in the newest call, one after each question; 请您稍等一下, which a busy recogniser says, is none."""
        for sound in sounds:
            call.wait_prompt_end(60)
            while self.said_last()["prompt"] == "one_moment":
                call.wait_more_speech(60, 60)
            call.say(sound)

    def said_last(self) -> Any:
        """The last turn of the newest call."""
        return self.linli("calls", "--limit", "1")[0]["turns"][-1]

    def orders_of(self, number: str) -> list[Any]:
        """The orders of whoever calls from this number."""
        [resident] = [one for one in self.linli("residents") if number in one["numbers"]]
        return [order for order in self.linli("orders", "--limit", "500") if order["resident"]["id"] == resident["id"]]

    def orders_placed_in(self, call_id: int) -> list[Any]:
        """The orders that one call left."""
        return [order for order in self.linli("orders", "--limit", "500") if order["call_id"] == call_id]

    def calls_from(self, number: str) -> list[Any]:
        """The calls from this number, the newest first."""
        return [call for call in self.linli("calls", "--limit", "500") if call["number"] == number]

    @contextmanager
    def desk(self, seat: int = 1) -> Iterator[Softphone]:
        """An operator's desk phone that rings."""
        name = f"desk-{seat}"
        server = f"127.0.0.1:{self.settings.sip_port}"
        with Softphone(server, Identity(name, secret=own_secret(self.settings, name))) as phone:
            phone.register()
            yield phone

    @cached_property
    def _voice(self) -> Synthesizer:
        return SYNTHESIZERS[self.settings.synthesizer](self.settings.prompts_dir)

    def _wav(self, sentence: str) -> str:
        path = self.callers_sentences / f"{hashlib.sha256(sentence.encode()).hexdigest()[:16]}.wav"
        if not path.is_file():
            write_wav(path, self._voice.speak(sentence))
        return str(path)


def eventually(fact: Callable[[], Any], within_s: float = 60.0) -> Any:
    """What `fact` says once it is true; other programs of the town bring it about, and nobody tells a test when."""
    deadline = time.monotonic() + within_s
    while not (value := fact()):
        assert time.monotonic() < deadline, "it did not come true"
        time.sleep(0.2)
    return value
