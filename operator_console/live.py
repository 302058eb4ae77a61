"""Pages that keep themselves up to date: a fragment that is asked for again and again, and is sent only when it has changed.

`frontend/src/live.js` asks every two seconds with the ETag of what it has. Server-sent events would hold one of waitress's
threads for each open page; this holds one for a few milliseconds.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeVar

from flask import Response, g, make_response, render_template, request
from markupsafe import Markup

from operator_console.languages import speaks
from operator_console.masked_numbers import numbers_shown
from operator_console.shared_facts import shared

T = TypeVar("T")


def fragment(template: str, **facts: Any) -> Response:
    """`template` as the answer to a page's asking: 304 without a body when the page has it already.

    A fragment shows the same for the same facts: no ages, no form tokens (a form stands outside, its buttons inside).
    """
    return answer(render_template(template, **facts))


def shared_part(template: str, about: Hashable, read: Callable[[], Mapping[str, Any]]) -> Markup:
    """A fragment that looks the same to everybody with the same role, areas and language, rendered once for all who ask now.

    `about` tells apart what it may be of; `read` is what it shows. Whoever had a number shown whole has a fragment of their own.
    """
    return shared_alike((template, about), lambda: Markup(render_template(template, **read())))  # noqa: S704 - a template's own


def shared_alike(key: Hashable, make: Callable[[], T]) -> T:
    """What `make` works out, of pages too, for all who see it alike."""
    who = (g.operator.role, numbers_shown()) if "operator" in g else None
    return shared((key, who, speaks()), make)


def shared_fragment(template: str, about: Hashable, read: Callable[[], Mapping[str, Any]]) -> Response:
    """Such a part as the answer to a page's asking."""
    return answer(shared_part(template, about, read))


def answer(body: str) -> Response:
    """A part that has been rendered, as the answer to a page's asking."""
    response = make_response(body)
    response.add_etag()
    response.make_conditional(request)
    return response
