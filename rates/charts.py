"""Charts of rates: the numbers that a template needs to draw one as SVG. Knows no model and no colour."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

type Point = tuple[date, Decimal]

LEFT, RIGHT, TOP, BOTTOM = 58, 14, 14, 30
"""Pixels around the line for the labels."""


@dataclass(frozen=True)
class Tick:
    at: str
    label: date | Decimal
    anchor: str = "middle"


@dataclass(frozen=True)
class Chart:
    width: int
    height: int
    path: str
    """The line; it has no gaps, because a rate holds until the next one."""
    area: str
    rows: list[Tick]
    row_format: str
    """For Django's floatformat: as many decimals as the labels need."""
    columns: list[Tick]
    column_format: str
    left: int
    right: int
    top: int
    bottom: int
    """The edges of the area that the line is drawn in."""
    low: str
    high: str
    """The values at the bottom and the top, from which a script works out the position of any value."""


def draw_chart(points: Sequence[Point], width: int, height: int) -> Chart:
    """The chart of at least one point, oldest first, in a picture of that many pixels."""
    left, right, top, bottom = LEFT, width - RIGHT, TOP, height - BOTTOM
    first, last = points[0][0], points[-1][0]
    days = max((last - first).days, 1)
    marks = choose_marks(
        min(value for _, value in points), max(value for _, value in points), count=max(2, height // 60)
    )
    low, high = marks[0], marks[-1]

    def x(day: date) -> float:
        return left + (right - left) * (day - first).days / days

    def y(value: Decimal) -> float:
        return bottom - (bottom - top) * float((value - low) / (high - low))

    thin = thin_points(points, columns=(right - left) // 2)
    corners = [f"{x(day):.1f} {y(value):.1f}" for day, value in thin]
    if len(corners) == 1:
        corners.append(f"{right} {corners[0].split()[1]}")
    path = "M" + "L".join(corners)
    columns, column_format = choose_dates(first, last, most=max(2, width // 110))
    return Chart(
        width=width,
        height=height,
        path=path,
        area=f"{path}V{bottom}H{left}Z",
        rows=[Tick(f"{y(mark):.1f}", mark) for mark in marks],
        row_format=f"{max(0, *(-int(mark.normalize().as_tuple().exponent) for mark in marks))}g",
        columns=[Tick(f"{x(day):.1f}", day, "end" if x(day) > right - 40 else "middle") for day in columns],
        column_format=column_format,
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        low=f"{low:f}",
        high=f"{high:f}",
    )


@dataclass(frozen=True)
class Sparkline:
    """A line without axes."""

    width: int
    height: int
    path: str
    end: tuple[str, str]
    """Where the line ends: x and y."""


def draw_sparkline(points: Sequence[Point], width: int, height: int, edge: int = 4) -> Sparkline:
    """The line of at least one point, oldest first, in a picture of that many pixels; `edge` of them stay empty."""
    first, last = points[0][0], points[-1][0]
    low, high = min(value for _, value in points), max(value for _, value in points)
    days, span = max((last - first).days, 1), high - low

    def place(day: date, value: Decimal) -> tuple[str, str]:
        x = edge + (width - 2 * edge) * (day - first).days / days
        share = float((value - low) / span) if span else 0.5
        return f"{x:.1f}", f"{height - edge - (height - 2 * edge) * share:.1f}"

    corners = [place(day, value) for day, value in points]
    if len(corners) == 1:
        corners.append((f"{width - edge}", corners[0][1]))
    return Sparkline(width, height, "M" + "L".join(" ".join(corner) for corner in corners), corners[-1])


def choose_marks(least: Decimal, most: Decimal, count: int) -> list[Decimal]:
    """About `count` round numbers for the rows; the first is not above `least`, the last not below `most`."""
    span = most - least or max(abs(most), Decimal("0.01")) / 50
    rough = span / count
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * factor for factor in (1, 2, Decimal("2.5"), 5, 10) if power * factor >= rough)
    start, end = math.floor(least / step), math.ceil(most / step)
    return [step * number for number in range(start, max(end, start + 1) + 1)]


def thin_points(points: Sequence[Point], columns: int) -> list[Point]:
    """No more points than a reader can tell apart: the first, lowest, highest and last of each column's days."""
    first, days = points[0][0], max((points[-1][0] - points[0][0]).days, 1)
    if len(points) <= columns:
        return list(points)
    groups: dict[int, list[Point]] = {}
    for point in points:
        groups.setdefault((point[0] - first).days * columns // days, []).append(point)
    points_left: list[Point] = []
    for group in groups.values():
        lowest = min(group, key=lambda point: point[1])
        highest = max(group, key=lambda point: point[1])
        points_left += sorted({group[0], lowest, highest, group[-1]})
    return points_left


def choose_dates(first: date, last: date, most: int) -> tuple[list[date], str]:
    """At most about `most` dates to write below the chart, and the Django format to write them in.

    They are beginnings of years or of months, or single days in a short span.
    """
    best: tuple[list[date], str] | None = None
    for months in (1, 3, 6, 12, 24, 60, 120):
        starts = [day for day in month_starts(first, last) if (day.year * 12 + day.month - 1) % months == 0]
        if len(starts) < 2:
            break
        best = starts, "YEAR_MONTH_FORMAT" if months < 12 else "Y"
        if len(starts) <= most:
            break
    if best:
        return best
    step = math.ceil(((last - first).days + 1) / most)
    return [first + timedelta(days=number) for number in range(0, (last - first).days + 1, step)], "MONTH_DAY_FORMAT"


def month_starts(first: date, last: date) -> list[date]:
    """The first days of months from `first` to `last`."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    starts = [date(month // 12, month % 12 + 1, 1) for month in months]
    return [start for start in starts if start >= first]
