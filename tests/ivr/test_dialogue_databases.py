"""What dialogues do with the database is the same on every kind of it."""

from pathlib import Path

from sqlalchemy import select

from models.database import SessionMaker
from models.orders import OrderStatus
from models.settings import Settings
from models.voice_mails import VoiceMail
from tests.ivr.conftest import SILENT


def test_a_resident_orders_asks_cancels_orders_again_and_leaves_a_message(
    tell, sessions: SessionMaker, settings: Settings
) -> None:
    tell("我要订两份午饭，明天中午", "是的", "帮我多放点辣", SILENT)
    assert "order_stands_placed" in tell("师傅什么时候来", SILENT).prompts
    told = tell("我要取消订单", "是的", SILENT)
    assert [order.status for order in told.orders] == [OrderStatus.CANCELLED]
    tell("我要理发，明天下午两点", "是的", SILENT, SILENT)
    told = tell("还是老样子", "是的", SILENT, SILENT)
    assert [order.service.key for order in told.orders] == ["meal", "haircut", "haircut"]
    assert tell("我要留言", "跟小陈说一声", SILENT).ending == "goodbye"
    with sessions() as session:
        [mail] = session.scalars(select(VoiceMail))
        assert Path(settings.recordings_dir / mail.path).is_file()
        assert mail.call.resident_id == told.call.resident_id
