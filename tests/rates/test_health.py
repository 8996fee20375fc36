"""What operators are told of the rates."""

from datetime import date

import pytest
import time_machine

from rates.health import report_health
from rates.models import Rate
from tests.support.factories import make_rate

pytestmark = pytest.mark.django_db


def test_without_rates_they_count_as_old():
    assert report_health() == {"day": None, "old": True, "held_back": 0}


@time_machine.travel("2024-03-11 12:00+05:00", tick=False)
def test_newest_day_and_those_held_back_are_told():
    make_rate("USD", date(2024, 3, 7), "450")
    make_rate("EUR", date(2024, 3, 6), "490")
    make_rate("USD", date(2024, 3, 8), "900", state=Rate.State.HELD_BACK)

    assert report_health() == {"day": "2024-03-07", "old": False, "held_back": 1}


@time_machine.travel("2024-03-12 12:00+05:00", tick=False)
def test_rates_are_old_after_four_days():
    make_rate("USD", date(2024, 3, 7), "450")

    assert report_health()["old"] is True
