"""The pixels of a picture file: upright as far as memory allows, in sRGB, and nothing else that the file said."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from io import BytesIO
from math import ceil, floor
from typing import Any, BinaryIO

from PIL import AvifImagePlugin, Image, ImageCms, ImageOps

from news.media.inspector.colours import SRGB, find_profile
from news.media.inspector.refusals import FileRefused

ACCEPTED = ("JPEG", "PNG", "WEBP", "AVIF", "GIF")
LARGEST = (3840, 16383)  # WebP can be no taller
MOST_PIXELS_AT_ONCE = 18_000_000
"""A larger picture is not held twice, as turning or converting it would need: it is worked through in strips."""
SHRINKING = ("JPEG", "MPO")
"""These are made smaller while they are decoded, so they may have twice as many pixels as others."""
MOST_PIXELS_OF_WEBP = 13_000_000
"""Its decoder takes memory for four pictures of that size before it tells how large it is."""
PIXELS_OF_A_STRIP = 1_000_000
SUPPORT = 3
"""Pixels on each side of a point that Lanczos' filter looks at."""

AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread would reserve memory of its own


def decode_picture(file: BinaryIO, most_pixels: int) -> tuple[dict[str, Any], Iterator[bytes]]:
    """Mode and size of what will be stored, how it has still to be turned, and its pixels. Raises FileRefused."""
    picture = open_picture(file, most_pixels)
    if picture.width * picture.height <= MOST_PIXELS_AT_ONCE:
        cleaned = clean_picture(picture)
        return describe(cleaned.mode, cleaned.size), iter([cleaned.tobytes()])
    turn = find_turn(picture)
    mode, size = find_mode(picture), fit_within(picture.size, LARGEST[::-1] if turn in SIDEWAYS else LARGEST)
    return describe(mode, size, turn), (strip.tobytes() for strip in clean_strips(picture, mode, size))


def describe(mode: str, size: tuple[int, int], turn: int | None = None) -> dict[str, Any]:
    return {"mode": mode, "width": size[0], "height": size[1], "turn": turn}


def open_picture(file: BinaryIO, most_pixels: int) -> Image.Image:
    """Looks at the bytes, not at a name. The size in the header is judged before a single pixel is made."""
    if (pixels := count_webp_pixels(file.read(30))) > MOST_PIXELS_OF_WEBP:
        raise FileRefused("too_demanding" if pixels <= most_pixels else "too_many_pixels")
    file.seek(0)
    try:
        picture = Image.open(file, formats=ACCEPTED)
        most_pixels *= 2 if picture.format in SHRINKING else 1
        has_too_many = picture.width * picture.height > most_pixels
        moves = getattr(picture, "is_animated", False) and picture.format != "MPO"  # a telephone's second lens
    except Image.DecompressionBombError:  # Pillow's own limit, far above ours
        has_too_many, moves = True, False
    except MemoryError:
        raise
    except Exception as error:  # bytes made to harm may fail a decoder in any way
        raise FileRefused("not_a_picture") from error
    if has_too_many:
        raise FileRefused("too_many_pixels")
    if moves:
        raise FileRefused("moves")
    if picture.width * picture.height > MOST_PIXELS_AT_ONCE:
        most = LARGEST[::-1] if find_turn(picture) in SIDEWAYS else LARGEST
        # A JPEG can be decoded at a half, a quarter or an eighth of its size.
        picture.draft(None, fit_within(picture.size, most))
    try:
        picture.load()
    except MemoryError:
        raise
    except Exception as error:  # a decoder may call it damaged when it lacks memory
        if picture.format == "JPEG" and (mended := load_without_end(file)):
            return mended
        is_large = picture.format == "AVIF" and picture.width * picture.height > MOST_PIXELS_AT_ONCE
        raise FileRefused("too_demanding" if is_large else "damaged_picture") from error
    return picture


def load_without_end(file: BinaryIO) -> Image.Image | None:
    """A JPEG that lacks only its last marker, and no pixel; None if it lacks more.

    A decoder fills what is missing with whatever comes next. So if other bytes behind make the same picture, none is.
    """
    file.seek(0)
    content = file.read().rstrip(b"\xff")
    found = []
    for more in (b"", b"\x5a" * 4096):
        picture = Image.open(BytesIO(content + more + b"\xff\xd9"), formats=("JPEG",))
        if picture.width * picture.height > MOST_PIXELS_AT_ONCE:
            return None
        try:
            picture.load()
        except OSError:
            return None
        found.append(picture)
    return found[0] if found[0].tobytes() == found[1].tobytes() else None


