"""Which rates wait for a person."""

from decimal import Decimal

import pytest

from rates.models import Currency, Rate
from rates.outliers import is_jump, must_wait

TEN_PERCENT = Decimal(10)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("100", 1), ("110", 1), False),
        (("100", 1), ("110.01", 1), True),
        (("100", 1), ("90", 1), False),
        (("100", 1), ("89.99", 1), True),
        (("100", 1), ("1000", 10), False),  # the bank has only changed the nominal
        (("1000", 10), ("100", 10), True),
        (("0.4", 1000), ("4.4", 10_000), False),
    ],
)
def test_jump_is_more_than_the_limit_by_the_unit(before, after, expected):
    (old, old_nominal), (new, new_nominal) = before, after

    assert is_jump((Decimal(old), old_nominal), (Decimal(new), new_nominal), TEN_PERCENT) is expected


def rate(value, state=Rate.State.IN_FORCE, change=None):
    return Rate(value=Decimal(value), nominal=1, state=state, change=change and Decimal(change))


HELD = Rate.State.HELD_BACK


@pytest.mark.parametrize(
    ("new", "before", "expected"),
    [
        (rate("105"), [rate("100")], False),
        (rate("120"), [rate("100")], True),
        (rate("120"), [rate("100"), rate("119", HELD)], True),  # compared with the one in force only
        (rate("105"), [rate("100"), rate("200", HELD)], False),
        (rate("105"), [rate("104", HELD)], True),
        (rate("105", change="5"), [], False),
        (rate("120", change="20"), [], True),
        (rate("105"), [], False),
        (rate("105", change="105"), [], True),
    ],
)
def test_rate_is_compared_with_the_last_one_in_force(new, before, expected):
    assert must_wait(new, Currency(jump_limit=TEN_PERCENT), before) is expected
