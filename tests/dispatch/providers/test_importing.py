"""Taking providers over from a table: every fault named, all of it or nothing."""

from datetime import UTC, datetime, time

import pytest
from sqlalchemy import select

from dispatch.providers.importing import Import, carry_out, check_import
from dispatch.providers.tables import read_table, write_table
from dispatch.sheets.faults import FileRefused
from models.database import SessionMaker
from models.providers import ProviderEvent, Worker
from tests.dispatch.providers.conftest import kept, table

pytestmark = pytest.mark.usefixtures("catalogue")
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
SECOND = {"名称": "老周五金", "电话": "13700000002", "人员": ""}


def take_over(sessions: SessionMaker, data: bytes) -> Import:
    with sessions() as session:
        found = check_import(session, read_table(data))
        carry_out(session, found, NOW, by="cli")
        session.commit()
        return found


def faults(sessions: SessionMaker, data: bytes) -> list[str]:
    with sessions() as session:
        return [str(fault) for fault in check_import(session, read_table(data)).faults]


def test_new_providers_get_the_usual_where_nothing_is_written(sessions: SessionMaker) -> None:
    take_over(sessions, table({}, SECOND))
    first = kept(sessions)["顺达水电"]
    assert (first.opens, first.closes, first.open_weekdays, first.orders_a_day) == (time(8), time(18), list(range(7)), 8)
    assert (first.latitude, round(first.longitude, 3)) == (pytest.approx(30.3), 120.2)  # between its areas
    assert (first.skills, first.active, first.volunteer, first.price_percent) == (["repair"], True, False, 100)
    with sessions() as session:
        assert [worker.name for worker in session.scalars(select(Worker))] == ["张师傅"]
        assert [(event.happened, event.by) for event in session.scalars(select(ProviderEvent))] == [("added", "cli")] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_files_of_every_spreadsheet_are_read(sessions: SessionMaker, encoding: str) -> None:
    take_over(sessions, table({}, encoding=encoding))
    assert list(kept(sessions)) == ["顺达水电"]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_signs_between_the_cells_are_seen(sign: str) -> None:
    data = sign.join(["名称", "电话"]) + "\r\n" + sign.join(["顺达", "13700000001"])
    assert read_table(data.encode())[0].cells == {"name": "顺达", "number": "13700000001"}


def test_a_name_that_is_known_is_changed_and_what_is_left_out_stays(sessions: SessionMaker) -> None:
    take_over(sessions, table({"每天几单": "3", "营业日": "一二三"}))
    found = take_over(sessions, "名称,电话,休息日\n顺达水电,13900000009,2026-12-25\n".encode())
    assert [differ for _, _, differ in found.changed] == [["number", "days_off"]]
    changed = kept(sessions)["顺达水电"]
    assert (changed.number, changed.days_off, changed.orders_a_day) == ("13900000009", ["2026-12-25"], 3)
    with sessions() as session:
        last = session.scalars(select(ProviderEvent).order_by(ProviderEvent.id.desc())).first()
        assert last is not None
        assert (last.happened, last.note) == ("changed", "电话、休息日")


def test_a_worker_who_is_named_no_more_is_kept_for_the_orders_of_old(sessions: SessionMaker) -> None:
    take_over(sessions, table({}))
    take_over(sessions, table({"人员": "刘师傅 女 13600000002"}))
    with sessions() as session:
        workers = session.scalars(select(Worker).order_by(Worker.id)).all()
        assert [(worker.name, worker.active) for worker in workers] == [("张师傅", False), ("刘师傅", True)]


def test_every_fault_is_named_by_line_and_column_in_both_languages(sessions: SessionMaker) -> None:
    data = table({"片区": "桂花苑、火星"}, SECOND | {"电话": "abc", "开门": "8点"}, {"名称": "", "电话": "13700000003"})
    assert faults(sessions, data) == [
        "第2行「片区」没有这个片区：火星 / line 2, areas no such area: 火星",
        "第3行「电话」“abc”不是电话号码 / line 3, number 'abc' is no telephone number",
        "第3行「开门」“8点”不是时间，例如8:00 / line 3, opens '8点' is no time such as 8:00",
        "第4行「名称」没有写 / line 4, name is missing",
    ]


def test_with_one_fault_nothing_is_kept(sessions: SessionMaker) -> None:
    with sessions() as session:
        found = check_import(session, read_table(table({}, SECOND | {"电话": ""})))
        with pytest.raises(ValueError, match="faults"):
            carry_out(session, found, NOW, by="cli")
        session.commit()
    assert kept(sessions) == {}


def test_what_is_there_twice_is_a_fault_in_the_file_and_in_the_database(sessions: SessionMaker) -> None:
    take_over(sessions, table({}))
    twice = faults(sessions, table(SECOND, SECOND | {"名称": "另一家"}, {"名称": "第三家", "电话": "+86 13700000001"}))
    assert [fault.partition(" /")[0] for fault in twice] == [
        "第3行「电话」与第2行相同",
        "第4行「电话」已经是“顺达水电”的号码",
    ]


def test_lines_are_counted_as_an_editor_counts_them(sessions: SessionMaker) -> None:
    data = table({"人员": "张师傅 男 13600000001\n刘师傅 男 13600000002"}, SECOND | {"电话": "x"}).replace(
        b"\r\n\xe8\x80\x81", b"\r\n\r\n\xe8\x80\x81"
    )
    assert faults(sessions, data)[0].startswith("第5行")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "没有服务商"),
        ("名称,电话\n".encode(), "没有服务商"),
        ("名称\n顺达".encode(), "缺这一列"),
        ("名称,电话,年龄\n顺达,1,2".encode(), "没有“年龄”这一列"),
        ("名称,电话,电话\n顺达,1,2".encode(), "有两次"),
        ('名称,电话\n"顺达,1'.encode(), "引号或换行不对"),
        ("名称,电话\n顺达,1".encode("utf-16"), "不是文本文件"),
    ],
)
def test_a_file_that_is_no_table_of_providers_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read_table(data)


def test_cells_beyond_the_heading_are_a_fault(sessions: SessionMaker) -> None:
    assert "比表头多1格" in faults(sessions, "名称,电话,技能,片区\n顺达,13700000001,助浴,银杏里,多".encode())[0]


def test_what_is_exported_changes_nothing_when_it_is_imported(sessions: SessionMaker) -> None:
    formula = {
        "名称": "=1+1",
        "电话": "+4930123456",
        "技能": "助浴",
        "志愿者": "是",
        "语言": "英文",
        "休息日": "2026-10-01、2026-10-02",
    }
    take_over(sessions, table({"经度": "-70.5", "纬度": "-1"}, SECOND, formula, {"名称": "'-x", "电话": "10086", "在用": "否"}))
    with sessions() as session:
        exported = write_table(session)
        again = check_import(session, read_table(exported))
    assert (again.unchanged, again.added, again.changed, again.faults) == (4, [], [], [])
    text = exported.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "'+4930123456" in text
    assert ",-70.5," in text
    assert not [cell for row in text.splitlines()[1:] for cell in row.split(",") if cell.startswith(("=", "+", "@"))]


def test_every_line_is_told_as_it_is_done(sessions: SessionMaker) -> None:
    rows = [{"名称": f"服务商{number}", "电话": str(13_700_000_000 + number)} for number in range(200)]
    seen: list[str] = []
    with sessions() as session:
        found = check_import(session, read_table(table(*rows)), lambda: seen.append("checked"))
        carry_out(session, found, NOW, by="cli", after_each=lambda: seen.append("kept"))
    assert (seen.count("checked"), seen.count("kept")) == (200, 200)
