"""Which rates differ so much from the one before that a person has to look at them before readers see them."""

from collections.abc import Sequence
from decimal import Decimal

from rates.models import Currency, Rate


def is_jump(before: tuple[Decimal, int], after: tuple[Decimal, int], limit: Decimal) -> bool:
    """Whether the value of a unit moved by more than `limit` percent; each side is a value and its nominal."""
    # Multiplied crosswise, so that nothing is divided and rounded.
    old, new = before[0] * after[1], after[0] * before[1]
    return abs(new - old) * 100 > limit * old


def must_wait(rate: Rate, currency: Currency, before: Sequence[Rate]) -> bool:
    """Whether a rate has to wait for a person; `before` are its currency's rates of the days before it, oldest first.

    It is compared with the last one in force. If all of those wait themselves, so does this one; if there are none, the
    previous rate is worked out from the change that the bank gives.
    """
    in_force = [each for each in before if each.state == Rate.State.IN_FORCE]
    if in_force:
        return is_jump((in_force[-1].value, in_force[-1].nominal), (rate.value, rate.nominal), currency.jump_limit)
    if before:
        return True
    previous = rate.value - (rate.change or 0)
    return previous <= 0 or is_jump((previous, rate.nominal), (rate.value, rate.nominal), currency.jump_limit)
