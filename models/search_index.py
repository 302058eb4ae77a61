"""All search terms made anew: for a database that is older than they are, or after statements that went past the sessions."""

from collections.abc import Callable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.search_sources import ROWS_AT_ONCE, SOURCES
from models.search_terms import SearchTerm
from models.search_upkeep import write_terms


def write_all_terms(sessions: SessionMaker, progress: Callable[[int, int], None]) -> int:
    """Make all terms anew, some hundred rows in a transaction, and return how many rows there are; searching goes on meanwhile.

    `progress` is told how many rows are done, and of how many.
    """
    with sessions() as session:
        counts = {kind: session.scalar(select(func.count()).select_from(one.columns[0].class_)) for kind, one in SOURCES.items()}
    total, done = sum(count or 0 for count in counts.values()), 0
    for kind, source in SOURCES.items():
        row_id, last = source.columns[0], 0
        while True:
            with sessions.begin() as session:
                some = list(session.scalars(select(row_id).where(row_id > last).order_by(row_id).limit(ROWS_AT_ONCE)))
                beyond = [SearchTerm.kind == kind, SearchTerm.row_id > last]
                if some:
                    beyond.append(SearchTerm.row_id <= some[-1])
                session.execute(delete(SearchTerm).where(*beyond))
                write_terms(session.connection(), kind, some)
            if not some:
                break
            last, done = some[-1], done + len(some)
            progress(done, total)
    return total


def has_terms(session: Session) -> bool:
    """Whether any terms have been made."""
    return session.scalar(select(SearchTerm.row_id).limit(1)) is not None
