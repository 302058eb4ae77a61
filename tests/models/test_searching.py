"""Searching by name, pinyin, initials, number and address, on both databases; terms follow whatever is written."""

from datetime import date, time

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.areas import Area
from models.database import SessionMaker
from models.devices import Device
from models.providers import Provider, Worker
from models.residents import Contact, ContactRole, Resident, ResidentPhone
from models.search_index import has_terms, write_all_terms
from models.search_terms import SearchTerm
from models.search_words import words_typed
from models.searching import search_contacts, search_devices, search_providers, search_residents, search_services, search_workers
from models.services import Service


def resident(name: str, address: str, *numbers: str, area: Area) -> Resident:
    return Resident(
        name=name,
        form_of_address=f"{name[0]}奶奶",
        born=date(1941, 3, 12),
        gender="female",
        area=area,
        address=address,
        latitude=30.0,
        longitude=120.0,
        phones=[ResidentPhone(number=number) for number in numbers],
    )


@pytest.fixture
def community(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        here, there = (Area(name=name, latitude=30.0, longitude=120.0) for name in ("桂花苑", "银杏里"))
        wang = resident("王秀英", "桂花苑3幢2单元502室", "13800000001", area=here)
        wang.contacts = [
            Contact(role=ContactRole.FAMILY, name="李建国", relation="儿子", number="13900000001", call_order=1),
        ]
        wang.devices = [Device(number="057188010001", model="一键通", place="床头", secret="")]
        session.add_all(
            [
                wang,
                resident("单桂兰", "桂花苑13栋1单元502", "057188000003", area=here),
                resident("李王氏", "银杏里3号楼1-501", "13800005020", area=there),
            ]
        )
        provider = Provider(
            name="顺达水电维修",
            number="13700000001",
            skills=["repair"],
            latitude=30.0,
            longitude=120.0,
            opens=time(8),
            closes=time(18),
            open_weekdays=[0],
            rating=4.0,
        )
        provider.workers = [Worker(name="张师傅", number="13600000001", gender="male")]
        service = {"name": "水电维修", "name_en": "Plumbing and electrics", "skill": "repair", "unit": "次", "lead_time_min": 30}
        session.add_all([provider, Service(key="repair", spoken=["水管漏水"], **service)])


def found(session: Session, typed: str) -> list[str]:
    return [one.name for one in search_residents(session, typed, 10)]


@pytest.mark.usefixtures("community")
def test_residents_are_found_by_every_way_of_writing_them(sessions: SessionMaker) -> None:
    with sessions() as session:
        for typed in (
            "王秀英",
            "秀英",
            "王奶奶",
            "wangxiuying",
            "wáng xiùyīng",
            "Wang Xiu Ying",
            "wang2xiu4ying1",
            "wxy",
            "xiuy",
        ):
            assert found(session, typed) == ["王秀英"], typed
        for typed in (
            "13800000001",
            "138 0000 0001",
            "+86 13800000001",
            "0000001",
            "13800000",
            "桂花苑3栋502室",
            "3幢2单元",
            "wang 502",
        ):
            assert found(session, typed) == ["王秀英"], typed
        assert found(session, "shan") == found(session, "dan") == found(session, "sgl") == ["单桂兰"]
        assert found(session, "3栋501") == ["李王氏"]
        assert found(session, "王") == ["王秀英", "李王氏"]  # a surname sooner than a sign inside
        assert found(session, "502") == ["王秀英", "单桂兰"]  # a room sooner than the end of a number
        assert found(session, "5020") == ["李王氏"]
        for typed in ("", "%", "_", "王%丽", "' OR 1=1", "王秀英 999", "\0", "🙂"):
            assert found(session, typed) == [], typed


@pytest.mark.usefixtures("community")
def test_everything_else_is_found_too(sessions: SessionMaker) -> None:
    with sessions() as session:
        assert [one.resident.name for one in search_contacts(session, "ljg", 5)] == ["王秀英"]
        assert [one.place for one in search_devices(session, "8801 0001", 5)] == ["床头"]
        assert [one.name for one in search_providers(session, "shunda", 5)] == ["顺达水电维修"]
        assert [one.provider.name for one in search_workers(session, "张师傅", 5)] == ["顺达水电维修"]
        for typed in ("水电", "sdwx", "weixiu", "plumb", "electrics", "水管漏水", "sgls"):
            assert [one.key for one in search_services(session, typed)] == ["repair"], typed


@pytest.mark.usefixtures("community")
def test_terms_follow_what_is_written(sessions: SessionMaker) -> None:
    with sessions.begin() as session:
        wang = search_residents(session, "王秀英", 1)[0]
        wang.name, wang.phones = "汪秀英", [ResidentPhone(number="13811112222")]
        wang.contacts[0].number = "13922223333"
        session.flush()
        assert found(session, "王秀英") == found(session, "13800000001") == []
        assert found(session, "汪") == found(session, "2222") == found(session, "3幢2单元502") == ["汪秀英"]
        assert [one.name for one in search_contacts(session, "3333", 5)] == ["李建国"]
        wang.speech_pace_percent = 85
        session.delete(wang.devices[0])
        session.flush()
        session.expire(wang)
        session.delete(wang)
    with sessions() as session:
        assert found(session, "汪") == []
        assert session.scalars(select(SearchTerm.row_id).where(SearchTerm.kind.in_(("contact", "device")))).all() == []


@pytest.mark.usefixtures("community")
def test_all_terms_are_made_anew_as_they_were_kept(sessions: SessionMaker) -> None:
    asked = select(SearchTerm.kind, SearchTerm.row_id, SearchTerm.term, SearchTerm.inside)
    with sessions.begin() as session:
        kept = set(map(tuple, session.execute(asked)))
        session.execute(delete(SearchTerm).where(SearchTerm.kind == "resident"))
        session.add(SearchTerm(kind="worker", row_id=99, term="gone", inside=0))
    told: list[tuple[int, int]] = []
    assert write_all_terms(sessions, lambda done, total: told.append((done, total))) == 8
    assert told[-1] == (8, 8)
    with sessions() as session:
        assert set(map(tuple, session.execute(asked))) == kept
        assert has_terms(session)


def test_what_is_typed_becomes_words() -> None:
    assert words_typed("3栋501") == ["3栋", "501"]
    assert words_typed("文三路388号 １２号楼") == ["文三路", "388号", "12栋"]
    assert words_typed("lǚ Xiù") == words_typed("LÜ xiu") == ["lv", "xiu"]
