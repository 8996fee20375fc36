"""The bars of a chart: their places, heights and names."""

from datetime import date
from itertools import pairwise

import pytest

from news.hits import bar_chart


def test_bars_stand_for_each_day_and_reach_as_high_as_their_count():
    last = date(2024, 3, 7)

    chart = bar_chart.draw_bars({last: 20, date(2024, 3, 6): 5}, last, days=4, width=444, height=136)

    assert [(bar.day.day, bar.count, bar.height) for bar in chart.bars] == [
        (4, 0, "0.0"), (5, 0, "0.0"), (6, 5, "25.0"), (7, 20, "100.0"),
    ]  # fmt: skip
    assert chart.most == 20
    assert chart.total == 25


@pytest.mark.parametrize("days", [1, 14, 30, 90, 365])
def test_bars_stay_inside_and_their_names_apart(days):
    chart = bar_chart.draw_bars({}, date(2024, 3, 7), days, width=900, height=240)

    named = [float(bar.middle) for bar in chart.bars if bar.is_named]
    ends = [float(chart.bars[0].x), float(chart.bars[-1].x) + float(chart.bars[-1].width)]

    assert chart.left <= ends[0]
    assert ends[1] <= 900.1
    assert named
    assert all(later - earlier >= bar_chart.NAME_WIDTH - 0.1 for earlier, later in pairwise(named))


@pytest.mark.parametrize(
    ("most", "round_number"),
    [
        (0, 1),
        *((most, most) for most in (1, 2, 3, 4, 5, 6, 8, 10, 100)),
        *[(7, 8), (9, 10), (11, 20), (31, 40), (51, 60), (61, 80), (2345, 3000), (9001, 10000)],
    ],
)
def test_ceiling_is_the_next_round_number(most, round_number):
    assert bar_chart.round_up(most) == round_number
