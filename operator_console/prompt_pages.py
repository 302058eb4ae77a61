"""Prompts in a person's own voice: listen to what callers hear, record one's own, put it live, take it off again."""

import logging
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from audio.prompts.catalogue import load_catalogue
from audio.sound import SoundError, duration_s, from_samples, read_wav, to_samples, write_wav
from models.prompt_voices import PromptVoice
from operator_console.context import facts, parts, signed_in

log = logging.getLogger(__name__)
prompts = Blueprint("prompts", __name__, url_prefix="/prompts")

LARGEST_RECORDING = 4 * 1024 * 1024
LONGEST_S, SHORTEST_S = 12.0, 0.5  # rule 4: no prompt is longer
QUIETEST_LUFS = -50.0
MARGIN_S = 0.1


@dataclass(frozen=True)
class Wording:
    """One wording that a person can record, by the name of its file."""

    file: str
    prompt: str
    words: str


@prompts.url_value_preprocessor
def _take_sound(endpoint: str | None, values: dict[str, object] | None) -> None:
    """Before anything reads the form, as the check of its token does."""
    if endpoint == "prompts.record":
        request.max_content_length = LARGEST_RECORDING


@prompts.get("/")
def index() -> str:
    """All wordings without blanks, and in whose voice each is heard."""
    live = {
        voice.wording: voice
        for voice in facts().scalars(select(PromptVoice).where(PromptVoice.taken_off_at.is_(None)))
        if voice.live_since
    }
    return render_template("prompts.html", wordings=list(_wordings().values()), live=live)


@prompts.get("/<name>")
def show(name: str) -> str:
    """One wording: listen, record, and the recordings made so far."""
    wording = _wording(name)
    made = select(PromptVoice).where(PromptVoice.wording == name).order_by(PromptVoice.id.desc()).limit(20)
    return render_template("prompt.html", wording=wording, voices=list(facts().scalars(made)), longest_s=int(LONGEST_S))


@prompts.get("/<name>/sound")
def sound(name: str) -> Response:
    """What callers hear now."""
    path = _heard(_wording(name).file)
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype="audio/wav", conditional=True)


@prompts.get("/voices/<int:voice_id>")
def voice(voice_id: int) -> Response:
    """A recording as it would be heard on the telephone."""
    path = parts().settings.data_dir / _voice(voice_id).path
    if not path.is_file():
        abort(404)
    return send_file(path, mimetype="audio/wav", conditional=True)


@prompts.post("/<name>/voices")
def record(name: str) -> ResponseReturnValue:
    """Keep what was recorded in the browser, in whatever form it comes, once it is fit to be played; it is not live yet."""
    # Loads scipy.signal, a second of the console's start: only who records shall wait for it.
    from audio.loudness import loudness_lufs, shape_for_telephone, trim_silence  # noqa: PLC0415

    wording = _wording(name)
    given = request.files.get("sound")
    if given is None:
        abort(400)
    with tempfile.TemporaryDirectory() as folder:
        taken = Path(folder) / "taken"
        given.save(taken)
        try:
            samples = trim_silence(to_samples(read_wav(taken)), MARGIN_S)
        except SoundError:
            return _refused(name, "这不是录音，请再录一次。\nThat is no recording; please record it again.")
    length_s = duration_s(from_samples(samples))
    if not SHORTEST_S <= length_s <= LONGEST_S:
        return _refused(
            name,
            f"录音要在 {SHORTEST_S} 到 {LONGEST_S:.0f} 秒之间，这一段是 {length_s:.1f} 秒。\n"
            f"A recording has {SHORTEST_S} to {LONGEST_S:.0f} seconds; this one has {length_s:.1f}.",
        )
    if loudness_lufs(samples) < QUIETEST_LUFS:
        return _refused(
            name, "几乎没有声音，请检查麦克风再录。\nThere is hardly any sound; check the microphone and record again."
        )
    path = f"prompts/voices/{name}-{uuid4().hex}.wav"
    write_wav(parts().settings.data_dir / path, from_samples(shape_for_telephone(samples)))
    made = PromptVoice(
        prompt=wording.prompt,
        language="zh",
        wording=name,
        words=wording.words,
        path=path,
        made_at=parts().clock(),
        made_by=signed_in().id,
    )
    facts().add(made)
    facts().commit()
    flash("录好了。听一遍，好就启用。\nRecorded. Listen to it, and put it live if it is good.", "done")
    return redirect(url_for("prompts.show", name=name), 303)


@prompts.post("/voices/<int:voice_id>/live")
def put_live(voice_id: int) -> ResponseReturnValue:
    """From the next time on callers hear this recording; it is refused where the prompt's words have changed since."""
    chosen = _voice(voice_id)
    if _wording(chosen.wording).words != chosen.words:
        return _refused(chosen.wording, "这句话的文字后来改过，请重录。\nThe words have changed since; please record them anew.")
    _take_off(chosen.wording)
    chosen.live_since, chosen.taken_off_at = parts().clock(), None
    facts().commit()
    recorded = parts().settings.data_dir / chosen.path
    for target in (_recorded(chosen.wording), _heard(chosen.wording)):  # of the conversation, and of Asterisk itself
        write_wav(target, read_wav(recorded))
    log.info("prompt %s: voice %d is live, by operator %d", chosen.wording, chosen.id, signed_in().id)
    flash("已启用，下一次就用这段录音。\nLive: it is heard from the next time on.", "done")
    return redirect(url_for("prompts.show", name=chosen.wording), 303)


@prompts.post("/voices/<int:voice_id>/off")
def take_off(voice_id: int) -> ResponseReturnValue:
    """Back to the synthesiser's voice."""
    chosen = _voice(voice_id)
    _take_off(chosen.wording)
    facts().commit()
    _recorded(chosen.wording).unlink(missing_ok=True)
    spoken = _heard(chosen.wording).with_suffix(".spoken")
    if spoken.is_file():
        shutil.move(spoken, _heard(chosen.wording))
    flash("已停用，换回合成声音。\nTaken off: the synthesiser speaks again.", "done")
    return redirect(url_for("prompts.show", name=chosen.wording), 303)


def _take_off(name: str) -> None:
    spoken = _heard(name).with_suffix(".spoken")
    if not _recorded(name).is_file() and _heard(name).is_file():
        shutil.copyfile(_heard(name), spoken)  # so that it can come back without being spoken anew
    live = select(PromptVoice).where(PromptVoice.wording == name, PromptVoice.live_since.is_not(None))
    for voice in facts().scalars(live.where(PromptVoice.taken_off_at.is_(None))):
        voice.taken_off_at = parts().clock()


def _wordings() -> dict[str, Wording]:
    catalogue = load_catalogue()
    return {file: Wording(file, prompt, words) for prompt, words, file in catalogue.recordable()}


def _wording(name: str) -> Wording:
    return _wordings().get(name) or abort(404)


def _voice(voice_id: int) -> PromptVoice:
    return facts().get(PromptVoice, voice_id) or abort(404)


def _heard(name: str) -> Path:
    """Where Asterisk plays it from, and what is listened to here."""
    return parts().settings.data_dir / "sounds" / "linli" / f"{name}.wav"


def _recorded(name: str) -> Path:
    """Where the conversation looks for a person's voice (audio/prompts/cache.py)."""
    return parts().settings.prompts_dir / "recorded" / f"{name}.wav"


def _refused(name: str, words: str) -> ResponseReturnValue:
    flash(words, "trouble")
    return redirect(url_for("prompts.show", name=name), 303)
