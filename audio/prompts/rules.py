"""What can be told from a prompt's words alone: whether an older caller can follow them (domain rules 1, 2, 4, 12 and 15)."""

import re
import string
from collections.abc import Iterator

from audio.prompts.sentences import offers_key, split_sentences

# A choice is named, and then its digit; a sentence of its own keeps half a second between choices. Five is a mark;
# four and nine are keys for providers.
_CHOICE = re.compile(r"^[^按]+，(?:请按|按)[一二三四五九零]。$")
_PRESS = re.compile(r"\bpress (one|two|three|four|five|six|seven|eight|nine|zero|\d)\b", re.IGNORECASE)
_ENGLISH_CHOICE = re.compile(r"^(?:(?!\bpress\b).)+, press (?:one|two|three|four|five|nine|zero)\.$", re.IGNORECASE)
MOST_CHOICES = 3
# 您好 or 对不起 alone is a word; from four characters on it is a phrase, which a synthesiser gives a melody.
LEAST_CHARACTERS = 4
# At 180 characters a minute these take 12 s; what is filled in comes on top, and is checked on the sound.
MOST_CHARACTERS = 36
_CHARACTER = re.compile(r"[\u4e00-\u9fa5]")
_ADVERTISING = re.compile(
    r"优惠|促销|打折|折扣|特价|抽奖|限时|赠送|新品|广告|超值|discount|special offer|sale\b|bargain|advert", re.IGNORECASE
)
_LATER = ("again", "help")


def fields_in(words: str) -> frozenset[str]:
    """The names in braces."""
    return frozenset(field for _, field, _, _ in string.Formatter().parse(words) if field)


def faults_of(words: dict[str, str]) -> Iterator[str]:
    """Whatever is wrong with a prompt's table (`zh`, `en`, `zh_again` …), each in one line."""
    keys = ["zh", "en", *(f"{language}_{wording}" for wording in _LATER for language in ("zh", "en"))]
    if unknown := [key for key in words if key not in keys]:
        yield f"没有这样的说法 / no such wording: {', '.join(unknown)}"
    question = "？" in words.get("zh", "")
    # The wordings come in both languages; a question has them all.
    wanted = keys if question else keys[:2] + [key for key in keys if {f"zh{key[2:]}", f"en{key[2:]}"} & set(words)]
    if missing := [key for key in dict.fromkeys(wanted) if not words.get(key)]:
        yield f"缺少 / lacks {', '.join(missing)}"
    for ending in ("", *(f"_{wording}" for wording in _LATER)):
        chinese, english = words.get(f"zh{ending}"), words.get(f"en{ending}")
        if chinese and english:
            if fields_in(chinese) != fields_in(english):
                yield f"zh{ending}, en{ending}: 空格不一致 / the fields differ"
            yield from (f"zh{ending}: {fault}" for fault in _faults_in_chinese(chinese))
            yield from (f"en{ending}: {fault}" for fault in _faults_in_english(english))
    if words.get("zh_help") and not words["zh_help"].endswith("请按零。"):
        yield "zh_help: 最后要说按零 / does not end with zero for an operator"


def _faults_in_chinese(words: str) -> Iterator[str]:
    choices = [sentence for sentence in split_sentences(words) if offers_key(sentence)]
    yield from _faults_in_any(words, len([choice for choice in choices if "按零" not in choice]))
    for sentence in split_sentences(words):
        if offers_key(sentence) and not _CHOICE.match(sentence):
            yield f"先说是什么，再说按几，一句一个 / name the choice, then its digit, in a sentence of its own: {sentence}"
        if not (fields_in(sentence) or offers_key(sentence)) and len(_CHARACTER.findall(sentence)) < LEAST_CHARACTERS:
            yield f"单独一个词，合成的声音读不好 / a single word alone: {sentence}"
    if len(_CHARACTER.findall(words)) > MOST_CHARACTERS:
        yield f"超过 {MOST_CHARACTERS} 个字 / more than {MOST_CHARACTERS} characters"
    if re.search(r"\d", words):
        yield "数字要写成字 / digits are written as characters"


def _faults_in_english(words: str) -> Iterator[str]:
    yield from _faults_in_any(words, len([digit for digit in _PRESS.findall(words) if digit != "zero"]))
    for sentence in re.split(r"(?<=[.?!])\s+", words):
        if _PRESS.search(sentence) and not _ENGLISH_CHOICE.match(sentence):
            yield f"先说是什么，再说按几 / name the choice, then its digit, in a sentence of its own: {sentence}"


def _faults_in_any(words: str, choices: int) -> Iterator[str]:
    if words.count("？") + words.count("?") > 1:
        yield "不止一个问题 / more than one question"
    if choices > MOST_CHOICES:
        yield f"选择超过 {MOST_CHOICES} 个 / more than {MOST_CHOICES} choices"
    if advertising := _ADVERTISING.search(words):
        yield f"广告 / advertising: {advertising[0]}"
