"""From end to end through Kannel: its bearerbox, smsbox and fake message centre, our worker and our console, all real processes.

Kannel and Linli are set up as docs/configuring.md says, but for ports.
"""

import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest
from redis import Redis
from sqlalchemy import select

from dispatch.placing import place_order
from dispatch.queue import JobQueue
from models.base import utc_now
from models.database import SessionMaker
from models.messages import Direction, Message, MessageStatus
from models.orders import OrderStatus
from models.settings import PROJECT, Settings
from tests.conftest import free_ports, settings_on_free_ports
from tests.dispatch.facts import Community, order_now
from tests.dispatch.servers import Program, RedisServer

NUMBER = "13800000001"
MIDNIGHT = time(0)
# What of the documents differs on a test's machine.
PORTS = ("13000", "13001", "13013", "8060")


def block_after(heading: str, kind: str) -> str:
    """The first block of a kind after a heading of docs/configuring.md."""
    words = (PROJECT / "docs/configuring.md").read_text(encoding="utf-8")
    found = re.search(rf"```{kind}\n(.*?)```", words[words.index(heading) :], re.DOTALL)
    assert found, kind
    return found[1]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def ports() -> dict[str, str]:
    """The ports of the documents, and those that are used here instead."""
    return dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))


def moved(words: str, ports: dict[str, str]) -> str:
    return re.sub(r"\b\d{4,5}\b", lambda found: ports.get(found[0], found[0]), words)


@pytest.fixture
def site(tmp_path: Path, ports: dict[str, str]) -> Path:
    """The settings' file of a site whose only gateway is Kannel."""
    file = tmp_path / "linli.toml"
    file.write_text(moved(block_after("### Kannel", "toml"), ports), encoding="utf-8")
    return file


@pytest.fixture
def settings(tmp_path: Path, database_url: str, shared_redis: RedisServer, ports: dict[str, str]) -> Settings:
    """Where our programs find each other."""
    own = {"database_url": database_url, "redis_url": shared_redis.url, "console_port": int(ports["8060"])}
    return settings_on_free_ports(tmp_path / "var", **own)


@pytest.fixture
def kannel(tmp_path: Path, ports: dict[str, str]) -> Iterator[str]:
    """Kannel, as an operator sets it up by our documents; the port at which its message centre connects."""
    if shutil.which("bearerbox") is None:
        pytest.skip("Kannel is not installed: make setup-dev")
    [port] = free_ports(1)
    centre = f'\ngroup = smsc\nsmsc = fake\nsmsc-id = fake\nport = {port}\nconnect-allow-ip = "127.0.0.1"\n'
    file = tmp_path / "kannel.conf"
    file.write_text(moved(block_after("### Kannel", "ini"), ports) + centre, encoding="utf-8")
    with started(["bearerbox", str(file)], "entering mainloop"), started(["smsbox", str(file)], "Connected to bearerbox"):
        yield str(port)


@pytest.fixture
def linli(settings: Settings, site: Path, programs: Callable[..., Program]) -> Iterator[Program]:
    """Our worker, and our console, which Kannel tells of receipts and answers; they share a log."""
    worker = programs("worker", settings=str(site), console_port=str(settings.console_port))
    worker.await_line("waits for jobs")
    environment = {
        "LINLI_SETTINGS": str(site),
        "LINLI_DATA_DIR": str(settings.data_dir),
        "LINLI_DATABASE_URL": settings.database,
        "LINLI_REDIS_URL": settings.redis,
        "LINLI_CONSOLE_PORT": str(settings.console_port),
        "LINLI_DEMO": "1",
    }
    console = Program([sys.executable, "-m", "operator_console"], environment, beside=worker)
    try:
        worker.await_line("console at")
        yield worker
    finally:
        console.stop()


@contextmanager
def started(command: list[str], until: str) -> Iterator[Program]:
    program = Program(command, follow_stdout=True)
    try:
        program.await_line(until)
        yield program
    finally:
        program.stop(signal.SIGKILL)  # Kannel takes its time to say goodbye


def next_sms(centre: Program) -> str:
    """The next SMS that reached the message centre, its parts put together."""
    parts: list[bytes] = []
    while True:
        line = centre.await_line("Got message")
        found = re.search(rf"<96345 {NUMBER} (?:udh (\S+) )?(?:data|ucs2) (\S+)>", line)
        assert found, line
        parts.append(unquote_to_bytes(found[2].replace("+", " ")))
        header = unquote_to_bytes((found[1] or "").replace("+", " "))
        if not header or header[4] == header[5]:  # of so many parts, this is the last
            return b"".join(parts).decode("utf-16-be")


def test_an_offer_its_receipt_and_the_providers_answer_go_through_kannel(
    sessions: SessionMaker,
    settings: Settings,
    redis: Redis,
    community: Community,
    linli: Program,
    kannel: str,
) -> None:
    community.provider("近水维修", NUMBER, opens=MIDNIGHT, closes=MIDNIGHT)
    centre = ["fakesmsc", "-r", kannel, "-m"]

    with started([*centre, "0", "1 2 text x"], "Connecting") as before:
        with sessions() as session:
            span = {"starts_at": utc_now(), "ends_at": utc_now() + timedelta(hours=3)}
            order = place_order(session, JobQueue(settings.redis), community.request(**span), utc_now())
        offer = next_sms(before)
        linli.await_line("receipt delivered")
    with sessions() as session:
        message = session.scalars(select(Message)).one()
        assert (message.body, message.status, message.gateway) == (offer, MessageStatus.DELIVERED, "kannel")
        assert message.segments == len([line for line in before.lines if "Got message" in line])
        assert f"【邻里】新订单{order.code}：水电维修" in offer

    with started([*centre, "1", f"{NUMBER} 96345 text １ {order.code}"], "sent message 1") as telephone:
        reply = next_sms(telephone)
        linli.await_line("receipt delivered")
    with sessions() as session:
        assert order_now(session, order.id).status is OrderStatus.ACCEPTED
        incoming = session.scalars(select(Message).where(Message.direction == Direction.IN)).one()
        assert (incoming.number, incoming.body, incoming.gateway) == (NUMBER, f"１ {order.code}", "kannel")
    assert "桂花园3号楼2单元502" in reply
