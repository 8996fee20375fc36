"""What an article's page shows, to readers and in a preview."""

from copy import deepcopy

import pytest
from django.conf import settings

from news import article_page
from news.models import Article
from news.preview import links
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db

OWN = '{% extends "news/article.html" %}{% block title %}Own page of speeches{% endblock %}'


@pytest.fixture
def speech_template(settings, tmp_path):
    """A template for one kind of article, beside the project's own."""
    folder = tmp_path / "templates"
    (folder / "news").mkdir(parents=True)
    (folder / "news" / "article_speech.html").write_text(OWN)
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [folder, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates


def test_kind_without_a_template_of_its_own_has_the_common_one():
    templates = {article_page.template_of(Article(kind=kind)) for kind in Article.Kind.values}

    assert templates == {"news/article.html"}


def test_kind_with_a_template_of_its_own_has_that_one(speech_template):
    speech, news = (article_page.template_of(Article(kind=kind)) for kind in ("speech", "news"))

    assert speech == "news/article_speech.html"
    assert news == "news/article.html"


@pytest.mark.parametrize("query", ["", "?framed=1"])
def test_preview_uses_the_template_of_the_kind_as_the_page_does(client, speech_template, query):
    speech, news = make_article(kind="speech"), make_article(kind="news")
    user = make_user("news.change_article")

    pages = [client.get(article.get_absolute_url()).content.decode() for article in (speech, news)]
    tokens = [links.create_link(article, by=user) for article in (speech, news)]
    previews = [client.get(f"/preview/{token}/kk/{query}").content.decode() for token in tokens]

    assert "<title>Own page of speeches</title>" in pages[0]
    assert "<title>Own page of speeches</title>" in previews[0]
    assert "Own page of speeches" not in pages[1]
    assert "Own page of speeches" not in previews[1]


def test_alternates_are_the_editions_that_the_article_exists_in():
    article = make_article("ru en")

    alternates = [(edition.code, address) for edition, address in article_page.alternates_of(article)]

    assert alternates == [
        ("ru", f"/ru/news/{article.pk}-{article.slug_ru}/"),
        ("en", f"/en/news/{article.pk}-{article.slug_en}/"),
    ]


def test_an_article_in_kazakh_exists_in_each_kazakh_script():
    codes = [edition.code for edition, _address in article_page.alternates_of(make_article("kk"))]

    assert codes == [code for code, _name in settings.LANGUAGES if code.startswith("kk")]
