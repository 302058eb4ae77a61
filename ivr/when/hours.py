"""The hours that vague words stand for, counted from midnight; 17.5 is half past five."""

HOUR = 60  # minutes
DAY = 24 * HOUR
OPENS, CLOSES, LATE = 8 * HOUR, 18 * HOUR, 21 * HOUR  # when somebody is expected to come, and when at the latest

# names: from, to, and to which half of the day their clock hours belong
_PARTS = (
    ("凌晨 后半夜", 0, 6, "morning"),
    ("天亮 蒙蒙亮", 6, 8, "morning"),
    ("大清早 清早 清晨", 6, 8, "morning"),
    ("大早上 早上 早晨 早间", 7, 9, "morning"),
    ("上午 午前", 8, 12, "morning"),
    ("中午 晌午 正午 午间", 11, 13, "noon"),
    ("下午 午后", 13, 18, "afternoon"),
    ("傍晚 黄昏", 17, 19, "afternoon"),
    ("晚上 晚间 夜晚", 18, 21, "night"),
    ("半夜 夜里 夜间 深夜", 22, 24, "night"),
    ("白天", 8, 18, "day"),
)
PARTS: dict[str, tuple[int, int, str]] = {
    name: (start * HOUR, end * HOUR, half) for names, start, end, half in _PARTS for name in names.split()
}

# what old people do at the same time every day: the hours before it, at it, and after it
HABITS: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "起床|起来床": ((6, 7), (7, 8), (7, 9)),
    "早饭|早餐|早点饭": ((6, 7), (7, 8), (8, 10)),
    "上班": ((7, 8), (8, 9), (8, 10)),
    "午饭|中饭|午餐|中餐|晌午饭|晌饭": ((9.5, 11.5), (11.5, 12.5), (12.5, 15)),
    "午觉|午睡|午休": ((12, 13), (12, 14), (14, 17)),
    "放学": ((14, 16), (16, 17), (16, 18)),
    "下班": ((14, 17), (17, 18), (18, 20)),
    "天黑|太阳下山|太阳落山|日落": ((14, 17), (17, 18), (18, 20)),
    "晚饭|晚餐|夜饭": ((15, 17.5), (17.5, 18.5), (18.5, 21)),
    "新闻联播": ((17, 19), (19, 19.5), (19.5, 21)),
    "睡觉|上床": ((19, 21), (20, 21), (21, 22)),
}
