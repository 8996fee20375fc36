from decimal import Decimal
from html import escape, unescape

import pytest
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from rates.amounts import add_amount_buttons, find_amounts, has_amounts, parse_number
from rates.conversion import Unit
from tests.support.steps import count_steps, ends_before_long

BY = {"KZT": Unit(Decimal(1), 1), "USD": Unit(Decimal("477.03"), 1), "EUR": Unit(Decimal("521.44"), 1)}


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("Бюджеттен 1,5 млрд теңге бөлінді", [("1,5 млрд теңге", "1500000000", "KZT")]),
        ("12 миллиард теңгеден асады", [("12 миллиард теңгеден", "12000000000", "KZT")]),
        ("350 мың теңгені құрайды", [("350 мың теңгені", "350000", "KZT")]),
        ("$1,5 млн көлемінде", [("$1,5 млн", "1500000", "USD")]),
        ("20 миллион АҚШ доллары", [("20 миллион АҚШ доллары", "20000000", "USD")]),
        ("5 млн еуроға", [("5 млн еуроға", "5000000", "EUR")]),
        ("выделено 1,125 трлн тенге на", [("1,125 трлн тенге", "1125000000000", "KZT")]),
        ("около 500 млн долларов США,", [("500 млн долларов США", "500000000", "USD")]),
        ("200 тыс. рублей", [("200 тыс. рублей", "200000", "RUB")]),
        ("100 000 тенге", [("100 000 тенге", "100000", "KZT")]),
        (
            "2 500\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}юаней",
            [("2 500\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}юаней", "2500000", "CNY")],
        ),
        ("500 ₸ және 7,25 €", [("500 ₸", "500", "KZT"), ("7,25 €", "7.25", "EUR")]),
        (
            "US$3 billion and €200 million",
            [("US$3 billion", "3000000000", "USD"), ("€200 million", "200000000", "EUR")],
        ),
        ("$1.5bn", [("$1.5bn", "1500000000", "USD")]),
        ("10 USD, KZT 500", [("10 USD", "10", "USD"), ("KZT 500", "500", "KZT")]),
        ("5 pounds sterling", [("5 pounds sterling", "5", "GBP")]),
    ],
)
def test_found_reads_amounts_as_people_write_them(text, amounts):
    read = [(amount.text, amount.value, amount.code) for _, _, amount in find_amounts(text)]

    assert read == [(words, Decimal(value), code) for words, value, code in amounts]


def test_found_tells_where_an_amount_stands():
    text = "Құны 5 млн теңге еді"

    assert [text[start:end] for start, end, _ in find_amounts(text)] == ["5 млн теңге"]


@pytest.mark.parametrize(
    "text",
    [
        "2026 жылы 47 депутат",
        "5 млн адам",
        "5 млн канадских долларов",
        "10 белорусских рублей",
        "10 Гонконг доллары",
        "COVID-19 теңге",
        "7% теңгемен",
        "№15 тенгелік",
        "доллар 477,03",
        "0 теңге",
        "v1.5$",
        "",
    ],
)
def test_found_leaves_other_numbers_alone(text):
    assert list(find_amounts(text)) == []


@pytest.mark.parametrize(
    ("text", "commas_group", "value"),
    [
        ("1,500", False, "1.5"),
        ("1,500", True, "1500"),
        ("1,500.25", True, "1500.25"),
        ("1.5", True, "1.5"),
        ("1 500,5", False, "1500.5"),
    ],
)
def test_number_reads_commas_by_the_language(text, commas_group, value):
    assert parse_number(text, commas_group=commas_group) == Decimal(value)


def test_marked_puts_a_button_over_each_amount():
    html, opened = add_amount_buttons("<p>Құн $1,5&nbsp;млн &amp; 477,03 теңге.</p>", BY, ["USD", "EUR"])

    assert html == (
        '<p>Құн <span class="amount">$1,5\N{NO-BREAK SPACE}млн<button type="button" popovertarget="amount-1"'
        ' aria-label="$1,5\N{NO-BREAK SPACE}млн: басқа валютада"></button></span> &amp; <span class="amount">'
        '477,03 теңге<button type="button" popovertarget="amount-2"'
        ' aria-label="477,03 теңге: басқа валютада"></button></span>.</p>'
    )
    assert [(each.id, each.results) for each in opened] == [
        ("amount-1", [("KZT", Decimal("715545000.00"))]),
        ("amount-2", [("USD", Decimal("1.00")), ("EUR", Decimal("0.914832"))]),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<p>Ештеңе жоқ &nbsp; 5 &lt; 7</p>",
        '<p><a href="/x">5 млн теңге</a></p>',
        "<h2>5 млн теңге</h2>",
        '<p title="5 млн теңге">Мәтін</p>',
        "<p>5 млн юаней</p>",  # no rate of it that day
        "<p>5 <strong>млн теңге</strong></p>",
        "<!-- 5 млн теңге -->",
    ],
)
def test_marked_leaves_the_rest_as_it_is(html):
    assert add_amount_buttons(html, BY, ["USD"]) == (html, [])


def test_marked_goes_on_after_a_link():
    html, opened = add_amount_buttons('<p><a href="/x">Бюджет <em>5 USD</em></a> 5 USD</p>', BY, [])

    assert html.startswith('<p><a href="/x">Бюджет <em>5 USD</em></a> <span class="amount">5 USD<button')
    assert len(opened) == 1


def test_any_in_tells_without_rates():
    assert [has_amounts(html) for html in ("<p>5&nbsp;млн теңге</p>", "<p>5 млн адам</p>")] == [True, False]


@given(st.text(alphabet="<>&;/pa$€ 1,5.млндтеңгrub\"'="))
def test_marked_changes_no_word(text):
    html = f"<p>{escape(text)}</p>"

    assert unescape(strip_tags(add_amount_buttons(html, BY, ["USD"])[0])) == unescape(strip_tags(html))


def test_marked_stops_after_a_hundred():
    html, opened = add_amount_buttons("5 USD, " * 101, BY, [])

    assert len(opened) == 100
    assert html.count("<button") == 100
    assert html.count("5 USD:") == 100


@pytest.mark.parametrize("text", ["1", "1 ", "111 ", "111,", "$", "$1 ", "1 млн ", "<", "&nbsp;"], ids=repr)
def test_marked_takes_no_time_over_a_senseless_text(text):
    """A search that looked at the whole text again from each of its places would go on for minutes."""
    with ends_before_long():
        quarter, whole = (
            count_steps(lambda length=length: add_amount_buttons(text * (length // len(text)), BY, ["USD"]))
            for length in (25_000, 100_000)
        )

    assert whole <= 4 * quarter + 100
