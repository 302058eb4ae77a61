"""Finding what is looked for from the head of each page: by words of every kind, over all kinds of rows; beside it LIKE."""

import time
from collections.abc import Callable
from urllib.parse import quote

from desks import Browser
from pages import Timing, summary
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.database import SessionMaker
from models.residents import Resident, ResidentPhone

SEARCH_MS = 100
WORDS = {
    "a surname": ("李", "王", "胡"),
    "a sign inside": ("英", "兰"),
    "two signs": ("秀英", "王秀", "国强"),
    "a name": ("王秀英", "李桂华", "张奶奶"),
    "pinyin": ("wang", "li", "xiuying", "wang xiu ying", "zhangguihua"),
    "initials": ("w", "wx", "wxy", "lgh"),
    "digits": ("1", "13", "139", "1234", "13900001234", "8800"),
    "an address": ("桂花苑", "8幢", "桂花苑8幢", "8幢3单元", "8幢3单元501", "501"),
    "two words": ("王 8幢", "秀英 桂花苑", "wxy 1234", "桂花苑 李"),
    "nobody": ("欧阳锋", "zzz", "99999999", "李 9幢 888", "没有这个人"),
}


def time_searches(browser: Browser, rounds: int, done: Callable[[], None]) -> list[Timing]:
    """Each word `rounds` times in the search box; one line for each kind of word and its slowest."""
    took: dict[str, dict[str, list[float]]] = {kind: {word: [] for word in words} for kind, words in WORDS.items()}
    for _ in range(rounds):
        for words in took.values():
            for word, times in words.items():
                began = time.perf_counter()
                status, _ = browser.get(f"/search/live?q={quote(word)}", **{"X-Linli-Live": "active"})
                times.append((time.perf_counter() - began) * 1000)
                if status != 200:
                    raise LookupError(f"the search for {word} answers {status}")
        done()
    found = []
    for kind, words in took.items():
        timings = [summary(f"search: {kind} ({word})", times, SEARCH_MS) for word, times in words.items()]
        found.append(max(timings, key=lambda one: one.p95_ms))
    every = [one for words in took.values() for times in words.values() for one in times]
    return [summary("search: every word", every, SEARCH_MS), *found]


def time_like(sessions: SessionMaker, rounds: int) -> Timing:
    """The residents alone, found by LIKE over the table: what one would do without the terms."""
    took = []
    for word in [words[0] for words in WORDS.values()] * rounds:
        with sessions() as session:
            began = time.perf_counter()
            _like(session, word)
            took.append((time.perf_counter() - began) * 1000)
    return summary("(residents alone, by LIKE)", took)


def _like(session: Session, words: str) -> list[Resident]:
    called = Resident.phones.any(ResidentPhone.number.contains(words))
    wanted = select(Resident).where(or_(Resident.name.contains(words), Resident.address.contains(words), called)).limit(20)
    return list(session.scalars(wanted))
