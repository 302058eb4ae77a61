"""One-key phones (特种电话机) and the telephones that stand in for one: whose, where, with which keys."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Select, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, utc_now
from models.residents import Contact, ContactRole, Resident

FAMILY_KEYS = ("family1", "family2", "family3", "family4")


class DeviceKind(StrEnum):
    """How a telephone reaches the hotline."""

    ONE_KEY = "one_key"  # registers with a SIP account of its own, and can be watched
    LANDLINE = "landline"  # its speed-dial keys call the hotline's numbers over the telephone network
    MOBILE = "mobile"  # likewise


class DeviceStatus(StrEnum):
    """Where the telephone is."""

    IN_STOCK = "in_stock"  # prepared for somebody, or taken back; may register, is not watched
    INSTALLED = "installed"
    RETIRED = "retired"  # its account is gone


class Device(Base):
    """A telephone with keys by a resident's bed; a one-key phone registers as SIP endpoint `device-<id>` with its own secret.

    A broken phone is replaced in the same row, with another secret: the number, the keys and the place stay. A retired one gives
    its number free for another: it keeps it with `#<id>` behind.
    """

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id"), index=True)
    kind: Mapped[DeviceKind] = mapped_column(default=DeviceKind.ONE_KEY)
    status: Mapped[DeviceStatus] = mapped_column(default=DeviceStatus.INSTALLED)
    number: Mapped[str] = mapped_column(unique=True)
    model: Mapped[str]
    place: Mapped[str]  # 床头, 客厅
    secret: Mapped[str]  # "" without an account
    fitted_at: Mapped[datetime | None]  # when this very phone was put there; unknown of the first ones
    last_heard_at: Mapped[datetime | None]  # at most a minute behind

    resident: Mapped[Resident] = relationship(back_populates="devices")
    keys: Mapped[list[DeviceKey]] = relationship(cascade="all, delete-orphan", order_by="DeviceKey.key")
    history: Mapped[list[DeviceEvent]] = relationship(order_by="DeviceEvent.id")

    @property
    def has_account(self) -> bool:
        """Whether Asterisk knows it."""
        return self.kind is DeviceKind.ONE_KEY and self.status is not DeviceStatus.RETIRED

    @property
    def is_watched(self) -> bool:
        """Whether it must be heard."""
        return self.kind is DeviceKind.ONE_KEY and self.status is DeviceStatus.INSTALLED

    @property
    def shown_number(self) -> str:
        """The number it calls with, or called with."""
        return self.number.partition("#")[0]

    @property
    def account(self) -> str:
        """The name it registers with."""
        return f"device-{self.id}"

    @property
    def rings(self) -> dict[str, Contact]:
        """Whom each family key rings: the contact chosen for it, else whoever of the family has that place in their order."""
        family = [contact for contact in self.resident.contacts if contact.role is ContactRole.FAMILY]
        return dict(zip(FAMILY_KEYS, family, strict=False)) | {key.key: key.contact for key in self.keys}

    def add_history(self, happened: str, at: datetime, by: str, **details: Any) -> None:
        """Add a line to the history; `by` is an operator's login, or "cli"."""
        self.history.append(DeviceEvent(happened=happened, at=at, by=by, details=details))


class DeviceKey(Base):
    """Whom a family key rings. The red key is always `sos` and the green one `service`, so neither is kept."""

    __tablename__ = "device_keys"
    __table_args__ = (UniqueConstraint("device_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    key: Mapped[str]  # one of FAMILY_KEYS
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)

    contact: Mapped[Contact] = relationship()


class DeviceEvent(Base):
    """One line of a device's history: added, edited, replaced, retired, a sheet with its secret printed."""

    __tablename__ = "device_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=utc_now)
    happened: Mapped[str]
    by: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def devices_with_account() -> Select[Device]:
    """The query for every device that Asterisk must know, by id."""
    has_one = (Device.kind == DeviceKind.ONE_KEY, Device.status != DeviceStatus.RETIRED)
    return select(Device).where(*has_one).order_by(Device.id)
