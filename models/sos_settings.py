"""Settings of a call for help, of the family keys, and of the numbers that plain telephones reach both by."""

import re
from collections.abc import Iterator

from pydantic import Field
from pydantic_settings import BaseSettings

NUMBER = r"^(\+?\d{3,15})?$"


class SosSettings(BaseSettings):
    """Who is rung for a resident in need and for how long: rung after rung of a ladder, and around again until one answers."""

    sos_operators_s: int = Field(default=20, ge=1, le=120)
    sos_everybody_s: int = Field(default=20, ge=1, le=120)
    sos_ring_s: int = Field(default=25, ge=1, le=120)  # the mobile on duty, and each keyholder
    sos_duty_number: str = Field(default="", pattern=NUMBER)
    family_ring_s: int = Field(default=25, ge=1, le=120)
    press_one_s: int = Field(default=5, ge=1, le=30)  # after the words; they are said twice
    # An operator's telephone that sends no sound for so long has lost its power or its network.
    operator_lost_s: int = Field(default=20, ge=2, le=300)

    # Further numbers of the hotline, for speed-dial keys of plain telephones; empty where the carrier gave us none.
    sos_number: str = Field(default="", pattern=NUMBER)
    family_number: str = Field(default="", pattern=NUMBER)

    def number_faults(self, hotline_number: str, **more: str) -> Iterator[str]:
        """Whatever makes our numbers indistinguishable; a carrier may put codes of country and area before them."""
        numbers = {"hotline_number": hotline_number, "sos_number": self.sos_number, "family_number": self.family_number} | more
        ours = {name: own_digits(number) for name, number in numbers.items() if number}
        for name, digits in ours.items():
            for other, others in ours.items():
                if name != other and others.endswith(digits):
                    yield f"{other} 以 {name} 结尾，分不清 / {other} ends with {name}: they cannot be told apart"


def own_digits(number: str) -> str:
    """What every written form of a number of ours ends with: its digits without the codes before it."""
    return re.sub(r"^(\+86|0086)?0*", "", number).lstrip("+")
