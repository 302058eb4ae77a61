"""Adding operators."""

import pytest
from sqlalchemy.orm import Session

from models.operators import Role
from operator_console.operators import OperatorRefused, add_operator, ensure_demo_operator, knows_password

GOOD = {"login": "li", "name": "李敏", "password": "long enough", "role": Role.OPERATOR, "seat": 1}


def test_a_password_is_kept_only_as_an_argon2_hash(facts: Session) -> None:
    operator = add_operator(facts, **GOOD)  # type: ignore[arg-type]
    assert operator.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "long enough" not in operator.password_hash
    assert knows_password(operator, "long enough")
    assert not knows_password(operator, "long enougH")


@pytest.mark.parametrize(
    "fault",
    [
        {"login": "Li"},
        {"login": "x"},
        {"login": "a b"},
        {"login": "demo"},
        {"name": " "},
        {"password": "short"},
        {"password": "x" * 201},
    ],
    ids="-".join,
)
def test_what_cannot_be_is_refused_in_both_languages(facts: Session, fault: dict[str, str]) -> None:
    with pytest.raises(OperatorRefused, match=" / "):
        add_operator(facts, **(GOOD | fault))  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{"seat": 2}, {"login": "wang"}], ids=["login", "seat"])
def test_a_login_or_seat_that_is_taken_is_refused(facts: Session, other: dict[str, object]) -> None:
    add_operator(facts, **GOOD)  # type: ignore[arg-type]
    with pytest.raises(OperatorRefused, match="is taken"):
        add_operator(facts, **(GOOD | other))  # type: ignore[arg-type]


def test_the_demo_operator_is_made_once(facts: Session) -> None:
    assert ensure_demo_operator(facts).id == ensure_demo_operator(facts).id
