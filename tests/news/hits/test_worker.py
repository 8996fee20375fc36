import logging
import os

import pytest
from django.db import connection

from news.hits import counting, journals, worker
from news.hits.worker import Folding
from news.models import Article, HitJournal
from tests.support.factories import make_article

pytestmark = pytest.mark.django_db(transaction=True)


def a_while_later(settings) -> None:
    """As if nobody had folded for long."""
    os.utime(settings.HITS_DIR / journals.LOCK, (0, 0))


def test_folding_begins_once():
    thread = Folding()

    thread.start()
    first = thread.thread
    thread.start()
    second = thread.thread
    thread.stop()

    assert first is second


def test_database_is_left_alone_when_there_is_no_journal(settings, django_assert_num_queries):
    thread = Folding()

    with django_assert_num_queries(0):
        thread.fold_what_is_new()

    assert not settings.HITS_DIR.exists()


def test_database_is_left_alone_while_nobody_reads(settings, django_assert_num_queries):
    article = make_article()
    counting.record_hit(article.pk, "kk")
    thread = Folding()
    thread.fold_what_is_new()
    a_while_later(settings)

    with django_assert_num_queries(0):
        thread.fold_what_is_new()

    assert Article.objects.get(pk=article.pk).hits == 1


def test_processes_of_a_node_take_turns(settings):
    article = make_article()
    counting.record_hit(article.pk, "kk")
    one, other, totals = Folding(), Folding(), []

    for thread in (one, other):
        thread.fold_what_is_new()
        counting.record_hit(article.pk, "kk")
    totals.append(Article.objects.get(pk=article.pk).hits)
    a_while_later(settings)
    other.fold_what_is_new()
    totals.append(Article.objects.get(pk=article.pk).hits)

    assert totals == [1, 3]


def test_journal_of_a_killed_process_is_counted_and_deleted(settings):
    article = make_article()
    thread = Folding()
    child = os.fork()
    if not child:
        counting.record_hit(article.pk, "kk")
        os.kill(os.getpid(), 9)
    os.waitpid(child, 0)

    thread.fold_what_is_new()

    assert Article.objects.get(pk=article.pk).hits == 1
    assert list(settings.HITS_DIR.glob("*.hits")) == []
    assert HitJournal.objects.count() == 0


def test_database_away_is_said_once_and_nothing_is_lost(settings, caplog):
    article = make_article()
    thread = Folding()

    def rename(before: str, after: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {before} RENAME TO {after}")

    rename("news_hitjournal", "elsewhere")
    try:
        for _ in range(3):
            counting.record_hit(article.pk, "kk")
            thread.fold_or_complain()
            a_while_later(settings)
        said_while_away = [record.levelname for record in caplog.records]
    finally:
        rename("elsewhere", "news_hitjournal")
    with caplog.at_level(logging.INFO):
        thread.fold_or_complain()

    assert said_while_away == ["ERROR"]
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]
    assert Article.objects.get(pk=article.pk).hits == 3


def test_forked_child_begins_its_own_folding():
    thread = worker._folding
    child = os.fork()
    if not child:
        os._exit(0 if worker._folding is not thread else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
