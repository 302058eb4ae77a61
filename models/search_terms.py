"""Search terms: what residents, providers and services are found by, each as a beginning.

A term is a word or the rest of one from some place on (王秀英, 秀英, 英; wangxiuying, wxy), in lower case; a number stands there
forwards, and backwards behind `~`, so that its last digits are a beginning too. Whoever searches asks for terms that begin with
what was typed: one range of an index, on both databases alike. `models.search_words` makes them, `models.search_upkeep` keeps
them true.
"""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

LONGEST_TERM = 60
# Byte order, so that "begins with" is a range of the index on PostgreSQL whatever the database's locale.
_TERM = String(LONGEST_TERM).with_variant(String(LONGEST_TERM, collation="C"), "postgresql")


class SearchTerm(Base):
    """One term of one row."""

    __tablename__ = "search_terms"
    __table_args__ = (
        Index("ix_search_terms_kind_inside_term_row_id", "kind", "inside", "term", "row_id"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(primary_key=True)  # resident, provider, worker, contact, service, device
    row_id: Mapped[int] = mapped_column(primary_key=True)
    term: Mapped[str] = mapped_column(_TERM, primary_key=True)
    inside: Mapped[int]  # 0: a whole name or number begins so; 1: a word inside does, and is worth less
