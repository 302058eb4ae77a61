"""What pages say in one language or two, and when: as markup, for macros.html, whose macros would be five times as slow."""

from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from markupsafe import Markup

from models.operators import Language
from operator_console.context import parts
from operator_console.languages import speaks
from operator_console.times import clock, exactly, today
from operator_console.words import Said, said

# A page says the same few thousand things again and again.
_REMEMBERED = 10_000

_ZH = Markup('<span class="zh">{}</span>')
_EN = Markup('<span lang="en">{}</span>')
_BOTH = Markup('<span class="zh">{}</span> <span class="en" lang="en">{}</span>')
_SIGN_ZH = Markup('<span class="status {}">{}</span>')
_SIGN_EN = Markup('<span class="status {}" lang="en">{}</span>')
_SIGN_BOTH = Markup('<span class="status {}">{}</span> <span class="en" lang="en">{}</span>')
_MOMENT = Markup('<time datetime="{}" title="{}">{}</time>')
_SINCE = Markup('<time class="since" datetime="{}" data-since>{}</time>')


def told(zh: object, en: object) -> Markup:
    """Chinese first, English beside it; or one of the two alone, as whoever is signed in has chosen."""
    return _told(zh, en, speaks())


def told_both(words: Said) -> Markup:
    """The same of words that belong together."""
    return _told(words.zh, words.en, speaks())


def sign(tone: object, zh: object, en: object) -> Markup:
    """A sign in the colour of its tone: wait, go, done, trouble, past."""
    return _sign(tone, zh, en, speaks())


def status(of: StrEnum) -> Markup:
    """The sign of a status."""
    words = said(of)
    return _sign(words.tone, words.zh, words.en, speaks())


def moment(at: datetime) -> Markup:
    """A time of the day, to the second for whoever points at it."""
    return _moment(at, today(), speaks(), parts().settings.timezone)


def since(at: datetime) -> Markup:
    """How long ago, counted on by the script, so that a fragment stays the same while time passes."""
    return _since(at, today(), speaks(), parts().settings.timezone)


@lru_cache(maxsize=_REMEMBERED)
def _moment(at: datetime, _today: date, _language: str, _timezone: str) -> Markup:
    return _MOMENT.format(at.isoformat(), exactly(at), clock(at))


@lru_cache(maxsize=_REMEMBERED)
def _since(at: datetime, _today: date, _language: str, _timezone: str) -> Markup:
    return _SINCE.format(at.isoformat(), clock(at))


# By their types too: words that are markup already are not the same as words that only look like it.
@lru_cache(maxsize=_REMEMBERED, typed=True)
def _told(zh: object, en: object, language: str) -> Markup:
    if not en or language == Language.ZH:
        return _ZH.format(zh)
    return _EN.format(en) if language == Language.EN else _BOTH.format(zh, en)


@lru_cache(maxsize=_REMEMBERED, typed=True)
def _sign(tone: object, zh: object, en: object, language: str) -> Markup:
    if language == Language.EN:
        return _SIGN_EN.format(tone, en)
    return _SIGN_ZH.format(tone, zh) if language == Language.ZH else _SIGN_BOTH.format(tone, zh, en)
