import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rates.charts import LEFT, RIGHT, choose_dates, choose_marks, draw_chart, thin_points

FIRST = date(2026, 1, 1)


def points(*values: str) -> list[tuple[date, Decimal]]:
    return [(FIRST + timedelta(days=number), Decimal(value)) for number, value in enumerate(values)]


def corners(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) (\S+?)(?=[LV]|$)", path)]


def test_draw_puts_each_value_at_its_place():
    chart = draw_chart(points("100", "150", "200"), 400, 300)

    # The field is 328 wide and 256 high, its rows go from 100 to 200.
    assert chart.low == "100"
    assert chart.high == "200"
    assert corners(chart.path) == [(58, 270), (222, 142), (386, 14)]
    assert chart.area == f"{chart.path}V270H58Z"


def test_draw_leaves_room_for_days_without_a_rate():
    chart = draw_chart([(FIRST, Decimal(100)), (FIRST + timedelta(days=4), Decimal(200))], 400, 300)
    weekend = draw_chart([points("100", "1", "1", "1", "200")[number] for number in (0, 4)], 400, 300)

    assert corners(chart.path) == corners(weekend.path) == [(58, 270), (386, 14)]


def test_draw_makes_a_level_line_of_one_rate():
    chart = draw_chart(points("477.03"), 400, 300)

    (start, end) = corners(chart.path)
    assert start[0] == 58
    assert end[0] == 386
    assert start[1] == end[1]


def test_draw_writes_only_numbers_into_the_drawing():
    chart = draw_chart(points("0.4", "0.41", "0.39"), 360, 280)

    assert re.fullmatch(r"[MLVHZ0-9. ]+", chart.path + chart.area)
    assert all(re.fullmatch(r"[0-9.]+", tick.at) for tick in [*chart.rows, *chart.columns])


@pytest.mark.parametrize(
    ("least", "most", "marks"),
    [
        ("450.2", "489.9", ["450", "460", "470", "480", "490"]),
        ("5.41", "5.47", ["5.40", "5.42", "5.44", "5.46", "5.48"]),
        ("0.4", "0.4", ["0.400", "0.402", "0.404"]),
        ("188.38", "547.1", ["100", "200", "300", "400", "500", "600"]),
    ],
)
def test_scale_is_of_round_numbers_around_all_values(least, most, marks):
    found = choose_marks(Decimal(least), Decimal(most), count=4)

    assert [mark for mark in found if mark in map(Decimal, marks)] == found
    assert found[0] <= Decimal(least) <= Decimal(most) <= found[-1]


@given(st.decimals("0.0001", 10**8, places=4), st.decimals("0", 10**8, places=4), st.integers(2, 6))
def test_scale_holds_all_values_in_few_marks(least, span, count):
    marks = choose_marks(least, least + span, count)

    assert marks[0] <= least
    assert least + span <= marks[-1]
    assert 2 <= len(marks) <= count + 2
    assert len({after - before for before, after in pairwise(marks)}) == 1


def test_thinned_keeps_the_ends_and_the_extremes():
    many = points(*(str(100 + number % 50) for number in range(9000)))
    many[4000] = (many[4000][0], Decimal(999))
    many[5000] = (many[5000][0], Decimal(1))

    few = thin_points(many, columns=300)

    assert len(few) <= 1200
    assert few == sorted(few)
    assert [few[0], few[-1]] == [many[0], many[-1]]
    assert {many[4000], many[5000]} <= set(few)


@pytest.mark.parametrize(
    ("first", "last", "most", "labels", "form"),
    [
        ((2026, 10, 24), (2026, 11, 23), 3, ["10-24", "11-04", "11-15"], "MONTH_DAY_FORMAT"),
        ((2026, 8, 24), (2026, 11, 23), 3, ["09-01", "10-01", "11-01"], "YEAR_MONTH_FORMAT"),
        ((2025, 11, 24), (2026, 11, 23), 4, ["01-01", "04-01", "07-01", "10-01"], "YEAR_MONTH_FORMAT"),
        ((2021, 11, 24), (2026, 11, 23), 3, ["2022", "2024", "2026"], "Y"),
        ((2000, 1, 1), (2026, 11, 23), 8, ["2000", "2005", "2010", "2015", "2020", "2025"], "Y"),
        ((2000, 1, 1), (2026, 11, 23), 3, ["2000", "2010", "2020"], "Y"),
        ((2026, 11, 23), (2026, 11, 23), 3, ["11-23"], "MONTH_DAY_FORMAT"),
    ],
)
def test_calendar_writes_few_dates(first, last, most, labels, form):
    days, found_form = choose_dates(date(*first), date(*last), most)

    assert [f"{day:%Y}" if form == "Y" else f"{day:%m-%d}" for day in days] == labels
    assert found_form == form


@given(st.dates(date(1993, 11, 15), date(2030, 1, 1)), st.integers(0, 13000), st.sampled_from([360, 960]))
def test_draw_stays_in_its_field_for_any_span(first, days, width):
    history = [(first, Decimal(1)), (first + timedelta(days=days), Decimal("1.5"))] if days else [(first, Decimal(1))]

    chart = draw_chart(history, width, 300)

    assert 1 <= len(chart.columns) <= max(4, width // 60)
    assert all(LEFT <= float(tick.at) <= width - RIGHT for tick in chart.columns)
