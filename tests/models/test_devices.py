"""Devices of an older database, and whom their keys ring."""

from datetime import date

from alembic import command
from sqlalchemy import text
from sqlalchemy.orm import Session

from models.areas import Area
from models.database import open_database
from models.devices import Device, DeviceKey, DeviceKind, DeviceStatus, devices_with_account
from models.migrating import alembic_config, migrate
from models.residents import Contact, ContactRole, Resident


def test_the_devices_of_an_older_database_are_one_key_phones_in_use(database_url: str) -> None:
    command.downgrade(alembic_config(database_url), "0003")
    engine = open_database(database_url)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO areas (id, name, latitude, longitude) VALUES (1, '东区', 30, 120)",
            "INSERT INTO residents"
            " (id, name, form_of_address, born, gender, area_id, address, latitude, longitude, language, notes)"
            " VALUES (1, '王秀英', '王奶奶', '1940-01-01', 'female', 1, '一号楼', 30, 120, 'zh', '')",
            "INSERT INTO devices (id, resident_id, number, model, place, secret)"
            " VALUES (7, 1, '057188010001', '一键通', '床头', 's')",
        ):
            connection.execute(text(statement))
    migrate(database_url)
    with Session(engine) as session:
        device = session.scalars(devices_with_account()).one()
        assert (device.id, device.kind, device.status) == (7, DeviceKind.ONE_KEY, DeviceStatus.INSTALLED)
        assert (device.fitted_at, device.is_watched, device.account) == (None, True, "device-7")
    engine.dispose()


def test_a_key_without_a_choice_rings_the_family_in_its_order() -> None:
    resident = Resident(name="王秀英", born=date(1941, 3, 12), area=Area(name="桂花苑"))
    resident.contacts = [
        Contact(name=name, role=role, call_order=order)
        for order, (name, role) in enumerate(
            [("李建国", ContactRole.FAMILY), ("赵丽华", ContactRole.KEYHOLDER), ("李敏", ContactRole.FAMILY)], start=1
        )
    ]
    device = Device(resident=resident, keys=[DeviceKey(key="family2", contact=resident.contacts[1])])
    assert {key: contact.name for key, contact in device.rings.items()} == {"family1": "李建国", "family2": "赵丽华"}
    device.keys = []
    assert {key: contact.name for key, contact in device.rings.items()} == {"family1": "李建国", "family2": "李敏"}
