"""Who a softphone says it is."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Identity:
    """The number a phone calls from, and how it proves that it may.

    `number` is the user part of the From header: a caller's telephone number, or an endpoint's name for a phone that
    registers. `username` and `secret` answer the server's challenge; without a username it is the number.
    """

    number: str
    secret: str = field(default="", repr=False)
    username: str = ""

    @property
    def credential_name(self) -> str:
        """The name in the Authorization header."""
        return self.username or self.number
