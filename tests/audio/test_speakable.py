import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.synthesizers.speakable import speakable


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("明天9:30", "明天九点三十分"),
        ("9:05到10:00", "九点零五分到十点"),
        ("3号楼2单元502室", "三号楼二单元五零二室"),
        ("2026年11月23日", "二零二六年十一月二十三日"),
        ("订2份，2.5斤", "订两份，二点五斤"),
        ("涨了5%", "涨了百分之五"),
        ("请按0", "请按零"),
        ("打120", "打幺二零"),
        ("A座12楼", "诶座十二楼"),
        ("十斤大米", "十斤大米"),
        ("", ""),
    ],
)
def test_digits_and_letters_become_words(text: str, spoken: str) -> None:
    assert speakable(text) == spoken


@pytest.mark.parametrize(
    ("number", "groups"),
    [
        ("13800010001", "幺三八，零零零幺，零零零幺"),
        ("96345", "九六三，四五"),
        ("02887654321", "零二八，八七六五，四三二幺"),
        ("88776655", "八八七七，六六五五"),
    ],
)
def test_long_numbers_are_read_in_groups_of_at_most_four(number: str, groups: str) -> None:
    assert speakable(number) == groups


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("电话一三八零零零一零零零一。", "电话一三八，零零零一，零零零一。"),
        ("验证码八八七七六六", "验证码八八七七，六六"),
        ("二零二六年十一月二十三日", "二零二六年十一月二十三日"),
    ],
)
def test_numbers_written_out_are_grouped_too(text: str, spoken: str) -> None:
    assert speakable(text) == spoken


@given(st.text(alphabet="0123456789.:%０１２年月楼零幺一二三十，。A", max_size=40))
def test_rule_13_no_long_run_of_digits_ever_reaches_a_voice(text: str) -> None:
    spoken = speakable(text)
    assert not re.search(r"\d", spoken)
    assert not re.search(r"[零〇幺一二三四五六七八九]{5}", spoken)


@pytest.mark.parametrize("text", ["1" * 40, "12345678901234567890.5", "0.5", "007", "99999999999999999999年", "１２３"])
def test_no_number_is_too_strange(text: str) -> None:
    assert not any(character in "0123456789" for character in speakable(text))
