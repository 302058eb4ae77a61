"""Asterisk's manager interface, as the tests listen to it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from models.secrets import own_secret
from models.settings import Settings

Event = dict[str, str]


@dataclass
class Events:
    """What the manager interface tells, in order; answers to actions are among it."""

    connection: socket.socket
    seen: list[Event] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    def read(self) -> None:
        """Keep what comes until the connection ends."""
        with self.connection.makefile("r", encoding="utf-8", errors="replace", newline="\r\n") as lines:
            event: Event = {}
            for line in lines:
                name, _, value = line.rstrip("\r\n").partition(": ")
                if name:
                    event[name] = value
                    continue
                with self.arrived:
                    self.seen.append(event)
                    self.arrived.notify_all()
                event = {}

    def do(self, action: str, **fields: str) -> Event:
        """Ask for one action and return the answer."""
        number = f"{action}-{len(self.seen)}"
        text = "".join(f"{name}: {value}\r\n" for name, value in {"Action": action, "ActionID": number, **fields}.items())
        self.connection.sendall(text.encode() + b"\r\n")
        return self.wait_for("", ActionID=number)

    def lacks(self, name: str, for_s: float = 0, **wanted: str) -> bool:
        """Whether no such event has come, nor comes in that time."""
        with self.arrived:
            return not self.arrived.wait_for(lambda: self.find(name, wanted), for_s)

    def find(self, name: str, wanted: Event) -> Event | None:
        """The first event of that name so far whose headers are as wanted."""
        for event in self.seen:
            if event.get("Event", "") == name and all(event.get(header) == value for header, value in wanted.items()):
                return event
        return None

    def wait_for(self, name: str, within_s: float = 30, **wanted: str) -> Event:
        """The first event of that name (or, without a name, the first answer) whose headers are as wanted."""
        with self.arrived:
            event = self.arrived.wait_for(lambda: self.find(name, wanted), within_s)
        assert event, f"no {name} {wanted} among {[one.get('Event') for one in self.seen]}"
        return event

    def wait_until_idle(self) -> None:
        """Wait until no call is up, and begin anew: what is told of the end of another test's call is not this one's."""
        deadline = time.monotonic() + 30
        up = ""
        while up != "0":
            assert time.monotonic() < deadline, self.seen
            self.seen.clear()
            self.do("CoreShowChannels")
            up = self.wait_for("CoreShowChannelsComplete")["ListItems"]
        self.seen.clear()


@contextmanager
def listening(settings: Settings) -> Iterator[Events]:
    """Events of the manager interface, as Linli's own account gets them."""
    with socket.create_connection(("127.0.0.1", settings.ami_port)) as connection:
        events = Events(connection)
        reader = threading.Thread(target=events.read)
        reader.start()
        answer = events.do("Login", Username="linli", Secret=own_secret(settings, "ami"))
        assert answer["Response"] == "Success", answer
        try:
            yield events
        finally:
            events.do("Logoff")
            reader.join()
