# ruff: noqa: E402  (Django is set up before its models are imported)
"""Fuzzes the parser of the bank's answers, and stores whatever it accepts: `python bench/fuzz_nationalbank.py 600`.

Hypothesis cuts, repeats, swaps and overwrites pieces of the sample answers. Every outcome has to be BadAnswer or an
answer that the database takes and gives back unchanged. Runs on a database in memory.
"""

import os
import sys
import time
from collections import Counter
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
os.environ |= {"DEBUG": "1", "DATABASE_URL": "sqlite://:memory:", "DJANGO_SETTINGS_MODULE": "portal.settings"}

import django

django.setup()

from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rates.currencies import FIRST_DAY
from rates.models import Rate
from rates.nationalbank import BadAnswer, parse
from rates.update import store

SAMPLES = [path.read_bytes() for path in sorted(Path("tests/samples/nbk").glob("*.xml"))]
# Whole answers make slow examples: most of what can go wrong can go wrong with a few items.
SHORT = [data[: data.find(b"</item>", 600) + 7] + data[data.rfind(b"</item>") + 7 :] for data in SAMPLES]
PIECES = [
    *(b"<item>", b"</item>", b"<title>", b"</title>", b"<description>", b"</description>", b"<quant>", b"</quant>"),
    *(b"<date>", b"</date>", b"<change>", b"<pubDate>", b"<rates>", b"<rss>", b"<channel>", b"<info>", b"<error>"),
    *(b"0", b"-", b"+", b".", b",", b"1e9", b"NaN", b"Infinity", b"999999999", b"0.0001", b"\xd9\xa4", b"\xef\xbc\x91"),
    *(b"USD", b"RUR", b"usd", b"29.02.2023", b"31.12.9999", b"01.01.0001", b"00.00.0000", b"07.03.2024", b"05.01.05"),
    *(b"&lt;", b"&#48;", b"&#0;", b"&x;", b"<![CDATA[5]]>", b"<!-- -->", b"<?x?>", b"<!DOCTYPE a>", b"\x00", b"\xff"),
    *(b'<?xml version="1.0" encoding="utf-16"?>', b"\xef\xbb\xbf", b" ", b"\n", b"<", b">", b'"', b"/"),
]
seen: Counter[str] = Counter()


@st.composite
def answers(draw: st.DrawFn) -> bytes:
    data = draw(st.sampled_from(SAMPLES if draw(st.integers(0, 19)) == 0 else SHORT))
    for _ in range(draw(st.integers(0, 6))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 12)))
        by = draw(st.sampled_from(PIECES) | st.binary(max_size=6) | st.just(data[start:end] * 2))
        data = data[:start] + by + data[end:]
    return data if draw(st.integers(0, 9)) else data[: draw(st.integers(0, len(data)))]


@given(answers())
@settings(
    max_examples=2000, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
def is_refused_or_sound(data: bytes) -> None:
    seen["answers"] += 1
    try:
        answer = parse(data)
    except BadAnswer:
        return
    seen["accepted"] += 1
    for quote in answer.quotes:
        assert FIRST_DAY <= quote.day <= answer.day
        assert 1 <= quote.nominal < 10**7
        assert Decimal("0.0001") <= quote.value < 10**9
        assert quote.value.as_tuple().exponent >= -4
        assert quote.code.isascii()
        assert len(quote.code) == 3
    with transaction.atomic():
        with suppress(BadAnswer):
            store(answer, data)
            seen["stored"] += 1
            stored = {(rate.currency.code, rate.day): rate for rate in Rate.objects.select_related("currency")}
            for quote in answer.quotes:
                rate = stored.pop((quote.code, quote.day))
                assert (rate.nominal, rate.value, rate.change) == (quote.nominal, quote.value, quote.change)
            assert stored == {}
        transaction.set_rollback(True)


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    start = time.monotonic()
    while time.monotonic() - start < float(sys.argv[1]):
        is_refused_or_sound()
    print(dict(seen), f"{time.monotonic() - start:.0f} s")
