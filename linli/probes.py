"""Whether a part of Linli does its work: one question each, asked over the network as its users would."""

import os
import socket
import urllib.request
from ipaddress import ip_address
from urllib.error import URLError

import psutil
from redis import Redis, RedisError
from rq import Worker

from linli.processes import processes_of
from models.settings import Settings

_PATIENCE_S = 2.0


def redis_answers(settings: Settings) -> bool:
    """Whether the job queue's Redis answers a PING."""
    try:
        with Redis.from_url(settings.redis, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S) as redis:
            return bool(redis.ping())
    except RedisError:
        return False


def worker_is_registered(settings: Settings) -> bool:
    """Whether RQ knows a worker that is alive on this host; one that was killed stays registered for minutes."""
    try:
        with Redis.from_url(settings.redis, socket_timeout=_PATIENCE_S, socket_connect_timeout=_PATIENCE_S) as redis:
            here = socket.gethostname()
            return any(worker.hostname == here and worker.pid and psutil.pid_exists(worker.pid) for worker in Worker.all(redis))
    except RedisError:
        return False


def sweep_runs(settings: Settings) -> bool:
    """Whether the sweep runs; it listens nowhere, so its process is looked for."""
    return any(process.cmdline()[-2:] == ["dispatch", "sweep"] for process in processes_of(settings))


def device_watch_runs(settings: Settings) -> bool:
    """Whether the watch over the devices runs; it listens nowhere either."""
    return any(process.cmdline()[-2:] == ["dispatch", "devices"] for process in processes_of(settings))


def alarms_are_written(settings: Settings) -> bool:
    """Whether the program that writes alarms down runs; it listens nowhere either."""
    return any(process.cmdline()[-2:] == ["dispatch", "alarms"] for process in processes_of(settings))


def accepts(port: int, address: str = "127.0.0.1") -> bool:
    """Whether something listens on this TCP port."""
    try:
        socket.create_connection((address, port), timeout=_PATIENCE_S).close()
    except OSError:
        return False
    return True


def ivr_listens(settings: Settings) -> bool:
    """Whether calls are taken: the FastAGI server and the media server both listen."""
    return accepts(settings.agi_port) and accepts(settings.media_port)


def asterisk_answers(settings: Settings) -> bool:
    """Whether Asterisk has loaded its telephones (a SIP OPTIONS is answered) and its manager."""
    return accepts(settings.ami_port) and sip_answers(settings.sip_port, reachable(settings.bind_address))


def sip_answers(port: int, address: str = "127.0.0.1") -> bool:
    """Whether a SIP OPTIONS gets any answer; 401 to a stranger is one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.settimeout(0.5)
        phone.connect((address, port))
        own_address, own_port = phone.getsockname()
        tag = os.urandom(8).hex()
        question = [
            f"OPTIONS sip:{address}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {own_address}:{own_port};branch=z9hG4bK{tag}",
            f"From: <sip:probe@{own_address}>;tag={tag}",
            f"To: <sip:{address}:{port}>",
            f"Call-ID: {tag}@{own_address}",
            "CSeq: 1 OPTIONS",
            "Max-Forwards: 5",
            "Content-Length: 0",
            "",
            "",
        ]
        try:
            phone.send("\r\n".join(question).encode())
            return phone.recv(2048).startswith(b"SIP/2.0 ")
        except OSError:
            return False


def reachable(bind_address: str) -> str:
    """Where to reach what listens on this address: on every address means on the loopback too."""
    return "127.0.0.1" if ip_address(bind_address).is_unspecified else bind_address


def console_answers(settings: Settings) -> bool:
    """Whether the console says that it is well."""
    try:
        with urllib.request.urlopen(
            f"http://{reachable(settings.bind_address)}:{settings.console_port}/healthz", timeout=_PATIENCE_S
        ) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
