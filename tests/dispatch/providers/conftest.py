"""Providers as tables have them."""

import csv
import io

import pytest
from sqlalchemy import select

from models.areas import Area
from models.database import SessionMaker
from models.providers import Provider
from models.services import Service

USUAL = {"名称": "顺达水电", "电话": "13700000001", "技能": "水电维修", "片区": "桂花苑、银杏里", "人员": "张师傅 男 13600000001"}


@pytest.fixture
def catalogue(sessions: SessionMaker) -> None:
    """Two areas and two services."""
    with sessions.begin() as session:
        session.add_all(
            [Area(name="桂花苑", latitude=30.2, longitude=120.1), Area(name="银杏里", latitude=30.4, longitude=120.3)]
        )
        for key, name in (("repair", "水电维修"), ("bath", "助浴")):
            service = Service(
                key=key, name=name, name_en=key, spoken=[name], skill=key, price_yuan=60, unit="次", lead_time_min=30
            )
            session.add(service)


def table(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    """A file of providers; each row is the usual one but for what it says."""
    out = io.StringIO(newline="")
    full = [USUAL | row for row in rows]
    writer = csv.DictWriter(out, list(dict.fromkeys(name for row in full for name in row)))
    writer.writeheader()
    writer.writerows(full)
    return out.getvalue().encode(encoding)


def kept(sessions: SessionMaker) -> dict[str, Provider]:
    with sessions() as session:
        return {one.name: one for one in session.scalars(select(Provider).order_by(Provider.id))}
