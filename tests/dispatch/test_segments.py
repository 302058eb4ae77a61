import pytest

from dispatch.segments import count_segments, is_gsm7


@pytest.mark.parametrize(
    ("body", "segments"),
    [
        ("", 1),
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("€" * 80, 1),  # two septets each
        ("€" * 81, 2),
        ("x" * 152 + "€" + "x" * 152, 3),  # the euro is not divided between two SMS
        ("单" * 70, 1),
        ("单" * 71, 2),
        ("单" * 134, 2),
        ("单" * 135, 3),
        ("x" * 69 + "单", 1),  # one Chinese letter makes all of it UCS-2
        ("x" * 70 + "单", 2),
        ("𠮷" * 35, 1),  # two code units each
        ("𠮷" * 36, 2),
        ("𠮷" * 67, 3),  # 33 whole ones in each
    ],
)
def test_a_text_is_charged_as_so_many_sms(body: str, segments: int) -> None:
    assert count_segments(body) == segments


def test_only_the_gsm_alphabet_is_gsm() -> None:
    assert is_gsm7("Order 4821: OK? [yes] €5")
    assert not is_gsm7("Order 4821：OK")
