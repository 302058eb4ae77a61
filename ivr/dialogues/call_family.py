"""The resident wants to speak to their family: whom, and Asterisk rings them."""

from collections.abc import Sequence

from ivr.conversation import Conversation
from ivr.dialogues.asking import hear_another
from ivr.dialogues.caller import Caller
from ivr.dialogues.desk import Desk
from ivr.dialogues.naming import MOST_NAMED, named_with_keys
from ivr.errors import HandOver, PutThrough
from ivr.slots.choice import ChoiceSlot, choices_named
from ivr.slots.request import Request
from ivr.slots.yes_no import YesNoSlot
from models.residents import Contact, family_of

# What else people call those who are in the book by the first word.
ALSO_CALLED = {
    "儿子": ("我儿", "小子", "孩子他爸"),
    "女儿": ("闺女", "姑娘", "丫头", "囡囡"),
    "老伴": ("老头子", "老太婆", "爱人"),
    "孙子": ("孙儿",),
    "外甥": ("外甥子",),
}


async def call_family(talk: Conversation, caller: Caller, desk: Desk, request: Request) -> Request:
    """Hear which member of the family it is, and put the resident through; the others are rung after the chosen one."""
    assert caller.resident  # noqa: S101 - only residents have a family that we know
    family = await talk.do(family_of, caller.resident.id)
    if not family:
        await talk.say("no_family")
        raise HandOver("no_family")
    named = choices_named(request.hearing, [(one, names_of(one)) for one in family]) or list(family)
    chosen = named[0] if len(named) == 1 else await choose(talk, named[:MOST_NAMED])
    if len(named) == 1 and not request.sure and not await talk.ask("confirm_family", YesNoSlot(), name=called(chosen)):
        return await hear_another(talk, caller, request.turns + 1)
    await talk.say("calling_family", name=called(chosen))
    raise PutThrough([chosen.id, *(one.id for one in family if one.number != chosen.number)])


async def choose(talk: Conversation, family: Sequence[Contact]) -> Contact:
    """Name them and hear which one it is."""
    slot = ChoiceSlot([(one, names_of(one)) for one in family])
    return await talk.ask("which_family", slot, names=named_with_keys([called(one) for one in family]))


def called(contact: Contact) -> str:
    """How a contact is named to the resident: 女儿王丽."""
    return f"{contact.relation}{contact.name}"


def names_of(contact: Contact) -> Sequence[str]:
    """The words that may mean this contact."""
    return (contact.name, contact.relation, *ALSO_CALLED.get(contact.relation, ()))
