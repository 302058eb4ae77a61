"""One call's AGI channel over a socket: pyst2's AGI with its faults mended."""

import contextlib
import re
import socket
import time
from collections.abc import Callable

from asterisk.agi import (
    AGI,
    AGIAppError,
    AGIDBError,
    AGIInvalidCommand,
    AGIUnknownError,
    AGIUsageError,
)

from ivr.errors import CallEnded, CallerHungUp

ENVIRONMENT_WITHIN_S = 2.0
ENVIRONMENT_BYTES = 16_384
REPLY_WITHIN_S = 60.0
REPLY_BYTES = 65_536
# res_agi.c reads commands into 2,048 bytes (AGI_BUF_LEN) and takes what does not fit for the next command.
COMMAND_BYTES = 2_000

_REPLY = re.compile(r"(\d{3})([ -])(.*)", re.DOTALL)
_RESULT = re.compile(r"result=(\S*)(?: +\((.*)\))?(?: +endpos=(\d+))?\s*", re.DOTALL)
# A channel variable, or a dialplan function such as TIMEOUT(absolute). A caller's words never become a name.
_VARIABLE = re.compile(r"[A-Za-z_]\w*(\([\w,-]*\))?", re.ASCII)

Result = dict[str, tuple[str, str]]


class Quoted(str):
    """An argument that is quoted already."""

    __slots__ = ()


