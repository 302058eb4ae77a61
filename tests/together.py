"""Which tests one worker runs, one after the other, where several workers run side by side (`--dist loadfile`)."""

from xdist.scheduler import LoadFileScheduling

TOWN = "tests/e2e/"
# Its calls take longer than all others together, and have a town for themselves.
LONGEST = f"{TOWN}test_first_call.py"


class Together(LoadFileScheduling):
    """A file at a time; the files that share the town are as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        return TOWN if file.startswith(TOWN) and file != LONGEST else file
