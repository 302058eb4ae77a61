import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ivr.when import Span, understand_when

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 10, 30, tzinfo=ZONE)  # a Sunday


def spans(table: str) -> list[tuple[str, str, str]]:
    found = []
    for line in table.strip().splitlines():
        text, _, times = line.strip().partition(" | ")
        day, start, end = times.split()
        found.append((text, f"{day} {start}", f"{day} {end}"))
    return found


def at(moment: str, now: datetime = NOW) -> datetime:
    month_and_day, time = moment.split()
    month, day = (int(part) for part in month_and_day.split("-"))
    hour, minute = (int(part) for part in time.split(":"))
    midnight = datetime(now.year + (month < now.month), month, day, tzinfo=ZONE)
    return midnight + timedelta(hours=hour, minutes=minute)


EXPRESSIONS = """
明天上午九点 | 11-23 9:00 10:00
明天上午九点。 | 11-23 9:00 10:00
明天上午9点 | 11-23 9:00 10:00
明天上午9:00 | 11-23 9:00 10:00
明天上午 9：00。 | 11-23 9:00 10:00
明天 上午 九 点 | 11-23 9:00 10:00
明天上午九点半 | 11-23 9:30 10:30
那就后天下午三点吧 | 11-24 15:00 16:00
后天上午来擦玻璃 | 11-24 8:00 12:00
後天下午兩點鐘 | 11-24 14:00 15:00
就点半 | 11-23 9:30 10:30
上午酒点半 | 11-23 9:30 10:30
明天上午就点 | 11-23 9:00 10:00
名天上五九点 | 11-23 9:00 10:00
后天下五三点 | 11-24 15:00 16:00
行期五下午 | 11-27 13:00 18:00
下礼拜二 | 11-24 8:00 18:00
下周二上午 | 11-24 8:00 12:00
下下周一 | 11-30 8:00 18:00
下个星期一陪我去医院看病 | 11-23 8:00 18:00
这周五 | 11-27 8:00 18:00
礼拜三 | 11-25 8:00 18:00
周3下午两点一刻 | 11-25 14:15 15:15
礼拜天 | 11-22 10:30 18:00
下礼拜天 | 11-29 8:00 18:00
大后天 | 11-25 8:00 18:00
大后儿上午 | 11-25 8:00 12:00
明儿下午 | 11-23 13:00 18:00
后儿个早上八点 | 11-24 8:00 9:00
今儿晚上 | 11-22 18:00 21:00
今天晚上给我送一份饭来 | 11-22 18:00 21:00
明早八点半 | 11-23 8:30 9:30
明晚 | 11-23 18:00 21:00
明天晌午 | 11-23 11:00 13:00
明天中午吃饺子，送两份 | 11-23 11:00 13:00
傍晚 | 11-22 17:00 19:00
今天下午 | 11-22 13:00 18:00
下午吧 | 11-22 13:00 18:00
明天 | 11-23 8:00 18:00
明天全天都行 | 11-23 8:00 18:00
今天 | 11-22 10:30 18:00
十五号 | 12-15 8:00 18:00
二十八号上午 | 11-28 8:00 12:00
三十一号 | 12-31 8:00 18:00
下个月三号 | 12-3 8:00 18:00
12月1日上午9点 | 12-1 9:00 10:00
月底 | 11-30 8:00 18:00
下个月初 | 12-1 8:00 18:00
冬至 | 12-22 8:00 18:00
元旦 | 1-1 8:00 18:00
腊月初八 | 1-15 8:00 18:00
今天晚饭以前 | 11-22 15:00 17:30
明天吃完午饭 | 11-23 12:30 15:00
睡好午觉以后 | 11-22 14:00 17:00
明天天黑以前 | 11-23 14:00 17:00
马上 | 11-22 10:30 12:30
越快越好 | 11-22 10:30 12:30
现在就来 | 11-22 10:30 12:30
很急，快点来 | 11-22 10:30 12:30
半个小时以后 | 11-22 11:00 12:00
两个钟头以后 | 11-22 12:30 13:30
一个半小时以后 | 11-22 12:00 13:00
过二十分钟 | 11-22 10:50 11:50
两小时以内 | 11-22 10:30 12:30
待会儿 | 11-22 11:00 13:00
三天以后下午两点 | 11-25 14:00 15:00
过两天 | 11-24 8:00 18:00
一个星期以后 | 11-29 8:00 18:00
三点以后 | 11-22 15:00 18:00
明天上午十点以前 | 11-23 8:00 10:00
四点之前 | 11-22 10:30 16:00
九点 | 11-23 9:00 10:00
三点 | 11-22 15:00 16:00
十二点 | 11-22 12:00 13:00
六点半 | 11-22 18:30 19:30
一点 | 11-22 13:00 14:00
明天一点 | 11-23 13:00 14:00
三点四十五 | 11-22 15:45 16:45
差一刻三点 | 11-22 14:45 15:45
15:30 | 11-22 15:30 16:30
十点左右 | 11-23 10:00 11:00
两三点钟 | 11-22 14:00 15:00
上午九、十点钟 | 11-23 9:00 10:00
上午九到十点 | 11-23 9:00 10:00
明天上午九点到十一点 | 11-23 9:00 11:00
8:00-10:00 | 11-23 8:00 10:00
上午十一点到下午一点 | 11-22 11:00 13:00
明天晚上十二点 | 11-23 24:00 25:00
今天九点 | 11-22 21:00 22:00
明天早点来 | 11-23 8:00 10:00
后天不行，大后天吧 | 11-25 8:00 18:00
不是明天，是后天 | 11-24 8:00 18:00
不是明天，后天上午 | 11-24 8:00 12:00
明天上午九点，不对，十点 | 11-23 10:00 11:00
明天上午九点，还是后天吧 | 11-24 9:00 10:00
我昨天订的，明天上午来 | 11-23 8:00 12:00
今天打电话想约后天下午 | 11-24 13:00 18:00
明天来修一下，下午吧 | 11-23 13:00 18:00
现在不行，明天吧 | 11-23 8:00 18:00
不着急，后天上午就好 | 11-24 8:00 12:00
下午是点 | 11-22 13:00 18:00
每天早上八点 | 11-23 8:00 9:00
明天九点二十斤大米 | 11-23 9:00 10:00
"""


