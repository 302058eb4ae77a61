"""A replayed call, then and now side by side: as a table for people, as a document for programs."""

import json

import click

from ivr.replay.replaying import Replay
from ivr.replay.view import ReplayedTurn, View
from linli.documents import Document
from linli.printing import print_table

_HEADINGS = ("话轮 turn", "当时 then", "现在 now", "")
_NAMES = {
    "transcript": "听到 heard",
    "intent": "意思 intent",
    "value": "填入 value",
    "key": "按键 key",
    "missing": "缺录音 missing",
    "ended": "结束 ended",
}
_FLAGS = {
    "silence": "没有说话 silence",
    "nothing": "不算话 nothing",
    "failed": "识别失败 not recognised",
}


def replay_document(again: Replay) -> Document:
    """The whole replay; `diverged_at` is the turn from which the conversation goes another way."""
    return {
        "call": again.call_id,
        "turns": [turn_document(number, turn) for number, turn in enumerate(again.turns, start=1)],
        "diverged_at": again.parted_at,
        "ended": {"then": again.ended_then, "now": again.ended_now},
        "collected": {"then": again.collected_then, "now": again.collected_now},
    }


def turn_document(number: int, turn: ReplayedTurn) -> Document:
    """One turn."""
    prompt = turn.then.get("prompt") or turn.now.get("prompt")
    return {"turn": number, "prompt": prompt, "then": turn.then, "now": turn.now, "same": turn.same}


def print_replay(again: Replay) -> None:
    """The turns as a table, and how the conversation ended."""
    print_table(_HEADINGS, [_row(number, turn) for number, turn in enumerate(again.turns, start=1)])
    if again.parted_at is not None:
        click.echo(f"≠ 第 {again.parted_at} 轮起走了另一条路 / the conversation takes another way at turn {again.parted_at}")
    elif again.ended_then != again.ended_now:
        click.echo(f"≠ 当时的结果 / ended then: {again.ended_then or '?'}；现在 / now: {again.ended_now}")
    elif again.collected_then != again.collected_now:
        click.echo(f"≠ 当时记下 / collected then: {again.collected_then}；现在 / now: {again.collected_now}")
    elif all(turn.same for turn in again.turns):
        click.echo("✓ 处处相同 / the same throughout")
    else:
        click.echo("✓ 同一条路，有的话轮不同 / the same way, with differences in some turns")


def print_turn(number: int, turn: ReplayedTurn) -> None:
    """One turn by itself."""
    print_table(_HEADINGS, [_row(number, turn)])


def _row(number: int, turn: ReplayedTurn) -> tuple[object, ...]:
    return number, _lines(turn.then), _lines(turn.now), "" if turn.same else "≠"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(view: View) -> str:
    lines = [f"{view['prompt']}：{view.get('asked', '')}"] if "prompt" in view else []
    lines += [words for name, words in _FLAGS.items() if view.get(name)]
    for name, words in _NAMES.items():
        if name in view and view[name] is not None:
            sure = f" {view['decision']} {view['share']:.2f}" if name == "intent" and "share" in view else ""
            lines.append(f"{words}：{_plain(view[name])}{sure}")
    return "\n".join(lines)
