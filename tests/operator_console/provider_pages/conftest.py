"""A provider who was offered an order, in front of its page."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from models.orders import Offer, Order
from models.providers import Provider
from models.settings import Settings
from tests.operator_console.provider import ProvidersBrowser, make_link, make_offer


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def offer(facts: Session, order: Order, provider: Provider) -> Offer:
    return make_offer(facts, order, provider)


@pytest.fixture
def link(facts: Session, settings: Settings, offer: Offer) -> str:
    return make_link(facts, settings, offer)


@pytest.fixture
def browser(app: Flask, facts: Session, settings: Settings, offer: Offer) -> ProvidersBrowser:
    return ProvidersBrowser(app, facts, settings, offer)


@pytest.fixture
def at_the_door(browser: ProvidersBrowser) -> ProvidersBrowser:
    browser.press("accept")
    browser.press("arrived")
    return browser
