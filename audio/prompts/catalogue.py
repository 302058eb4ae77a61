"""The prompt catalogue: every prompt's words, in Chinese and in English, in up to three wordings."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from audio.prompts.rules import faults_of, fields_in
from audio.prompts.sentences import split_sentences

CATALOGUE = Path(__file__).with_name("catalogue.toml")
LANGUAGES = ("zh", "en")


class CatalogueError(Exception):
    """The catalogue cannot be used; the message names every prompt at fault."""


class Wording(StrEnum):
    """How a prompt is worded: at first, again and simpler, or as the help that follows."""

    FIRST = "first"
    AGAIN = "again"
    HELP = "help"

    def after(self, name: str) -> str:
        """What this wording of a prompt is called in files and in a call's record: `when`, `when_again`, `when_help`."""
        return name if self is Wording.FIRST else f"{name}_{self}"


@dataclass(frozen=True)
class Prompt:
    """One prompt: its words by language and wording."""

    name: str
    words: dict[str, dict[Wording, str]]

    @property
    def fields(self) -> frozenset[str]:
        """The names in braces in any wording, the same in every language."""
        return frozenset[str]().union(*(fields_in(words) for words in self.words["zh"].values()))


class PromptCatalogue:
    """Prompts by name."""

    def __init__(self, prompts: dict[str, Prompt]) -> None:
        self.prompts = prompts

    def text(self, name: str, /, language: str = "zh", wording: Wording = Wording.FIRST, **fields: str) -> str:
        """The words of a prompt; a wording that a statement lacks is its first.

        Raises KeyError for a prompt or a field that is not there.
        """
        words = self.prompts[name].words[language]
        return words.get(wording, words[Wording.FIRST]).format(**fields)

    def wordings(self, language: str = "zh") -> Iterator[tuple[str, Wording, str]]:
        """Every wording of every prompt, its fields not filled: (prompt, wording, words)."""
        for name, prompt in self.prompts.items():
            for wording, words in prompt.words[language].items():
                yield name, wording, words

    def recordable(self, language: str = "zh") -> Iterator[tuple[str, str, str]]:
        """The wordings without fields, which a person can record: (prompt, words, file name without its ending)."""
        for name, wording, words in self.wordings(language):
            if not fields_in(words):
                yield name, words, wording.after(name)

    def fixed(self, language: str = "zh") -> dict[str, str]:
        """The words of the wordings without fields by their file names, `when_again` say."""
        return {file: words for _, words, file in self.recordable(language)}

    def sentences(self, language: str = "zh") -> list[str]:
        """Every sentence, its fields not filled; each once."""
        return list(dict.fromkeys(sentence for _, _, words in self.wordings(language) for sentence in split_sentences(words)))

    def fixed_sentences(self, language: str = "zh") -> list[str]:
        """Every sentence without fields, of prompts with fields too."""
        return [sentence for sentence in self.sentences(language) if not fields_in(sentence)]


def sentences_known_ahead(catalogue: PromptCatalogue, services: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Every sentence without fields, every one that names only a service, and the services' own questions (by their names).

    Nobody waits for the voice between their last word and our first, and many calls at once leave the machine to recognition.
    """
    of_a_service = [sentence for sentence in catalogue.sentences() if fields_in(sentence) == {"service"}]
    naming = [sentence.format(service=service) for service in services for sentence in of_a_service]
    questions = [question[words] for question in services.values() for words in ("zh", "zh_again") if question]
    asked = [sentence for question in questions for sentence in split_sentences(question)]
    return [*catalogue.fixed_sentences(), *naming, *asked]


def greetings_known_ahead(catalogue: PromptCatalogue, forms_of_address: Iterable[str]) -> list[str]:
    """What residents who are addressed so are welcomed with, but for the sentences that name nobody."""
    welcome = split_sentences(catalogue.prompts["welcome_resident"].words["zh"][Wording.FIRST])
    return [sentence.format(resident=form) for form in forms_of_address for sentence in welcome if fields_in(sentence)]


def load_catalogue(path: Path = CATALOGUE) -> PromptCatalogue:
    """Read the catalogue and hold it to the rules; raise `CatalogueError` with every fault."""
    entries = tomllib.loads(path.read_text(encoding="utf-8"))
    faults = [f"{name}: {fault}" for name, words in entries.items() for fault in faults_of(words)]
    if faults:
        raise CatalogueError("\n".join(faults))
    return PromptCatalogue({name: Prompt(name, _by_language(words)) for name, words in entries.items()})


def _by_language(words: dict[str, str]) -> dict[str, dict[Wording, str]]:
    return {
        language: {wording: words[key] for wording in Wording if (key := wording.after(language)) in words}
        for language in LANGUAGES
    }
