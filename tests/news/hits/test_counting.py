import os
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import RequestFactory
from django.utils.translation import override

from news.hits import counting, journals
from news.models import Article, DailyHits, HitJournal, HitTotal
from tests.support.doors import READER
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def total(article: Article) -> int:
    return Article.objects.get(pk=article.pk).hits


def journal_files(settings) -> list[str]:
    return sorted(path.suffix for path in settings.HITS_DIR.iterdir() if path.suffix != ".lock")


@pytest.mark.parametrize(
    ("method", "headers", "expected"),
    [
        ("GET", {}, True),
        ("GET", {"User-Agent": "curl/8.14.1"}, True),
        ("GET", {"If-None-Match": '"etag"'}, True),
        ("GET", {"Purpose": "reading"}, True),
        ("HEAD", {}, False),
        ("POST", {}, False),
        ("GET", {"Sec-Purpose": "prefetch"}, False),
        ("GET", {"Sec-Purpose": "prefetch;prerender"}, False),
        ("GET", {"Purpose": "prefetch"}, False),
        ("GET", {"Purpose": "Preview"}, False),
        ("GET", {"X-Purpose": "preview"}, False),
        ("GET", {"X-Moz": "prefetch"}, False),
        ("GET", {"User-Agent": "TelegramBot (like TwitterBot)"}, False),
        ("GET", {"User-Agent": ""}, False),
    ],
)
def test_reading_is_what_a_person_asks_to_see(method, headers, expected):
    request = RequestFactory().generic(method, "/news/1-a/", headers={"User-Agent": READER} | headers)

    assert counting.is_reading(request.META) is expected


@pytest.mark.parametrize("is_staff", [True, False])
def test_signed_in_staff_is_known(client, rf, settings, is_staff):
    user = make_user(is_staff=is_staff)
    client.force_login(user)
    request = rf.get("/news/1-a/")
    request.COOKIES, request.user = {settings.SESSION_COOKIE_NAME: "key"}, user

    assert counting.is_staff(request) is is_staff


def test_reader_without_a_session_is_not_looked_up(rf):
    request = rf.get("/news/1-a/")  # has no user: asking for one would be an AttributeError

    assert not counting.is_staff(request)


def test_fold_adds_readings_to_total_and_days():
    article, other = make_article(), make_article()
    evening = datetime(2026, 11, 22, 18, 59, 59, tzinfo=UTC)  # the last second of 22 November in Kazakhstan
    midnight = datetime(2026, 11, 22, 19, 0, 0, tzinfo=UTC)

    for at in (evening, evening, midnight):
        counting.record_hit(article.pk, "kk", at=at)
    counting.record_hit(article.pk, "ru", at=midnight)
    counting.record_hit(other.pk, "kk", at=midnight)
    folded = counting.fold_journals()

    assert folded == counting.FoldingResult(readings=5, finished=0)
    assert total(article) == 4
    assert total(other) == 1
    days = DailyHits.objects.order_by("article_id", "edition", "day")
    assert list(days.values_list("article", "edition", "day", "count")) == [
        (article.pk, "kk", date(2026, 11, 22), 2),
        (article.pk, "kk", date(2026, 11, 23), 1),
        (article.pk, "ru", date(2026, 11, 23), 1),
        (other.pk, "kk", date(2026, 11, 23), 1),
    ]


def test_fold_counts_nothing_twice():
    article = make_article()

    counting.record_hit(article.pk, "kk")
    first, second = counting.fold_journals(), counting.fold_journals()
    counting.record_hit(article.pk, "kk")
    third = counting.fold_journals()

    assert [each.readings for each in (first, second, third)] == [1, 0, 1]
    assert total(article) == 2
    assert DailyHits.objects.get().count == 2


def test_fold_leaves_out_articles_that_are_no_more():
    article, deleted = make_article(), make_article()
    counting.record_hit(deleted.pk, "kk")
    counting.record_hit(article.pk, "kk")
    counting.record_hit(deleted.pk + 1000, "kk")
    deleted.delete()

    counting.fold_journals()

    assert list(HitTotal.objects.values_list("article", "counted")) == [(article.pk, 1)]
    assert list(DailyHits.objects.values_list("article", "count")) == [(article.pk, 1)]


def test_deleted_article_takes_its_hits_along_by_the_database_alone():
    article = make_article()
    counting.record_hit(article.pk, "kk")
    counting.fold_journals()

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM news_article WHERE id = %s", [article.pk])

    assert HitTotal.objects.count() == 0
    assert DailyHits.objects.count() == 0


