"""In which language a page speaks: as whoever is signed in has chosen."""

from flask import g

from models.operators import Language


def word(zh: str, en: str) -> str:
    """Plain words for where no markup can stand: a choice of a list, an empty field."""
    language = speaks()
    return zh if language == Language.ZH or not en else en if language == Language.EN else f"{zh} {en}"


def short(zh: str, en: str) -> str:
    """The words alone that whoever is signed in reads first, where there is no room for both."""
    return en if speaks() == Language.EN and en else zh


def speaks() -> str:
    """`both` (Chinese, with English beside it), `zh` or `en`; both for whoever is not signed in."""
    return g.operator.language.value if "operator" in g else Language.BOTH.value
