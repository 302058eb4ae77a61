"""What is shared among requests (sharing.py): with whom, and until when."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from flask import Flask, Response, g, request

from models.operators import Role
from operator_console.context import parts

T = TypeVar("T")

# Whose requests change nothing that another page shows within the second: each open page says every 5 s that it is there.
_CHANGE_NOTHING = ("phone.here",)


def shared(key: Hashable, make: Callable[[], T], *, lasts_s: float | None = None) -> T:
    """What `make` works out of the facts, for all who may see the same facts; where it tells of long times, for longer."""
    operator = g.get("operator")
    areas = frozenset(area.id for area in operator.areas) if operator and operator.role is Role.OFFICER else None
    return parts().sharing.of((key, areas), make, lasts_s)


def forget_what_is_changed(app: Flask) -> None:
    """Whatever is sent here ends what is shared, before its answer goes out."""

    @app.after_request
    def _forget(response: Response) -> Response:
        if "operator" in g and request.method == "POST" and request.endpoint not in _CHANGE_NOTHING:
            parts().sharing.forget()
        return response
