"""Settings of the operators' desk in an emergency."""

from pydantic import Field
from pydantic_settings import BaseSettings


class DeskSettings(BaseSettings):
    """Whom an operator may call into an alarm's call besides the resident's own people, and for how long they are rung."""

    emergency_numbers: str = Field(default="120,110,119", pattern=r"^\d{3,6}(,\d{3,6})*$")
    join_rings_s: int = Field(default=45, ge=10, le=120)

    @property
    def emergency_services(self) -> list[str]:
        """The emergency numbers, each by itself, in the order in which the console shows them."""
        return list(dict.fromkeys(self.emergency_numbers.split(",")))
