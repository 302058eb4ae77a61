"""Phones that call each other."""

from collections.abc import Iterator

import pytest

from linli.softphone import Call, Identity, Softphone, hearing

NOWHERE = "127.0.0.1:9"
"""The server of a phone that only takes calls."""


@pytest.fixture(scope="package")
def hotline() -> Iterator[Softphone]:
    """A phone that waits for calls."""
    with Softphone(NOWHERE, Identity("96345")) as phone:
        yield phone


@pytest.fixture(scope="package")
def caller(hotline: Softphone) -> Iterator[Softphone]:
    """A phone whose server is the hotline."""
    with Softphone(f"127.0.0.1:{hotline.port}", Identity("13800000001")) as phone:
        yield phone


@pytest.fixture
def short_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt ends after 0.4 s of silence instead of 0.9 s, where only the order of things matters."""
    monkeypatch.setattr(hearing, "PROMPT_GAP_FRAMES", 20)


@pytest.fixture
def talk(caller: Softphone, hotline: Softphone) -> Iterator[tuple[Call, Call]]:
    """Both ends of an answered call, the caller's first; hung up at the end."""
    ours = caller.dial("96345")
    theirs = hotline.wait_incoming(30)
    theirs.answer()
    ours.wait_answered(30)
    yield ours, theirs
    ours.hang_up()
    theirs.wait_ended(30)
