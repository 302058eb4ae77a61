"""The texts of SMS, by name and language."""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
# A carrier in China demands a signature at the head of each SMS.
SIGNATURE = {"zh": "【邻里】", "en": "[Linli] "}


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by its name, each with one wording a language; raises ValueError where two files use one name."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        for name, wordings in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if name in found:
                raise ValueError(f"{path.name}: there are two texts called {name}")
            found[name] = wordings
    return found


def text(name: str, language: str, **facts: str | int) -> str:
    """The text `name` in `language`, signed, with `facts` put in; raises KeyError for a text or a fact that is not there."""
    return SIGNATURE[language] + unsigned(name, language, **facts)


def unsigned(name: str, language: str, **facts: str | int) -> str:
    """The same without the signature, for what is shown on a page as well."""
    return texts()[name][language].format_map(facts)
