"""Settings of the operators' desk: whom one can call from it."""

from pydantic import Field
from pydantic_settings import BaseSettings


class DeskSettings(BaseSettings):
    """Whom an operator may call besides the numbers that are kept in the files, and for how long anybody is rung."""

    emergency_numbers: str = Field(default="120,110,119", pattern=r"^\d{3,6}(,\d{3,6})*$")
    join_rings_s: int = Field(default=45, ge=10, le=120)
    desk_rings_s: int = Field(default=20, ge=5, le=120)  # a colleague's desk, and one's own when a transfer has failed
    # Numbers typed in by hand must begin with one of these; none: only the numbers of the files and of emergency can be dialled.
    dial_prefixes: str = Field(default="", pattern=r"^(\+?\d{1,8}(,\+?\d{1,8})*)?$")

    @property
    def emergency_services(self) -> list[str]:
        """The emergency numbers, each by itself, in the order in which the console shows them."""
        return list(dict.fromkeys(self.emergency_numbers.split(",")))

    def may_dial(self, number: str) -> bool:
        """Whether an operator may dial this normalised number by typing it in."""
        return number.startswith(tuple(prefix for prefix in self.dial_prefixes.split(",") if prefix))
