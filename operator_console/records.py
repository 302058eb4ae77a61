"""What was written down by other parts of Linli, in the console's words: histories, rankings, outcomes, what was collected."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from dispatch.matching.words import instead_words, not_asked_words, reason_words
from models.calls import Call
from models.orders import Offer, OrderEvent, OrderStatus
from models.providers import Provider
from models.services import Service
from operator_console.afterwards_words import LATE
from operator_console.context import facts
from operator_console.desk_view import outcome_words
from operator_console.languages import short, word
from operator_console.times import span
from operator_console.words import CALL, ORDER, Said

# Lines of an order's history that are not a change of status.
HAPPENED = {
    "offer_accepted": Said("服务商答应接单", "offer accepted", "go"),
    "accepted_too_late": Said("接单太晚了", "accepted too late"),
    "refused": Said("服务商拒绝", "refused"),
    "expired": Said("没有答复，问下一家", "no answer, on to the next"),
    "unreachable": Said("短信送不到，问下一家", "SMS not delivered, on to the next", "trouble"),
    "delay_told": Said("告诉居民要晚一些", "resident told of the delay", "wait"),
    "not_told": Said("居民没有电话，没通知到", "the resident has no telephone and was not told", "trouble"),
    "telephoned": Said("打电话问服务商", "asked by telephone", "wait"),
    "sms_delayed": Said("短信发得慢，还在试", "SMS delayed, still trying", "wait"),
    "planned": Said("排进当天的班", "in the day's plan", "go"),
    "unplanned": Said("排不进当天的班，逐家去问", "no room in the day's plan, offered one by one", "wait"),
    "withdrawn": Said("收回了询问", "offer withdrawn"),
    "priced": Said("填了上门说好的价格", "the agreed price was entered"),
    "note": Said("加了备注", "note taken"),
    "changed": Said("改了订单", "changed", "wait"),
    "connected": Said("服务商打给居民", "the provider called the resident"),
    "proof_photo": Said("服务商传来照片", "photo from the provider"),
    "proof_signature": Said("居民签了名", "signed by the resident", "done"),
    "proof_code": Said("验收码对了", "the resident's code was right", "done"),
    "wrong_code": Said("验收码不对", "wrong code"),
    "followed_up": Said("已回访", "followed up", "done"),
    "told_again": Said("回访记好以后，电话里又说了", "told in a call after the follow-up was written down", "trouble"),
    "follow_up_by_hand": Said("回访要人打电话", "a person must follow up", "trouble"),
    "complaint": Said("居民投诉", "a complaint", "trouble"),
    "complaint_upheld": Said("投诉成立", "the complaint was upheld", "trouble"),
    "complaint_not_upheld": Said("投诉不成立", "the complaint was not upheld"),
    "late": Said("督办", "late", "trouble"),
    "supervised": Said("督办已处理", "seen to by a person"),
}
DETAILS = {
    "provider": ("", ""),
    "operator": ("", ""),
    "reason": ("原因", "reason"),
    "note": ("", ""),
    "was": ("原来", "was"),
    "were": ("原来", "was"),
    "words": ("", ""),
    "score": ("分数", "marks"),
    "work": ("", ""),
    "what": ("", ""),
    "yuan": ("元", "yuan"),
    "kind": ("", ""),
}
REASONS = {
    "nobody_fits": ("没有合适的服务商", "nobody fits"),
    "nobody_accepted": ("问过的都没有接", "nobody accepted"),
    "too_late": ("时间已经过了", "too late"),
    "not_done": ("没有做好", "not done"),
    "given_back": ("服务商退回", "given back"),
    "taken_back": ("调度员收回", "taken back by a person"),
    **{kind.value: (words.zh, words.en) for kind, words in LATE.items()},
}
# What a resident without a telephone was not told, by the text's name.
NOT_TOLD = {
    "resident_accepted": ("谁来、几点来", "who comes and when"),
    "resident_given_back": ("原来的人来不了，另找", "another is looked for"),
    "resident_delay": ("还在找人", "nobody found yet"),
    "resident_late": ("上门要晚一些", "the visit is late"),
    "resident_on_the_way": ("已经出发", "on the way"),
    "resident_unfilled": ("没找到人，会打电话", "nobody found, a person will call"),
    "resident_cancelled": ("取消了", "cancelled"),
}
COLLECTED = {
    "order": ("单号", "Order"),
    "cancel": ("要取消", "To cancel"),
    "detail": ("要求", "Details"),
    "call_back": ("回电号码", "Call back"),
    "also": ("还说要", "Also wanted"),
}
# Why the conversation brought a person, as HandOver says it.
HANDED_OVER = {
    "asked": ("要求人工", "asked for a person"),
    "emergency": ("紧急的话", "words of emergency"),
    "silence": ("没有听到回答", "no answer heard"),
    "not_understood": ("没有听懂", "not understood"),
    "not_agreed": ("几次都没有说定", "could not agree"),
    "many_requests": ("一次来电要办很多事", "many requests in one call"),
    "enrol": ("号码没有登记", "number not registered"),
    "left": ("档案记着居民已离开", "the file says that the resident has left"),
    "unknown_number": ("号码没有登记", "number not registered"),  # in calls written down before it was called enrol
    "not_ours": ("不是我们的服务", "nothing that we do"),
    "cancel": ("要取消已经动身的订单", "wants to cancel what has set out"),
    "unfilled": ("订单没人接", "nobody takes their order"),
    "no_family": ("没有登记家人", "no family registered"),
    "family": ("家人没有接", "the family did not answer"),
    "unknown_provider": ("服务商专线，号码没有登记", "providers' line, number not registered"),
    "recognition": ("语音识别出错", "recognition failed"),
    "media": ("声音中断", "the sound failed"),
    "fault": ("系统出错", "a fault of ours"),
    "sos": ("求助", "a call for help"),
    "direct": ("机器没有接", "the machine did not take it"),
    "lease": ("机器没有回应", "the machine fell silent"),
}


ENDED = {
    "goodbye": ("说了再见", "said goodbye"),
    "hung_up": ("来电人挂断", "the caller hung up"),
    "family": ("接通家人", "put through to the family"),
    "connect": ("服务商接通居民", "a provider was put through to the resident"),
}


def happened(line: OrderEvent) -> Said:
    """The words for one line of a history."""
    if line.happened in set(OrderStatus):
        return ORDER[OrderStatus(line.happened)]
    return HAPPENED.get(line.happened, Said(line.happened, ""))


def details(line: OrderEvent) -> Iterator[tuple[tuple[str, str], str]]:
    """What else a line says: pairs of a name, which may be empty, and a value. Our own ids are left out."""
    for name, value in line.details.items():
        if name in DETAILS:
            yield DETAILS[name], word(*(REASONS | NOT_TOLD).get(str(value), (str(value), "")))


def reason(name: str) -> str:
    """The words for why an order is where it is."""
    return word(*REASONS.get(name, (name, "")))


def reasons(offer: Offer) -> list[tuple[str, str]]:
    """Why the ranking chose this provider, in words."""
    return reason_words(offer.reasons)


def instead(offer: Offer) -> list[tuple[str, str]]:
    """What would have made another first, and how many were not asked for which reason; one line each."""
    ids = [other["provider_id"] for other in offer.reasons.get("instead", ())]
    names = facts().execute(select(Provider.id, Provider.name).where(Provider.id.in_(ids)))
    return [*instead_words(offer.reasons, dict(names.all())), *not_asked_words(offer.reasons)]


def outcome(call: Call) -> tuple[str, str]:
    """How a call ended, or why it is with a person."""
    kind, _, reason = call.outcome.partition(":")
    if kind in ENDED:
        return ENDED[kind]
    if kind == "operator":
        zh, en = HANDED_OVER.get(reason, (reason, ""))
        return (f"转人工：{zh}", f"handed over: {en}")
    if kind == "dialled":
        words = outcome_words(reason)
        return (f"话务员拨打：{words.zh}", f"dialled: {words.en}")
    return (CALL[call.status].zh, CALL[call.status].en)


def collected(call: Call) -> list[tuple[tuple[str, str], str]]:
    """What the conversation has understood so far: pairs of a name and a value."""
    found = []
    for name, value in call.collected.items():
        if name == "service" and value:
            service = facts().scalar(select(Service).where(Service.key == str(value)))
            found.append((("服务", "Service"), short(service.name, service.name_en) if service else str(value)))
        elif name == "when" and isinstance(value, list) and len(value) == 2:
            found.append((("时间", "When"), span(datetime.fromisoformat(value[0]), datetime.fromisoformat(value[1]))))
        elif name == "words" and value:
            found.append((("原话", "Words"), f"“{value}”"))
        elif name in COLLECTED and value:
            found.append((COLLECTED[name], str(value)))
        elif value and name != "intent":  # an intent is said by its words and by what became of it
            found.append(((name, ""), str(value)))
    return found