def count_webp_pixels(head: bytes) -> int:
    """As the head of a WebP file says; 0 for any other. https://developers.google.com/speed/webp/docs/riff_container"""
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP" or len(head) < 30:
        return 0
    if head[12:16] == b"VP8X":
        return (1 + int.from_bytes(head[24:27], "little")) * (1 + int.from_bytes(head[27:30], "little"))
    if head[12:16] == b"VP8L":
        sides = int.from_bytes(head[21:25], "little")
        return (1 + (sides & 0x3FFF)) * (1 + (sides >> 14 & 0x3FFF))
    return (int.from_bytes(head[26:28], "little") & 0x3FFF) * (int.from_bytes(head[28:30], "little") & 0x3FFF)


def find_mode(picture: Image.Image) -> str:
    return "RGBA" if picture.has_transparency_data else "RGB"


def clean_picture(picture: Image.Image) -> Image.Image:
    try:  # in place, it has turned before it can stumble over what else a camera wrote
        ImageOps.exif_transpose(picture, in_place=True)
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
    mode = find_mode(picture)
    profile = find_profile(picture.info)
    picture = convert_before_resizing(picture, mode)
    picture.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    return make_srgb_converter(profile, mode)(picture)


def convert_before_resizing(picture: Image.Image, mode: str) -> Image.Image:
    if picture.mode.startswith("I"):  # 16 bits of grey, which convert() would cut at white
        picture = picture.point(lambda value: value * (1 / 256)).convert("L")
    if mode == "RGBA" or picture.mode not in ("L", "CMYK"):  # those are converted by their profile, if any
        picture = convert_mode(picture, mode)
    return picture


def convert_mode(picture: Image.Image, mode: str) -> Image.Image:
    return picture if picture.mode == mode else picture.convert(mode)


def make_srgb_converter(profile: ImageCms.ImageCmsProfile | None, mode: str) -> Callable[[Image.Image], Image.Image]:
    """To the colours that the picture's own profile means; without a profile that fits, sRGB was meant."""
    return partial(convert_profile, own=profile, mode=mode) if profile else partial(convert_mode, mode=mode)


def convert_profile(picture: Image.Image, own: ImageCms.ImageCmsProfile, mode: str) -> Image.Image:
    with suppress(ImageCms.PyCMSError, OSError):
        picture = ImageCms.profileToProfile(picture, own, SRGB, outputMode=mode) or picture
    return convert_mode(picture, mode)


# Large pictures

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By what a camera notes of how it was held."""
SIDEWAYS = {TURNS[note] for note in (5, 6, 7, 8)}


def find_turn(picture: Image.Image) -> int | None:
    with suppress(Exception):
        return TURNS.get(picture.getexif().get(0x0112, 1))
    return None


def fit_within(size: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the same shape within `most`, never larger than it is."""
    (width, height), (most_wide, most_high) = size, most
    shrink = min(1.0, most_wide / width, most_high / height)
    return max(1, round(width * shrink)), max(1, round(height * shrink))


def clean_strips(picture: Image.Image, mode: str, size: tuple[int, int]) -> Iterator[Image.Image]:
    """The same steps as for a small picture, on so many rows at once that they fit beside the whole."""
    convert = make_srgb_converter(find_profile(picture.info), mode)
    picture.info.pop("icc_profile", None)
    scale = picture.height / size[1]
    margin = ceil(SUPPORT * scale) + 1
    rows = max(1, floor(PIXELS_OF_A_STRIP / (picture.width * scale)))
    for top in range(0, size[1], rows):
        bottom = min(size[1], top + rows)
        if size == picture.size:
            yield convert(convert_before_resizing(picture.crop((0, top, picture.width, bottom)), mode))
            continue
        first, last = max(0, floor(top * scale) - margin), min(picture.height, ceil(bottom * scale) + margin)
        strip = convert_before_resizing(picture.crop((0, first, picture.width, last)), mode)
        box = (0, top * scale - first, picture.width, min(strip.height, bottom * scale - first))
        yield convert(strip.resize((size[0], bottom - top), Image.Resampling.LANCZOS, box=box))
