from io import BytesIO

import pytest
from PIL import Image as Picture
from PIL import ImageChops, ImageOps

from news.media.inspector import pictures
from news.media.inspector.pictures import count_webp_pixels, decode_picture, fit_within
from tests.support.factories import make_picture
from tests.support.hostile_files import save_picture


def decode(content: bytes) -> Picture.Image:
    verdict, pieces = decode_picture(BytesIO(content), 60_000_000)
    picture = Picture.frombytes(verdict["mode"], (verdict["width"], verdict["height"]), b"".join(pieces))
    return picture if verdict["turn"] is None else picture.transpose(Picture.Transpose(verdict["turn"]))


def make_pattern(mode: str, size: tuple[int, int]) -> Picture.Image:
    """Smooth, as a photograph is: noise would differ by its rounding alone."""
    bands = [Picture.linear_gradient("L").resize(size), Picture.radial_gradient("L").resize(size)]
    return Picture.merge("RGBA", bands * 2).convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "P", "CMYK"])
@pytest.mark.parametrize("size", [(900, 700), (4500, 300), (50, 9)])
def test_strips_of_a_large_picture_are_what_the_whole_would_be(monkeypatch, mode, size):
    content = save_picture(make_pattern(mode, size), "JPEG" if mode == "CMYK" else "PNG")
    whole = decode(content)
    monkeypatch.setattr(pictures, "MOST_PIXELS_AT_ONCE", 1)
    monkeypatch.setattr(pictures, "PIXELS_OF_A_STRIP", 20_000)

    strips = decode(content)

    assert strips.mode == whole.mode
    assert strips.size == whole.size
    assert max(most for _least, most in ImageChops.difference(strips, whole).getextrema()) <= 1


@pytest.mark.parametrize("note", range(1, 9))
def test_large_picture_is_turned_as_a_small_one(monkeypatch, note):
    exif = Picture.Exif()
    exif[0x0112] = note
    drawn = make_pattern("RGB", (60, 40))
    content = save_picture(drawn, "PNG", exif=exif)
    monkeypatch.setattr(pictures, "MOST_PIXELS_AT_ONCE", 1)

    assert decode(content).tobytes() == ImageOps.exif_transpose(Picture.open(BytesIO(content))).tobytes()


@pytest.mark.parametrize(
    ("size", "fitted"),
    [((100, 50), (100, 50)), ((7680, 100), (3840, 50)), ((1, 20_000), (1, 16383)), ((60_000, 1), (3840, 1))],
)
def test_picture_is_fitted_without_being_enlarged(size, fitted):
    assert fit_within(size, pictures.LARGEST) == fitted


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0"}])
def test_head_of_a_webp_file_tells_its_size(options):
    assert count_webp_pixels(make_picture(300, 70, "WEBP", **options)[:30]) == 300 * 70
    assert count_webp_pixels(make_picture(300, 70, "PNG")[:30]) == 0
    assert count_webp_pixels(b"RIFF\0\0\0\0WEBP") == 0
