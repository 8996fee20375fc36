"""The numbers that a template needs to draw the readings of days as bars. Models and colours are not known here."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

LEFT, TOP, BOTTOM = 44, 12, 24
"""Pixels around the bars, for their labels."""
NAME_WIDTH = 92
"""Pixels that a day such as "23 September" takes in any of the languages."""


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
    """Whether its day is written below it: there is not room for every day."""


@dataclass(frozen=True)
class Bars:
    width: int
    height: int
    left: int
    bottom: int
    top: int
    most: int
    """The number at the upper line of the chart."""
    bars: list[Bar]

    @property
    def total(self) -> int:
        return sum(bar.count for bar in self.bars)


def draw_bars(counts: Mapping[date, int], last: date, days: int, width: int, height: int) -> Bars:
    """A chart of the days up to and including `last`, oldest first. A day without a count has a bar of height 0."""
    shown = [last - timedelta(days=days - 1 - number) for number in range(days)]
    most = round_up(max(counts.get(day, 0) for day in shown))
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


def round_up(most: int) -> int:
    """The smallest round number that is not below `most`: 1, 2, 3, 4, 5, 6, 8, 10, 20, 30 …"""
    power = 10 ** max(len(str(most)) - 1, 0)
    return next(factor * power for factor in (1, 2, 3, 4, 5, 6, 8, 10) if factor * power >= most) if most else 1
