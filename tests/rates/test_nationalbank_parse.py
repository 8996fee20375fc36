"""What the bank writes becomes quotes, digit for digit; whatever it never writes is refused in a sentence."""

import re
import string
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from rates.nationalbank import MAX_BYTES, BadAnswer, NoRates, Quote, parse

SAMPLES = Path(__file__).parents[1] / "samples" / "nbk"

ITEM = (
    "<item><fullname>ДОЛЛАР США</fullname><title>USD</title><description>477.03</description>"
    "<quant>1</quant><index>DOWN</index><change>-2.84</change></item>"
)
RSS_ITEM = (
    "<item><title>USD</title><pubDate>23.11.2026</pubDate><description>472.31</description><quant>1</quant></item>"
)
RATES = "<rates><date>07.03.2024</date>{}</rates>"
RSS = '<rss version="2.0"><channel>{}</channel></rss>'


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def in_item(old: str, new: str) -> bytes:
    """An answer of one item, one piece of which is written otherwise."""
    assert old in ITEM
    return RATES.format(ITEM.replace(old, new)).encode()


@pytest.mark.parametrize(
    ("name", "day", "count"),
    [
        ("get_rates_2024-03-07.xml", date(2024, 3, 7), 39),
        ("get_rates_2024-03-08_holiday.xml", date(2024, 3, 8), 39),
        ("get_rates_2026-11-22_sunday.xml", date(2026, 11, 22), 39),
        ("get_rates_2026-11-23.xml", date(2026, 11, 23), 39),
        ("get_rates_2026-11-23_kazakh.xml", date(2026, 11, 23), 39),
        ("get_rates_2026-11-24.xml", date(2026, 11, 24), 39),
        ("rates_all.xml", date(2026, 11, 23), 42),
        ("rates.xml", date(2026, 11, 23), 3),
    ],
)
def test_parse_keeps_every_digit_of_a_sample(name, day, count):
    text = (SAMPLES / name).read_text()
    written = re.findall(
        r"<title>([A-Z]{3})</title>(?:<pubDate>[^<]*</pubDate>)?\s*<description>([^<]*)</description>\s*"
        r"<quant>([^<]*)</quant>\s*<index>[^<]*</index>\s*<change>([^<]*)</change>",
        text,
    )

    answer = parse(text.encode())

    read = [
        (quote.code, str(quote.value), str(quote.nominal), f"{quote.change:+}" if quote.change else str(quote.change))
        for quote in answer.quotes
    ]
    assert answer.day == day
    assert len(read) == count
    assert read == written


def test_parse_reads_the_seed_page():
    answer = parse((SAMPLES / "get_rates_2024-03-07.xml").read_bytes())

    values = {quote.code: quote.value for quote in answer.quotes}
    assert [values["RUB"], values["USD"], values["EUR"]] == [Decimal("5.43"), Decimal("477.03"), Decimal("521.44")]


def test_parse_reads_names_as_the_bank_writes_them():
    russian = parse((SAMPLES / "get_rates_2026-11-23.xml").read_bytes())
    kazakh = parse((SAMPLES / "get_rates_2026-11-23_kazakh.xml").read_bytes())

    assert [quote.name for quote in russian.quotes if quote.code == "USD"] == ["ДОЛЛАР США"]
    assert [quote.name for quote in kazakh.quotes if quote.code == "USD"] == ["АҚШ ДОЛЛАРЫ"]


def test_parse_leaves_currencies_that_ended_at_their_last_day():
    answer = parse((SAMPLES / "rates_all.xml").read_bytes())

    ended = {quote.code: quote.day for quote in answer.quotes if quote.day != answer.day}
    assert ended == {"LVL": date(2013, 12, 31), "EEK": date(2010, 12, 31), "TRL": date(2005, 1, 5)}


def test_parse_tells_the_banks_own_reason_for_having_no_rates():
    with pytest.raises(NoRates) as refusal:
        parse((SAMPLES / "get_rates_info_no_data.xml").read_bytes())

    assert str(refusal.value) == "The bank says: Нет данных на указанную дату"


def test_parse_takes_rur_for_the_rouble_of_its_time():
    old = RSS.format(RSS_ITEM.replace("USD", "RUR").replace("23.11.2026", "31.12.97"))
    new = RSS.format(RSS_ITEM.replace("USD", "RUR").replace("23.11.2026", "05.01.1998"))

    assert [parse(old.encode()).quotes[0].code, parse(new.encode()).quotes[0].code] == ["RUR", "RUB"]


def test_parse_does_without_change_and_name():
    bare = "<item><title>USD</title><description>477.03</description><quant>1</quant></item>"

    answer = parse(RATES.format(bare).encode())

    assert answer.quotes == (Quote(date(2024, 3, 7), "USD", 1, Decimal("477.03"), None, ""),)


def test_parse_reads_other_encodings():
    text = '<?xml version="1.0" encoding="windows-1251"?>' + RATES.format(ITEM)

    assert parse(text.encode("cp1251")).quotes[0].name == "ДОЛЛАР США"


