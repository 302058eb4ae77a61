"""A hand-written Asterisk: it reads AGI commands as res_agi.c does and answers as it is told."""

import socket
import threading
from collections.abc import Callable

CALLER = {"agi_uniqueid": "1700000000.1", "agi_channel": "PJSIP/trunk-00000001", "agi_callerid": "13800000001"}

Answer = Callable[[list[str]], str]


def environment(script: str = "hotline", **values: str) -> bytes:
    """What Asterisk sends first."""
    lines = {"agi_network": "yes", "agi_network_script": script} | CALLER | values
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode() + b"\n"


def split_words(line: str) -> list[str]:
    """Cut a command into words; the same automaton as parse_args() in res_agi.c."""
    words: list[str] = []
    quoted = escaped = False
    whitespace = True
    for letter in line:
        if letter == '"' and not escaped:
            quoted = not quoted
            if quoted and whitespace:
                words.append("")
                whitespace = False
        elif letter in " \t" and not quoted and not escaped:
            whitespace = True
        elif letter == "\\" and not escaped:
            escaped = True
        else:
            if whitespace:
                words.append("")
                whitespace = False
            words[-1] += letter
            escaped = False
    return words


class FakeAsterisk:
    """The other end of an AGI connection. `commands` are those that came, in words."""

    def __init__(self, connection: socket.socket, answer: Answer = lambda words: "200 result=0") -> None:
        self.connection = connection
        self.answer = answer
        self.commands: list[list[str]] = []
        self.ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    @classmethod
    def calling(cls, address: tuple[str, int], script: str, answer: Answer = lambda words: "200 result=0") -> "FakeAsterisk":
        """Bring a call to a FastAGI server."""
        connection = socket.create_connection(address, 5)
        connection.sendall(environment(script))
        return cls(connection, answer).start()

    def start(self) -> "FakeAsterisk":
        self._thread.start()
        return self

    def close(self) -> None:
        """Be killed."""
        self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()

    def _run(self) -> None:
        try:
            with self.connection.makefile("rb") as lines:
                for line in lines:
                    words = split_words(line.decode().rstrip("\n"))
                    self.commands.append(words)
                    if reply := self.answer(words):
                        self.connection.sendall(reply.encode() + b"\n")
        except (OSError, ValueError):
            pass  # closed by the test
        self.ended.set()
