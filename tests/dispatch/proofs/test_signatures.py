"""Signatures are drawn from where a finger went; whatever else is sent is refused in words."""

from io import BytesIO

import pytest
from PIL import Image

from dispatch.proofs import ProofRefused
from dispatch.proofs.signatures import HEIGHT, LONGEST, WIDTH, draw_signature


def test_a_signature_is_a_picture_of_its_strokes() -> None:
    with Image.open(BytesIO(draw_signature("100,100 400,100;500,50 500,400"))) as picture:
        assert (picture.format, picture.size) == ("PNG", (WIDTH, HEIGHT))
        assert [picture.getpixel(point) for point in ((250, 100), (500, 200), (450, 75))] == [0, 0, 255]


@pytest.mark.parametrize(
    "strokes",
    [
        "",
        ";;;",
        "5,5",
        "5,5 6,6",
        "1,1 x,9",
        "1,1 -5,9",
        "1,1  2,2",
        "1 2",
        "1,2,3",
        "1,1 1e9,1",
        "1,1 99999999999999,1",
        "１,１ ２,２",
        "<script>",
        "data:image/png;base64,AAAA",
        "1,1 900,400" + " 5,5" * LONGEST,
    ],
)
def test_what_is_no_signature_is_refused_in_words(strokes: str) -> None:
    with pytest.raises(ProofRefused) as refused:
        draw_signature(strokes)
    assert refused.value.zh
    assert refused.value.en


def test_a_finger_that_left_the_glass_stays_in_the_picture() -> None:
    assert draw_signature("0,0 9999,9999")
