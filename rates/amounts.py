"""Amounts of money in the text of a page: what «1,5 млрд теңге» or "$20 million" is worth by the rates of a day.

No function here queries anything. `add_amount_buttons()` adds a button to each amount and returns what they open.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import unescape

from django.utils.formats import get_format
from django.utils.translation import gettext as _

from portal.buttons import Button, add_buttons
from rates.conversion import GREATEST, TENGE, Unit, convert

SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"
# No more digits than an amount has, so that a long row of digits costs no time.
NUMBER = (
    rf"\d{{1,3}}(?:[{SPACES}]\d{{3}}){{1,4}}(?:[.,]\d{{1,2}})?"
    r"|\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?"
    r"|\d{1,15}(?:[.,]\d{1,3})?"
)
TIMES = {
    3: r"мың|тысяч[аи]?|тыс\.|thousand",
    6: r"миллион(?:а|ов)?|млн\.?|million|mln",
    9: r"миллиард(?:а|ов)?|млрд\.?|billion|bn",
    12: r"триллион(?:а|ов)?|трлн\.?|trillion",
}
WORDS = {
    TENGE: r"теңге\w*|тенге|tenge|KZT|₸",
    "USD": r"АҚШ\s+доллар\w*|доллар\w*\s+США|US\s+dollars?|доллар\w*|dollars?|USD|\$",
    "EUR": r"еуро\w*|евро|euros?|EUR|€",
    "RUB": r"Ресей\s+рубл\w*|российск\w+\s+рубл\w*|рубл\w*|(?:Russian\s+)?ro?ubles?|RUB|₽",
    "CNY": r"юан\w*|yuan|CNY",
    "GBP": r"фунт\w*\s+стерлинг\w*|pounds?\s+sterling|GBP|£",
}
SIGNS = {
    "US$": "USD",
    "$": "USD",
    "€": "EUR",
    "£": "GBP",
    "₸": TENGE,
    "₽": "RUB",
    "USD": "USD",
    "EUR": "EUR",
    "KZT": TENGE,
}

GAP = rf"[{SPACES}]?"
SCALE = "(?:" + "|".join(f"(?P<e{power}>{words})" for power, words in TIMES.items()) + ")"
AMOUNT = re.compile(
    rf"(?<![\w.,$€£₸₽-])(?:(?P<sign>{'|'.join(map(re.escape, SIGNS))}){GAP})?"
    rf"(?P<number>{NUMBER})(?![\d%])"
    rf"(?:{GAP}{SCALE}(?!\w))?"
    rf"(?(sign)|{GAP}(?:" + "|".join(f"(?P<{code}>{words})" for code, words in WORDS.items()) + r")(?!\w))",
    re.IGNORECASE,
)
MOST = 100
"""How many amounts of one text get a button."""


@dataclass(frozen=True)
class Amount:
    text: str
    value: Decimal
    code: str


@dataclass(frozen=True)
class AmountPopover:
    """What the button of an amount opens: the same amount in other currencies."""

    id: str
    amount: Amount
    results: list[tuple[str, Decimal]]


def find_amounts(text: str, *, commas_group: bool = False) -> Iterator[tuple[int, int, Amount]]:
    """The amounts in a plain text, each with the positions where it begins and ends."""
    for match in AMOUNT.finditer(text):
        amount = _parse_amount(match, commas_group)
        if 0 < amount.value < GREATEST:
            yield match.start(), match.end(), amount


def _parse_amount(match: re.Match[str], commas_group: bool) -> Amount:
    groups = match.groupdict()
    power = next((power for power in TIMES if groups[f"e{power}"]), 0)
    sign = groups["sign"]
    code = SIGNS[sign.upper()] if sign else next(code for code in WORDS if groups[code])
    return Amount(match[0], parse_number(groups["number"], commas_group=commas_group).scaleb(power), code)


def parse_number(text: str, *, commas_group: bool = False) -> Decimal:
    """A number as people write it, such as 1 500,5 or 1500.5; with `commas_group` 1,500 is one and a half thousand."""
    text = re.sub(rf"[{SPACES}]", "", text)
    if commas_group and re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    return Decimal(text.replace(",", "."))


def uses_comma_grouping() -> bool:
    """Whether the active language writes a comma between thousands, as English does."""
    return bool(get_format("THOUSAND_SEPARATOR") == ",")


def has_amounts(html: str) -> bool:
    """Whether the HTML has an amount of money. Needs no rates, so that a page without amounts queries none."""
    return AMOUNT.search(unescape(html)) is not None


def add_amount_buttons(
    html: str, by: Mapping[str, Unit], into: Sequence[str], *, commas_group: bool = False
) -> tuple[str, list[AmountPopover]]:
    """Sanitized HTML with a button on each amount that can be converted, and what the buttons open."""
    opened: list[AmountPopover] = []

    def buttons(text: str) -> Iterator[Button]:
        for start, end, amount in find_amounts(text, commas_group=commas_group):
            if len(opened) == MOST:
                return
            if results := _convert_amount(amount, by, into):
                opened.append(AmountPopover(f"amount-{len(opened) + 1}", amount, results))
                yield Button(start, end, "amount", opened[-1].id, _("in other currencies"))

    return add_buttons(html, buttons), opened


def _convert_amount(amount: Amount, by: Mapping[str, Unit], into: Sequence[str]) -> list[tuple[str, Decimal]]:
    """A foreign amount in tenge, or one in tenge in the given currencies; empty where a rate is unknown."""
    codes = [code for code in into if code in by] if amount.code == TENGE else [TENGE]
    return [(code, convert(amount.value, amount.code, code, by)) for code in codes if amount.code in by]
