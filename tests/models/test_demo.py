from collections import Counter
from datetime import date, time
from pathlib import Path
from shutil import copytree

import pytest
from pypinyin import lazy_pinyin
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.alarms import Alarm, AlarmStatus
from models.base import utc_now
from models.database import SessionMaker
from models.demo import DemoDataError, demo_caller, load_demo, read_demo
from models.demo.read import FOLDER
from models.devices import Device
from models.phones import normalise_number
from models.providers import Provider
from models.residents import ContactRole, Resident, residents_by_number
from models.services import Service
from models.settings import Settings

KEYS = "repair appliance cleaning laundry bath meal shopping medicine escort health haircut payment gov legal"
COMMON = ("repair", "cleaning", "meals", "errands", "bathing", "escort", "health")
DEMO = read_demo()


@pytest.fixture
def loaded(sessions: SessionMaker, settings: Settings) -> SessionMaker:
    with sessions.begin() as session:
        load_demo(session, settings)
    return sessions


def count(session: Session, table: type[object]) -> int | None:
    return session.scalar(select(func.count()).select_from(table))


def test_the_community_is_loaded_whole(loaded: SessionMaker) -> None:
    with loaded() as session:
        assert [count(session, table) for table in (Resident, Service, Provider)] == [40, 14, 15]
        first = session.get_one(Resident, 1)
        assert (first.name, first.area.name) == ("王秀英", "桂花苑")
        assert [contact.call_order for contact in first.contacts] == [1, 2]


def test_one_alarm_of_yesterday_waits_for_its_follow_up(loaded: SessionMaker) -> None:
    with loaded() as session:
        alarm = session.scalars(select(Alarm)).one()
        assert (alarm.status, alarm.outcome, alarm.waiting) == (AlarmStatus.CLOSED, "helped_at_home", [])
        assert alarm.follow_up_due_at
        assert alarm.follow_up_due_at > utc_now()


def test_loading_again_changes_nothing(loaded: SessionMaker, settings: Settings) -> None:
    with loaded.begin() as session:
        load_demo(session, settings)
    with loaded() as session:
        assert count(session, Resident) == 40


def test_nothing_is_loaded_unless_the_caller_commits(sessions: SessionMaker, settings: Settings) -> None:
    with sessions() as session:
        load_demo(session, settings)
    with sessions() as session:
        assert count(session, Resident) == 0


def test_every_device_gets_a_secret_of_its_own(loaded: SessionMaker, settings: Settings) -> None:
    with loaded() as session:
        secrets = {f"device-{device.id}": device.secret for device in session.scalars(select(Device))}
    assert len(secrets) >= 8
    assert len(set(secrets.values())) == len(secrets)
    assert all((settings.data_dir / "secrets" / name).read_text() == secret for name, secret in secrets.items())


def test_the_number_to_try_belongs_to_one_resident(loaded: SessionMaker) -> None:
    with loaded() as session:
        assert [resident.name for resident in residents_by_number(session, demo_caller(session))] == ["王秀英"]


def test_an_empty_database_has_no_number_to_try(sessions: SessionMaker) -> None:
    with sessions() as session:
        assert demo_caller(session) == ""


def test_the_catalogue_has_the_fourteen_services() -> None:
    assert " ".join(service.key for service in DEMO.services) == KEYS


def test_residents_are_of_the_right_age_and_addressed_as_what_they_are() -> None:
    for resident in DEMO.residents:
        assert date(1932, 1, 1) <= resident.born <= date(1958, 12, 31), resident.name
        assert resident.form_of_address == resident.name[0] + {"female": "奶奶", "male": "爷爷"}[resident.gender]
        assert resident.address.startswith(resident.area)
    assert len({resident.name for resident in DEMO.residents}) == 40


def test_every_resident_has_family_and_a_keyholder() -> None:
    for resident in DEMO.residents:
        assert {contact.role for contact in resident.contacts} == set(ContactRole), resident.name


def test_only_couples_share_a_number() -> None:
    callers: dict[str, list[str]] = {}
    for resident in DEMO.residents:
        for number in resident.phones:
            callers.setdefault(number, []).append(resident.address)
    shared = [addresses for addresses in callers.values() if len(addresses) > 1]
    assert len(shared) >= 3
    assert all(len(addresses) == 2 and len(set(addresses)) == 1 for addresses in shared)
    assert any(len(resident.phones) == 2 for resident in DEMO.residents)