class Channel(AGI):  # type: ignore[misc]
    """The channel of the call that a script handles, with pyst2's methods to command it.

    Every method raises `CallerHungUp` once the caller has gone or the lease has run out (Python cannot tell them apart),
    `CallEnded` when Asterisk itself has gone or does not answer, and pyst2's `AGIError` otherwise.
    """

    def __init__(self, connection: socket.socket) -> None:
        # pyst2's own constructor is left out: it installs a signal handler, which no thread may,
        # and writes callers' numbers to stderr.
        self._socket = connection
        self._unread = b""
        self.hung_up = False
        self.env: dict[str, str] = {}
        self._get_agi_env()

    @property
    def name(self) -> str:
        """Asterisk's name for the channel, as the manager interface wants it."""
        return self.env.get("agi_channel", "")

    @property
    def unique_id(self) -> str:
        """Asterisk's id of the call; it holds nothing personal and may be logged."""
        return self.env.get("agi_uniqueid", "")

    @property
    def caller_number(self) -> str:
        """The number that the caller's network gave, as it came; empty when it was withheld. Anyone can forge it."""
        number = self.env.get("agi_callerid", "")
        return "" if number == "unknown" else number

    @property
    def extension(self) -> str:
        """The extension that the dialplan is in."""
        return self.env.get("agi_extension", "")

    @property
    def script(self) -> str:
        """What the dialplan asked for: `hotline` in agi://host:port/hotline?x=y."""
        return self.env.get("agi_network_script", "").partition("?")[0]

    def channel_is_up(self) -> bool:
        """Whether the caller is still there."""
        with contextlib.suppress(CallerHungUp):
            self._ask("CHANNEL STATUS")
        return not self.hung_up

    def renew_lease(self, seconds: int) -> None:
        """Give the call `seconds` from now before the dialplan takes it away from Python; 0 takes the limit off."""
        self.set_variable("TIMEOUT(absolute)", seconds)

    def set_variable(self, name: str, value: object) -> None:
        """Set a channel variable or write a dialplan function; the value is taken literally, whatever it contains."""
        self._ask("SET VARIABLE", self._quote(_checked(name)), self._quote(value))

    def get_variable(self, name: str) -> str:
        """Return a channel variable's value, empty when it is not set; works after a hang-up too."""
        return self._ask("GET VARIABLE", self._quote(_checked(name)))["result"][1]

    def database_get(self, family: str, key: str) -> str:
        """Return a value of Asterisk's own database; raise pyst2's `AGIDBError` when there is none."""
        found, value = self._ask("DATABASE GET", self._quote(family), self._quote(key))["result"]
        if found != "1":
            raise AGIDBError(f"Key not found in database: family={family}, key={key}")
        return value

    def reply_ready(self, within_s: float) -> bool:
        """Whether Asterisk says something within that time; for commands that take as long as a conversation does."""
        if self._unread:
            return True
        self._socket.settimeout(within_s)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return False
        except OSError as error:
            raise CallEnded("the connection to Asterisk broke") from error
        return True

    # What pyst2's methods are made of.

    def execute(self, command: str, *arguments: object) -> Result:
        """Send a command that needs the caller, and return its result by key: (value, data in parentheses)."""
        try:
            return self._ask(command, *arguments)
        except AGIAppError:  # "Error executing application, or hangup": which of them?
            if self.channel_is_up():
                raise
            raise CallerHungUp from None

    def send_command(self, command: str, *arguments: object) -> None:
        """Send one command; every argument arrives at Asterisk as one word, whatever it contains."""
        words = [argument if isinstance(argument, Quoted) else self._quote(argument) for argument in arguments if argument != ""]
        line = " ".join([command.strip(), *words]).encode() + b"\n"
        if len(line) > COMMAND_BYTES:
            raise ValueError(f"{command}: {len(line)} bytes are more than Asterisk reads as one command")
        self._socket.settimeout(REPLY_WITHIN_S)
        try:
            self._socket.sendall(line)
        except OSError as error:
            raise CallEnded("the connection to Asterisk broke") from error

    def get_result(self) -> Result:
        """Wait for the reply to the command sent last."""
        code, text = self._read_reply(deadline=time.monotonic() + REPLY_WITHIN_S)
        if code == 200:
            return self._result(text)
        if code == 510:
            raise AGIInvalidCommand(text)
        if code == 511:  # "Command Not Permitted on a dead channel"
            self.hung_up = True
            raise CallerHungUp
        if code == 520:
            raise AGIUsageError(text)
        raise AGIUnknownError(code, "Unhandled code or undefined response")

    def _quote(self, value: object) -> Quoted:
        text = re.sub(r"[\r\n\0]", " ", str(value))
        return Quoted('"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"')

    def _ask(self, command: str, *arguments: object) -> Result:
        self.send_command(command, *arguments)
        return self.get_result()

    def _result(self, text: str) -> Result:
        found = _RESULT.fullmatch(text)
        if not found:
            raise AGIUnknownError(200, "Unhandled code or undefined response")
        value, data, endpos = found.groups(default="")
        if value == "-1":
            if self.hung_up or data == "hangup":
                self.hung_up = True
                raise CallerHungUp
            raise AGIAppError("Error executing application, or hangup")
        return {"result": (value, data)} | ({"endpos": (endpos, "")} if endpos else {})

    def _read_reply(self, deadline: float) -> tuple[int, str]:
        line = self._read_line(deadline)
        while line == "HANGUP":  # comes once, before whatever reply is next
            self.hung_up = True
            line = self._read_line(deadline)
        found = _REPLY.fullmatch(line)
        if not found:
            raise AGIUnknownError(0, "Unhandled code or undefined response")
        code, mark, text = int(found[1]), found[2], found[3]
        if code == 520 and mark == "-":
            text = self._read_on(text, deadline, until=lambda added: added.startswith("520 "))
        elif re.match(r"result=\S* +\(", text) and not _RESULT.fullmatch(text):  # a value that contains line breaks
            text = self._read_on(text, deadline, until=lambda added: added.endswith(")"))
        return code, text

    def _read_on(self, text: str, deadline: float, until: Callable[[str], bool]) -> str:
        while len(text) < REPLY_BYTES:
            added = self._read_line(deadline)
            text += "\n" + added
            if until(added):
                return text
        raise CallEnded("Asterisk's reply has no end")

    def _get_agi_env(self) -> None:
        deadline = time.monotonic() + ENVIRONMENT_WITHIN_S
        size = 0
        while line := self._read_line(deadline):
            size += len(line)
            if size > ENVIRONMENT_BYTES:
                raise CallEnded("the AGI environment is too long")
            name, colon, value = line.partition(":")
            if not colon or not name.startswith("agi_"):
                raise CallEnded("this is not an AGI environment")
            self.env.setdefault(name, value.strip())

    def _read_line(self, deadline: float) -> str:
        while b"\n" not in self._unread:
            if len(self._unread) > REPLY_BYTES:
                raise CallEnded("Asterisk's line is too long")
            self._receive(deadline)
        line, _, self._unread = self._unread.partition(b"\n")
        return line.decode(errors="replace").rstrip("\r")

    def _receive(self, deadline: float) -> None:
        self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            received = self._socket.recv(8192)
        except TimeoutError as error:
            raise CallEnded("Asterisk did not answer in time") from error
        except OSError as error:
            raise CallerHungUp if self.hung_up else CallEnded("the connection to Asterisk broke") from error
        if not received:
            # The dialplan sets AGIEXITONHANGUP: after a hang-up Asterisk says HANGUP and closes.
            raise CallerHungUp if self.hung_up else CallEnded("Asterisk closed the connection")
        self._unread += received


def _checked(name: str) -> str:
    if not _VARIABLE.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a channel variable")
    return name
