"""How much chaos: a little in every run of the tests, all of it on demand."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest tests/chaos --all-orders` places 500 orders on each kind of database."""
    parser.addoption("--all-orders", action="store_true", help="500 orders on SQLite and PostgreSQL instead of a few on one")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Pytest knows the option only where this folder is named on its command line."""
    if "orders" in metafunc.fixturenames:
        whole = metafunc.config.getoption("--all-orders", default=False)
        metafunc.parametrize("orders", [500 if whole else 60])
        metafunc.parametrize("kind", ["sqlite", "postgresql"] if whole else ["postgresql"])
