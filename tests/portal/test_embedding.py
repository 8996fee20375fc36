"""Frames on other sites: light, without scripts, and the only pages that a stranger may frame."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.utils import timezone

from rates.models import Currency
from tests.support.factories import make_article, make_rate, make_source, make_topic

pytestmark = pytest.mark.django_db

FRAMES = ("/embed/headlines/", "/embed/rates/")
POLICY = {
    "default-src 'none'",
    "style-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors *",
}
HTML_AND_CSS = 6_000


def titles(page: str) -> list[str]:
    return re.findall(r'<li><a href="[^"]*" rel="noopener">([^<]*)</a>', page)


@pytest.mark.parametrize("prefix", ["", "/kk-arab", "/ru"])
@pytest.mark.parametrize("path", FRAMES)
def test_others_may_show_them_in_frames_and_nothing_else_of_ours(client, prefix, path):
    answer, page = client.get(prefix + path), client.get(f"{prefix}/about/")

    assert answer.status_code == 200
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert "X-Frame-Options" not in answer
    assert answer["X-Robots-Tag"] == "noindex"
    assert "<script" not in answer.text
    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert f'&lt;iframe src="http://testserver{prefix}{path}"' in re.sub("</?bdi>", "", page.text)


def test_headlines_are_the_newest_of_the_edition_and_of_who_is_named(client):
    senat, other, topic = make_source(slug="senat", name_ru="Сенат"), make_source(), make_topic(slug="zan")
    for number in range(7):
        make_article("ru", title_ru=f"Сенат {number}", source=senat, topics=[topic] if number < 2 else [])
    make_article("ru", title_ru="Другой", source=other, topics=[topic])
    make_article("kk", title_kk="Тек қазақша", source=senat)
    make_article("ru", title_ru="Черновик", source=senat, status="draft")
    make_article("ru", title_ru="Завтра", source=senat, publish_at=timezone.now() + timedelta(days=1))

    def titles_in_frame(query: str = "") -> list[str]:
        return titles(client.get(f"/ru/embed/headlines/{query}").text)

    newest = [f"Сенат {number}" for number in range(6, 1, -1)]
    assert sorted(titles_in_frame()) == sorted(["Другой", *newest[:4]])
    assert sorted(titles_in_frame("?source=senat")) == sorted(newest)
    assert sorted(titles_in_frame("?topic=zan")) == ["Другой", "Сенат 0", "Сенат 1"]
    assert sorted(titles_in_frame("?topic=zan&source=senat")) == ["Сенат 0", "Сенат 1"]
    assert "<h1>Сенат</h1>" in client.get("/ru/embed/headlines/?source=senat").text
    assert client.get("/ru/embed/headlines/?source=nobody").status_code == 404


def test_a_headline_comes_on_its_second(client):
    moment = timezone.now() + timedelta(hours=1)
    make_article("kk", title_kk="Кейін", publish_at=moment)

    found = []
    for at in (moment - timedelta(seconds=1), moment):
        with time_machine.travel(at, tick=False):
            found.append(titles(client.get("/embed/headlines/").text))

    assert found == [[], ["Кейін"]]


def test_rates_are_those_of_the_day(client):
    today = timezone.localdate()
    for day, value in ((today - timedelta(days=1), "449.00"), (today, "450.10"), (today + timedelta(days=1), "451.00")):
        make_rate("USD", day, value)
    Currency.objects.update(in_widget=True)

    page = client.get("/en/embed/rates/").text

    assert re.findall(r'<th scope="row">([^<]*)</th><td><bdi>([^<]*)</bdi>', page) == [("USD", "450.10")]


@pytest.mark.parametrize(("path", "count"), [("/embed/headlines/?source=senat&topic=zan", 3), ("/embed/rates/", 1)])
def test_few_questions_and_few_bytes(client, django_assert_num_queries, path, count):
    source, topic = make_source(slug="senat"), make_topic(slug="zan")
    for _ in range(6):
        make_article("kk", title_kk="Сенат отырысында заң қабылданды " * 4, source=source, topics=[topic])

    with django_assert_num_queries(count):
        page = client.get(path)

    sheets = [Path(finders.find(name)) for name in re.findall(r'href="/static/([^"]+\.css)"', page.text)]
    weight = len(gzip.compress(page.content)) + sum(len(gzip.compress(sheet.read_bytes())) for sheet in sheets)
    assert weight < HTML_AND_CSS
