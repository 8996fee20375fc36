"""Readings of days as bars: the numbers a template needs to draw them. Knows no model and no colour."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LEFT, TOP, BOTTOM = 44, 12, 24
"""Room around the bars for the letters."""
NAME_WIDTH = 92
"""What "23 September" takes, in any of the languages."""


@dataclass(frozen=True)
class Bar:
    day: date
    count: int
    x: str
    y: str
    width: str
    height: str
    middle: str
    is_named: bool
    """Whether its day is written below: not each has room for that."""


@dataclass(frozen=True)
class Bars:
    width: int
    height: int
    left: int
    bottom: int
    top: int
    most: int
    """The number at the upper line."""
    bars: list[Bar]

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)


def draw(counts: Mapping[date, int], last: date, days: int, width: int, height: int) -> Bars:
    """The days up to and with `last`, oldest first; a day that is not counted was not read on."""
    shown = [last - timedelta(days=days - 1 - number) for number in range(days)]
    most = ceiling(max(counts.get(day, 0) for day in shown))
    bottom, step = height - BOTTOM, (width - LEFT) / days
    thick = step * 0.8 if step > 4 else step
    named_each = math.ceil(days * NAME_WIDTH / (width - LEFT))
    bars = []
    for number, day in enumerate(shown):
        count = counts.get(day, 0)
        tall = (bottom - TOP) * count / most
        x = LEFT + number * step + (step - thick) / 2
        bars.append(
            Bar(
                day=day,
                count=count,
                x=f"{x:.1f}",
                y=f"{bottom - tall:.1f}",
                width=f"{thick:.1f}",
                height=f"{tall:.1f}",
                middle=f"{x + thick / 2:.1f}",
                is_named=(days - 1 - number) % named_each == named_each // 2,
            )
        )
    return Bars(width=width, height=height, left=LEFT, bottom=bottom, top=TOP, most=most, bars=bars)


def ceiling(most: int) -> int:
    """The next round number: 1, 2, 3, 4, 5, 6, 8, 10, 20, 30 …"""
    power = 10 ** max(len(str(most)) - 1, 0)
    return next(factor * power for factor in (1, 2, 3, 4, 5, 6, 8, 10) if factor * power >= most) if most else 1
