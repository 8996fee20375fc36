"""Text of old archives and other systems is stored as what was meant, on whichever way it comes in."""

import unicodedata
from io import StringIO

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from news.markup.incoming_text import mend_text
from news.markup.sanitizer import sanitise
from news.models import Article, Topic
from tests.support.cases import FOLDER, cases_of
from tests.support.factories import make_article, make_source

OLD_QUOTES = [case for area in ("text", "feed") for case in cases_of(area) if "old-archive" in case.id]


@pytest.mark.django_db
@pytest.mark.parametrize("case", OLD_QUOTES)
def test_case_of_an_old_archive_has_its_signs_everywhere(client, case):
    make_source(slug="quryltai")

    call_command("import_articles", str(FOLDER / case["file"]), stdout=StringIO(), stderr=StringIO())

    article = Article.objects.get()
    language = article.languages[0] if hasattr(article, "languages") else ("ru" if article.title_ru else "en")
    title = case["expect"]["title"]
    assert getattr(article, f"title_{language}") == title
    if "text" in case["expect"]:
        assert getattr(article, f"body_{language}") == case["expect"]["text"]
    for form in ("rss", "atom", "json"):
        feed = client.get(f"/{language}/feed.{form}").content.decode()
        assert title in feed
        assert not any("\x80" <= sign <= "\x9f" for sign in feed)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["title", "lead", "byline", "dateline", "body"])
def test_each_field_of_a_text_is_mended_when_it_is_stored(field):
    article = make_article("kk", **{f"{field}_kk": "и\u0306 \x93a\x94 \u202eb"})

    stored = Article.objects.values_list(f"{field}_kk", flat=True).get(pk=article.pk)

    expected = "й “a” \u202eb" + ("" if field == "body" else "\u202c")
    assert stored.replace("<p>", "").replace("</p>", "") == expected


@pytest.mark.django_db
def test_name_is_mended_by_update_too():
    topic = Topic.objects.create(slug="a", name_kk="a")

    Topic.objects.filter(pk=topic.pk).update(name_kk="Е\u0308лка \x96")

    topic.refresh_from_db()
    assert topic.name_kk == "Ёлка –"


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("\u2067a", "\u2067a\u2069"),
        ("\u202a\u2066a\u202c", "\u202a\u2066a\u202c"),
        ("\u202ea\nb", "\u202ea\u202c\nb"),
        ("\u2066a\u2069", "\u2066a\u2069"),
        ("\x80 \x85 \x99 \x81", "€ … ™ "),
        ("у\u0306", "ў"),
    ],
)
def test_mend_text(text, mended):
    assert mend_text(text) == mended


@given(st.text())
def test_mended_text_is_stable(text):
    once = mend_text(text)

    assert mend_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


def test_letter_and_its_mark_are_not_joined_over_a_tag():
    assert sanitise("<p>a &gt;\u0338 <b>и</b>\u0306</p>").startswith("<p>a ")
