"""The services as the order form offers them: found by Chinese, pinyin and initials while one types."""

from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from sqlalchemy import select

from models.services import WITH_WORDS, Service
from operator_console.context import facts


@dataclass(frozen=True)
class Choice:
    """One service; `terms` are what it is found by, the ones by which it is known best first."""

    id: int
    name: str
    name_en: str
    terms: tuple[str, ...]
    kind: str  # of the service's own question: count, words or ""
    about: str
    question: str
    question_en: str


def service_choices() -> list[Choice]:
    """Every active service. They are few: the page brings them all."""
    found = facts().scalars(select(Service).where(Service.active).options(WITH_WORDS).order_by(Service.id))
    return [
        Choice(
            one.id,
            one.name,
            one.name_en,
            _terms(one.name, one.name_en, tuple(one.spoken)),
            one.question.get("kind", ""),
            one.question.get("about", ""),
            one.question.get("zh", ""),
            one.question.get("en", ""),
        )
        for one in found
    ]


@lru_cache(maxsize=512)
def _terms(name: str, name_en: str, spoken: tuple[str, ...]) -> tuple[str, ...]:
    """The names and their pinyin, then what people say for it, in lower case and without spaces."""
    terms = [*_written(name), name_en.lower().replace(" ", "")]
    for word in spoken:
        terms += _written(word)
    return tuple(dict.fromkeys(terms))


def _written(chinese: str) -> tuple[str, str, str]:
    letters = "".join(lazy_pinyin(chinese)).lower()
    return chinese.lower(), letters, "".join(lazy_pinyin(chinese, style=Style.FIRST_LETTER)).lower()
