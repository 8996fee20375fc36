"""What the numbers of a picture mean as colours: its ICC profile, or the gamma and primaries of a PNG without one."""

from collections.abc import Mapping
from contextlib import suppress
from io import BytesIO
from itertools import product
from struct import pack
from typing import Any

from PIL import Image, ImageCms

SRGB = ImageCms.createProfile("sRGB")
SRGB_PRIMARIES = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
"""White, red, green and blue as `x` and `y`, in the order of a PNG's cHRM."""
D50 = (0.9642, 1.0, 0.8249)
BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
USUAL_GAMMA = 0.4545
"""Of a PNG that was made for a screen; sRGB is meant."""

type Matrix = tuple[tuple[float, ...], ...]


def find_profile(info: Mapping[Any, Any]) -> ImageCms.ImageCmsProfile | None:
    """The profile that the picture's colours have to be converted from; None if they are sRGB already.

    `info` is what Pillow read of the file. What a profile does is looked at, and not how it is called.
    """
    profile = info.get("icc_profile")
    if not profile and "srgb" not in info and info.get("gamma"):
        profile = make_profile(float(info["gamma"]), info.get("chromaticity") or SRGB_PRIMARIES)
    if not profile:
        return None
    with suppress(ImageCms.PyCMSError, OSError, ValueError):
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        return None if is_srgb(own) else own
    return None


def is_srgb(own: ImageCms.ImageCmsProfile) -> bool:
    """Whether a conversion would change no colour that can be told apart."""
    if own.profile.xcolor_space.strip() != "RGB":
        return False
    steps = (0, 40, 85, 128, 190, 255)
    colours = bytes(value for colour in product(steps, repeat=3) for value in colour)
    probe = Image.frombytes("RGB", (len(steps) ** 3, 1), colours)
    converted = ImageCms.profileToProfile(probe, own, SRGB, outputMode="RGB")
    return converted is not None and all(
        abs(one - other) <= 2 for one, other in zip(colours, converted.tobytes(), strict=True)
    )


def make_profile(gamma: float, chromaticity: tuple[float, ...]) -> bytes | None:
    """The ICC profile (v2) of a gamma and of primaries; None where they make no sense, or are those of a screen."""
    is_usual = abs(gamma - USUAL_GAMMA) < 0.01
    primaries = tuple(round(value, 4) for value in chromaticity)
    if not 0.05 < gamma < 5 or (is_usual and all(abs(a - b) < 0.002 for a, b in zip(primaries, SRGB_PRIMARIES))):  # noqa: B905
        return None
    try:
        columns = transpose(matrix_to_d50(primaries))
    except (ZeroDivisionError, ValueError):
        return None
    curve = b"curv\0\0\0\0" + pack(">IH", 1, round(256 / gamma)) + b"\0\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + pack(">I", 4) + b"png\0" + bytes(79),
        b"wtpt": xyz_of(D50),
        **{name: xyz_of(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve),
    }
    table, content, start = pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, value in tags.items():
        table += pack(">4sII", name, start + len(content), len(value))
        content += value + bytes(-len(value) % 4)
    header = pack(">I4sI4s4s4s", start + len(content), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + b"".join(pack(">i", round(value * 65536)) for value in D50)
    return header.ljust(128, b"\0") + table + content


def xyz_of(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(pack(">i", round(value * 65536)) for value in values)


def matrix_to_d50(primaries: tuple[float, ...]) -> Matrix:
    """From linear red, green and blue to XYZ under the light of a profile. http://www.brucelindbloom.com/"""
    white, *colours = (xyz_from(*primaries[place : place + 2]) for place in range(0, 8, 2))
    unscaled = transpose(tuple(colours))
    scale = apply_matrix(invert(unscaled), white)
    matrix = tuple(tuple(value * factor for value, factor in zip(row, scale, strict=True)) for row in unscaled)
    here, there = apply_matrix(BRADFORD, white), apply_matrix(BRADFORD, D50)
    adapt = tuple(tuple(value * there[place] / here[place] for value in row) for place, row in enumerate(BRADFORD))
    return multiply(multiply(invert(BRADFORD), adapt), matrix)


def xyz_from(x: float, y: float) -> tuple[float, ...]:
    return x / y, 1.0, (1 - x - y) / y


def transpose(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def apply_matrix(matrix: Matrix, vector: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)


def multiply(first: Matrix, second: Matrix) -> Matrix:
    return transpose(tuple(apply_matrix(first, column) for column in transpose(second)))


def invert(matrix: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = matrix
    adjugate = (
        (e * i - f * h, c * h - b * i, b * f - c * e),
        (f * g - d * i, a * i - c * g, c * d - a * f),
        (d * h - e * g, b * g - a * h, a * e - b * d),
    )
    determinant = a * adjugate[0][0] + b * adjugate[1][0] + c * adjugate[2][0]
    return tuple(tuple(value / determinant for value in row) for row in adjugate)
