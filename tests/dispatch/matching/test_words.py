from dataclasses import replace
from typing import Any

from dispatch.matching.words import instead_words, not_asked_words, reason_words
from dispatch.ranking import rank_providers
from tests.dispatch.test_ranking import LACKING, ORDER, PROVIDER

REASONS: dict[str, Any] = {
    "first_because": "again",
    "score": 0.834,
    "distance_km": 0.42,
    "rating": 4.5,
    "credit": 82.0,
    "orders_that_day": 0,
    "offers_lately": 3,
    "price_percent": 90,
    "instead": [
        {"provider_id": 2, "behind": 0.03, "needs": {"near": 0.3, "rated": 4.9}},
        {"provider_id": 3, "behind": -0.1, "needs": {"first_because": "again"}},
        {"provider_id": 4, "behind": 0.8, "needs": {}},
        {"provider_id": 5, "hindered": "frozen"},
    ],
    "not_asked": {"closed": 2, "skill": 40},
}


def test_the_reasons_are_told_in_chinese() -> None:
    told = [zh for zh, _ in reason_words(REASONS)]
    assert told[:3] == ["居民希望还是同一家", "相距 0.4 公里", "评分 4.5"]
    assert told[3:] == ["信用 82", "当天没有别的单", "近七天派过 3 次", "价格是目录价的 90%", "总分 83"]


def test_what_would_have_put_another_first_is_told_with_its_name() -> None:
    names = {2: "近水维修", 3: "远水维修", 5: "老周五金"}
    assert [zh for zh, _ in instead_words(REASONS, names)] == [
        "近水维修会排在前面，如果相距 0.3 公里以内，或评分到 4.9",
        "远水维修会排在前面，如果也是“居民希望还是同一家”",
        "#4差得多，单改一项不够",
        "老周五金本来更合适，但有投诉待处理",
    ]


def test_how_many_were_not_asked_is_told_but_not_those_of_other_trades() -> None:
    assert not_asked_words(REASONS) == [("没有问：2 家那个时间不营业", "not asked, 2: closed at that time")]


def test_every_offer_says_its_reasons_in_words_even_one_that_a_person_made() -> None:
    assert reason_words({}) == instead_words({}, {}) == not_asked_words({}) == []
    others = [replace(PROVIDER, id=number, **lacking) for number, (_, lacking) in enumerate(LACKING, start=2)]
    reasons = rank_providers(ORDER, [PROVIDER, *others])[0].reasons
    assert reason_words(reasons)
    assert len(not_asked_words(reasons)) == len({key for key, _ in LACKING} - {"skill", "area", "inactive"})
