"""The dump: what is public and no more, whole, checked, and not for taking once something in it was withdrawn."""

import gzip
import hashlib
import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from news.api import dumps
from news.editorial import workflow
from news.import_export import articles
from news.models import Article, Dump
from tests.support.factories import make_article, make_source, make_user

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
FILE = "/open-data/articles.jsonl.gz"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def export(*options: str) -> str:
    said = StringIO()
    call_command("export_articles", "--public", *options, stdout=said)
    return said.getvalue()


def taken(client) -> bytes:
    response = client.get(FILE)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/gzip"
    return b"".join(response.streaming_content)


def withdraw(article: Article) -> None:
    workflow.withdraw(article, by=make_user("news.publish_article"), reasons={"kk": "Қате еді"})


def test_dump_holds_what_is_public_and_no_more(client):
    source = make_source(slug="senat")
    shown = [make_article("kk ru", source=source), make_article(source=source, publish_at=NOW)]
    make_article(source=source, status="draft", title_kk="ҚҰПИЯ")
    make_article(source=source, publish_at=NOW + timedelta(seconds=1), title_kk="ҚҰПИЯ")
    with time_machine.travel(NOW - timedelta(seconds=1), tick=False):
        withdraw(make_article(source=source, title_kk="ҚҰПИЯ", publish_at=NOW - timedelta(hours=1)))

    export()
    content = taken(client)
    lines = gzip.decompress(content).decode().splitlines()
    manifest = client.get("/api/v1/dump/").json()

    assert [json.loads(line)["id"] for line in lines] == [article.origin_id for article in shown]
    assert articles.import_articles(lines).same == 2
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest()
    assert manifest["size"] == len(content)
    assert manifest["articles"] == 2
    assert client.get(f"{FILE}.sha256").text == f"{manifest['sha256']}  articles.jsonl.gz\n"
    assert FILE in client.get("/open-data/").text


def test_dump_of_the_same_articles_is_the_same_file():
    make_article()

    assert dumps.make_dump().sha256 == dumps.make_dump().sha256


def test_another_dump_is_made_only_when_there_is_need(client):
    make_article()
    export()

    export("--if-withdrawn")

    assert Dump.objects.count() == 1


def test_old_dumps_go(client):
    for hour in range(4):
        with time_machine.travel(NOW + timedelta(hours=hour), tick=False):
            export()

    assert sorted(default_storage.listdir("dumps")[1]) == [
        "articles-20261125-090000.jsonl.gz",
        "articles-20261125-100000.jsonl.gz",
    ]
    assert Dump.objects.count() == 2


def test_full_disk_is_told_and_the_last_dump_stays(client, settings, tmp_path):
    make_article()
    export()
    before = taken(client)
    (tmp_path / "file").touch()
    good, settings.MEDIA_ROOT = settings.MEDIA_ROOT, tmp_path / "file"

    with pytest.raises(CommandError):
        export()

    settings.MEDIA_ROOT = good
    assert taken(client) == before


def test_queries_do_not_grow_with_the_articles_of_a_batch():
    taken = []
    for number in (1, 40):
        for _ in range(number):
            make_article()
        with CaptureQueriesContext(connection) as queries:
            dumps.make_dump()
        taken.append(len([query for query in queries if "news_article" in query["sql"]]))

    assert taken[0] == taken[1]
