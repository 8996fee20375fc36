"""A language added to the settings: a migration follows from them, and no module has to be told of it."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings

from news.models import TRANSLATIONS
from news.models.languages import LANGUAGE_LENGTH
from news.models.search import article_at, moment_at, place_of

ROOT = Path(__file__).parents[3]
SETTINGS = """
from tests.settings import *

LANGUAGES = [*LANGUAGES, ("uz", "O‘zbekcha"), ("tr", "Türkçe")]
MODELTRANSLATION_LANGUAGES = (*MODELTRANSLATION_LANGUAGES, "uz", "tr")
MIGRATION_MODULES = {"news": "news_migrations"}
DATABASES = {"default": {"ENGINE": "portal.sqlite3", "NAME": BASE_DIR / "five.sqlite3"}}
"""


def test_list_is_that_of_the_settings():
    assert settings.MODELTRANSLATION_LANGUAGES == TRANSLATIONS
    assert LANGUAGE_LENGTH == 2


@pytest.mark.own_portal
def test_fourth_and_fifth_language_need_their_lines_in_the_settings_and_a_migration(tmp_path):
    shutil.copytree(ROOT / "news" / "migrations", tmp_path / "news_migrations")
    (tmp_path / "five.py").write_text(SETTINGS.replace("BASE_DIR /", f"Path({str(tmp_path)!r}) /"))
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "five", "PYTHONPATH": f"{tmp_path}:{ROOT}"}

    answer = subprocess.run(
        [sys.executable, "-m", "tests.support.added_languages"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert answer.stderr == ""
    made = json.loads(answer.stdout)
    assert sorted(path.name for path in (tmp_path / "news_migrations").glob("0*.py")) == [
        "0001_initial.py",
        "0002_languages.py",
    ]
    assert made["found"] == {"uz": [1], "tr": [1], "kk": []}
    assert made["anywhere"] == [1]
    assert made["entries"] == [["tr", 1], ["uz", 1]]
    assert made["without a title"] == "refused"
    assert made["feed indexes"] == ["feed_en", "feed_kk", "feed_ru", "feed_tr", "feed_uz"]
    assert made["slug"] == "mazhlis"
    assert made["reindexed"] == 1
    assert made["texts left"] == 0


@pytest.mark.parametrize("language", TRANSLATIONS)
def test_place_of_a_search_entry_tells_the_article_and_its_second(language):
    moment = datetime(2026, 11, 30, 10, 20, 30, tzinfo=UTC)
    place = place_of(moment, 60_000_000, language)

    assert article_at(place) == 60_000_000
    assert moment_at(place) == moment
    assert place < 2**63
