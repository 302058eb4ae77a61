"""What the machine made of a caller's words, in plain words: what it heard, what it took it for, how sure it was, what it did."""

from collections.abc import Mapping
from typing import Any

from ivr.understanding.meaning import Decision
from operator_console.figure_words import percent
from operator_console.words import Said

DECIDED = {
    Decision.ACCEPT: Said("够有把握，照办", "sure enough: acted upon", "done"),
    Decision.CONFIRM: Said("不太有把握，先问一句再办", "not quite sure: asked whether it was meant", "wait"),
    Decision.AGAIN: Said("没听懂，再问一遍", "not understood: asked again", "trouble"),
}
HYPOTHESES_SHOWN = 3


def decisions(heard: Mapping[str, Any], meanings: Mapping[str, Said]) -> list[Said]:
    """The machine's steps for one turn of the caller's; nothing for a turn of ours."""
    if "key" in heard:
        return [Said(f"按了 {heard['key']} 键", f"pressed {heard['key']}")]
    if heard.get("silence"):
        return [Said("没有听到说话，再问一遍", "heard nothing: asked again", "wait")]
    if heard.get("failed"):
        return [Said("识别程序没有答复，请对方按键", "the recogniser did not answer: keys were asked for", "trouble")]
    return _meaning(heard, meanings)


def hypotheses(heard: Mapping[str, Any]) -> tuple[str, ...]:
    """What the recogniser may have heard, the likeliest first."""
    return tuple(dict.fromkeys(str(one.get("text", "")) for one in heard.get("hypotheses", [])))[:HYPOTHESES_SHOWN]


def _meaning(heard: Mapping[str, Any], meanings: Mapping[str, Said]) -> list[Said]:
    intent = heard.get("intent")
    if not intent:
        return []
    name = meanings.get(intent, Said(intent, intent))
    share = percent(float(heard.get("share", 0)))
    steps = [Said(f"当作：{name.zh}，把握 {share}", f"taken for: {name.en}, {share} sure")]
    if heard.get("value") is not None:
        # The question that was asked has its answer, whatever else the words may mean.
        return [*steps, Said("是问题的回答，记下了", "an answer to the question: written down", "done")]
    if heard.get("decision") in set(Decision):
        steps.append(DECIDED[Decision(heard["decision"])])
    return steps
