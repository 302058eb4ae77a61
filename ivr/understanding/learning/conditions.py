"""Under what conditions a sentence is rehearsed: who speaks it and how, and how noisy the line is."""

import random
from dataclasses import dataclass

from audio.synthesizers.manner import FLAT_TONGUE, FRONT_NASAL, N_AS_L, Manner
from audio.telephone_line import Colour, Noise

# One after another, None for a clean line: mostly lines like those of real callers, some that are worse.
NOISES_DB = (20, None, 12, 20, 8, None, 20, 10)
_COLOURS: tuple[Colour, ...] = ("white", "white", "white", "pink", "pink")
_SOUTHERN = 0.35
# Southern speakers hardly ever curl the tongue; fewer have lost -ng, fewer still tell n from l.
_FRONT_NASALS = 0.8
_N_AS_L = 0.4


@dataclass(frozen=True)
class Conditions:
    """The manner of the voice, and the noise of the line (None: a clean one)."""

    manner: Manner
    noise: Noise | None

    @property
    def noise_db(self) -> int | None:
        """How far the noise lies below the speech."""
        return round(self.noise.below_speech_db) if self.noise else None


def conditions(text: str, times_before: int) -> Conditions:
    """The conditions of a sentence that was rehearsed so often before: the same ones whoever asks, other ones each time."""
    chance = random.Random(f"{times_before} {text}")  # noqa: S311 - chance is for variety here
    southern = (FRONT_NASAL,) * (chance.random() < _FRONT_NASALS) + (FLAT_TONGUE,) + (N_AS_L,) * (chance.random() < _N_AS_L)
    manner = Manner(
        stretch=chance.uniform(0.95, 1.6),
        pitch=chance.uniform(0.75, 1.2),
        energy=chance.uniform(0.8, 1.1),
        mouth=chance.choice((0.9, 0.95, 1.0, 1.0, 1.05, 1.1)),
        accent=southern if chance.random() < _SOUTHERN else (),
    )
    # Each sentence begins somewhere else in the row, so that all noises are about as frequent after any number of rounds.
    start = random.Random(text).randrange(len(NOISES_DB))  # noqa: S311
    below_db = NOISES_DB[(start + times_before) % len(NOISES_DB)]
    if below_db is None:
        return Conditions(manner, None)
    noise = Noise(below_db, chance.choice(_COLOURS), hum=chance.random() < 0.5, seed=chance.randrange(2**32))
    return Conditions(manner, noise)
