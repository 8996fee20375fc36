"""The three walks through the code that README tells, end to end."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from news.hits import counting
from news.models import Article, DailyHits
from rates.models import Currency
from rates.nationalbank import parse
from rates.update import store_answer
from tests.support.factories import make_article, make_source, make_user

pytestmark = pytest.mark.django_db


def test_reading(client):
    article = make_article(title_kk="Мәслихаттың елдік жүгі")
    client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

    first = client.get(article.get_absolute_url())
    counting.fold_journals()
    second = client.get(article.get_absolute_url())

    assert ["0 рет көрсетілді" in first.content.decode(), "1 рет көрсетілді" in second.content.decode()] == [True, True]
    assert list(DailyHits.objects.values_list("article", "edition", "day", "count")) == [
        (article.pk, "kk", timezone.localdate(), 1)
    ]


def test_publishing(client):
    writer = make_user("news.add_article", "news.change_article", "news.view_article")
    chief = make_user("news.view_article", "news.change_article", "news.publish_article")
    source = make_source()
    moment = timezone.localtime() + timedelta(hours=1)

    client.force_login(writer)
    client.post(
        "/admin/news/article/add/",
        {
            "kind": "news",
            "source": source.pk,
            "title_kk": "Жалпы отырыс",
            "body_kk": "<p>Күн тәртібі.</p><script>alert(1)</script>",
            "publish_at_0": "",
            "publish_at_1": "",
            "_submit": "1",
        },
    )
    article = Article.objects.get()
    waiting = article.status
    client.force_login(chief)
    client.post(
        f"/admin/news/article/do/schedule/?ids={article.pk}",
        {"at_0": moment.strftime("%Y-%m-%d"), "at_1": moment.strftime("%H:%M:%S")},
    )
    client.logout()

    assert waiting == "review"
    assert client.get(article.get_absolute_url()).status_code == 404
    with time_machine.travel(moment + timedelta(seconds=1)):
        page = client.get(article.get_absolute_url())
        assert page.status_code == 200
        assert "<p>Күн тәртібі.</p>" in page.content.decode()
        assert "alert" not in page.content.decode()
        assert "Жалпы отырыс" in client.get("/").content.decode()


def test_rates(client):
    today = timezone.localdate()
    answer = f"""<?xml version="1.0" encoding="utf-8"?>
<rates><date>{today:%d.%m.%Y}</date>
<item><fullname>ДОЛЛАР США</fullname><title>USD</title><description>477.03</description><quant>1</quant>
<index>UP</index><change>+1.5</change></item></rates>"""

    store_answer(parse(answer.encode()))
    Currency.objects.filter(code="USD").update(in_widget=True)

    header = client.get("/").content.decode()
    assert [part in header for part in ("USD", "477,03", f"{today:%d}")] == [True] * 3
