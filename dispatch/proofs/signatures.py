"""Signatures: they come as the finger's way over the glass, never as a picture, and are drawn here."""

from io import BytesIO
from itertools import pairwise
from math import dist

from PIL import Image, ImageDraw

from dispatch.proofs.refused import ProofRefused

WIDTH, HEIGHT = 1000, 500  # what the page draws on is scaled to this
LONGEST = 40_000  # characters
_LINE_PX = 7
_LEAST_INK = 150  # a dot is no signature
Stroke = list[tuple[int, int]]


def draw_signature(strokes: str) -> bytes:
    """A black PNG of strokes such as `12,40 13,42;200,90 210,95`; raises `ProofRefused` for what is none."""
    drawn = _read(strokes)
    if sum(dist(a, b) for stroke in drawn for a, b in pairwise(stroke)) < _LEAST_INK:
        raise ProofRefused("没有看到签名，请再签一次。", "No signature was seen; sign again.")
    picture = Image.new("L", (WIDTH, HEIGHT), 255)
    pen = ImageDraw.Draw(picture)
    for stroke in drawn:
        pen.line(stroke, fill=0, width=_LINE_PX, joint="curve")
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _read(strokes: str) -> list[Stroke]:
    if len(strokes) > LONGEST:
        raise ProofRefused("签名太长了，请签得简单一点。", "The signature is too long; sign more simply.")
    try:
        return [[_point(point) for point in stroke.split(" ")] for stroke in strokes.split(";") if stroke]
    except ValueError as error:
        raise ProofRefused("签名没有传完整，请再签一次。", "The signature did not arrive whole; sign again.") from error


def _point(words: str) -> tuple[int, int]:
    across, down = words.split(",")
    if not (across.isascii() and across.isdigit() and down.isascii() and down.isdigit()) or len(words) > len("1000,1000"):
        raise ValueError(words)
    return min(int(across), WIDTH), min(int(down), HEIGHT)
