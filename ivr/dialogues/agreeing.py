"""Completing a wish, and reading it back until the resident agrees to it."""

from dataclasses import replace
from typing import Any

from ivr.conversation import Conversation
from ivr.dialogues.caller import Caller
from ivr.errors import HandOver
from ivr.slots.detail import say_detail
from ivr.slots.particular import ParticularSlot
from ivr.slots.verdict import ChangeSlot, VerdictSlot
from ivr.slots.wish import WhenSlot, Wish, WishSlot
from ivr.when import say_when

# A resident who has said no to so many read-backs is better off with a person.
MOST_READ_BACKS = 4
# What a whole order may take of the caller, from the first sentence to the yes.
MOST_TURNS = 4


async def ask_particular(talk: Conversation, wish: Wish, turns: int) -> Wish:
    """Ask a service's own question, unless it is answered, or the order would take too many turns: `turns` were taken so far."""
    assert wish.service  # noqa: S101 - the question is the service's
    question = wish.service.question
    to_come = 1 + (wish.when is None) + 1  # the question, the time, the read-back
    if not question or wish.detail or turns + to_come > MOST_TURNS:
        return wish
    wording = {"question": question["zh"], "simpler": question["zh_again"]}
    wish = wish.completed_by(await talk.ask("particular", ParticularSlot(question), **wording))
    await talk.collect(**as_collected(wish))
    return wish


async def agree(talk: Conversation, caller: Caller, wish: Wish, read_back: str = "read_back") -> Wish | None:
    """Complete a wish and read it back until the resident says yes; None when they want nothing after all."""
    for _ in range(MOST_READ_BACKS):
        wish = await complete(talk, caller, wish)
        verdict = await talk.ask(read_back, VerdictSlot(caller.catalogue, wish), **in_words(talk, wish))
        if verdict.right:
            return wish
        if verdict.forget_it:
            return None
        if verdict.instead != Wish():
            wish = wish.completed_by(verdict.instead)
            continue
        change = await talk.ask("what_to_change", ChangeSlot(caller.catalogue, wish))
        if change.forget_it:
            return None
        wish = replace(wish, service=None if change.service else wish.service, when=None if change.when else wish.when)
        wish = wish.completed_by(change.instead)
    raise HandOver("not_agreed")


async def complete(talk: Conversation, caller: Caller, wish: Wish) -> Wish:
    """Ask for what cannot be left out of an order, one thing at a time."""
    while wish.service is None:
        wish = wish.completed_by(await talk.ask("which_service", WishSlot(caller.catalogue)))
    await talk.collect(**as_collected(wish))
    if wish.when is None:
        wish = wish.completed_by(await talk.ask("when", WhenSlot(), service=wish.service.name))
        await talk.collect(**as_collected(wish))
    return wish


def in_words(talk: Conversation, wish: Wish) -> dict[str, str]:
    """A complete wish as it is read back."""
    assert wish.service and wish.when  # noqa: S101, PT018 - completed before it is spoken
    detail = say_detail(wish.service.question, wish.detail)
    service = f"{wish.service.name}，{detail}" if detail else wish.service.name
    return {"service": service, "when": say_when(wish.when, talk.now)}


def as_collected(wish: Wish) -> dict[str, Any]:
    """What is known of a wish, for whoever takes the call over."""
    collected: dict[str, Any] = {"words": wish.words}
    if wish.service:
        collected["service"] = wish.service.key
    if wish.detail:
        collected["detail"] = wish.detail
    if wish.when:
        collected["when"] = [wish.when.start.isoformat(), wish.when.end.isoformat()]
    return collected
