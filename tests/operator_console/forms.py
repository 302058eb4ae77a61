"""Filling in the console's forms as a browser does: with the token that the page carries."""

import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse


def form_token(client: FlaskClient, page: str) -> str:
    """The CSRF token in the forms of `page`."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found, f"no form on {page}"
    return found[1]


def send(client: FlaskClient, page: str, to: str, **fields: str) -> TestResponse:
    """Send the form of `page` to the address `to`."""
    return client.post(to, data={"csrf_token": form_token(client, page)} | fields)


def sign_in(client: FlaskClient, login: str, password: str, **query: str) -> TestResponse:
    """Try to sign in."""
    token = form_token(client, "/sign-in")
    return client.post("/sign-in", data={"csrf_token": token, "login": login, "password": password}, query_string=query)
