"""Photos: whatever a telephone sends, what is kept is small, upright and says nothing of where it was taken."""

import zlib
from io import BytesIO
from struct import pack

import pytest
from PIL import ExifTags, Image, PngImagePlugin

from dispatch.proofs import LARGEST_PHOTO_BYTES, ProofRefused
from dispatch.proofs.photos import LONGEST_SIDE_PX, plain_photo


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 20), mode: str = "RGB", **chosen: object) -> bytes:
    written = BytesIO()
    Image.new(mode, size, 200).save(written, kind, **chosen)
    return written.getvalue()


def photo_from_a_phone() -> bytes:
    """A photo taken with the telephone on its side, with the place, a comment and more in it."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "SECRETPHONE"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (30.0, 15.0, 1.0)
    return picture(exif=exif.tobytes(), comment=b"SECRETCOMMENT", xmp=b"<x>SECRETXMP</x>", icc_profile=b"SECRETPROFILE")


def png_that_says_it_is(width: int, height: int) -> bytes:
    """A PNG of a hundred bytes or so that would need gigabytes."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))

    head = chunk(b"IHDR", pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")


def test_a_photo_is_turned_upright_and_keeps_nothing_but_the_picture() -> None:
    sent = photo_from_a_phone()
    assert sent.count(b"SECRET") == 4
    kept = plain_photo(sent)
    assert b"SECRET" not in kept
    with Image.open(BytesIO(kept)) as photo:
        assert (photo.format, photo.size) == ("JPEG", (20, 40))
        assert not photo.getexif()
        assert set(photo.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_pictures_of_the_usual_kinds_are_taken(kind: str, mode: str) -> None:
    with Image.open(BytesIO(plain_photo(picture(kind, mode=mode)))) as photo:
        assert (photo.format, photo.mode) == ("JPEG", "RGB")


def test_a_large_photo_becomes_a_small_one() -> None:
    with Image.open(BytesIO(plain_photo(picture(size=(4000, 3000))))) as photo:
        assert photo.size == (LONGEST_SIDE_PX, LONGEST_SIDE_PX * 3 // 4)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 100,
        picture()[:200],
        picture("PNG")[:-30],
        b"\xff\xd8\xff\xe0" + b"\0" * 1000,
        picture("BMP"),
        b"%PDF-1.7",
        picture() * 0 + b"\x89PNG\r\n\x1a\n",
    ],
)
def test_what_is_no_photo_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ProofRefused) as refused:
        plain_photo(content)
    assert refused.value.zh
    assert refused.value.en


@pytest.mark.parametrize("size", [(30_000, 30_000), (12_000, 12_000), (5_000, 4_000), (65_000, 1_000)])
def test_a_picture_that_would_fill_the_memory_is_not_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(ProofRefused):
        plain_photo(png_that_says_it_is(*size))


def test_a_bomb_of_text_is_refused() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("a", "x" * 80_000_000, zip=True)
    bomb = picture("PNG", pnginfo=text)
    assert len(bomb) < 200_000
    with pytest.raises(ProofRefused):
        plain_photo(bomb)


def test_a_large_progressive_photo_is_refused_an_ordinary_one_of_that_size_is_not() -> None:
    size = (5000, 4000)
    with pytest.raises(ProofRefused):
        plain_photo(picture(size=size, progressive=True))
    assert plain_photo(picture(size=size))


def test_a_file_that_is_too_large_is_not_looked_at() -> None:
    with pytest.raises(ProofRefused) as refused:
        plain_photo(b"\xff" * (LARGEST_PHOTO_BYTES + 1))
    assert "20 MB" in refused.value.zh