def test_no_number_stands_for_two_kinds_of_people() -> None:
    kinds = [
        {number for resident in DEMO.residents for number in resident.phones},
        {contact.number for resident in DEMO.residents for contact in resident.contacts},
        {device.number for resident in DEMO.residents for device in resident.devices},
        {provider.number for provider in DEMO.providers},
        {worker.number for provider in DEMO.providers for worker in provider.workers},
    ]
    numbers = Counter(number for kind in kinds for number in kind)
    assert max(numbers.values()) == 1
    assert all(normalise_number(number) == number for number in numbers)


def test_a_contacts_number_is_one_persons() -> None:
    people = {(contact.number, contact.name) for resident in DEMO.residents for contact in resident.contacts}
    assert len({number for number, _ in people}) == len(people)


def test_every_home_is_within_walking_distance_of_its_area() -> None:
    areas = {area.name: area for area in DEMO.areas}
    assert 4 <= len(areas) <= 5
    for resident in DEMO.residents:
        area = areas[resident.area]
        assert abs(resident.latitude - area.latitude) < 0.002, resident.name
        assert abs(resident.longitude - area.longitude) < 0.002, resident.name


@pytest.mark.parametrize("skill", sorted({service.skill for service in DEMO.services}))
def test_a_refusal_can_move_on(skill: str) -> None:
    for area in DEMO.areas:
        for weekday in range(7):
            for hour in range(8, 18):
                open_then = [
                    provider.name
                    for provider in DEMO.providers
                    if skill in provider.skills
                    and area.name in provider.areas
                    and weekday in provider.open_weekdays
                    and provider.opens <= time(hour)
                    and provider.closes >= time(hour, 59)
                ]
                wanted = 2 if weekday < 5 else int(skill in COMMON)
                assert len(open_then) >= wanted, (area.name, weekday, hour)


def test_two_providers_are_volunteers_and_all_have_one_to_three_workers() -> None:
    assert sum(provider.volunteer for provider in DEMO.providers) == 2
    assert all(1 <= len(provider.workers) <= 3 for provider in DEMO.providers)


def test_each_service_is_asked_for_in_many_ways() -> None:
    for service in DEMO.services:
        assert 25 <= len(service.spoken) <= 60, service.key
        assert len(set(service.spoken)) == len(service.spoken), service.key


def test_no_words_for_one_service_sound_within_those_for_another() -> None:
    sounds = [(service.key, f" {' '.join(lazy_pinyin(list(words)))} ") for service in DEMO.services for words in service.spoken]
    clashes = [(key, sound, other) for key, sound in sounds for other_key, other in sounds if key != other_key and sound in other]
    assert not clashes


def test_faults_in_the_files_are_told_together(tmp_path: Path) -> None:
    folder = copytree(FOLDER, tmp_path / "demo")
    services = folder / "services.toml"
    services.write_text(
        services.read_text().replace("lead_time_min = 30", "lead_time_min = -1", 1).replace('unit = "份"\n', "", 1)
    )
    with pytest.raises(DemoDataError) as told:
        read_demo(folder)
    assert [fault.split(":")[0] for fault in told.value.faults] == ["services.1.lead_time_min", "services.6.unit"]


def test_names_that_stand_for_nothing_are_told(tmp_path: Path) -> None:
    folder = copytree(FOLDER, tmp_path / "demo")
    residents = folder / "residents.toml"
    residents.write_text(residents.read_text().replace('area = "桂花苑"', 'area = "桃花源"', 1))
    providers = folder / "providers.toml"
    providers.write_text(providers.read_text().replace('"legal"', '"magic"').replace("13700000002", "13700000001"))
    with pytest.raises(DemoDataError) as told:
        read_demo(folder)
    assert told.value.faults == [
        "王秀英: 没有这个片区 / no such area: 桃花源",
        "没有服务商会做 / no provider can do: legal",
        "没有服务需要 / no service needs: magic",
        "重复 / twice: provider number 13700000001",
    ]


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    folder = copytree(FOLDER, tmp_path / "demo")
    (folder / "areas.toml").unlink()
    (folder / "providers.toml").write_text("no toml")
    with pytest.raises(DemoDataError) as told:
        read_demo(folder)
    assert [fault.split(":")[0] for fault in told.value.faults] == ["areas.toml", "providers.toml"]
