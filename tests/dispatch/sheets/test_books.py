"""Residents, services and devices as tables: what is exported changes nothing when it is imported; faults are named."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from dispatch.devices.book import Devices
from dispatch.residents.book import Residents
from dispatch.services.book import Services
from dispatch.sheets.faults import FileRefused
from dispatch.sheets.importing import Book, Import, look_through, read_book, take_over, write_book
from models.database import SessionMaker
from models.demo import load_demo
from models.devices import Device, DeviceStatus
from models.residents import Resident, ResidentEvent
from models.searching import search_residents
from models.services import Service, ServiceEvent
from models.settings import Settings

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
HEAD = "姓名,称呼,性别,出生,片区,住址,电话,家人与持钥匙人\n"
PEOPLE = "家人 钱多 女儿 13922223333；持钥匙 孙大 - 13944445555"
NEW = f"钱桂英,钱奶奶,女,1944-5-6,桂花苑,桂花苑9幢1单元101室,138 1111 2222、057188009999,{PEOPLE}\n"


@pytest.fixture
def session(sessions: SessionMaker, settings: Settings) -> Session:
    with sessions.begin() as session:
        load_demo(session, settings)
    return sessions()


@pytest.fixture(autouse=True)
def closed(session: Session) -> object:
    yield
    session.close()


def look(session: Session, kind: type[Book], data: bytes) -> tuple[Book, Import]:
    book = kind(session, NOW, "chen")
    return book, look_through(book, read_book(kind, data))


@pytest.mark.parametrize("kind", [Residents, Services, Devices])
def test_what_is_exported_changes_nothing(session: Session, kind: type[Book]) -> None:
    _, found = look(session, kind, write_book(kind(session, NOW, "chen")))
    assert ([*map(str, found.faults)], found.added, found.changed) == ([], [], [])
    assert found.unchanged > 10


def test_residents_come_with_their_telephones_and_people(session: Session) -> None:
    lines = HEAD + NEW + "王秀英,王奶奶,女,1941-03-12,桂花苑,桂花苑3幢2单元503室,13800000001,家人 李建国 儿子 13900000001\n"
    book, found = look(session, Residents, lines.encode("gb18030"))
    assert [line for line, _ in found.added] == [2]
    assert [differ for _, _, _, differ in found.changed] == [["address", "contacts"]]
    assert take_over(book, found) == []
    session.commit()
    session.expunge_all()  # as whoever asks later finds them
    [qian] = search_residents(session, "qgy", 5)
    assert [phone.number for phone in qian.phones] == ["13811112222", "057188009999"]
    assert [(one.name, one.relation, one.call_order) for one in qian.contacts] == [("钱多", "女儿", 1), ("孙大", "", 2)]
    assert [one.address for one in search_residents(session, "王秀英", 5)] == ["桂花苑3幢2单元503室"]
    events = session.scalars(select(ResidentEvent).order_by(ResidentEvent.id))
    assert [(one.happened, one.note, one.by) for one in events] == [
        ("added", "", "chen"),
        ("changed", "住址、家人与持钥匙人", "chen"),
    ]


def test_every_fault_is_named_by_line_and_column_and_the_good_lines_can_be_had(session: Session) -> None:
    faulty = "赵一,赵爷爷,男,1940-13-01,月球,某处,1,家人 赵二\n"
    book, found = look(session, Residents, (HEAD + NEW + faulty + NEW).encode())
    assert [str(fault).partition("/")[0][:12] for fault in found.faults] == [
        "第3行「出生」“1940",
        "第3行「片区」没有“月球",
        "第3行「电话」“1”不是",
        "第3行「家人与持钥匙人」",
        "第4行与第2行是同一个 ",
    ]
    with pytest.raises(ValueError, match="faults"):
        take_over(book, found)
    before = len(session.scalars(select(Resident.id)).all())
    assert take_over(book, found, only_good=True) == []
    assert len(session.scalars(select(Resident.id)).all()) == before + 1


def test_who_is_named_by_number_is_changed_and_cells_are_no_formulas(session: Session) -> None:
    wang = search_residents(session, "王秀英", 1)[0]
    book, found = look(
        session, Residents, f"编号,姓名,出生,备注\n{wang.id},王秀兰,1941-03-12,=1+1\n999,谁,1941-03-12,\n".encode()
    )
    assert [(fault.line, fault.zh[:2]) for fault in found.faults] == [(3, "没有")]
    take_over(book, found, only_good=True)
    assert (wang.name, wang.notes) == ("王秀兰", "=1+1")
    assert "'=1+1" in write_book(book).decode()
    with pytest.raises(FileRefused, match="缺这一列"):
        read_book(Residents, "姓名\n王秀英\n".encode())


def test_a_service_is_added_and_its_words_are_to_be_learned(session: Session) -> None:
    lines = (
        "代号,名称,英文名,技能,说法,价格,要问吗,问的是,问话,再问一次,英文问话,英文再问\n"
        "photo,拍证件照,Passport photo,photo,拍照片、证件照,议价,问几份,份,要几份？,几份？,How many?,How many?\n"
        "repair,水电维修,Plumbing and electrics,repair,,70,,,,,,\n"
        "bad,坏的,Bad,bad,,便宜,问一句,,,,,\n"
    )
    book, found = look(session, Services, lines.encode())
    assert {fault.line for fault in found.faults} == {4}
    take_over(book, found, only_good=True)
    photo, repair = (session.scalars(select(Service).where(Service.key == key)).one() for key in ("photo", "repair"))
    assert (photo.price_yuan, photo.spoken, photo.question["zh"]) == (None, ["拍照片", "证件照"], "要几份？")
    assert (repair.price_yuan, repair.spoken) == (70, [])
    assert [one.happened for one in session.scalars(select(ServiceEvent).order_by(ServiceEvent.id))] == ["added", "worded"]


def test_devices_are_added_and_put_into_use_by_their_own_rules(session: Session) -> None:
    first = session.scalars(select(Device).order_by(Device.id)).first()
    assert first is not None
    head = "电话,居民编号,型号,放在哪里,状态\n057188019999,1,新款,阳台,在用\n"
    lines = f"{head}{first.number},{first.resident_id},新款,阳台,在库\n1,9999,,,\n"
    book, found = look(session, Devices, lines.encode())
    assert {fault.line for fault in found.faults} == {4}
    take_over(book, found, only_good=True)
    added = session.scalars(select(Device).where(Device.number == "057188019999")).one()
    assert (added.status, added.fitted_at, bool(added.secret)) == (DeviceStatus.INSTALLED, NOW, True)
    assert (first.model, first.status) == ("新款", DeviceStatus.IN_STOCK)