def test_fold_takes_more_articles_than_fit_a_statement():
    source = make_article().source
    articles = Article.objects.bulk_create(Article(source=source) for _ in range(1200))
    for article in articles:
        counting.record_hit(article.pk, "kk")

    counting.fold_journals()

    assert HitTotal.objects.filter(counted=1).count() == DailyHits.objects.filter(count=1).count() == 1200


def test_fold_uses_few_statements(django_assert_max_num_queries):
    article = make_article()
    for _ in range(1000):
        counting.record_hit(article.pk, "kk")

    with django_assert_max_num_queries(7):  # offsets, savepoint, journal, its offset, totals, days, savepoint
        counting.fold_journals()

    assert total(article) == 1000


def test_fold_deletes_the_counted_journal_of_an_ended_process(settings):
    article = make_article()
    counting.record_hit(article.pk, "kk")
    counting.fold_journals()
    counting.record_hit(article.pk, "kk")
    counting.end_own_journal()

    folded = counting.fold_journals()

    assert folded == counting.FoldingResult(readings=1, finished=1)
    assert total(article) == 2
    assert HitJournal.objects.count() == 0
    assert journal_files(settings) == []


def test_fold_finishes_a_deletion_that_was_interrupted(settings):
    """Killed after the journal was set aside: its row must go before its file, and it must not count again."""
    article = make_article()
    counting.record_hit(article.pk, "kk")
    counting.fold_journals()
    counting.end_own_journal()
    [path] = settings.HITS_DIR.glob("*.hits")
    journals.set_aside(path, path.stat().st_size)

    counting.fold_journals()

    assert total(article) == 1
    assert HitJournal.objects.count() == 0
    assert journal_files(settings) == []


def test_fold_goes_on_after_somebody_else_moved_the_offset(settings):
    """Two who believe to be alone, as on a disk that knows no locks: what one has counted the other does not."""
    article = make_article()
    counting.record_hit(article.pk, "kk")
    [(path, end)] = journals.sizes(settings.HITS_DIR).items()
    piece = journals.read_lines(path, 0, end)
    counting.fold_journals()

    with pytest.raises(counting.Overtaken):
        counting._count_pieces({path.stem: piece}, {path.stem: 0})

    assert total(article) == 1
    assert DailyHits.objects.get().count == 1


def test_record_in_a_forked_child_has_a_journal_of_its_own(settings):
    article = make_article()
    counting.record_hit(article.pk, "kk")

    child = os.fork()
    if not child:
        counting.record_hit(article.pk, "kk")
        os._exit(0)
    os.waitpid(child, 0)
    sizes = sorted(journals.sizes(settings.HITS_DIR).values())
    folded = counting.fold_journals()

    assert len(sizes) == 2
    assert folded == counting.FoldingResult(readings=2, finished=1)
    assert total(article) == 2


def test_bring_makes_the_total_at_least_what_was_brought():
    article = make_article()
    for _ in range(3):
        counting.record_hit(article.pk, "kk")
    counting.fold_journals()

    totals = []
    for brought in (65, 65, 2, 0, 70):
        counting.import_totals({article.pk: brought})
        totals.append(total(article))

    assert totals == [65, 65, 65, 65, 70]


def test_brought_readings_are_kept_while_new_ones_count():
    article = make_article()
    counting.import_totals({article.pk: 65})
    counting.record_hit(article.pk, "kk")
    counting.fold_journals()

    counting.import_totals({article.pk: 65})

    assert list(HitTotal.objects.values_list("counted", "brought")) == [(1, 65)]


def test_bring_many_takes_any_number_and_leaves_out_unknown_articles():
    source = make_article().source
    articles = Article.objects.bulk_create(Article(source=source) for _ in range(1200))

    counting.import_totals({article.pk: 10_000_000_000 for article in articles} | {articles[-1].pk + 1000: 5})
    counting.import_totals({})

    assert HitTotal.objects.filter(counted=0, brought=10_000_000_000).count() == HitTotal.objects.count() == 1200


def test_fold_hits_says_what_it_did(capsys):
    article = make_article()
    counting.record_hit(article.pk, "kk")
    counting.end_own_journal()

    with override("en"):
        call_command("fold_hits")

    assert capsys.readouterr().out == "Readings counted: 1; finished journals deleted: 1.\n"


def test_fold_hits_fails_when_it_cannot_read_the_journals(settings):
    settings.HITS_DIR.parent.mkdir(exist_ok=True)
    settings.HITS_DIR.write_text("a file in place of the folder")

    with pytest.raises(CommandError):
        call_command("fold_hits")


def test_fold_hits_fails_when_the_database_does(settings):
    counting.record_hit(1, "kk")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE news_hittotal RENAME TO elsewhere")

    with pytest.raises(CommandError):
        call_command("fold_hits")
