"""The prompt catalogue: every prompt's words, in Chinese and in English."""

import string
import tomllib
from dataclasses import dataclass
from pathlib import Path

from audio.prompts.sentences import split_sentences

CATALOGUE = Path(__file__).with_name("catalogue.toml")
LANGUAGES = ("zh", "en")


class CatalogueError(Exception):
    """The catalogue cannot be used; the message names every prompt at fault."""


@dataclass(frozen=True)
class Prompt:
    """One prompt: its words by language, and the fields to fill in."""

    name: str
    words: dict[str, str]

    @property
    def fields(self) -> frozenset[str]:
        """The names in braces, the same in every language."""
        return _fields(self.words["zh"])


class PromptCatalogue:
    """Prompts by name."""

    def __init__(self, prompts: dict[str, Prompt]) -> None:
        self.prompts = prompts

    def text(self, name: str, /, language: str = "zh", **fields: str) -> str:
        """The words of a prompt; raises KeyError for a prompt or a field that is not there."""
        return self.prompts[name].words[language].format(**fields)

    def fixed(self, language: str = "zh") -> dict[str, str]:
        """The prompts without fields, which can be rendered ahead: words by name."""
        return {name: prompt.words[language] for name, prompt in self.prompts.items() if not prompt.fields}

    def fixed_sentences(self, language: str = "zh") -> list[str]:
        """Every sentence without fields, of prompts with fields too; each once."""
        sentences = [sentence for prompt in self.prompts.values() for sentence in split_sentences(prompt.words[language])]
        return [sentence for sentence in dict.fromkeys(sentences) if not _fields(sentence)]


def load_catalogue(path: Path = CATALOGUE) -> PromptCatalogue:
    """Read and check the catalogue; raise `CatalogueError` with every fault."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    faults = []
    for name, words in entries.items():
        if missing := [language for language in LANGUAGES if not words.get(language)]:
            faults.append(f"{name}: 缺少 / lacks {', '.join(missing)}")
        elif _fields(words["zh"]) != _fields(words["en"]):
            faults.append(f"{name}: 中英文的空格不一致 / the languages have different fields")
    if faults:
        raise CatalogueError("\n".join(faults))
    return PromptCatalogue({name: Prompt(name, words) for name, words in entries.items()})


def _fields(words: str) -> frozenset[str]:
    return frozenset(field for _, field, _, _ in string.Formatter().parse(words) if field)
