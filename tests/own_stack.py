"""A whole Linli that a test or a benchmark has for itself: real Asterisk, Redis, speech, dispatch and console."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.service_user import own, place_data_dir, service_account
from linli.stack import Stack
from tests.conftest import settings_on_free_ports
from tests.installed import installed_asterisk
from tests.learned import learned_folder
from tests.rendered import lend_prompts


@contextmanager
def own_stack(report: Callable[[str], None], **chosen: object) -> Iterator[Stack]:
    """Start it with the chosen settings, on ports and data of its own; all of it is gone afterwards."""
    account = service_account()
    if account:
        place_data_dir(account)
    shared = {"asterisk_prefix": installed_asterisk(), "understanding_dir": learned_folder()}
    # Not below pytest's own folder, which the service user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="linli-own-"))
    try:
        if account:
            own(folder, account)
        folder.chmod(0o755)
        settings = settings_on_free_ports(folder / "var", **shared, **chosen)
        lend_prompts(settings)
        with Stack(settings, report) as stack:
            stack.prepare()
            stack.start()
            yield stack
    finally:
        shutil.rmtree(folder)