@pytest.mark.parametrize(("text", "start", "end"), spans(EXPRESSIONS))
def test_what_residents_say_of_times_is_understood(text: str, start: str, end: str) -> None:
    assert understand_when(text, NOW) == Span(at(start), at(end))


LATE = """
2026-11-22 19:05 | 九点 | 11-23 9:00 10:00
2026-11-22 19:05 | 今天 | 11-22 19:05 21:00
2026-11-22 19:05 | 上午 | 11-23 8:00 12:00
2026-11-22 19:05 | 礼拜天 | 11-29 8:00 18:00
2026-11-22 15:01 | 三点 | 11-23 15:00 16:00
2026-11-22 15:01 | 今天下午 | 11-22 15:05 18:00
2026-11-22 15:01 | 星期天上午 | 11-29 8:00 12:00
2026-11-30 16:00 | 月底 | 11-30 16:00 18:00
2026-11-30 18:00 | 月底 | 12-31 8:00 18:00
2026-11-30 23:50 | 月底 | 12-31 8:00 18:00
2026-12-31 09:00 | 五号 | 1-5 8:00 18:00
2026-12-31 09:00 | 明天九点 | 1-1 9:00 10:00
2026-11-29 09:00 | 周末 | 11-29 9:00 18:00
"""


@pytest.mark.parametrize("line", LATE.strip().splitlines())
def test_what_is_over_rolls_on(line: str) -> None:
    moment, text, times = line.split(" | ")
    now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    day, start, end = times.split()
    assert understand_when(text, now) == Span(at(f"{day} {start}", now), at(f"{day} {end}", now))


NO_TIMES = """
是的 | 不对 | 我家水管漏水了 | 一楼的王奶奶 | 十斤大米 | 三号楼二单元 | 三号楼二单元五零二
六栋一零一室 | 两份 | 五十块钱 | 幺三八一二三四五六七八 | 我昨天订的服务什么时候来 | 昨天下午三点
上个星期三 | 晚上好 | 早上好，我想理发 | 以后儿子来 | 然后天黑了 | 慢一点 | 有一点头晕
一点都不好 | 我有两点要说 | 等一下 | 不着急 | 明天不行 | 除了明天 | 我现在不在家 | 一个小时
二十分钟 | 第三天 | 下次 | 一个人在家 | 家里没电了，电灯也不亮 | 门牌二十三号 | 住在十五号
三号门 | 1号楼 | 下个月 | 去年 | 我没听清楚，你再说一遍
家里太脏了，帮我找个钟点工 | 三十二号 | 二十五点 | 李白的诗 | 商务中心 | 。 | ？
"""


@pytest.mark.parametrize("text", re.split(r" \| |\n", NO_TIMES))
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    assert understand_when(text, NOW) is None


def test_a_correction_keeps_what_it_does_not_name() -> None:
    agreed = understand_when("后天上午九点", NOW)
    assert understand_when("不对，是下午三点", NOW, agreed) == Span(at("11-24 15:00"), at("11-24 16:00"))
    assert understand_when("不是，是大后天", NOW, agreed) == Span(at("11-25 9:00"), at("11-25 10:00"))
    assert understand_when("改到星期五下午", NOW, agreed) == Span(at("11-27 13:00"), at("11-27 18:00"))
    assert understand_when("不对", NOW, agreed) is None


def test_many_calls_understand_times_at_once() -> None:
    texts = [text for text, _, _ in spans(EXPRESSIONS)]
    alone = [understand_when(text, NOW) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda text: understand_when(text, NOW), texts * 10)) == alone * 10


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("破天下午3点", "后天下午三点"),
        ("口天下午3点", "后天下午三点"),
        ("偷天下午3点", "后天下午三点"),
        ("零天少午九点", "明天上午九点"),
    ],
)
def test_what_whisper_makes_of_days_is_mended(heard: str, meant: str) -> None:
    assert understand_when(heard, NOW) == understand_when(meant, NOW) is not None
