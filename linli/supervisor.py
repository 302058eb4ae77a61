"""supervisord as Linli runs it: `python -m linli.supervisor --configuration FILE`.

supervisord waits a second longer after each vain start, without end: a program that found no database for an hour would be
tried again only every minute and a half, and an exchange whose port was taken for a night every four minutes.
"""

from supervisor import process, supervisord

# The exchange starts in a second. Our own programs take some of a core to start, of which calls shall have the most.
_AGAIN_AFTER_S = {"asterisk": 1}
_OTHERS_AGAIN_AFTER_S = 10


class SoonAgain(process.Subprocess):  # type: ignore[misc]  # supervisor has no type information
    """A process that is tried again within seconds however often it has failed."""

    backoff = 0

    def change_state(self, new_state: int, expected: bool = True) -> bool:
        """Keep the count of failures, which is the delay in seconds, from growing further."""
        longest = _AGAIN_AFTER_S.get(self.config.name, _OTHERS_AGAIN_AFTER_S)
        self.backoff = min(self.backoff, longest - 1)
        return bool(super().change_state(new_state, expected))


def main() -> None:
    """Be supervisord, with its options."""
    process.Subprocess = SoonAgain
    supervisord.main()


if __name__ == "__main__":
    main()
