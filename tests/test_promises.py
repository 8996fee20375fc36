"""What holds for the whole site, whatever a page is about."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from news.models import Article, DailyHits, HitTotal
from news.search.indexing import index_articles
from portal import editions
from tests.support.crawler import MACHINES, STARTS, body, crawl
from tests.support.factories import make_article, make_articles, make_image, make_person, make_source, make_topic

pytestmark = pytest.mark.django_db

LANGUAGES = ("kk", "ru", "en")


def fill(source, topic, person, count: int, **fields) -> list[Article]:
    now = timezone.now()
    moments = [now - timedelta(hours=number) for number in range(1, count + 1)]
    return make_articles(moments, "kk ru en", source=source, topics=[topic], people=[person], **fields)


def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


def test_unpublished_articles_leak_nowhere(client):
    source, topic, person = make_source(slug="senat"), make_topic(slug="budget"), make_person(slug="person")
    shared = {"source": source, "topics": [topic], "people": [person]}
    hidden = [
        make_article(
            "kk ru en", **shared, **texts("draft"), status="draft", publish_at=timezone.now(), cover=make_image()
        ),
        make_article(
            "kk ru en",
            **shared,
            **texts("withdrawn"),
            status="withdrawn",
            withdrawn_at=timezone.now(),
            cover=make_image(),
        ),
        make_article(
            "kk ru en",
            **shared,
            **texts("later"),
            publish_at=timezone.now() + timedelta(hours=1),
            pinned=True,
            cover=make_image(),
        ),
    ]
    partly = make_article("kk", **shared, title_kk="Тек қазақша", lead_kk="Көрінеді", cover=make_image())
    shown = make_article("kk ru en", **shared, cover=make_image())
    for article in [*hidden, partly, shown]:
        DailyHits.objects.create(article=article, edition="kk", day=timezone.localdate(), count=700)
        HitTotal.objects.create(article=article, counted=700)
    index_articles([article.pk for article in [*hidden, partly, shown]])
    asked = [f"{start}search/{page}" for start in STARTS for page in ("?q=secret", "suggestions/?q=secr")]

    answers = crawl(client, [*STARTS, *MACHINES, *asked], reads_data=True)

    secrets = ["SECRET", "secret-", *(article.cover.token for article in hidden)]
    assert [(path, word) for path, answer in answers.items() for word in secrets if word in body(answer)] == []
    told_withdrawn = [f"{edition.prefix}/news/{hidden[1].pk}-news/" for edition in editions.EDITIONS]
    told_withdrawn.append(f"/api/v1/articles/{hidden[1].pk}/")
    others = {path: answer.status_code for path, answer in answers.items() if answer.status_code != 200}
    dump = {"/api/v1/dump/", "/open-data/articles.jsonl.gz", "/open-data/articles.jsonl.gz.sha256"}  # made at night
    assert {path for path in others if path not in told_withdrawn} == dump
    assert {path.split("/")[-1].partition("?")[0] for path in answers} >= {"feed.rss", "feed.atom", "feed.json"}
    in_others = [
        path for path, answer in answers.items() if path.startswith(("/ru/", "/en/")) and "Тек қазақша" in body(answer)
    ]
    assert in_others == []
    for article in hidden:
        for code in LANGUAGES:
            with override(code):
                for path in (article.get_absolute_url(), reverse("article", args=[article.pk, "x"])):
                    answer = client.get(path)
                    assert answer.status_code == (410 if article.status == "withdrawn" else 404)
                    assert "SECRET" not in body(answer)
        for name in (path.rsplit("/", 1)[1] for path in answers if path.startswith(f"/media/{shown.cover.token}/")):
            assert client.get(f"/media/{article.cover.token}/{name}").status_code == 404
    with override("ru"):
        assert client.get(partly.get_absolute_url()).status_code == 404


def texts(state: str) -> dict[str, str]:
    fields = ("title", "lead", "body", "dateline", "byline")
    return {f"{field}_{code}": f"SECRET {state} {field}" for field in fields for code in LANGUAGES} | {
        f"slug_{code}": f"secret-{state}" for code in LANGUAGES
    }


def test_scheduled_article_appears_on_its_second(client):
    moment = timezone.now().replace(microsecond=0) + timedelta(hours=1)
    article = make_article("kk", title_kk="Уақыты келді", publish_at=moment, cover=make_image())

    with time_machine.travel(moment - timedelta(seconds=1), tick=False):
        before = [client.get(path).content.decode().count("Уақыты келді") for path in ("/", "/news/")]
        page_before = client.get(article.get_absolute_url()).status_code
    with time_machine.travel(moment, tick=False):
        after = ["Уақыты келді" in client.get(path).content.decode() for path in ("/", "/news/")]
        page_after = client.get(article.get_absolute_url()).status_code

    assert before == [0, 0]
    assert page_before == 404
    assert after == [True, True]
    assert page_after == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/news/",
        "/sources/senat/",
        "/topics/budget/",
        "/people/person/",
        "/archive/",
        "/archive/{year}/{month}/",
        "article",
    ],
)
def test_queries_do_not_grow_with_the_articles(client, path):
    source, topic, person = make_source(slug="senat"), make_topic(slug="budget"), make_person(slug="person")
    with time_machine.travel(timezone.now().replace(day=15), tick=False):
        (first,) = fill(source, topic, person, 1, cover=make_image())
        now = timezone.localtime()
        path = first.get_absolute_url() if path == "article" else path.format(year=now.year, month=now.month)
        make_article(
            "kk", source=source, topics=[topic], people=[person]
        )  # something to be related, and to be in lists
        client.get(path)  # what a process remembers of its first request is no part of a page

        with CaptureQueriesContext(connection) as few:
            assert client.get(path).status_code == 200
        fill(source, topic, person, 100, cover=make_image())
        with CaptureQueriesContext(connection) as many:
            assert client.get(path).status_code == 200

    assert len(many) == len(few)
    assert len(few) <= (11 if path == "/" else 9)


def test_answers_carry_the_content_policy(client):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "default-src 'self'" in policy


def test_every_template_compiles_and_is_used():
    folder = Path(settings.BASE_DIR) / "templates"
    names = {str(path.relative_to(folder)) for path in folder.rglob("*.*")}
    code = [path.read_text() for root in ("portal", "news", "rates") for path in (folder.parent / root).rglob("*.py")]
    text = "".join([*code, *((folder / name).read_text() for name in names)])
    by_convention = {name for name in names if name.startswith(("admin/", "news/front/"))}

    for name in names:
        get_template(name)

    assert {name for name in names - by_convention if f'"{name}"' not in text} == set()


def test_every_static_file_that_a_template_names_exists():
    templates = (Path(settings.BASE_DIR) / "templates").rglob("*.html")
    named = {name for path in templates for name in re.findall(r"""{% static ["']([^"']+)["']""", path.read_text())}

    assert {name for name in named if finders.find(name) is None} == set()
