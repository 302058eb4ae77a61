"""Every figure's name and definition, once: the reports' help shows them, docs/supervising.md holds the same words."""

from typing import NamedTuple

from operator_console.words import Said

# Goals, as the domain has them: GB/T 33358-2016, the TSA's code, and our own.
ANSWERED_IN_15_S = 0.95
ABANDONED_AT_MOST = 0.03
ALARMS_IN_60_S = 0.985
ACCEPTED_IN_15_MIN = 0.90


class Figure(NamedTuple):
    """A figure's name, and what it counts."""

    zh: str
    en: str
    means_zh: str
    means_en: str


FIGURES = {
    "calls": Figure(
        "来电",
        "Calls",
        "当天开始、打进来的电话；我们打出去的不算",
        "calls that came in, by the day on which they began; those that we place do not count",
    ),
    "by_machine": Figure("机器办完", "By the machine alone", "没有转人工、说了再见的来电", "came to goodbye without a person"),
    "waited": Figure(
        "转人工",
        "For a person",
        "转给话务员、等待已经结束的来电（接通或放弃）；求助也在内",
        "went to the operators and wait no longer, answered or given up; calls for help too",
    ),
    "in_15_s": Figure(
        "15 秒内接听",
        "Answered ≤ 15 s",
        "转人工后 15 秒内有人接；比例以“转人工”为分母，目标 ≥ 95 %",
        "a person answered within 15 s of the handing over; the share is of those for a person, goal ≥ 95 %",
    ),
    "abandoned": Figure(
        "放弃",
        "Abandoned",
        "转人工后没等到人就挂断；比例以“转人工”为分母，目标 ≤ 3 %",
        "hung up before a person answered; the share is of those for a person, goal ≤ 3 %",
    ),
    "handling_s": Figure(
        "处理时间（中位）",
        "Median handling",
        "从话务员接听到整理完（没有整理就到挂断）；一半的来电不长于它，精确到 15 秒",
        "from the operator's answer to the end of the wrap-up, else of the call; half took no longer, to a step of 15 s",
    ),
    "alarms": Figure("求助", "Alarms", "当天开始的求助；重复按键算一次", "raised that day; pressed again is the same alarm"),
    "alarms_in_15_s": Figure(
        "15 秒内接听",
        "Answered ≤ 15 s",
        "从求助到第一个人接听不超过 15 秒",
        "from the SOS to the first person's answer at most 15 s",
    ),
    "alarms_in_60_s": Figure("60 秒内接听", "Answered ≤ 60 s", "不超过 60 秒，目标 ≥ 98.5 %", "at most 60 s, goal ≥ 98.5 %"),
    "alarms_in_180_s": Figure(
        "180 秒内接听",
        "Answered ≤ 180 s",
        "不超过 180 秒；其余每一次都要调查",
        "at most 180 s; each of the others is investigated",
    ),
    "slowest_s": Figure(
        "最慢",
        "Slowest",
        "接听最慢的一次求助；没有人接的不在内",
        "the answer that took longest; alarms nobody answered are not in it",
    ),
    "placed": Figure("下单", "Placed", "当天下的订单", "orders placed that day"),
    "in_15_min": Figure(
        "15 分钟内接单",
        "Accepted ≤ 15 min",
        "当天下的、不等排班的订单中，15 分钟内有服务商接单的比例（夜里下的也算），目标 ≥ 90 %",
        "of the day's orders that wait for no plan, accepted within 15 min (those of the night count too), goal ≥ 90 %",
    ),
    "accepted": Figure("接单", "Accepted", "当天被接单的订单，不论哪天下的", "accepted that day, whenever they were placed"),
    "done": Figure("完成", "Done", "当天做完的订单", "done that day"),
    "cancelled": Figure("取消", "Cancelled", "当天取消的订单", "cancelled that day"),
    "unfilled": Figure("没人接单", "Unfilled", "当天问遍了没有人接的订单", "that day nobody was left to ask"),
    "complaints": Figure("投诉", "Complaints", "当天收到投诉的订单", "orders complained about that day"),
    "score": Figure("评分", "Score", "当天回访得到的平均分（1–5）", "mean of the scores (1–5) given in follow-ups that day"),
    "offers": Figure("询问", "Offers", "当天向服务商发出的询问", "offers made that day"),
    "offers_accepted": Figure("接受", "Accepted", "其中接受的", "of these, accepted"),
    "offers_refused": Figure("拒绝", "Refused", "其中拒绝的", "of these, refused"),
    "offers_expired": Figure("没答复", "No answer", "其中到时没有答复的", "of these, not answered in time"),
    "answered": Figure("接听", "Answered", "话务员接听的来电", "calls that the operator answered"),
    "talking_s": Figure("通话", "Talking", "接听到挂断的时间，打进打出都算", "from answer to hang-up, in calls in and out"),
    "ready_s": Figure("空闲", "Ready", "处于空闲状态的时间（其中也在通话）", "time in the state ready (talking within it)"),
    "pause_s": Figure("暂停", "Pause", "暂停的时间", "time at a pause"),
    "wrap_up_s": Figure("整理", "Wrap-up", "整理的时间", "time in wrap-up"),
}


class Share(NamedTuple):
    """A share held against its goal; `of` is None where there is nothing to take it of."""

    of: float | None
    goal: float
    met: bool

    @property
    def words(self) -> str:
        """The share in per cent, with one decimal where it needs one."""
        return "–" if self.of is None else percent(self.of)

    @property
    def goal_words(self) -> str:
        """The goal in per cent."""
        return percent(self.goal)


def share(part: int, whole: int, goal: float, *, less_is_better: bool = False) -> Share:
    """`part` of `whole`, held against a goal; of nothing, the goal is met."""
    if not whole:
        return Share(None, goal, met=True)
    value = part / whole
    return Share(value, goal, met=value <= goal if less_is_better else value >= goal)


def percent(value: float) -> str:
    """A share as 95.3 % or 100 %."""
    return f"{value * 100:.1f}".removesuffix(".0") + " %"


def minutes(seconds: int | None) -> str:
    """Seconds as 1:05, hours as 2:03:04; – for what is not known."""
    if seconds is None:
        return "–"
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def named(key: str) -> Said:
    """A figure's name."""
    return Said(FIGURES[key].zh, FIGURES[key].en)