BROKEN = {
    "nothing": (b"", "not well-formed"),
    "binary": (bytes(range(256)), "not well-formed"),
    "plain text": ("Сервис временно недоступен".encode(), "not well-formed"),
    "truncated": ((SAMPLES / "get_rates_2024-03-07.xml").read_bytes()[:6000], "not well-formed"),
    "unknown encoding": (b'<?xml version="1.0" encoding="klingon"?>' + RATES.format(ITEM).encode(), "not well-formed"),
    "multibyte encoding": (b'<?xml version="1.0" encoding="gb18030"?><rates/>', "not well-formed"),
    "not the encoding it says": (b'<?xml version="1.0" encoding="utf-8"?><rates>\xcd\xe5</rates>', "not well-formed"),
    "two documents": (RATES.format(ITEM).encode() * 2, "not well-formed"),
    "html page": (b"<!DOCTYPE html><html><body>403 Forbidden</body></html>", "declares a document type"),
    "html without doctype": (b"<html><body>Request Rejected</body></html>", "not a list of rates"),
    "entity bomb": (
        b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>'
        b"<rates><date>&c;</date></rates>",
        "declares a document type",
    ),
    "external entity": (
        b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><rates><date>&x;</date></rates>',
        "declares a document type",
    ),
    "external dtd": (
        b'<!DOCTYPE rates SYSTEM "http://127.0.0.1:9/rates.dtd"><rates><date>07.03.2024</date></rates>',
        "declares a document type",
    ),
    "another bank": (b'<ValCurs Date="07.03.2024"><Valute><CharCode>USD</CharCode></Valute></ValCurs>', "not a list"),
    "other namespace": (b'<rates xmlns="urn:x"><date>07.03.2024</date></rates>', "not a list of rates"),
    "rss without channel": (b'<rss version="2.0"/>', "not a list of rates"),
    "rss with two channels": (b"<rss><channel/><channel/></rss>", "not a list of rates"),
    "error": (RATES.format("<error>Ошибка\n  базы</error>").encode(), "The bank says: Ошибка базы"),
    "error beside items": (RATES.format(ITEM + "<error>Ошибка</error>").encode(), "The bank says: Ошибка"),
    "no items": (RATES.format("").encode(), "has 0 rates"),
    "items somewhere else": (RATES.format(f"<items>{ITEM}</items>").encode(), "has 0 rates"),
    "too many items": (RATES.format(ITEM * 501).encode(), "has 501 rates"),
    "one currency twice": (RATES.format(ITEM + ITEM).encode(), "two rates of one currency"),
    "rouble under both codes": (
        RATES.format(ITEM.replace("USD", "RUB") + ITEM.replace("USD", "RUR")).encode(),
        "two rates of one currency",
    ),
    "no date": (f"<rates>{ITEM}</rates>".encode(), "lacks one plain <date> in <rates>"),
    "empty date": (f"<rates><date/>{ITEM}</rates>".encode(), "“” as <date>"),
    "two dates": (f"<rates><date>07.03.2024</date><date>08.03.2024</date>{ITEM}</rates>".encode(), "lacks one plain"),
    "iso date": (f"<rates><date>2024-03-07</date>{ITEM}</rates>".encode(), "“2024-03-07” as <date>"),
    "american date": (f"<rates><date>03/07/2024</date>{ITEM}</rates>".encode(), "“03/07/2024” as <date>"),
    "short year": (f"<rates><date>07.03.24</date>{ITEM}</rates>".encode(), "“07.03.24” as <date>"),
    "short day": (f"<rates><date>7.3.2024</date>{ITEM}</rates>".encode(), "“7.3.2024” as <date>"),
    "date and time": (f"<rates><date>07.03.2024 16:00</date>{ITEM}</rates>".encode(), "as <date>"),
    "30 February": (f"<rates><date>30.02.2024</date>{ITEM}</rates>".encode(), "no calendar has: 30.02.2024"),
    "month first": (f"<rates><date>03.27.2024</date>{ITEM}</rates>".encode(), "no calendar has: 03.27.2024"),
    "before the tenge": (f"<rates><date>14.11.1993</date>{ITEM}</rates>".encode(), "before the tenge: 14.11.1993"),
    "rss item without date": (
        RSS.format(RSS_ITEM.replace("<pubDate>23.11.2026</pubDate>", "")).encode(),
        "lacks one plain <pubDate> in <item>",
    ),
    "rss date of mail": (
        RSS.format(RSS_ITEM.replace("23.11.2026", "Mon, 23 Nov 2026 16:00:00 +0500")).encode(),
        "as <pubDate>",
    ),
    "no code": (in_item("<title>USD</title>", ""), "lacks one plain <title> in <item>"),
    "two codes": (in_item("<title>USD</title>", "<title>USD</title><title>EUR</title>"), "lacks one plain <title>"),
    "small code": (in_item("USD", "usd"), "“usd” as <title>"),
    "long code": (in_item("USD", "USDT"), "“USDT” as <title>"),
    "cyrillic code": (in_item("USD", "USД"), "“USД” as <title>"),
    "no value": (in_item("<description>477.03</description>", ""), "lacks one plain <description>"),
    "empty value": (in_item("477.03", ""), "“” as <description>"),
    "element in value": (in_item("477.03", "477<b/>.03"), "lacks one plain <description>"),
    "negative": (in_item("477.03", "-477.03"), "“-477.03” as <description>"),
    "zero": (in_item("477.03", "0.00"), "a rate of zero for USD"),
    "comma": (in_item("477.03", "477,03"), "“477,03” as <description>"),
    "thousands apart": (in_item("477.03", "1 477.03"), "“1 477.03” as <description>"),
    "exponent": (in_item("477.03", "4.7703e2"), "“4.7703e2” as <description>"),
    "nan": (in_item("477.03", "NaN"), "“NaN” as <description>"),
    "infinity": (in_item("477.03", "Infinity"), "“Infinity” as <description>"),
    "hexadecimal": (in_item("477.03", "0x1DD"), "“0x1DD” as <description>"),
    "arabic digits": (in_item("477.03", "٤٧٧"), "“٤٧٧” as <description>"),
    "half a number": (in_item("477.03", "477."), "“477.” as <description>"),
    "leading zero": (in_item("477.03", "0477.03"), "“0477.03” as <description>"),
    "too many decimals": (in_item("477.03", "477.03001"), "“477.03001” as <description>"),
    "too many digits": (in_item("477.03", "4" * 10), "“4444444444” as <description>"),
    "endless digits": (in_item("477.03", "4" * 90_000), f"“{'4' * 60}” as <description>"),
    "no nominal": (in_item("<quant>1</quant>", ""), "lacks one plain <quant>"),
    "nominal of zero": (in_item("<quant>1<", "<quant>0<"), "“0” as <quant>"),
    "negative nominal": (in_item("<quant>1<", "<quant>-1<"), "“-1” as <quant>"),
    "broken nominal": (in_item("<quant>1<", "<quant>1.5<"), "“1.5” as <quant>"),
    "absurd nominal": (in_item("<quant>1<", "<quant>10000000000<"), "“10000000000” as <quant>"),
    "word as change": (in_item("-2.84", "unchanged"), "“unchanged” as <change>"),
    "comma in change": (in_item("-2.84", "-2,84"), "“-2,84” as <change>"),
    "two signs": (in_item("-2.84", "+-2.84"), "“+-2.84” as <change>"),
    "endless name": (in_item("ДОЛЛАР США", "А" * 101), f"“{'А' * 60}” as <fullname>"),
    "longer than a megabyte": (RATES.format(ITEM + " " * MAX_BYTES).encode(), "longer than a megabyte"),
    "deeply nested": (b"<rates>" + b"<a>" * 100_000 + b"</a>" * 100_000 + b"</rates>", "lacks one plain <date>"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_parse_refuses(name):
    data, reason = BROKEN[name]

    with pytest.raises(BadAnswer, match=re.escape(reason)) as refusal:
        parse(data)

    assert len(str(refusal.value)) < 300


@given(st.binary(max_size=400))
def test_parse_never_fails_otherwise_on_bytes(data):
    with pytest.raises(BadAnswer):
        parse(data)


@given(
    value=st.text(alphabet=string.printable + "٤,−", max_size=14),
    quant=st.text(alphabet="0123456789.-+eE ", max_size=9),
    change=st.text(alphabet="0123456789.-+eE ", max_size=9),
    day=st.text(alphabet="0123456789./-", max_size=10),
)
def test_parse_never_makes_a_senseless_quote(value, quant, change, day):
    def escape(text: str) -> str:
        text = "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")

    item = ITEM.replace("477.03", escape(value)).replace(">1<", f">{quant}<").replace("-2.84", change)
    data = f"<rates><date>{day}</date>{item}</rates>".encode()

    try:
        (quote,) = parse(data).quotes
    except BadAnswer:
        return

    assert str(quote.value) == value.strip()
    assert quote.value > 0
    assert quote.nominal > 0
    assert f"{quote.day:%d.%m.%Y}" == day


@given(
    value=st.decimals(min_value="0.0001", max_value=999_999_999, places=4),
    change=st.decimals(min_value=-999_999_999, max_value=999_999_999, places=2),
    nominal=st.integers(1, 9_999_999),
    day=st.dates(date(1993, 11, 15), date(2099, 12, 31)),
)
def test_parse_reads_back_what_was_written(value, change, nominal, day):
    item = ITEM.replace("477.03", f"{value}").replace(">1<", f">{nominal}<").replace("-2.84", f"{change:+}")

    answer = parse(f"<rates><date>{day:%d.%m.%Y}</date>{item}</rates>".encode())

    assert answer.quotes == (Quote(day, "USD", nominal, value, change, "ДОЛЛАР США"),)
