from datetime import timedelta

import pytest
from django.utils import timezone

from news.hits import counting, statistics
from news.models import DailyHits
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db


def read(article, days_ago, **counts):
    day = timezone.localdate() - timedelta(days=days_ago)
    for edition, count in counts.items():
        DailyHits.objects.create(article=article, edition=edition, day=day, count=count)


def open_statistics(client, article, query=""):
    client.force_login(make_user("news.view_article"))
    return client.get(f"/admin/news/article/{article.pk}/statistics/{query}")


def test_readings_are_summed_by_day_and_by_edition():
    article = make_article("kk ru")
    today = timezone.localdate()
    read(article, 0, kk=5, ru=2)
    read(article, 3, ru=8)
    read(make_article(), 0, kk=100)

    readings = statistics.readings_of_article(article)

    assert readings.by_day == {today: 7, today - timedelta(days=3): 8}
    assert readings.by_edition == [("ru", 10), ("kk", 5)]


def test_readings_brought_along_are_in_the_total_and_on_no_day():
    article = make_article()
    counting.import_totals({article.pk: 65})
    for _ in range(3):
        counting.record_hit(article.pk, "kk")
    counting.fold_journals()

    readings = statistics.readings_of_article(article)

    assert readings.total == 68
    assert readings.counted == 3
    assert readings.brought == 65
    assert readings.by_day == {timezone.localdate(): 3}


def test_sites_that_led_here_are_counted_by_host_and_no_more_of_them_than_enough(client):
    article, firefox = make_article(), "Mozilla/5.0 Firefox/145.0"

    for address in ("https://www.T.me/s/x?y=1", "http://t.me", "https://testserver/news/", "", "javascript:alert(1)"):
        client.get(article.get_absolute_url(), headers={"user-agent": firefox, "referer": address})
    counting.fold_journals()
    for number in range(120):
        counting.record_hit(article.pk, "kk", f"{number}.example")
    counting.fold_journals()

    readings = statistics.readings_of_article(article)
    assert readings.by_site[:2] == [(counting.OTHERS, 21), ("t.me", 2)]
    assert len(readings.by_site) == counting.MOST_HOSTS + 1
    assert readings.counted == 125


def test_readings_of_the_site_are_those_of_the_last_days():
    today = timezone.localdate()
    read(make_article(), 0, kk=1)
    read(make_article(), 0, kk=2, en=4)
    read(make_article(), 13, kk=8)
    read(make_article(), 14, kk=16)

    assert statistics.readings_by_day(14) == {today: 7, today - timedelta(days=13): 8}


def test_page_shows_the_chosen_days_only(client):
    article = make_article()
    read(article, 2, kk=3)
    read(article, 40, kk=9)

    shown = {
        query: [count for _, count in open_statistics(client, article, query).context["by_day"]]
        for query in ("", "?days=90", "?days=12", "?days=x")
    }

    assert shown == {"": [3], "?days=90": [3, 9], "?days=12": [3], "?days=x": [3]}


def test_page_has_a_bar_and_a_row_for_each_day_that_was_read_on(client):
    article = make_article()
    for days_ago in (0, 1, 5):
        read(article, days_ago, kk=2, ru=1)

    html = open_statistics(client, article).content.decode()

    assert html.count("<rect ") == 3
    assert html.count('<th scope="row">') == 3 + 2


def test_page_takes_as_many_queries_for_years_of_readings(client, django_assert_num_queries):
    young, old = make_article(), make_article("kk ru en")
    read(young, 0, kk=1)
    for days_ago in range(200):
        read(old, days_ago, kk=1, ru=1, en=1)
    client.force_login(make_user("news.view_article"))

    for article in (young, old):
        with django_assert_num_queries(8):
            client.get(f"/admin/news/article/{article.pk}/statistics/")


def test_page_of_an_article_nobody_read_says_so(client):
    response = open_statistics(client, make_article())

    assert response.status_code == 200
    assert response.context["readings"].total == 0
    assert response.context["by_day"] == []


@pytest.mark.parametrize(("permission", "status"), [("news.view_article", 200), ("news.view_topic", 403)])
def test_page_is_for_those_who_may_see_articles(client, permission, status):
    article = make_article()
    client.force_login(make_user(permission))

    assert client.get(f"/admin/news/article/{article.pk}/statistics/").status_code == status
