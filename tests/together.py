"""Which tests one worker runs, one after the other, where several workers run side by side (`--dist loadfile`)."""

from xdist.scheduler import LoadFileScheduling

E2E = "tests/e2e/"
# Their calls take as long as all others, and have a town for themselves. A third town beside these two was tried: on two
# cores its callers were heard too late.
LONGEST = {f"{E2E}test_{name}.py" for name in ("care_calls", "first_call", "queue_down")}


class Together(LoadFileScheduling):  # type: ignore[misc]
    """A file at a time; files that share a town are as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = str(super()._split_scope(nodeid))
        if file in LONGEST:
            return "the second town"
        return "the first town" if file.startswith(E2E) else file
