import re

from dispatch.texts import LANGUAGES, text, texts

_FACT = re.compile(r"{(\w+)}")


def test_every_text_is_there_in_every_language_with_the_same_facts() -> None:
    for name, wordings in texts().items():
        assert set(wordings) == set(LANGUAGES), name
        first, *others = (set(_FACT.findall(wording)) for wording in wordings.values())
        assert all(first == other for other in others), name


def test_a_text_is_signed_and_filled_in() -> None:
    assert text("order_cancelled", "zh", code="4821") == "【邻里】订单4821已取消，您不用上门了。谢谢。"
    assert text("order_cancelled", "en", code="4821").startswith("[Linli] Order 4821 is cancelled")
