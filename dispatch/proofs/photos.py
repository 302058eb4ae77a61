"""Photos as providers' telephones send them, made small and plain: what is kept is a new picture and nothing else of the file."""

from io import BytesIO
from threading import Lock

from PIL import Image, ImageOps

from dispatch.proofs.refused import ProofRefused

LARGEST_PHOTO_BYTES = 20 * 1024 * 1024
LONGEST_SIDE_PX = 1600
QUALITY = 80
# A camera's JPEG is decoded at a fraction of its size; a picture of any other kind has to be held whole, three bytes a point.
MOST_POINTS_OF_A_CAMERA = 64_000_000
MOST_POINTS = 16_000_000
_FORMATS = ("JPEG", "PNG", "WEBP")
# One at a time, so that many large pictures at once do not need much memory at once.
_DECODING = Lock()


def plain_photo(content: bytes) -> bytes:
    """The photo as a small upright JPEG without EXIF, place, comment or profile; raises `ProofRefused` for what is no photo."""
    if len(content) > LARGEST_PHOTO_BYTES:
        megabytes = LARGEST_PHOTO_BYTES // (1024 * 1024)
        raise ProofRefused(f"照片太大了，最多 {megabytes} MB。", f"The photo is too large: {megabytes} MB at the most.")
    try:
        with _DECODING:
            return _encode(_decode(content))
    except ProofRefused:
        raise
    except Exception as error:  # a broken or hostile file makes a decoder raise anything at all
        raise ProofRefused(
            "这不是照片，或者照片坏了。请重新拍一张。", "This is no photo, or a broken one. Take another."
        ) from error


def _decode(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=_FORMATS) as photo:
        # A progressive JPEG is held whole in spite of draft().
        in_parts = photo.format == "JPEG" and not photo.info.get("progressive")
        if photo.width * photo.height > (MOST_POINTS_OF_A_CAMERA if in_parts else MOST_POINTS):
            raise ProofRefused("照片的尺寸太大了，请用普通尺寸拍。", "The photo has too many pixels; take one of ordinary size.")
        photo.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
        photo.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX))
        return ImageOps.exif_transpose(photo).convert("RGB")


def _encode(photo: Image.Image) -> bytes:
    plain = Image.new("RGB", photo.size)  # a picture that has never heard of the file: Pillow would copy its comment
    plain.paste(photo)
    written = BytesIO()
    plain.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
