"""Hours as people write them."""

from datetime import time

import pytest

from models.care_hours import read_hours


@pytest.mark.parametrize(
    "written", ["9:00-11:30,14:30-18:00", "14：30～18：00，9：00到11：30", " 09:00 - 11:30 ; 14:30 - 18:00 "]
)
def test_hours_are_read_however_they_are_written(written: str) -> None:
    assert read_hours(written) == ((time(9), time(11, 30)), (time(14, 30), time(18)))


@pytest.mark.parametrize("written", ["", "9-11", "25:00-26:00", "11:00-9:00", "9:00-11:00,10:00-12:00", "上午", "9:00-9:00"])
def test_what_is_no_hours_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"hour"):
        read_hours(written)
