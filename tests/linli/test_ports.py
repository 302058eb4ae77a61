"""Ports that are taken are found, with who holds them."""

import os
import socket
from pathlib import Path

from linli.ports import taken_ports
from models.settings import Settings
from tests.conftest import settings_on_free_ports


def test_free_ports_are_no_fault(settings: Settings) -> None:
    assert taken_ports(settings) == []


def test_a_taken_port_is_named_with_its_setting_and_the_process_that_holds_it(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.console_port)):
        [taken] = taken_ports(settings)
    assert (taken.setting, taken.port) == ("console_port", settings.console_port)
    assert f"pid {os.getpid()}" in str(taken)
    assert "LINLI_CONSOLE_PORT" in str(taken)


def test_a_taken_sip_port_is_found_where_somebody_has_it_on_every_address(settings: Settings) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("", settings.sip_port))
        assert [taken.setting for taken in taken_ports(settings)] == ["sip_port"]


def test_a_port_taken_for_tcp_leaves_sip_over_udp_alone(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.sip_port)):
        assert taken_ports(settings) == []


def test_a_range_for_voice_without_enough_room_is_told(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        port = other.getsockname()[1]
        start = min(port, 65535 - 99)
        settings = settings_on_free_ports(tmp_path, rtp_start=start, rtp_end=start + 99)
        assert [taken.setting for taken in taken_ports(settings)] == ["rtp_start"]


def test_the_redis_of_another_host_needs_no_port_here(tmp_path: Path) -> None:
    settings = settings_on_free_ports(tmp_path, redis_url="redis://queue.example/0")
    with socket.create_server(("127.0.0.1", settings.redis_port)):
        assert taken_ports(settings) == []
