"""Providers as a table in a file."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dispatch.providers.columns import COLUMNS
from dispatch.providers.writing import names_of_skills
from dispatch.sheets.files import Line, read_file, write_file
from models.providers import Provider


def read_table(data: bytes) -> list[Line]:
    """The lines of a file in UTF-8, with or without a byte order mark, or in GBK; raises `FileRefused`."""
    return read_file(data, COLUMNS, ("name", "number"), ("文件里没有服务商", "there is no provider in the file"))


def write_table(session: Session) -> bytes:
    """All providers as such a file; importing it changes nothing."""
    names = names_of_skills(session)
    asked = select(Provider).order_by(Provider.id).options(selectinload(Provider.areas), selectinload(Provider.workers))
    return write_file(COLUMNS, ([column.write(provider, names) for column in COLUMNS] for provider in session.scalars(asked)))
