"""A provider's browser, as tests hold it."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from dispatch.links import link_for
from models.database import SessionMaker
from models.orders import Offer, Order, OrderStatus
from models.providers import Provider
from models.settings import Settings
from tests.operator_console.conftest import NOW
from tests.operator_console.forms import form_token


def make_offer(facts: Session, order: Order, provider: Provider) -> Offer:
    """The order, offered to the provider a moment ago."""
    reasons = {"distance_km": 0.2, "score": 0.9}
    offer = Offer(order=order, provider=provider, made_at=NOW, expires_at=NOW + timedelta(minutes=5), reasons=reasons)
    if order.status is OrderStatus.PLACED:
        order.move(OrderStatus.OFFERED, NOW, "dispatch", provider=provider.name)
    order.visit_code = "7788"
    facts.add(offer)
    facts.commit()
    return offer


def make_link(facts: Session, settings: Settings, offer: Offer) -> str:
    """The path of a fresh link to the offer."""
    link = link_for(facts, settings, offer, NOW)
    facts.commit()
    return re.sub(r"^http://[^/]+", "", link)


class ProvidersBrowser:
    """A browser that has opened the link to an offer, and presses its buttons."""

    def __init__(self, app: Flask, facts: Session, settings: Settings, offer: Offer) -> None:
        self.client: FlaskClient = app.test_client()
        self.page = f"/p/o/{offer.id}"
        link = make_link(facts, settings, offer)
        opened = self.client.post(link, data={"csrf_token": form_token(self.client, link)})
        assert (opened.status_code, opened.location) == (303, self.page)

    def look(self) -> str:
        """What the page says now."""
        answer = self.client.get(self.page)
        assert answer.status_code == 200
        return answer.text

    def press(self, action: str, **fields: object) -> str:
        """Press a button, and read what the page says then."""
        answer = self.send(action, **fields)
        assert (answer.status_code, answer.location) == (303, self.page)
        return self.look()

    def send(self, action: str, **fields: object) -> TestResponse:
        """Press a button."""
        data = {"csrf_token": form_token(self.client, self.page)} | fields
        return self.client.post(f"{self.page}/{action}", data=data)


def stands(sessions: SessionMaker, order: Order) -> Order:
    """The order as the database has it now."""
    with sessions() as session:
        found = session.get_one(Order, order.id)
        assert found.history
        return found
