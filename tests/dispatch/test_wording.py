from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.wording import duration_words, offer_words, span_words
from models.areas import Area
from models.orders import Order
from models.residents import Resident
from models.services import Service
from models.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")


def order(starts_at: datetime, minutes: int, **details: str | int) -> Order:
    return Order(
        code="4821",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        resident=Resident(address="桂花园3号楼2单元502", form_of_address="王奶奶", area=Area(name="桂花园")),
        service=Service(name="水电维修"),
        details=details,
    )


def test_an_offer_says_what_when_where_and_how_to_answer(settings: Settings) -> None:
    wanted = order(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), 60)
    assert offer_words(wanted, settings, 300) == (
        "【邻里】新订单4821：水电维修，11月23日（周一）上午9点，桂花园。接单回复1 4821，不接回复2 4821，5分钟内有效。"
    )


@pytest.mark.parametrize(
    ("details", "words"),
    [({"份": 2}, "水电维修（2份），"), ({"要买的": "米"}, "水电维修（要买的：米），"), ({"药": "长" * 90}, "长），")],
)
def test_the_answer_to_a_services_question_is_shown(settings: Settings, details: dict[str, str | int], words: str) -> None:
    offered = offer_words(order(datetime(2026, 11, 23, 9, tzinfo=SHANGHAI), 60, **details), settings, 300)
    assert words in offered
    assert len(offered) < 150


@pytest.mark.parametrize(
    ("hour", "minute", "minutes", "words"),
    [
        (8, 0, 240, "11月23日（周一）上午8点到中午12点"),
        (12, 30, 30, "11月23日（周一）中午12点半"),
        (14, 15, 180, "11月23日（周一）下午2点15分到下午5点15分"),
        (23, 0, 120, "11月23日（周一）晚上11点到11月24日（周二）凌晨1点"),
        (0, 5, 30, "11月23日（周一）凌晨0点05分"),
    ],
)
def test_a_span_is_said_with_its_day_in_the_communitys_time(
    settings: Settings, hour: int, minute: int, minutes: int, words: str
) -> None:
    starts = datetime(2026, 11, 23, hour, minute, tzinfo=SHANGHAI).astimezone(ZoneInfo("UTC"))
    assert span_words(order(starts, minutes), settings) == words


def test_a_duration_is_said_in_minutes_where_it_can_be() -> None:
    assert (duration_words(300), duration_words(60), duration_words(90)) == ("5分钟", "1分钟", "90秒")
