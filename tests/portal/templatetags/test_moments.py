"""Times and days in words, in each language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.utils.translation import override


def show(template: str, value: object) -> str:
    return Template("{% load moments %}" + template).render(Context({"value": value}))


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("kk", "2024 жылғы 7 наурыз, бейсенбі"),
        ("kk-latn", "2024 жылғы 7 наурыз, бейсенбі"),  # transliterated with its page
        ("ru", "четверг, 7 марта 2024 года"),
        ("en", "Thursday, 7 March 2024"),
    ],
)
def test_day_in_full(language, shown):
    with override(language):
        assert show("{{ value|in_full }}", date(2024, 3, 7)) == shown


@pytest.mark.parametrize(
    ("passed", "kazakh", "russian", "english"),
    [
        ({"seconds": 59}, "жаңа ғана", "только что", "just now"),
        ({"seconds": -5}, "жаңа ғана", "только что", "just now"),
        ({"minutes": 1}, "1 минут бұрын", "1 минуту назад", "1 minute ago"),
        ({"minutes": 5}, "5 минут бұрын", "5 минут назад", "5 minutes ago"),
        ({"hours": 3, "minutes": 59}, "3 сағат бұрын", "3 часа назад", "3 hours ago"),
        ({"hours": 19}, "кеше сағат 23:00", "вчера в 23:00", "yesterday at 23:00"),
        ({"days": 2}, "05 Наурыз, 2024, 18:00", "5 марта 2024 года, 18:00", "5 March 2024, 18:00"),
    ],
)
def test_how_long_ago(passed, kazakh, russian, english):
    now = datetime(2024, 3, 7, 18, 0, tzinfo=ZoneInfo("Asia/Almaty"))
    shown = []
    with time_machine.travel(now, tick=False):
        for language in ("kk", "ru", "en"):
            with override(language):
                shown.append(show("{{ value|ago }}", now - timedelta(**passed)))

    assert shown == [kazakh, russian, english]
