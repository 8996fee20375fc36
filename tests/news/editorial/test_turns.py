"""Verbs beside each other: two at once take turns, and one article's verb leaves the others alone."""

import time
from concurrent.futures import Future

import pytest
from django.db import connection, transaction

from news.editorial import workflow
from news.editorial.workflow import Refused
from news.models import Article
from tests.support.factories import make_article, make_user

REASONS = {"kk": "Қате дерек", "ru": "Ошибка"}


def wait_until_it_waits(work: Future) -> None:
    """Until the other process waits for the database, or has not waited and is done."""
    for _ in range(100):
        time.sleep(0.05)
        if work.done() or connection.vendor == "sqlite":  # which tells nobody who waits
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return


@pytest.mark.django_db(transaction=True)
def test_second_of_two_verbs_at_once_sees_what_the_first_one_did(other_process):
    article, one, two = make_article(), make_user(is_superuser=True), make_user(is_superuser=True)
    same = Article.objects.get(pk=article.pk)

    with transaction.atomic():
        workflow.withdraw(article, by=one, reasons=REASONS)
        second = other_process(workflow.withdraw, same, by=two, reasons={"kk": "Басқа себеп"})
        wait_until_it_waits(second)

    with pytest.raises(Refused):
        second.result(60)
    assert Article.objects.get(pk=article.pk).withdrawal_reason_kk == REASONS["kk"]


@pytest.mark.parametrize(
    ("state", "verb", "arguments"),
    [
        ("draft", workflow.submit, {}),
        ("review", workflow.approve, {}),
        ("review", workflow.publish, {}),
        ("approved", workflow.withdraw, {"reasons": REASONS}),
        ("withdrawn", workflow.restore, {}),
        ("draft", workflow.delete, {}),
        ("deleted", workflow.undelete, {}),
    ],
)
def test_verb_changes_its_own_article_and_no_other(newsroom, state, verb, arguments):
    article = newsroom.articles[state][0]
    others = Article.objects.exclude(pk=article.pk).order_by("pk")
    before, its_own = list(others.values()), Article.objects.filter(pk=article.pk).values().get()

    verb(article, by=make_user(is_superuser=True), **arguments)

    assert list(others.values()) == before
    assert Article.objects.filter(pk=article.pk).values().get() != its_own
