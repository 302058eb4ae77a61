"""One town for all end-to-end tests; each test lives in a house of its own, a resident's."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linli.service_user import own, place_data_dir, service_account
from linli.stack import Stack
from tests.conftest import settings_on_free_ports
from tests.e2e.town import Town, prefix_of_this_checkout
from tests.learned import learned_folder


@pytest.fixture(scope="session")
def town() -> Iterator[Town]:
    """Start everything once; no operator is there until a test puts one at a desk."""
    account = service_account()
    if account:
        place_data_dir(account)
    # Not below pytest's own folder, which the service user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="linli-e2e-"))
    if account:
        own(folder, account)
    folder.chmod(0o755)
    settings = settings_on_free_ports(
        folder / "var",
        asterisk_prefix=prefix_of_this_checkout(),
        understanding_dir=learned_folder(folder / "learning"),
        operator_seats=2,
        sweep_every_s=2,
        call_lease_s=10,  # room for the other programs of a busy machine; the default is longer
    )
    with Stack(settings, report=print) as stack:
        stack.prepare()
        stack.start()
        yield Town(settings, stack, folder / "callers")
    shutil.rmtree(folder)
