"""Ports that are taken before Linli starts, each with the setting that asks for it and the process that holds it."""

import errno
import socket
from dataclasses import dataclass
from pathlib import Path

import psutil

from models.settings import Settings

# As many as the settings ask for between rtp_start and rtp_end.
_RTP_PORTS_NEEDED = 100


@dataclass(frozen=True)
class TakenPort:
    """One port that a setting asks for and something else holds; `holder` is empty where the system does not tell."""

    setting: str
    port: int
    holder: str

    def __str__(self) -> str:
        """One line for a person: what is taken, by whom, and how to choose another."""
        by = f"（{self.holder}）" if self.holder else ""
        held = f" by {self.holder}" if self.holder else ""
        variable = f"LINLI_{self.setting.upper()}"
        return f"{self.setting} 的端口 {self.port} 已被占用{by} / port {self.port} is taken{held}; choose another with {variable}"


def taken_ports(settings: Settings) -> list[TakenPort]:
    """Every port of the settings that cannot be listened on now."""
    taken = []
    for setting, port in settings.ports.items():
        kind = socket.SOCK_DGRAM if setting == "sip_port" else socket.SOCK_STREAM
        if any(_is_taken(address, port, kind) for address in {"127.0.0.1", settings.bind_address}):
            taken.append(TakenPort(setting, port, _holder(port, kind)))
    rtp = _ports_in_use("udp") & set(range(settings.rtp_start, settings.rtp_end + 1))
    if settings.rtp_end - settings.rtp_start + 1 - len(rtp) < _RTP_PORTS_NEEDED:
        port = min(rtp)
        taken.append(TakenPort("rtp_start", port, _holder(port, socket.SOCK_DGRAM)))
    return taken


def _is_taken(address: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, kind) as probe:
        if kind == socket.SOCK_STREAM:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what was closed a moment ago does not count
        try:
            probe.bind((address, port))
        except OSError as error:
            # A low port refused to a plain user, an address that is not this machine's: the part itself tells these.
            return error.errno == errno.EADDRINUSE
    return False


def _ports_in_use(kind: str) -> set[int]:
    return {connection.laddr.port for connection in psutil.net_connections(kind) if connection.laddr}


def _holder(port: int, kind: socket.SocketKind) -> str:
    for connection in psutil.net_connections("udp" if kind == socket.SOCK_DGRAM else "tcp"):
        listens = kind == socket.SOCK_DGRAM or connection.status == psutil.CONN_LISTEN
        if connection.laddr and connection.laddr.port == port and listens and connection.pid:
            return f"{_name(connection.pid)}, pid {connection.pid}"
    return ""


def _name(pid: int) -> str:
    # The private Asterisk shows as its loader, a Python program as python: the command line says more.
    try:
        words = psutil.Process(pid).cmdline()
    except psutil.Error:
        words = []
    return " ".join([Path(words[0]).name, *words[1:3]]) if words else "?"
