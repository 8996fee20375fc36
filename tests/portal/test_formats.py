"""Dates and numbers as each edition's readers write them."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils.formats import get_format
from django.utils.translation import override

MARCH = datetime(2024, 3, 7, 9, 5)  # noqa: DTZ001


def show(template: str, value: object) -> str:
    return Template(template).render(Context({"value": value}))


@pytest.mark.parametrize(
    ("language", "shown"), [("kk", "07 Наурыз, 2024"), ("ru", "7 марта 2024 года"), ("en", "7 March 2024")]
)
def test_date(language, shown):
    with override(language):
        assert show("{{ value|date }}", MARCH.date()) == shown


@pytest.mark.parametrize(("language", "shown"), [("kk", "Наурыз 2024"), ("ru", "март 2024 года"), ("en", "March 2024")])
def test_month(language, shown):
    with override(language):
        assert show('{{ value|date:"YEAR_MONTH_FORMAT" }}', MARCH.date()).lower() == shown.lower()


@pytest.mark.parametrize(("language", "shown"), [("kk", "07 Наурыз"), ("ru", "7 марта"), ("en", "7 March")])
def test_day_of_month(language, shown):
    with override(language):
        assert show('{{ value|date:"MONTH_DAY_FORMAT" }}', MARCH.date()) == shown


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_clock_has_24_hours(language):
    with override(language):
        assert show('{{ value|date:"TIME_FORMAT" }}', MARCH.replace(hour=21)) == "21:05"


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_week_begins_on_monday(language):
    with override(language):
        assert get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize(("language", "shown"), [("kk", "1 234,50"), ("ru", "1 234,50"), ("en", "1,234.50")])
def test_number(language, shown):
    with override(language):
        assert show("{{ value }}", Decimal("1234.50")).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize("day", range(1, 8))
def test_kazakh_weekdays(day):
    names = ["Дүйсенбі", "Сейсенбі", "Сәрсенбі", "Бейсенбі", "Жұма", "Сенбі", "Жексенбі"]

    with override("kk"):
        assert show('{{ value|date:"l" }}', date(2024, 1, day)) == names[day - 1]


@pytest.mark.parametrize("typed", ["07.03.2024 09:05", "2024-03-07 09:05"])
@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_typed_moment_is_understood(language, typed):
    with override(language):
        parsed = [_parse(typed, form) for form in get_format("DATETIME_INPUT_FORMATS")]

    assert next(moment for moment in parsed if moment) == MARCH


def _parse(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007
    except ValueError:
        return None
