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
PROGRAM = """
import json

import django

django.setup()
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import override

from news.models import Article, SearchEntry, Source
from news.models.search import article_at
from news.search.engine import anywhere, search
from news.search.indexing import index, reindex
from news.search.query import read
from news.slugs import make_slug

call_command("makemigrations", "news", name="languages", verbosity=0)
call_command("makemigrations", "news", check_changes=True, dry_run=True, verbosity=0)
call_command("migrate", verbosity=0)
source = Source.objects.create(slug="senat", **{f"name_{code}": "Senat" for code in ("kk", "ru", "en", "uz", "tr")})
now = timezone.now()
texts = {"title_uz": "Парламент мажлиси", "title_tr": "Kitaplar"}
article = Article.objects.create(source=source, status="approved", publish_at=now, **texts)
found = {}
index([article.pk])
for language, words in (("uz", "мажлиси"), ("tr", "kitaplar"), ("kk", "kitaplar")):
    with override(language):
        found[language] = [each.pk for each in search(Article.objects.readable(), read(words, language)).articles]
with override("uz"):
    list(Article.objects.readable().for_list())
try:
    with transaction.atomic():
        Article.objects.create(source=source, status="approved", publish_at=now)
    without_a_title = "stored"
except IntegrityError:
    without_a_title = "refused"
entries = SearchEntry.objects.order_by("language").values_list("language", "place")
result = {
    "found": found,
    "anywhere": list(anywhere("мажлиси")),
    "entries": [(language, article_at(place)) for language, place in entries],
    "without a title": without_a_title,
    "feed indexes": sorted(each for each in connection.introspection.get_constraints(
        connection.cursor(), "news_article") if each.startswith("feed_")),
    "slug": make_slug("Мажлис", "uz"),
    "reindexed": reindex(lambda done: None),
}
article.delete()
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM news_searchtext_uz")
    result["texts left"] = cursor.fetchone()[0]
print(json.dumps(result))
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
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300
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
