"""Residents, the telephones they call from, and the people to call for them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import JSON, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.areas import Area
from models.base import Base
from models.phones import normalise_number

if TYPE_CHECKING:
    from models.devices import Device


class Hearing(StrEnum):
    """How well somebody hears on the telephone."""

    GOOD = "good"
    HARD = "hard"
    DEAF = "deaf"


class Resident(Base):
    """An elderly person the service is for."""

    __tablename__ = "residents"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    form_of_address: Mapped[str]  # as we speak to them: 王奶奶, 李爷爷
    born: Mapped[date]
    gender: Mapped[str]  # female | male
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    address: Mapped[str]
    latitude: Mapped[float]
    longitude: Mapped[float]
    language: Mapped[str] = mapped_column(default="zh")
    notes: Mapped[str] = mapped_column(default="")
    id_number: Mapped[str] = mapped_column(default="")  # 居民身份证号, as printed; shown masked
    entrance: Mapped[str] = mapped_column(default="")  # how one gets in: 单元门密码、钥匙在邻居家
    speaks: Mapped[str] = mapped_column(default="")  # 普通话、四川话
    hearing: Mapped[Hearing] = mapped_column(default=Hearing.GOOD)
    risks: Mapped[list[str]] = mapped_column(JSON, default=list)  # short words: 跌倒, 高血压, 独居
    medicines: Mapped[str] = mapped_column(default="")
    left_on: Mapped[date | None]  # moved away or died: called by nobody any more, kept in the books
    speech_pace_percent: Mapped[int] = mapped_column(default=100)  # how fast we speak to them: 85 after one 慢一点
    louder_db: Mapped[int] = mapped_column(default=0)  # how much louder: 6 after one 大声点
    subsidy_percent: Mapped[int] = mapped_column(default=0)  # the resident's own, where it is more than the service's

    area: Mapped[Area] = relationship()
    phones: Mapped[list[ResidentPhone]] = relationship(
        back_populates="resident", cascade="all, delete-orphan", order_by="ResidentPhone.id"
    )
    contacts: Mapped[list[Contact]] = relationship(
        back_populates="resident", cascade="all, delete-orphan", order_by="Contact.call_order"
    )
    devices: Mapped[list[Device]] = relationship(back_populates="resident", order_by="Device.id")


class ResidentPhone(Base):
    """A number a resident calls from; a couple may share one."""

    __tablename__ = "resident_phones"
    __table_args__ = (UniqueConstraint("resident_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"))
    number: Mapped[str] = mapped_column(index=True)  # as normalise_number writes it

    resident: Mapped[Resident] = relationship(back_populates="phones")


class ResidentEvent(Base):
    """One line of the history of a resident's file: added, changed, a wish, a visit, left, back; never changed, never deleted."""

    __tablename__ = "resident_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    happened: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]  # an operator's login, or cli
    note: Mapped[str] = mapped_column(default="")


class ContactRole(StrEnum):
    """Who a contact is to the resident."""

    FAMILY = "family"
    KEYHOLDER = "keyholder"


class Contact(Base):
    """A family member or a keyholder, called in `call_order` (1 first)."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    role: Mapped[ContactRole]
    name: Mapped[str]
    relation: Mapped[str]  # 儿子, 女儿, 邻居
    number: Mapped[str] = mapped_column(index=True)
    call_order: Mapped[int]

    resident: Mapped[Resident] = relationship(back_populates="contacts")


def residents_by_number(session: Session, number: str) -> list[Resident]:
    """Whoever calls from `number` (any written form): none, one, or those who share the telephone, by id."""
    wanted = normalise_number(number)
    if not wanted:
        return []
    calls_from = select(ResidentPhone.resident_id).where(ResidentPhone.number == wanted)
    return list(session.scalars(select(Resident).where(Resident.id.in_(calls_from)).order_by(Resident.id)))


def family_of(session: Session, resident_id: int) -> list[Contact]:
    """The family members of a resident, in the order in which they are to be called."""
    family = select(Contact).where(Contact.resident_id == resident_id, Contact.role == ContactRole.FAMILY)
    return list(session.scalars(family.order_by(Contact.call_order)))
