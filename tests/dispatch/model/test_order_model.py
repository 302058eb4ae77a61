"""Random lives of orders, on both kinds of database. `--hypothesis-profile=thorough` has far more of them."""

from collections.abc import Iterator

import pytest
from hypothesis import settings as examples
from hypothesis.stateful import run_state_machine_as_test

from models.database import SessionMaker
from models.settings import Settings
from tests.dispatch.model.machine import OrdersMachine
from tests.dispatch.model.world import World
from tests.exchange.fake_manager import FakeManager


@pytest.fixture(autouse=True)
def exchange_here(settings: Settings) -> Iterator[FakeManager]:
    """Asterisk's manager interface, which rings whomever it is asked to."""
    fake = FakeManager(settings.ami_port)
    yield fake
    fake.close()


def test_no_order_is_lost_doubled_or_left_hanging_whatever_happens(settings: Settings, sessions: SessionMaker) -> None:
    class Orders(OrdersMachine):
        @staticmethod
        def make_world() -> World:
            return World(settings, sessions)

    chosen = examples()
    is_thorough = chosen.max_examples > 100
    lives = chosen.max_examples if is_thorough else 6
    run_state_machine_as_test(
        Orders, settings=examples(chosen, max_examples=lives, stateful_step_count=60 if is_thorough else 40)
    )
