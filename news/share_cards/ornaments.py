"""Ornaments of share cards: the shanyrak and the ram's horn, with the same curves as in static/img/."""

from functools import lru_cache

from PIL import Image as Picture
from PIL import ImageDraw

type Point = tuple[float, float]
type Stroke = tuple[Point, ...]
"""A starting point, then three points for each cubic curve, as C in an SVG path."""

FINER = 4
"""Everything is drawn so many times larger and scaled down, since Pillow does not smooth the edges of lines."""
STEPS = 24
"""The number of straight pieces that a curve is drawn with."""

SHANYRAK_BOX = 64
SHANYRAK: tuple[Stroke, ...] = (
    ((23, 6.5), (31, 22), (31, 42), (23, 57.5)),
    ((32, 5), (32, 20), (32, 44), (32, 59)),
    ((41, 6.5), (33, 22), (33, 42), (41, 57.5)),
    ((6.5, 23), (22, 31), (42, 31), (57.5, 23)),
    ((5, 32), (20, 32), (44, 32), (59, 32)),
    ((6.5, 41), (22, 33), (42, 33), (57.5, 41)),
)

HORN_BOX = (56, 20)
LEFT_HORN: Stroke = (
    (28, 18), (28, 15), (28, 12), (28, 10), (28, 3.5), (18, 1.5), (15.5, 7), (14, 10.5), (17.5, 13.8), (20.5, 12),
    (22.3, 10.8), (21.8, 8.6), (20, 8.6),
)  # fmt: skip
LEFT_SPROUT: Stroke = ((0, 14.5), (2.5, 14.5), (4.5, 12.5), (4.5, 10))
GROUND: Stroke = ((0, 18.5), (18, 18.5), (38, 18.5), (56, 18.5))
DIAMOND: Stroke = ((28, 0.8), (29.9, 3), (28, 5.2), (26.1, 3))


@lru_cache(maxsize=16)
def shanyrak(size: int) -> Picture.Image:
    """The crown of a yurt, a hoop with two times three bars, as a mask of `size` pixels."""
    scale = size * FINER / SHANYRAK_BOX
    canvas = Picture.new("L", (size * FINER, size * FINER))
    pen = ImageDraw.Draw(canvas)
    pen.circle((32 * scale, 32 * scale), 30.5 * scale, outline=255, width=round(5 * scale))
    for stroke in SHANYRAK:
        trace_stroke(pen, stroke, 3.2, scale)
    return canvas.resize((size, size), Picture.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def horns(width: int, height: int) -> Picture.Image:
    """A band of ram's horns as a mask, in pixels; the motifs are stretched so that only whole ones stand in it."""
    count = max(1, round(width * HORN_BOX[1] / height / HORN_BOX[0]))
    across, scale = width / count, height * FINER / HORN_BOX[1]
    canvas = Picture.new("L", (width * FINER, height * FINER))
    pen = ImageDraw.Draw(canvas)
    for number in range(count):
        middle = (number + 0.5) * across * FINER - HORN_BOX[0] / 2 * scale
        for stroke in (LEFT_HORN, LEFT_SPROUT):
            trace_stroke(pen, stroke, 1.8, scale, middle)
            trace_stroke(pen, tuple((HORN_BOX[0] - x, y) for x, y in stroke), 1.8, scale, middle)
        pen.polygon([(middle + x * scale, y * scale) for x, y in DIAMOND], fill=255)
    ground = GROUND[0][1] * scale
    pen.line((0, ground, canvas.width, ground), fill=255, width=round(1.8 * scale))
    return canvas.resize((width, height), Picture.Resampling.LANCZOS)


def trace_stroke(pen: ImageDraw.ImageDraw, stroke: Stroke, width: float, scale: float, left: float = 0) -> None:
    """Draws a stroke with round ends and joints; `width` is in the units of its box, `left` in pixels."""
    radius = width * scale / 2
    points = [(left + x * scale, y * scale) for x, y in points_along(stroke)]
    pen.line(points, fill=255, width=round(2 * radius), joint="curve")
    for x, y in (points[0], points[-1]):
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)


def points_along(stroke: Stroke) -> list[Point]:
    """The points through which the straight pieces of a stroke go."""
    points = [stroke[0]]
    for start in range(0, len(stroke) - 1, 3):
        a, b, c, d = stroke[start : start + 4]
        for step in range(1, STEPS + 1):
            t = step / STEPS
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            points.append(
                tuple(sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))  # type: ignore[arg-type]
            )
    return points
