"""A translator's form: their own languages to write, the others to read."""

import re

import pytest

from news.models import TranslatorLanguage
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def form_of(client, article, *permissions, languages=()):
    user = make_user("news.view_article", *permissions)
    for code in languages:
        TranslatorLanguage.objects.create(user=user, language=code)
    client.force_login(user)
    return client.get(f"/admin/news/article/{article.pk}/change/")


def inputs(html: str) -> set[str]:
    """The fields of texts that can be typed in."""
    return set(re.findall(r'name="(\w+_(?:kk|ru|en))"', html))


def test_translator_writes_the_own_language_and_reads_the_others(client):
    article = make_article("kk", title_kk="Сенат", body_kk="<p>Қазақша мәтін</p>")

    response = form_of(client, article, "news.translate_article", languages=["ru"])

    html = response.content.decode()
    assert inputs(html) == {f"{name}_ru" for name in ("title", "lead", "body", "dateline", "byline", "slug")}
    assert '<div class="original-text" lang="kk"' in html
    assert "<p>Қазақша мәтін</p>" in html


def test_translator_without_a_language_writes_nothing(client):
    response = form_of(client, make_article(), "news.translate_article")

    assert inputs(response.content.decode()) == set()


def test_editor_who_also_translates_has_the_whole_form(client):
    response = form_of(client, make_article(), "news.translate_article", "news.change_article", languages=["ru"])

    assert inputs(response.content.decode()) == {
        f"{name}_{code}"
        for name in ("title", "lead", "body", "dateline", "byline", "slug")
        for code in ("kk", "ru", "en")
    }
