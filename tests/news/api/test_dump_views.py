"""The dump for those who download it: its manifest, the file and its checksum, and when there is none."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils.http import http_date

from news.api import dumps
from news.editorial import revisions, workflow
from news.import_export.articles import export_articles, import_articles
from news.models import Article, Dump
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
FILE = "/open-data/articles.jsonl.gz"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def export(*options: str) -> None:
    call_command("export_articles", "--public", *options, stdout=StringIO())


def answer_statuses(client) -> list[int]:
    found = []
    for path in (FILE, f"{FILE}.sha256", "/api/v1/dump/"):
        response = client.get(path)
        list(response)  # closes the file
        found.append(response.status_code)
    return found


def withdraw(article: Article, by: User) -> None:
    workflow.withdraw(article, by=by, reasons={"kk": "Қате еді", "en": "It was wrong"})


def test_manifest_file_and_checksum_belong_together(client):
    make_article(title_kk="Бірінші")
    make_article()
    dump = dumps.make_dump()

    manifest = client.get("/api/v1/dump/").json()
    response = client.get(FILE)
    content = b"".join(response.streaming_content)
    checksum = client.get(f"{FILE}.sha256").text

    assert hashlib.sha256(content).hexdigest() == dump.sha256
    assert checksum == f"{dump.sha256}  articles.jsonl.gz\n"
    assert {name: manifest[name] for name in ("url", "sha256", "size", "articles", "made_at")} == {
        "url": f"http://testserver{FILE}",
        "sha256": dump.sha256,
        "size": len(content),
        "articles": 2,
        "made_at": "2026-11-25T12:00:00+05:00",
    }
    assert response.headers["Content-Length"] == str(len(content))
    assert response.headers["Cache-Control"] == "no-store"
    assert "Бірінші" in gzip.decompress(content).decode().splitlines()[0]


def test_who_has_the_dump_is_told_by_its_checksum_and_by_no_date(client):
    make_article()
    dump = dumps.make_dump()

    first = client.get(FILE)
    list(first)
    by_tag = client.get(FILE, headers={"If-None-Match": f'"{dump.sha256}"'})
    by_date = client.get(FILE, headers={"If-Modified-Since": http_date((NOW + timedelta(minutes=1)).timestamp())})
    list(by_date)

    assert by_tag.status_code == 304
    assert by_date.status_code == 200
    assert "Last-Modified" not in first.headers


@pytest.fixture
def chief():
    return make_user("news.change_article", "news.publish_article", "news.delete_article")


def republish(article: Article, by: User, **texts: str) -> None:
    revisions.save(article, texts, by=by)
    workflow.publish(article, by=by)


def import_line(article: Article, **fields: Any) -> None:
    (line,) = export_articles(Article.objects.filter(pk=article.pk))
    outcome = import_articles([json.dumps(json.loads(line) | fields)])
    assert outcome.changed == 1


def take_english_away(article: Article, by: User) -> None:
    republish(article, by, title_en="", slug_en="", body_en="")


def withdraw_and_delete(article: Article, by: User) -> None:
    withdraw(article, by)
    workflow.delete(article, by=by)


def correct(article: Article, by: User) -> None:
    revisions.save(article, {"body_kk": "<p>Дұрыс</p>"}, by=by)
    workflow.correct(article, by=by, notes={"kk": "Қате түзетілді", "en": "A mistake was corrected"})


LEAVINGS: dict[str, Callable[[Article, User], None]] = {
    "withdrawn": lambda article, by: withdraw(article, by),
    "withdrawn and put into the bin": withdraw_and_delete,
    "a language taken away": take_english_away,
    "corrected": correct,
    "another text published": lambda article, by: republish(article, by, lead_kk="Басқа"),
    "withdrawn by an import": lambda article, by: import_line(article, status="withdrawn"),
    "made a draft by an import": lambda article, by: import_line(article, status="draft"),
    "put off by an import": lambda article, by: import_line(article, publish_at="2099-01-01T00:00:00+05:00"),
    "a language taken away by an import": lambda article, by: import_line(
        article, title={"kk": "Тақырып"}, body={"kk": "<p>Мәтін</p>"}
    ),
}


@pytest.mark.parametrize("leaving", LEAVINGS)
def test_dump_is_not_given_when_readers_have_lost_something_that_is_in_it(client, chief, leaving):
    make_article()
    article = make_article("kk en", publish_at=NOW - timedelta(hours=1), body_kk="<p>Құпия</p>", body_en="<p>X</p>")
    export()

    LEAVINGS[leaving](article, chief)
    refused = answer_statuses(client)
    retry = client.get(FILE).headers["Retry-After"]
    page = client.get("/open-data/").text
    export("--if-withdrawn")
    answered = answer_statuses(client)

    assert refused == [503] * 3
    assert FILE not in page
    assert retry == "600"
    assert answered == [200] * 3
    lines = gzip.decompress(b"".join(client.get(FILE).streaming_content)).decode().splitlines()
    assert lines == list(export_articles(Article.objects.published()))
    assert [default_storage.exists(dump.file) for dump in Dump.objects.all()] == [True]


def test_dump_made_while_an_article_was_withdrawn_is_not_given(client, chief):
    articles = [make_article(publish_at=NOW - timedelta(hours=1)) for _ in range(2)]
    withdrawals = iter([lambda: withdraw(articles[0], chief), lambda: None])

    dumps.make_dump(progress=lambda: next(withdrawals)())

    assert answer_statuses(client) == [503] * 3


def test_dump_is_given_after_changes_that_take_nothing_from_readers(client, chief):
    withdrawn = make_article(status="withdrawn", withdrawn_at=NOW, publish_at=NOW - timedelta(days=1))
    scheduled = make_article(publish_at=NOW + timedelta(hours=1))
    draft = make_article(status="draft", publish_at=None)
    export()

    workflow.restore(withdrawn, by=chief)
    withdraw(scheduled, chief)
    republish(draft, chief, lead_kk="Жаңа")
    import_line(make_article("kk", status="draft", publish_at=None), title={"kk": "Тақырып"})

    assert answer_statuses(client) == [200] * 3


def test_dump_that_is_not_there_is_told(client, settings):
    assert client.get(FILE).status_code == 404
    assert client.get("/api/v1/dump/").json()["detail"] == "There is no dump yet; the first one is made at night."

    export()
    default_storage.delete(Dump.objects.get().file)

    assert client.get(FILE).status_code == 404
