"""Reading what people write about a resident, cell by cell; whatever cannot be meant raises `Wrong`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from dispatch.cleaning import clean_words
from dispatch.providers.cells import GENDERS, read_number
from dispatch.sheets.faults import Wrong
from models.residents import ContactRole, Hearing

NAME_AT_MOST = 60
WORDS_AT_MOST = 400
MOST_PHONES = 6
MOST_CONTACTS = 12
MOST_RISKS = 20
OLDEST_YEAR = 1900
HEARINGS = {"好": Hearing.GOOD, "不好": Hearing.HARD, "听不见": Hearing.DEAF}
HEARING_ZH = {hearing: zh for zh, hearing in HEARINGS.items()}
ROLES = {"家人": ContactRole.FAMILY, "持钥匙": ContactRole.KEYHOLDER}
ROLE_ZH = {role: zh for zh, role in ROLES.items()}
NO_RELATION = "-"
_BETWEEN = re.compile(r"[、,，;；\n]+")
_BETWEEN_CONTACTS = re.compile(r"[;；\n]+")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


class ContactCell(NamedTuple):
    """One contact as written; they are called in the order in which they stand."""

    role: ContactRole
    name: str
    relation: str
    number: str


@dataclass(frozen=True)
class Known:
    """What cells may name: areas by their names; and the day, which nobody was born after."""

    areas: Mapping[str, int]
    today: date


def read_words(written: str, at_most: int = NAME_AT_MOST) -> str:
    """A name, an address: on one line."""
    words = clean_words(written, at_most + 1)
    if not words:
        raise Wrong("没有写", "is missing")
    if len(words) > at_most:
        raise Wrong(f"超过{at_most}个字", f"is longer than {at_most}")
    return words


def read_lines(written: str) -> str:
    """Words that may go over several lines."""
    lines = "\n".join(clean_words(line, WORDS_AT_MOST) for line in written.splitlines()).strip()
    if len(lines) > WORDS_AT_MOST:
        raise Wrong(f"超过{WORDS_AT_MOST}个字", f"is longer than {WORDS_AT_MOST}")
    return lines


def read_gender(written: str) -> str:
    """男 or 女."""
    if not (gender := GENDERS.get(written.strip().lower())):
        raise Wrong(f"“{written}”请写女或男", f"{written!r} is neither f nor m")
    return gender


def read_born(written: str, known: Known) -> date:
    """A date of birth."""
    if not written.strip():
        raise Wrong("没有写", "is missing")
    found = _DATE.fullmatch(written.strip())
    try:
        born = date(*map(int, found.groups())) if found else date.fromisoformat(written.strip())
    except ValueError:
        raise Wrong(f"“{written}”不是日期，例如1941-03-12", f"{written!r} is no date such as 1941-03-12") from None
    if born.year < OLDEST_YEAR or born > known.today:
        raise Wrong(f"“{written}”不会是出生日期", f"nobody was born on {written!r}")
    return born


def read_area(written: str, known: Known) -> int:
    """An area, by its name."""
    if written.strip() not in known.areas:
        raise Wrong(f"没有“{written}”这个片区" if written.strip() else "没有写", f"there is no area {written!r}")
    return known.areas[written.strip()]


def read_phones(written: str) -> list[str]:
    """Telephone numbers, each once; others may share them."""
    numbers = list(dict.fromkeys(read_number(part) for part in _BETWEEN.split(written) if part.strip()))
    if len(numbers) > MOST_PHONES:
        raise Wrong(f"多于{MOST_PHONES}个", f"are more than {MOST_PHONES}")
    return numbers


def read_contacts(written: str) -> list[ContactCell]:
    """Family and keyholders in the order of calling: 家人 李建国 儿子 13900000001；持钥匙 赵丽华 邻居 13900000002."""
    contacts = []
    for part in filter(None, (one.strip() for one in _BETWEEN_CONTACTS.split(written))):
        words = part.split()
        if len(words) < 4 or words[0] not in ROLES:
            raise Wrong(
                f"“{part}”请写成：家人 李建国 儿子 13900000001（或 持钥匙 …）",
                f"{part!r}: write 家人 (family) or 持钥匙 (keyholder), a name, a relation (or -) and a number",
            )
        relation = "" if words[-2] == NO_RELATION else read_words(words[-2], 20)
        contacts.append(ContactCell(ROLES[words[0]], read_words(" ".join(words[1:-2])), relation, read_number(words[-1])))
    if len(contacts) > MOST_CONTACTS:
        raise Wrong(f"多于{MOST_CONTACTS}位", f"are more than {MOST_CONTACTS}")
    if len({(contact.role, contact.number) for contact in contacts}) < len(contacts):
        raise Wrong("同一个号码写了两次", "the same number is there twice")
    return contacts


def read_hearing(written: str) -> Hearing:
    """How well they hear."""
    if (hearing := HEARINGS.get(written.strip())) is None:
        raise Wrong(f"“{written}”请写好、不好或听不见", f"{written!r}: write 好 (well), 不好 (badly) or 听不见 (not at all)")
    return hearing


def read_risks(written: str) -> list[str]:
    """Short words: 跌倒、高血压、独居."""
    risks = list(dict.fromkeys(read_words(part, 20) for part in _BETWEEN.split(written) if part.strip()))
    if len(risks) > MOST_RISKS:
        raise Wrong(f"多于{MOST_RISKS}项", f"are more than {MOST_RISKS}")
    return risks
