"""Follows a recorded call while the conversation is held again: the caller's answers come from it, one after the other."""

import asyncio
from datetime import datetime

from ivr.endpointing import Endpointer
from ivr.errors import CallerHungUp
from ivr.facts import facts_of
from ivr.media.playback import Playback
from ivr.replay.errors import Parted, ReplayError
from ivr.replay.line import ReplayLine
from ivr.replay.script import HUNG_UP, NOT_ASKED, Exchange, Reply, Script
from ivr.replay.tape import Tape
from ivr.replay.view import ReplayedTurn, View, then_of, view
from ivr.turn import Incoming, Judge, Judgement, Key, Patience, Utterance


class Follower:
    """Where in the recorded call the conversation is. `turns` is what it came to so far."""

    def __init__(self, script: Script, tape: Tape) -> None:
        self.line = ReplayLine()
        self.turns: list[ReplayedTurn] = []
        self.now: datetime = script.began
        self._script = script
        self._tape = tape
        self._at = -1
        self._asked = ""

    def ask(self, prompt: str, words: str) -> None:
        """Take note of the next prompt; raise `Parted` where the recorded call said something else."""
        if prompt == NOT_ASKED:
            return
        self._at += 1
        self._asked = words
        asked: View = {"prompt": prompt, "asked": words}
        if self._at == len(self._script.exchanges):
            if self._script.outcome == HUNG_UP:
                raise CallerHungUp
            self._part({"ended": self._script.outcome}, asked)
        exchange = self._exchange
        # Other words alone may be a better wording; after an answer with another meaning they are another question.
        meant_otherwise = any("value" in turn.differing for turn in self.turns)
        if prompt != exchange.prompt or (words != exchange.words and meant_otherwise):
            self._part({"prompt": exchange.prompt, "asked": exchange.words}, asked)
        self.now = exchange.reply.at if exchange.reply else exchange.at
        self.line.bring()
        if exchange.reply and exchange.reply.is_message:
            self.turns.append(ReplayedTurn(then_of(exchange), asked))
            self.line.bring(exchange.reply.heard.get("key", ""), self._until_next(), then_hang_up=self._hangs_up)

    async def listen(
        self, line: Incoming, endpointer: Endpointer, playback: Playback, patience: Patience, judge: Judge
    ) -> Utterance | Key | None:
        """The recorded answer, judged by today's code: stands for `ivr.turn.hear_turn`."""
        exchange = self._exchange
        reply = exchange.reply
        if reply is None:
            if self._hangs_up:
                raise CallerHungUp
            return None
        if keys := reply.heard.get("key"):
            self._take(exchange, {"key": keys})
            self.line.bring(keys[1:])
            return Key(keys[0])
        if "sound_from_ms" not in reply.heard:
            self._take(exchange, {"silence": True})
            return None
        return await self._judge_again(exchange, reply, judge)

    def end(self, outcome: str) -> bool:
        """Take note of how it ended; whether the recorded call went on."""
        if self._at + 1 >= len(self._script.exchanges):
            return False
        following = self._script.exchanges[self._at + 1]
        then = {"prompt": following.prompt, "asked": following.words}
        self.turns.append(ReplayedTurn(then, {"ended": outcome}))
        return True

    async def _judge_again(self, exchange: Exchange, reply: Reply, judge: Judge) -> Utterance | None:
        try:
            sound = sound_of(reply, self._tape)
        except ReplayError as error:
            self.turns.append(
                ReplayedTurn(then_of(exchange), {"prompt": exchange.prompt, "asked": self._asked, "missing": str(error)})
            )
            raise Parted from error
        judgement, utterance = await judge_sound(sound, reply, judge)
        if judgement.nothing:
            self._take(exchange, {"nothing": True})
            return None
        answer = judgement.result
        self._take(exchange, facts_of(answer, utterance), answer.words)
        return utterance

    @property
    def _exchange(self) -> Exchange:
        return self._script.exchanges[self._at]

    @property
    def _hangs_up(self) -> bool:
        return self._script.outcome == HUNG_UP and self._at == len(self._script.exchanges) - 1

    def _take(self, exchange: Exchange, heard: View, transcript: str = "") -> None:
        now = view(exchange.prompt, self._asked, transcript, heard)
        self.turns.append(ReplayedTurn(then_of(exchange), now))

    def _until_next(self) -> bytes:
        following = self._script.exchanges[self._at + 1 :]
        return self._tape.between(self._exchange.began_ms, following[0].began_ms if following else None)

    def _part(self, then: View, now: View) -> None:
        self.turns.append(ReplayedTurn(then, now))
        raise Parted


def sound_of(reply: Reply, tape: Tape) -> bytes:
    """The sound that was judged then; raise `ReplayError` where it is not on the tape."""
    return tape.cut(reply.heard["sound_from_ms"], reply.heard.get("judged_to_ms", reply.heard["sound_to_ms"]))


async def judge_sound(sound: bytes, reply: Reply, judge: Judge) -> tuple[Judgement, Utterance]:
    """Judge a sound until no better judgement comes."""

    async def follow() -> Judgement | None:
        latest = None
        async for judgement in judge(sound, bool(reply.heard.get("by_prompt", 0))):
            latest = judgement
        return latest

    judging = asyncio.create_task(follow())
    judgement = await judging or Judgement(nothing=True)
    return judgement, Utterance(sound, judgement, judging)
