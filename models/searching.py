"""Searching: the rows that are found by all words that somebody types, best first."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from models.devices import Device
from models.providers import Provider, Worker
from models.residents import Contact, Resident
from models.search_terms import SearchTerm
from models.search_words import words_typed
from models.services import Service

# So many terms that begin with the rarest word are looked at. Where that word is commoner than this among 100,000 rows, and
# the others too, some dozens of the rows looked at have them all, unless the words shun one another.
LOOKED_AT = 4_000
# A row may have several terms that begin with a word (its name in pinyin and by initials).
_TERMS_OF_A_ROW = 6
_COUNTED = 1_000
_LAST_SIGN = "\U0010ffff"
_MOST_WORDS = 6


def search_residents(session: Session, typed: str, limit: int) -> list[Resident]:
    """The residents found by all words of `typed`, best first; also those who have left."""
    asked = select(Resident).options(joinedload(Resident.area), selectinload(Resident.phones))
    return _search(session, asked, typed, limit)


def search_contacts(session: Session, typed: str, limit: int) -> list[Contact]:
    """Family and keyholders."""
    return _search(session, select(Contact).options(joinedload(Contact.resident)), typed, limit)


def search_devices(session: Session, typed: str, limit: int) -> list[Device]:
    """Devices, retired ones too."""
    return _search(session, select(Device).options(joinedload(Device.resident)), typed, limit)


def search_providers(session: Session, typed: str, limit: int) -> list[Provider]:
    """Providers, inactive ones too."""
    return _search(session, select(Provider), typed, limit)


def search_workers(session: Session, typed: str, limit: int) -> list[Worker]:
    """Providers' workers who are at work."""
    return _search(session, select(Worker).options(joinedload(Worker.provider)), typed, limit, Worker.active.is_(True))


def search_services(session: Session, typed: str, limit: int = 20) -> list[Service]:
    """Services that can be ordered, by their names and by what people say."""
    return _search(session, select(Service), typed, limit, Service.active.is_(True))


def _search(session: Session, asked: Select[Any], typed: str, limit: int, only: ColumnElement[bool] | None = None) -> list[Any]:
    entity = asked.column_descriptions[0]["entity"]
    words = words_typed(typed)[:_MOST_WORDS]
    if not words or limit < 1:
        return []
    row_ids: list[int] = []
    if len(words) > 1 and all(word.isascii() and word.isalpha() for word in words):  # wang xiu ying is one name sooner than three
        row_ids = _row_ids(session, entity, ["".join(words)], limit, only)
    row_ids = row_ids or _row_ids(session, entity, words, limit, only)
    found = {row.id: row for row in session.scalars(asked.where(entity.id.in_(row_ids)))} if row_ids else {}
    return [found[row_id] for row_id in row_ids if row_id in found]


def _row_ids(session: Session, entity: Any, words: list[str], limit: int, only: ColumnElement[bool] | None) -> list[int]:
    """By the word that fewest terms begin with; the others are looked up for the rows that it finds."""
    kind = entity.__name__.lower()
    ordered = _rarest_first(session, kind, words)
    if not ordered:
        return []
    first, *others = ordered
    row_ids: dict[int, None] = {}
    for scan in _scans(kind, first):
        looked_at = scan.limit(LOOKED_AT).subquery()
        # In the order of the scan, which both databases keep, so that neither reads on once it has enough.
        asked = select(looked_at.c.row_id).limit(limit * _TERMS_OF_A_ROW)
        for word in others:
            other = aliased(SearchTerm)
            same_row = (other.kind == kind, other.row_id == looked_at.c.row_id)
            asked = asked.where(exists().where(*same_row, or_(*(_begins(other.term, one) for one in _spellings(word)))))
        if only is not None:
            asked = asked.where(exists().where(entity.id == looked_at.c.row_id, only))
        row_ids |= dict.fromkeys(session.scalars(asked))
        if len(row_ids) >= limit:
            break
    return list(row_ids)[:limit]


def _rarest_first(session: Session, kind: str, words: list[str]) -> list[str]:
    """The words by how many terms begin with each; none where one of them is in no row."""
    if len(words) == 1:
        return words
    counts = [
        select(func.count()).select_from(scan.limit(_COUNTED).subquery()).scalar_subquery()
        for word in words
        for scan in _scans(kind, word)
    ]
    counted = iter(session.execute(select(*counts)).one())
    rare = {word: sum(next(counted) for _ in _scans(kind, word)) for word in words}
    if not all(rare.values()):
        return []
    return sorted(words, key=lambda word: (rare[word], -len(word)))


def _scans(kind: str, word: str) -> list[Select[Any]]:
    """The terms that begin with the word, in the order in which they are worth it: each is one range of the index."""
    asked: Select[Any] = select(SearchTerm.row_id).where(SearchTerm.kind == kind)
    asked = asked.order_by(SearchTerm.term, SearchTerm.row_id)
    forwards, *backwards = _spellings(word)
    ranges = [(0, forwards), *((0, one) for one in backwards), (1, forwards)]
    if len(word) < 4:  # 501 is a room sooner than somebody's last digits
        ranges = [(0, forwards), (1, forwards), *((0, one) for one in backwards)]
    return [asked.where(SearchTerm.inside == inside, _begins(SearchTerm.term, one)) for inside, one in ranges]


def _spellings(word: str) -> list[str]:
    """The word, and for digits the end of a number."""
    return [word, f"~{word[::-1]}"] if word.isdecimal() and len(word) > 1 else [word]


def _begins(term: Any, word: str) -> ColumnElement[bool]:
    return and_(term >= word, term < f"{word}{_LAST_SIGN}")
