"""What is known of currencies before the bank says anything."""

import pytest
from django.conf import settings

from rates.currencies import first_fields


def test_quoted_currency_of_the_header_starts_with_its_names_and_place():
    assert first_fields("USD", "ДОЛЛАР США") == {
        "code": "USD",
        "name_kk": "АҚШ доллары",
        "name_ru": "доллар США",
        "name_en": "US dollar",
        "in_widget": True,
        "position": 2,
    }


def test_ended_currency_starts_outside_the_header():
    assert first_fields("EEK", "") == {
        "code": "EEK",
        "name_kk": "Эстония кронасы",
        "name_ru": "эстонская крона",
        "name_en": "Estonian kroon",
        "in_widget": False,
        "position": 100,
    }


@pytest.mark.parametrize(("bank_name", "name"), [("ЗОЛОТО", "ЗОЛОТО"), ("", "XAU")])
def test_unknown_currency_bears_the_banks_name_or_its_code_in_every_language(bank_name, name):
    fields = first_fields("XAU", bank_name)

    assert [fields[f"name_{language}"] for language in settings.MODELTRANSLATION_LANGUAGES] == [name, name, name]


def test_a_new_language_leaves_known_currencies_without_a_name_in_it(settings):
    settings.MODELTRANSLATION_LANGUAGES = ("kk", "ru", "en", "uz")

    known, unknown = first_fields("USD", "ДОЛЛАР США"), first_fields("XAU", "ЗОЛОТО")

    assert "name_uz" not in known
    assert unknown["name_uz"] == "ЗОЛОТО"
