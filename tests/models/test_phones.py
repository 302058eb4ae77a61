import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.database import SessionMaker
from models.demo import load_demo
from models.phones import group_digits, mask_number, normalise_number
from models.residents import residents_by_number
from models.settings import Settings


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800000001", "13800000001"),
        ("138 0000 0001", "13800000001"),
        ("138-0000-0001", "13800000001"),
        ("+86 138 0000 0001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("(0571) 88000001", "057188000001"),
        ("0571-88000001", "057188000001"),
        ("１３８０００００００１", "13800000001"),
        ("＋8613800000001", "13800000001"),
        ("+8657188000001", "057188000001"),
        ("+14155550100", "+14155550100"),
        ("96345", "96345"),
    ],
)
def test_numbers_are_kept_in_one_form(written: str, kept: str) -> None:
    assert normalise_number(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", "anonymous", "12", "1" * 16, "138'; DROP TABLE calls;--", "13800000001\nAction: Originate", "${SHELL(ls)}", "+", "1+3"],
)
def test_what_is_no_number_is_kept_as_none(written: str) -> None:
    assert normalise_number(written) == ""


@given(st.text(max_size=30))
def test_a_kept_number_is_digits_and_is_kept_as_it_is(written: str) -> None:
    kept = normalise_number(written)
    assert (kept.isascii() and kept.removeprefix("+").isdecimal()) or kept == ""
    assert normalise_number(kept) == kept


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13800000001", "138****0001"), ("057188000001", "057****0001"), ("96345", "9***5"), ("", "(none)")],
)
def test_logs_show_a_masked_number(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@given(st.from_regex(r"[0-9]{3,15}", fullmatch=True))
def test_a_mask_hides_at_least_a_third_of_the_digits(number: str) -> None:
    shown = mask_number(number).replace("*", "")
    assert len(shown) <= max(2, len(number) * 7 // 9)


@pytest.mark.parametrize(
    ("number", "spoken"), [("13800000001", "138 0000 0001"), ("057188000001", "0571 8800 0001"), ("96345", "9 6345"), ("", "")]
)
def test_numbers_are_read_in_groups_of_at_most_four(number: str, spoken: str) -> None:
    assert group_digits(number) == spoken


@pytest.mark.parametrize(
    ("number", "names"),
    [
        ("+86 138-0000-0001", ["王秀英"]),
        ("057188000002", ["李德福"]),
        ("0571-88000004", ["陈国强", "刘玉兰"]),
        ("13899999999", []),
        ("", []),
        ("anonymous", []),
        ("' OR 1=1 --", []),
    ],
)
def test_callers_are_known_by_their_number(sessions: SessionMaker, settings: Settings, number: str, names: list[str]) -> None:
    with sessions() as session:
        load_demo(session, settings)
        assert [resident.name for resident in residents_by_number(session, number)] == names
