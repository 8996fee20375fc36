"""The names of currencies, and which of them the header shows in a new copy of the portal.

Names are written as in the middle of a sentence; a page that begins with one capitalizes its first letter.
"""

from datetime import date
from typing import Any, NamedTuple

from django.conf import settings

FIRST_DAY = date(1993, 11, 15)
"""The day the tenge was introduced; no rate is older."""

IN_WIDGET = ("RUB", "USD", "EUR")


class Names(NamedTuple):
    kk: str
    ru: str
    en: str


QUOTED = {
    "AED": Names("БАӘ дирхамы", "дирхам ОАЭ", "UAE dirham"),
    "AMD": Names("армян драмы", "армянский драм", "Armenian dram"),
    "AUD": Names("Австралия доллары", "австралийский доллар", "Australian dollar"),
    "AZN": Names("Әзербайжан манаты", "азербайджанский манат", "Azerbaijani manat"),
    "BRL": Names("Бразилия реалы", "бразильский реал", "Brazilian real"),
    "BYN": Names("Беларусь рублі", "белорусский рубль", "Belarusian rouble"),
    "CAD": Names("Канада доллары", "канадский доллар", "Canadian dollar"),
    "CHF": Names("Швейцария франкі", "швейцарский франк", "Swiss franc"),
    "CNY": Names("Қытай юані", "китайский юань", "Chinese yuan"),
    "CZK": Names("Чехия кронасы", "чешская крона", "Czech koruna"),
    "DKK": Names("Дания кронасы", "датская крона", "Danish krone"),
    "EUR": Names("еуро", "евро", "euro"),
    "GBP": Names(
        "Біріккен Корольдіктің фунт стерлингі", "фунт стерлингов Соединённого Королевства", "British pound sterling"
    ),
    "GEL": Names("Грузия лариі", "грузинский лари", "Georgian lari"),
    "HKD": Names("Гонконг доллары", "гонконгский доллар", "Hong Kong dollar"),
    "HUF": Names("Венгрия форинті", "венгерский форинт", "Hungarian forint"),
    "INR": Names("Үндістан рупиясы", "индийская рупия", "Indian rupee"),
    "IRR": Names("Иран риалы", "иранский риал", "Iranian rial"),
    "JPY": Names("жапон йені", "японская иена", "Japanese yen"),
    "KGS": Names("қырғыз сомы", "кыргызский сом", "Kyrgyz som"),
    "KRW": Names("Оңтүстік Корея воны", "южнокорейская вона", "South Korean won"),
    "KWD": Names("Кувейт динары", "кувейтский динар", "Kuwaiti dinar"),
    "MDL": Names("Молдова лейі", "молдавский лей", "Moldovan leu"),
    "MXN": Names("Мексика песосы", "мексиканское песо", "Mexican peso"),
    "MYR": Names("Малайзия ринггиті", "малайзийский ринггит", "Malaysian ringgit"),
    "NOK": Names("Норвегия кронасы", "норвежская крона", "Norwegian krone"),
    "PLN": Names("Польша злотыйы", "польский злотый", "Polish zloty"),
    "RUB": Names("Ресей рублі", "российский рубль", "Russian rouble"),
    "SAR": Names("Сауд Арабиясының риялы", "риял Саудовской Аравии", "Saudi riyal"),
    "SEK": Names("Швеция кронасы", "шведская крона", "Swedish krona"),
    "SGD": Names("Сингапур доллары", "сингапурский доллар", "Singapore dollar"),
    "THB": Names("Тайланд баты", "тайский бат", "Thai baht"),
    "TJS": Names("тәжік сомониі", "таджикский сомони", "Tajikistani somoni"),
    "TRY": Names("түрік лирасы", "турецкая лира", "Turkish lira"),
    "UAH": Names("Украина гривнасы", "украинская гривна", "Ukrainian hryvnia"),
    "USD": Names("АҚШ доллары", "доллар США", "US dollar"),
    "UZS": Names("өзбек сомы", "узбекский сум", "Uzbekistani som"),
    "XDR": Names(
        "СДР (арнайы қарыз алу құқығы)", "СДР (специальные права заимствования)", "SDR (special drawing rights)"
    ),
    "ZAR": Names("Оңтүстік Африка ранді", "южноафриканский ранд", "South African rand"),
}
"""The currencies the bank quotes today."""

ENDED = {
    "BYR": Names(
        "Беларусь рублі (2016 жылға дейін)", "белорусский рубль (до 2016 года)", "Belarusian rouble (to 2016)"
    ),
    "EEK": Names("Эстония кронасы", "эстонская крона", "Estonian kroon"),
    "LTL": Names("Литва литі", "литовский лит", "Lithuanian litas"),
    "LVL": Names("Латвия латы", "латвийский лат", "Latvian lats"),
    "RUR": Names("Ресей рублі (1998 жылға дейін)", "российский рубль (до 1998 года)", "Russian rouble (to 1998)"),
    "TRL": Names("түрік лирасы (2005 жылға дейін)", "турецкая лира (до 2005 года)", "Turkish lira (to 2005)"),
}
"""Currencies of older answers; each is created with the first answer that has it."""


def first_fields(code: str, bank_name: str = "") -> dict[str, Any]:
    """The fields of a new currency.

    An unknown one has the bank's name in every language until an editor corrects it; a known one has no name in a
    language that the lists above do not have.
    """
    names = QUOTED.get(code) or ENDED.get(code)
    languages = names._fields if names else settings.MODELTRANSLATION_LANGUAGES
    return {
        "code": code,
        **{f"name_{language}": getattr(names, language, bank_name or code) for language in languages},
        "in_widget": code in IN_WIDGET,
        "position": IN_WIDGET.index(code) + 1 if code in IN_WIDGET else 100,
    }
