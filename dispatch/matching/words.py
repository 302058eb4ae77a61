"""The reasons of a ranking in words, for the order's page: Chinese and English beside each other."""

from collections.abc import Mapping
from typing import Any

Words = tuple[str, str]

_FIRST: Mapping[str, Words] = {
    "planned": ("按当天的排班", "chosen by the day's plan"),
    "again": ("居民希望还是同一家", "the resident wishes the same again"),
    "volunteer": ("志愿者优先", "volunteers first"),
}
HINDRANCES: Mapping[str, Words] = {
    "inactive": ("已停用", "not active"),
    "skill": ("不做这项服务", "does not do this"),
    "area": ("不服务这个小区", "does not serve this area"),
    "asked": ("已经问过", "asked already"),
    "never": ("居民不要这一家", "not wanted by the resident"),
    "frozen": ("有投诉待处理", "has a complaint to be looked at"),
    "full": ("当天单子已满", "has as many orders that day as it can bear"),
    "closed": ("那个时间不营业", "closed at that time"),
    "no_worker": ("没有合适的人员", "has nobody whom the resident or the service allows"),
    "busy": ("人员那时都有别的单", "all its workers are elsewhere then"),
    "unplanned": ("排不进当天的班", "no room in the day's plan"),
}
# What another would have needed, by the part of the score: the figure goes where {} stands.
_NEEDS: Mapping[str, Words] = {
    "near": ("相距 {:.1f} 公里以内", "not over {:.1f} km away"),
    "rated": ("评分到 {:.1f}", "rated {:.1f}"),
    "credit": ("信用到 {:.0f}", "credit of {:.0f}"),
    "free": ("当天不超过 {:.0f} 单", "not over {:.0f} orders that day"),
    "fair": ("近七天不超过 {:.0f} 次派单", "not over {:.0f} offers in seven days"),
    "cheap": ("价格是目录价的 {:.0f}%", "at {:.0f}% of the catalogue's price"),
}


def reason_words(reasons: Mapping[str, Any]) -> list[Words]:
    """What the ranking saw of the provider that was asked; reasons without a fact (asked by a person) say nothing of it."""
    told = []
    if because := reasons.get("first_because"):
        told.append(_FIRST[because])
    if "distance_km" in reasons:
        told.append((f"相距 {reasons['distance_km']:.1f} 公里", f"{reasons['distance_km']:.1f} km away"))
    if "rating" in reasons:
        told.append((f"评分 {reasons['rating']:.1f}", f"rated {reasons['rating']:.1f}"))
    if "credit" in reasons:
        told.append((f"信用 {reasons['credit']:.0f}", f"credit {reasons['credit']:.0f}"))
    if "orders_that_day" in reasons:
        busy = int(reasons["orders_that_day"])
        told.append(
            (f"当天还有 {busy} 单" if busy else "当天没有别的单", f"{busy} other orders that day" if busy else "free that day")
        )
    if offers := reasons.get("offers_lately"):
        told.append((f"近七天派过 {offers} 次", f"{offers} offers in seven days"))
    if reasons.get("price_percent", 100) != 100:
        told.append((f"价格是目录价的 {reasons['price_percent']}%", f"{reasons['price_percent']}% of the catalogue's price"))
    if "score" in reasons:
        told.append((f"总分 {reasons['score'] * 100:.0f}", f"score {reasons['score'] * 100:.0f}"))
    return told


def instead_words(reasons: Mapping[str, Any], names: Mapping[int, str]) -> list[Words]:
    """What would have put another first, one line each; `names` are providers' names by id."""
    told = []
    for other in reasons.get("instead", ()):
        name = names.get(other["provider_id"], f"#{other['provider_id']}")
        if hindered := other.get("hindered"):
            zh, en = HINDRANCES[hindered]
            told.append((f"{name}本来更合适，但{zh}", f"{name} would have suited better, but: {en}"))
        elif other["needs"]:
            needs = [_need(part, needed) for part, needed in other["needs"].items()]
            told.append(
                (
                    f"{name}会排在前面，如果" + "，或".join(zh for zh, _ in needs),
                    f"{name} would have come first if " + ", or ".join(en for _, en in needs),
                )
            )
        else:
            told.append((f"{name}差得多，单改一项不够", f"{name} is far behind: no single change would do"))
    return told


def not_asked_words(reasons: Mapping[str, Any]) -> list[Words]:
    """How many were not asked, and for which reason; those of other trades and areas are left out."""
    counted = reasons.get("not_asked", {})
    return [
        (f"没有问：{counted[key]} 家{zh}", f"not asked, {counted[key]}: {en}")
        for key, (zh, en) in HINDRANCES.items()
        if key in counted and key not in ("inactive", "skill", "area")
    ]


def _need(part: str, needed: Any) -> Words:
    if part == "first_because":
        zh, en = _FIRST[needed]
        return (f"也是“{zh}”", f"it were so too: {en}")
    zh, en = _NEEDS[part]
    return (zh.format(needed), en.format(needed))
