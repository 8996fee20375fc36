"""The job that compares what readers can fetch with what is published, whatever forgot to say that it has changed."""

import gzip
from datetime import datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from news.api import dumps
from news.import_export.articles import export_articles
from news.models import Article, Dump, HitTotal
from news.share_cards import article as article_cards
from portal.page_cache.generation import load_fresh
from tests.support.doors import Answered, inside_the_test, make_door
from tests.support.factories import make_article, make_source, make_topic

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
FINE = "Барлық ашық файл мен бет дұрыс.\n"
MENDED = "Бәрі түзетілді.\n"


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def check() -> tuple[str, list[str]]:
    out, err = StringIO(), StringIO()
    with inside_the_test():
        call_command("check_public_files", stdout=out, stderr=err)
    return out.getvalue(), err.getvalue().splitlines()


def lines_of_dump() -> list[str]:
    with default_storage.open(dumps.latest_dump().file) as file:
        return gzip.decompress(file.read()).decode().splitlines()


def test_what_is_right_is_left_alone():
    article = make_article("kk ru")
    dump = dumps.make_dump()
    article_cards.prepare_cards(article)
    make_article()  # published since
    HitTotal.objects.create(article=article, counted=5)

    assert check() == (FINE, [])
    assert (Dump.objects.get(), len(article_cards.card_files(article))) == (dump, 4)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "withdrawn"},
        {"publish_at": NOW + timedelta(days=1)},
        {"title_ru": "", "body_ru": ""},
        {"body_kk": "<p>Басқа</p>"},
    ],
)
def test_dump_with_a_change_that_nobody_announced_is_made_anew(change):
    article, other = make_article("kk ru"), make_article("kk ru")
    dumps.make_dump()
    Article.objects.filter(pk=article.pk).update(**change)

    result = check()

    assert result == (MENDED, ["Деректер файлында оқырманда жоқ нәрсе 1 рет айтылған. Ол қайта жасалды."])
    assert lines_of_dump() == list(export_articles(Article.objects.published()))
    assert other.origin_id in "".join(lines_of_dump())
    assert check() == (FINE, [])


def test_dump_with_an_article_that_is_no_more_is_made_anew():
    make_article()
    article = make_article()
    dumps.make_dump()
    article.delete()

    assert check()[0] == MENDED
    assert len(lines_of_dump()) == 1


def test_dump_whose_file_is_lost_or_another_is_made_anew():
    make_article()
    default_storage.delete(dumps.make_dump().file)
    lost = check()
    name = dumps.latest_dump().file
    default_storage.delete(name)
    default_storage.save(name, ContentFile(gzip.compress(b"{}")))
    another = check()

    assert lost == (MENDED, ["Деректер файлы жоғалған. Ол қайта жасалды."])
    assert another == (MENDED, ["Деректер файлы жасалған файл емес. Ол қайта жасалды."])
    assert len(lines_of_dump()) == 1


def test_files_of_dumps_that_were_never_finished_go_after_a_day():
    make_article()
    dumps.make_dump()
    for stamp in ("20261123-023000", "20261125-063000"):
        default_storage.save(f"dumps/articles-{stamp}.jsonl.gz", ContentFile(b"x"))

    assert check() == (MENDED, ["Аяқталмай қалған деректер файлдары жойылды: 1."])
    assert sorted(default_storage.listdir("dumps")[1]) == [
        "articles-20261125-063000.jsonl.gz",
        "articles-20261125-070000.jsonl.gz",
    ]


def test_cards_of_what_readers_have_no_longer_go():
    gone, changed, deleted, whole = (make_article("kk ru") for _ in range(4))
    for article in (gone, changed, deleted, whole):
        article_cards.prepare_cards(article)
    before = article_cards.card_files(whole)
    Article.objects.filter(pk=gone.pk).update(status="withdrawn")
    Article.objects.filter(pk=changed.pk).update(title_ru="", body_ru="")
    number = deleted.pk
    deleted.delete()
    deleted.pk = number

    assert check() == (MENDED, ["Енді ешбір мақаланікі емес бөлісу суреттері жойылды: 9."])
    left = [len(article_cards.card_files(article)) for article in (gone, changed, deleted, whole)]
    assert (left, article_cards.card_files(whole)) == ([0, 3, 0, 4], before)


def test_pages_in_the_shared_cache_that_say_something_else_are_dropped(settings):
    settings.CACHE_URL = "the tests' own cache"
    topic = make_topic(slug="budget")
    article = make_article("kk", title_kk="Елеусіз", source=make_source(slug="senat"), topics=[topic])
    door = make_door()
    paths = ("/feed.rss", "/topics/budget/feed.rss", "/sources/senat/", "/news/", "/sitemap-news.xml")
    for path in paths:
        assert "Елеусіз" in Answered(door, path).text
    fine = check()
    before = load_fresh()
    Article.objects.filter(pk=article.pk).update(status="draft")  # and the pages are not invalidated

    (said, (problem,)) = check()

    assert fine == (FINE, [])
    assert said == MENDED
    assert sorted(problem.removesuffix(".").partition(": ")[2].split(", ")) == sorted(paths)
    assert load_fresh().generation != before.generation
    assert [path for path in paths if "Елеусіз" in Answered(make_door(), path).text] == []
    assert check() == (FINE, [])
