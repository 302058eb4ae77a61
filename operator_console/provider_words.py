"""The console's words for providers' data."""

from models.providers import CreditReason
from operator_console.words import Said

CREDIT: dict[CreditReason, Said] = {
    CreditReason.SCORE: Said("居民打分", "a resident's score"),
    CreditReason.COMPLAINT: Said("投诉属实", "a complaint was right", "trouble"),
    CreditReason.LATE: Said("迟到", "late", "trouble"),
    CreditReason.GIVEN_BACK: Said("接了又退", "accepted and given back", "trouble"),
    CreditReason.UNANSWERED: Said("没有答复", "an offer unanswered"),
    CreditReason.DONE: Said("按时完成", "done in time", "done"),
    CreditReason.CORRECTED: Said("人工更正", "corrected by a person"),
}
HAPPENED: dict[str, Said] = {
    "added": Said("新增", "added", "done"),
    "changed": Said("修改", "changed"),
    "frozen": Said("冻结", "frozen", "trouble"),
    "thawed": Said("解冻", "thawed", "go"),
    "confirmed": Said("资料核对过", "data confirmed", "done"),
    "correction": Said("说资料有误", "said that data are wrong", "trouble"),
}
FILTERS: dict[str, Said] = {
    "active": Said("在用", "active"),
    "correction": Said("资料有误", "to be corrected"),
    "stale": Said("久未核对", "not confirmed"),
    "frozen": Said("冻结", "frozen"),
    "volunteer": Said("志愿者", "volunteers"),
    "inactive": Said("停用", "inactive"),
}
