"""The dump for those who download it: its manifest, the file and its checksum, and when there is none."""

import gzip
import hashlib
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.management import call_command

from news.api import dumps
from news.editorial import workflow
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


def statuses(client) -> list[int]:
    found = []
    for path in (FILE, f"{FILE}.sha256", "/api/v1/dump/"):
        response = client.get(path)
        list(response)  # closes the file
        found.append(response.status_code)
    return found


def withdraw(article: Article) -> None:
    workflow.withdraw(article, by=make_user("news.publish_article"), reasons={"kk": "Қате еді"})


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


def test_dump_is_not_given_when_something_in_it_was_withdrawn(client):
    article = make_article(publish_at=NOW - timedelta(hours=1))
    export()

    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        withdraw(article)
        refused = statuses(client)
        page = client.get("/open-data/").text
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        export("--if-withdrawn")
        answered = statuses(client)

    assert refused == [503] * 3
    assert FILE not in page
    assert answered == [200] * 3


def test_dump_that_is_not_there_is_told(client, settings):
    assert client.get(FILE).status_code == 404
    assert client.get("/api/v1/dump/").json()["detail"] == "There is no dump yet; the first one is made at night."

    export()
    default_storage.delete(Dump.objects.get().file)

    assert client.get(FILE).status_code == 404
