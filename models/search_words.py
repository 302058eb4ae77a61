"""The words that a row is found by, and those that somebody types: written alike, so that one is the beginning of the other."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import import_module

from models.phones import normalise_number
from models.search_terms import LONGEST_TERM

# How a surname is read where the same sign is commonly read otherwise (《通用规范汉字字典》).
SURNAMES = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "区": "ou",
    "朴": "piao",
    "盖": "ge",
    "翟": "zhai",
    "员": "yun",
    "尉": "wei",
    "缪": "miao",
    "乐": "yue",
    "华": "hua",
    "任": "ren",
    "万": "wan",
}
_HAN = "㐀-鿿豈-﫿"
_RUN = re.compile(rf"[{_HAN}]+|[a-z0-9]+")
_PLACE = re.compile(rf"\d+[a-z]?|[{_HAN}]+|[a-z]+")
_HOUSE = re.compile(r"(?<=\d)(?:幢|号楼|#楼|#|座)")
_ROOM = re.compile(r"(?<=\d)(?:室|房)")
_PIECE = re.compile(rf"\d+[a-z]?[{_HAN}]{{0,2}}(?![{_HAN}])|\d+[a-z]?(?:栋|单元|室|层|楼|号|弄)|[{_HAN}]+|[a-z0-9~]+")
_TONE = re.compile(r"(?:[a-z]{1,6}[1-5]){1,8}")
_DIALLED = re.compile(r"[+0-9()（）\-. ]{7,}")

Terms = dict[str, int]


def terms_of_name(name: str, terms: Terms) -> None:
    """Add a name: from each of its signs on, in signs, in pinyin and by initials; a Latin one from each of its words on."""
    plain = plain_words(name)
    words = _RUN.findall(plain)
    for at, word in enumerate(words):
        if word[0].isascii():
            _add(terms, "".join(words[at:]) if at == 0 else word, inside=at > 0)
            continue
        sounds = _sounds(word)
        for begin in range(len(word)):
            inside = at > 0 or begin > 0
            _add(terms, word[begin:], inside=inside)
            _add(terms, "".join(sounds[begin:]), inside=inside)
            if begin == 0 or begin < len(word) - 1:  # the last one's initial is the beginning of its sound
                _add(terms, "".join(sound[0] for sound in sounds[begin:]), inside=inside)
        if (read := SURNAMES.get(word[0])) and read != sounds[0] and at == 0:
            _add(terms, "".join([read, *sounds[1:]]), inside=False)
            _add(terms, "".join(sound[0] for sound in [read, *sounds[1:]]), inside=False)


def terms_of_number(number: str, terms: Terms) -> None:
    """Add a telephone number: from its beginning and from its end."""
    if number:
        _add(terms, number, inside=False)
        _add(terms, f"~{number[::-1]}", inside=False)


def terms_of_address(address: str, terms: Terms) -> None:
    """Add an address: each of its numbers, and its names from each sign on; what is one sign long says nothing."""
    plain = _like_all_houses(plain_words(address))
    pieces = _PLACE.findall(plain)
    for at, piece in enumerate(pieces):
        if piece[0].isascii():
            behind = pieces[at + 1] if at + 1 < len(pieces) and not pieces[at + 1][0].isascii() else ""
            _add(terms, piece + behind, inside=True)
            continue
        for begin in range(max(1, len(piece) - 1)):
            if len(piece) > 1:
                _add(terms, piece[begin:], inside=True)


def terms_of_words(words: Iterable[str], terms: Terms) -> None:
    """Add phrases: each as it is, in pinyin and by initials, from its beginning only."""
    for phrase in words:
        for word in _RUN.findall(plain_words(phrase)):
            _add(terms, word, inside=True)
            if not word[0].isascii():
                sounds = _sounds(word)
                _add(terms, "".join(sounds), inside=True)
                _add(terms, "".join(sound[0] for sound in sounds), inside=True)


def words_typed(typed: str) -> list[str]:
    """What somebody types as words to be found, all of them: 3栋501 is 3栋 and 501, wáng xiùyīng is wang and xiuying.

    A number as it is dialled, spoken in groups or written with +86 is one word.
    """
    plain = plain_words(typed)
    if _DIALLED.fullmatch(plain) and len(number := normalise_number(plain)) >= 7:
        return [number]
    words = []
    for part in plain.split():
        if _TONE.fullmatch(part):
            words.append(re.sub(r"[1-5]", "", part))
        else:
            words += _PIECE.findall(_like_all_houses(part.replace("'", "")))
    return [word[:LONGEST_TERM] for word in dict.fromkeys(words)]


def plain_words(words: str) -> str:
    """In lower case, without tone marks, full-width signs as the narrow ones; ü is v, as one types it."""
    parts = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", words).lower()).replace("u\N{COMBINING DIAERESIS}", "v")
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if not unicodedata.combining(sign)))


def _like_all_houses(address: str) -> str:
    """A house is a 栋 whatever it is called, and a room is its number."""
    return _ROOM.sub(" ", _HOUSE.sub("栋", address))


def _add(terms: Terms, term: str, *, inside: bool) -> None:
    short = term[:LONGEST_TERM]
    terms[short] = min(int(inside), terms.get(short, 1))


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> tuple[str, ...]:
    lazy_pinyin = import_module("pypinyin").lazy_pinyin  # half a second, which a program that writes no names does not pay
    # A sign that it cannot read stays one entry, so that sounds and signs go together.
    return tuple(plain_words(sound) or "?" for sound in lazy_pinyin(word, errors=list))
