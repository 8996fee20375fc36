"""Which rates are too far from the one before them to be shown before a person has looked at them."""

from collections.abc import Sequence
from decimal import Decimal

from rates.models import Currency, Rate


def is_jump(before: tuple[Decimal, int], after: tuple[Decimal, int], limit: Decimal) -> bool:
    """Whether a unit's value moved by more than `limit` percent; each side is a value with its nominal."""
    # Crosswise, so that nothing is divided and nothing rounded.
    old, new = before[0] * after[1], after[0] * before[1]
    return abs(new - old) * 100 > limit * old


def must_wait(rate: Rate, currency: Currency, before: Sequence[Rate]) -> bool:
    """Whether a rate waits for a person; `before` are its currency's rates of the days just before it, oldest first.

    It is measured by the last one in force. Where all of those wait themselves, so does this one; where there are
    none, the bank's own figure for the change tells what its rate before was.
    """
    in_force = [each for each in before if each.state == Rate.State.IN_FORCE]
    if in_force:
        return is_jump((in_force[-1].value, in_force[-1].nominal), (rate.value, rate.nominal), currency.jump_limit)
    if before:
        return True
    previous = rate.value - (rate.change or 0)
    return previous <= 0 or is_jump((previous, rate.nominal), (rate.value, rate.nominal), currency.jump_limit)
