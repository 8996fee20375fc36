"""The periods of the archive."""

from datetime import UTC, date, datetime

import pytest

from news.periods import Period, midnight


@pytest.mark.parametrize(
    ("period", "first", "end", "url"),
    [
        (Period(2024), date(2024, 1, 1), date(2025, 1, 1), "/archive/2024/"),
        (Period(2024, 2), date(2024, 2, 1), date(2024, 3, 1), "/archive/2024/2/"),
        (Period(2024, 12), date(2024, 12, 1), date(2025, 1, 1), "/archive/2024/12/"),
        (Period(2024, 2, 29), date(2024, 2, 29), date(2024, 3, 1), "/archive/2024/2/29/"),
    ],
)
def test_period_has_a_first_day_an_end_and_an_address(period, first, end, url):
    assert period.first == first
    assert period.end == end
    assert period.url == url


@pytest.mark.parametrize("numbers", [(2024, 13, None), (2023, 2, 29), (0, None, None)])
def test_day_that_is_in_no_calendar_is_refused(numbers):
    with pytest.raises(ValueError, match=r"."):
        Period.parse(*numbers)


def test_bounds_are_midnights_in_kazakhstan():
    assert Period(2026, 11, 30).bounds == (
        datetime(2026, 11, 29, 19, tzinfo=UTC),
        datetime(2026, 11, 30, 19, tzinfo=UTC),
    )
    assert midnight(date(2026, 11, 30)) == datetime(2026, 11, 29, 19, tzinfo=UTC)


def test_weeks_of_a_month_begin_on_monday_and_leave_other_months_out():
    weeks = Period(2026, 11).weeks()

    assert weeks[0] == [None] * 6 + [date(2026, 11, 1)]
    assert weeks[-1] == [date(2026, 11, 30)] + [None] * 6
    assert len(weeks) == 6
    assert Period(2026).weeks() == []
