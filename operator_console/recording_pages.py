"""A recording with its waveform, and beside it what was said, what the machine decided and what happened meanwhile."""

import logging
import wave

import numpy as np
from flask import Blueprint, Response, abort, jsonify, render_template
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from audio.sealing import SealError, open_recording
from models.calls import Call, Recording
from operator_console.context import facts, parts
from operator_console.corrections import meanings
from operator_console.recording_story import story_of
from operator_console.recordings import playable

log = logging.getLogger(__name__)
recording_pages = Blueprint("recording_pages", __name__, url_prefix="/recordings")

PEAKS = 1200
SPEEDS = ("0.75", "1", "1.25", "1.5")


@recording_pages.get("/<int:call_id>")
def show(call_id: int) -> str:
    """The call by its sound."""
    call = _call(call_id)
    recording = _recording(call)
    story = story_of(facts(), call, recording, meanings())
    return render_template("recording.html", call=call, recording=recording, story=story, speeds=SPEEDS)


@recording_pages.get("/<int:call_id>/peaks")
def peaks(call_id: int) -> Response:
    """The waveform: how long the sound is, and how loud each small piece of it (0 to 1). Nothing can be heard from it."""
    recording = _recording(_call(call_id)) or abort(404)
    try:
        with open_recording(parts().settings.recordings_dir / recording.path) as file, wave.open(file) as sound:
            rate, width, channels = sound.getframerate(), sound.getsampwidth(), sound.getnchannels()
            data = sound.readframes(sound.getnframes())
    except (OSError, SealError, EOFError, wave.Error):
        log.warning("the recording of call %d cannot be drawn", call_id)
        abort(404)
    if width != 2:
        abort(404)
    samples = np.abs(np.frombuffer(data, dtype="<i2").astype(np.int32))
    duration_s = len(samples) / channels / rate
    starts = np.linspace(0, len(samples), min(PEAKS, max(1, len(samples))), endpoint=False).astype(int)
    loudest = np.maximum.reduceat(samples, starts) / 32768 if len(samples) else np.zeros(1)
    return jsonify(duration_s=round(duration_s, 3), peaks=[round(float(one), 3) for one in loudest])


def _call(call_id: int) -> Call:
    asked = select(Call).where(Call.id == call_id).options(selectinload(Call.turns), selectinload(Call.recordings))
    return facts().scalar(asked) or abort(404)


def _recording(call: Call) -> Recording | None:
    """The sound of both sides, where it is there."""
    return next((one for one in playable(parts().settings.recordings_dir, call.recordings) if one.kind == "call"), None)
