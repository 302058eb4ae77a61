import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.synthesizers.speakable import speakable
from ivr.addresses import read_address
from ivr.numbers import Count, read_count, read_digits, read_number


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("两份", 2, "份"),
        ("三个", 3, "个"),
        ("要一个", 1, "个"),
        ("就一个吧", 1, "个"),
        ("半斤", 0.5, "斤"),
        ("三斤半", 3.5, "斤"),
        ("俩", 2, ""),
        ("仨", 3, ""),
        ("俩个", 2, "个"),
        ("一对", 1, "对"),
        ("一打", 1, "打"),
        ("二两", 2, "两"),
        ("两公斤", 2, "公斤"),
        ("二十个", 20, "个"),
        ("2份。", 2, "份"),
        ("三", 3, ""),
        ("九十九", 99, ""),
        ("给我来两份饺子", 2, "份"),
        ("我想要订三份午饭送到家里来行不行", 3, "份"),
        ("我要两分", 2, "份"),
        ("五今", 5, "斤"),
        ("两份，不对，三份", 3, "份"),
    ],
)
def test_how_many_is_understood_with_its_unit(text: str, amount: float, unit: str) -> None:
    assert read_count(text) == Count(amount, unit)


@pytest.mark.parametrize(
    "text",
    [
        "两三份",
        "一两个",
        "第三个",
        "十五号",
        "三点半",
        "一下",
        "等一下",
        "一起",
        "有一点",
        "一个月",
        "一百个",
        "十分感谢",
        "我有一个儿子在北京",
        "随便",
        "",
        "零",
    ],
)
def test_what_counts_nothing_is_no_count(text: str) -> None:
    assert read_count(text) is None


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("幺三八幺二三四五六七八", "13812345678"),
        ("幺三八，一二三四，五六七八", "13812345678"),
        ("我的电话是138 1234 5678", "13812345678"),
        ("一三八一二三四五六七八号", "13812345678"),
        ("幺三吧五零零", "138500"),
        ("五零二", "502"),
        ("四八二幺", "4821"),
        ("三个八", "888"),
        ("零五七幺", "0571"),
    ],
)
def test_digits_said_one_by_one_are_digits(text: str, digits: str) -> None:
    assert read_digits(text) == digits


@pytest.mark.parametrize("text", ["", "十五", "今天下午", "两份", "一打", "我家水管漏水了", "三号楼二单元"])
def test_other_words_are_no_digits(text: str) -> None:
    assert read_digits(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("两份", "2"),
        ("半斤", "0.5"),
        ("十五号", "15"),
        ("第三个", "3"),
        ("十五", "15"),
        ("二两", "2"),
        ("零", "0"),
        ("手机号是幺三八幺二三四五六七八", "13812345678"),
    ],
)
def test_any_number_answers_a_question_for_one(text: str, number: str) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["", "明天", "等一下", "我不知道", "三点半", "家里没人"])
def test_what_is_no_number_answers_no_question_for_one(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "三号楼二单元",
        "三号楼二单元五零二",
        "3号楼2单元502室",
        "六栋一零一室",
        "桂花园3幢",
        "住在幸福路十五号",
        "我住三楼",
        "三号漏二丹元",
        "中山路二百弄八号",
        "五零二室",
        "我家住新村小区十二栋",
    ],
)
def test_an_address_is_told_from_other_words(text: str) -> None:
    assert read_address(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "十五号",
        "两份",
        "我家水管漏水了",
        "明天上午九点",
        "三点以后",
        "楼上太吵",
        "幺三八一二三四五六七八",
        "我住院了",
        "我一动就疼",
        "水管漏一地水",
        "一床被子",
        "买三样东西",
    ],
)
def test_what_names_no_house_is_no_address(text: str) -> None:
    assert read_address(text) is None


@given(st.text(max_size=30) | st.lists(st.sampled_from(list("一二三两十百半俩个份斤号楼点零幺第8 ，")), max_size=8).map("".join))
def test_no_text_breaks_the_reading_of_numbers(text: str) -> None:
    count = read_count(text)
    assert count is None or 0.5 <= count.amount <= 99.5
    digits = read_digits(text)
    assert digits is None or digits.isdecimal()
    read_number(text)
    read_address(text)


@given(st.text("0123456789", min_size=7, max_size=14))
def test_rule_13_a_telephone_number_is_read_back_in_fours_and_is_the_same_when_it_is_heard(number: str) -> None:
    spoken = speakable(number)
    assert read_digits(spoken) == number
    assert all(len(group) <= 4 for group in spoken.split("，"))
