"""The API says what the pages say, keeps quiet about what they do, and refuses in sentences."""

import json
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from jsonschema_rs import Draft202012Validator

from news.api import dumps
from news.editorial import workflow
from news.import_export import articles
from news.models import Article, Correction, DailyHits, HitTotal
from news.search import indexing
from tests.support.factories import (
    make_article,
    make_image,
    make_person,
    make_rate,
    make_source,
    make_topic,
    make_user,
    write_newer,
)

pytestmark = pytest.mark.django_db

NOW = datetime.fromisoformat("2026-11-25T12:00:00+05:00")
SITE = settings.SITE_URL
LINK = '<p>Мәтін <a href="/news/">сілтемемен</a>.</p>'


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def ask(client, path: str, status: int = 200) -> dict:
    """An answer that keeps to the description."""
    response = client.get(path)
    assert response.status_code == status, path
    described = client.get("/api/v1/openapi.json").json()
    (answer,) = answers_of(described, path.partition("?")[0], status)
    ((kind, told),) = answer["content"].items()
    assert response.headers["Content-Type"] == kind
    schema = {"components": described["components"], **told["schema"]}
    Draft202012Validator(schema, validate_formats=True).validate(response.json())
    assert set(answer["headers"]) <= set(response.headers)
    return response.json()


def answers_of(described: dict, path: str, status: int) -> list[dict]:
    parts = path.split("/")
    return [
        methods["get"]["responses"][str(status)]
        for known, methods in described["paths"].items()
        if len(parts) == len(known.split("/"))
        and all(one == other or one.startswith("{") for one, other in zip(known.split("/"), parts, strict=True))
    ]


def titles(client, query: str = "") -> list[str]:
    return [each["title"] for each in ask(client, f"/api/v1/articles/{query}")["articles"]]


def test_list_is_of_a_language_newest_first_and_goes_on_after_a_cursor(client):
    for hour, languages in enumerate(["kk", "kk ru", "kk", "en", "kk"]):
        make_article(languages, publish_at=NOW - timedelta(hours=hour), title_kk=f"{hour}" if "kk" in languages else "")
    shown, path = [], "/api/v1/articles/?limit=2"
    while path:
        page = ask(client, path)
        shown.append([each["title"] for each in page["articles"]])
        path = page["next"] and page["next"].removeprefix(SITE)

    assert shown == [["0", "1"], ["2", "4"]]
    assert [len(ask(client, f"/api/v1/articles/?language={code}")["articles"]) for code in ("ru", "en")] == [1, 1]


def test_list_is_narrowed(client):
    source, topic, person = make_source(slug="senat"), make_topic(slug="zan"), make_person(slug="deputat")
    make_article(title_kk="бәрі", source=source, topics=[topic], people=[person], kind="speech", publish_at=NOW)
    make_article(title_kk="ескі", source=make_source(), publish_at=datetime.fromisoformat("2024-03-07T23:59:59+05:00"))

    found = {
        query: titles(client, f"?{query}")
        for query in (
            "source=senat", "topic=zan", "person=deputat", "kind=speech", "from=2026-11-25", "to=2024-03-07",
            "from=2024-03-08&to=2026-11-24", "from=0001-01-01&to=9999-12-31", "from=2026-11-25&to=2024-03-07",
        )
    }  # fmt: skip

    both = ["бәрі", "ескі"]
    assert list(found.values()) == [["бәрі"]] * 5 + [["ескі"], [], both, []]


def test_list_is_searched(client):
    article = make_article(title_kk="Бюджет туралы заң", body_kk="<p>Мәтін</p>", source=make_source(slug="senat"))
    make_article(title_kk="Су туралы", body_kk="<p>Мәтін</p>", source=make_source(slug="basqa"))
    indexing.index_articles(list(Article.objects.values_list("pk", flat=True)))

    assert titles(client, "?q=бюджеттің") == [article.title]
    assert titles(client, "?q=мәтін&source=senat") == [article.title]
    assert titles(client, "?q=-су") == []


def test_article_is_whole_in_all_its_languages(client):
    source = make_source(slug="senat")
    article = make_article(
        "kk ru", source=source, topics=[make_topic(slug="zan")], people=[make_person(slug="deputat")],
        cover=make_image(caption_kk="Зал"), title_kk="Тақырып", lead_kk="Қысқаша", body_kk=LINK, byline_kk="Асан",
        publish_at=NOW - timedelta(hours=1),
    )  # fmt: skip
    HitTotal.objects.create(article=article, counted=5)
    workflow.correct(write_newer(article), by=make_user("news.publish_article"), notes={"kk": "Күні", "ru": "Дата"})

    told = ask(client, f"/api/v1/articles/{article.pk}/")

    kazakh = told["languages"].pop("kk")
    assert list(told["languages"]) == ["ru"]
    assert told["source"] == "senat"
    assert told["topics"] == ["zan"]
    assert told["people"] == ["deputat"]
    assert told["hits"] == 5
    assert told["published_at"] == "2026-11-25T11:00:00+05:00"
    assert told["updated_at"] == "2026-11-25T12:00:00+05:00"
    assert kazakh == {
        "url": SITE + article.get_absolute_url(),
        "title": "Тақырып",
        "lead": "Қысқаша",
        "body": LINK.replace('"/news/"', f'"{SITE}/news/"'),
        "dateline": "",
        "byline": "Асан",
        "cover": {"alt": "Сурет", "caption": "Зал", "credit": ""},
        "corrections": [{"at": "2026-11-25T12:00:00+05:00", "note": "Күні"}],
        "documents": [],
    }


def test_article_says_the_same_in_the_api_the_page_the_feed_and_the_dump(client):
    article = make_article(
        title_kk="«Заң» & тәртіп", lead_kk="Қысқаша", body_kk=LINK, publish_at=NOW - timedelta(hours=1)
    )
    body = LINK.replace('"/news/"', f'"{SITE}/news/"')

    told = ask(client, f"/api/v1/articles/{article.pk}/")["languages"]["kk"]
    page = client.get(article.get_absolute_url()).text
    (fed,) = client.get("/feed.json").json()["items"]
    (line,) = articles.export_articles(Article.objects.published())
    dumped = json.loads(line)

    assert [each["title"] for each in (told, fed)] + [dumped["title"]["kk"]] == ["«Заң» & тәртіп"] * 3
    assert [told["lead"], fed["summary"], dumped["lead"]["kk"]] == ["Қысқаша"] * 3
    assert [told["body"], fed["content_html"]] == [body] * 2
    assert dumped["body"]["kk"] == LINK
    assert LINK in page
    assert "<h1>«Заң» &amp; тәртіп</h1>" in page


def test_withdrawn_article_is_gone_with_its_reason(client):
    article = make_article(title_kk="ҚҰПИЯ", publish_at=NOW - timedelta(hours=1))
    workflow.withdraw(article, by=make_user("news.publish_article"), reasons={"kk": "Қате еді"})

    told = ask(client, f"/api/v1/articles/{article.pk}/", 410)

    assert told["reason"] == {"kk": "Қате еді"}
    assert told["withdrawn_at"] == "2026-11-25T12:00:00+05:00"
    assert "ҚҰПИЯ" not in str(told)
    assert titles(client) == []


def test_article_appears_on_its_second(client):
    article = make_article(title_kk="Уақыты келді", publish_at=NOW + timedelta(hours=1))
    DailyHits.objects.create(article=article, edition="kk", day=NOW.date(), count=7)
    seen = []

    for moment in (NOW + timedelta(minutes=59, seconds=59), NOW + timedelta(hours=1)):
        with time_machine.travel(moment, tick=False):
            status = client.get(f"/api/v1/articles/{article.pk}/").status_code
            seen.append((status, titles(client), ask(client, "/api/v1/statistics/")["hits"]))

    assert seen == [(404, [], 0), (200, ["Уақыты келді"], 7)]


def test_names_are_listed_in_the_order_of_their_slugs(client):
    for slug in ("b", "a", "c"):
        make_topic(slug=slug)
    make_source(slug="senat", successor=make_source(slug="quryltai"))
    make_person(slug="deputat", office_kk="Депутат")

    first = ask(client, "/api/v1/topics/?limit=2")
    second = ask(client, first["next"].removeprefix(SITE))

    assert [[each["slug"] for each in page["topics"]] for page in (first, second)] == [["a", "b"], ["c"]]
    assert first["topics"][0]["url"]["ru"] == f"{SITE}/ru/topics/a/"
    assert [each["successor"] for each in ask(client, "/api/v1/sources/")["sources"]] == [None, "quryltai"]
    assert ask(client, "/api/v1/people/")["people"][0]["office"]["kk"] == "Депутат"


def test_statistics_are_of_the_days_asked_for(client):
    article = make_article()
    for day, edition, count in ((25, "kk", 3), (25, "ru", 2), (24, "kk", 1), (20, "kk", 9)):
        DailyHits.objects.create(article=article, edition=edition, day=NOW.date().replace(day=day), count=count)

    told = ask(client, "/api/v1/statistics/?from=2026-11-24")

    assert told["hits"] == 6
    assert told["by_language"] == {"kk": 4, "ru": 2}
    assert told["by_day"] == [{"day": "2026-11-24", "hits": 1}, {"day": "2026-11-25", "hits": 5}]
    assert ask(client, "/api/v1/statistics/?from=2020-01-01")["from"] == "2026-08-26"
    assert ask(client, "/api/v1/statistics/?to=0001-01-01")["hits"] == 0


def test_rates_and_the_start_keep_to_the_description(client):
    make_rate("USD", NOW.date(), "472.31")
    dumps.make_dump()

    assert ask(client, "/api/v1/rates/")["rates"][0]["value"] == "472.31"
    assert len(ask(client, "/api/v1/rates/usd/")["rates"]) == 1
    places = ask(client, "/api/v1/")
    assert {client.get(place.removeprefix(SITE)).status_code for place in places.values()} == {200}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?language=kk-latn", 400), ("?kind=x", 400), ("?limit=0", 400), ("?limit=101", 400), ("?limit=x", 400),
        ("?limit=١", 400), ("?from=7.3.2024", 400), ("?to=2026-02-30", 400), ("?tpic=zan", 400),
        ("?topic=missing", 404), ("?cursor=x", 404), ("?cursor=", 404),
        ("?q=a&cursor=x", 404), ("?cursor=9-9999999999999999999", 404),
    ],
)  # fmt: skip
def test_question_without_sense_is_refused_in_a_sentence(client, query, status):
    told = ask(client, f"/api/v1/articles/{query}", status)

    assert told["detail"].endswith(".")


def test_question_with_a_nul_is_refused_before_it_is_counted(client):
    response = client.get("/api/v1/articles/?topic=%00")

    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json()["detail"].endswith(".")
    assert "RateLimit-Limit" not in response.headers


@pytest.mark.parametrize(
    "path", ["/api/v1/articles/7/", f"/api/v1/articles/{10**30}/", "/api/v1/x/", "/api/v1/articles/-1/"]
)
def test_what_is_not_there_is_told_by_a_problem(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_nothing_can_be_changed(client, method):
    response = getattr(client, method)("/api/v1/articles/")

    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_answer_that_has_not_changed_is_not_sent_again(client):
    article = make_article()
    first = client.get(f"/api/v1/articles/{article.pk}/")

    again = client.get(f"/api/v1/articles/{article.pk}/", headers={"If-None-Match": first.headers["ETag"]})

    assert again.status_code == 304
    assert again.content == b""


def test_each_address_has_so_many_questions_a_minute(client, settings):
    settings.API_REQUESTS = 3

    def ask_from(address: str, **headers) -> tuple[int, str]:
        response = client.get("/api/v1/topics/", REMOTE_ADDR=address, headers=headers)
        return response.status_code, response.headers["RateLimit-Remaining"]

    with time_machine.travel(NOW + timedelta(seconds=20), tick=False):
        answers = [ask_from("203.0.113.7") for _ in range(5)]
        refused = client.get("/api/v1/topics/", REMOTE_ADDR="203.0.113.7")
        others = [ask_from("203.0.113.8"), ask_from("127.0.0.1", X_Forwarded_For="1.1.1.1, 203.0.113.9")]
        pretended = ask_from("203.0.113.7", X_Forwarded_For="203.0.113.10")
        networks = [ask_from(address) for address in ("2001:db8::1", "2001:db8::2", "2001:db8:0:1::1")]
    with time_machine.travel(NOW + timedelta(seconds=60), tick=False):
        later = ask_from("203.0.113.7")

    assert answers == [(200, "2"), (200, "1"), (200, "0"), (429, "0"), (429, "0")]
    assert refused.headers["Retry-After"] == "40"
    assert refused.headers["RateLimit-Reset"] == "40"
    assert refused.json()["detail"].startswith("Only 3 requests a minute are answered; try again in 40 seconds.")
    assert others == [(200, "2")] * 2
    assert pretended == (429, "0")
    assert later == (200, "2")
    assert [left for _status, left in networks] == ["2", "1", "2"]


def test_address_behind_the_proxy_counts_and_not_the_one_that_the_reader_claims(proxy, settings):
    settings.API_REQUESTS = 2
    changing = [f"198.51.100.{number}" for number in range(4)]

    with time_machine.travel(NOW, tick=False):
        one = [
            proxy.request("get", "/api/v1/topics/", reader="203.0.113.7", claims=claim).status_code
            for claim in changing
        ]
        others = [
            proxy.request("get", "/api/v1/topics/", reader=f"203.0.113.{number}", claims="203.0.113.7").status_code
            for number in (8, 9, 10)
        ]

    assert one == [200, 200, 429, 429]
    assert others == [200, 200, 200]


def test_api_answers_without_the_cache(client, monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_args, **_options: 1 / 0)

    assert client.get("/api/v1/topics/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "articles/?source=senat&topic=zan&person=deputat",
        "articles/{pk}/",
        "sources/",
        "topics/",
        "people/",
        "statistics/",
    ],
)
def test_answer_takes_six_queries_however_much_there_is(client, path, django_assert_max_num_queries):
    source, topic, person = make_source(slug="senat"), make_topic(slug="zan"), make_person(slug="deputat")
    taken = []
    for number in (1, 15):
        for _ in range(number):
            article = make_article("kk ru en", source=source, topics=[topic], people=[person], cover=make_image())
            Correction.objects.create(article=article, note_kk="Түзетілді")
            DailyHits.objects.create(article=article, edition="kk", day=NOW.date(), count=1)
            make_topic()
            make_source()
            make_person()
        with django_assert_max_num_queries(6) as queries:
            assert client.get(f"/api/v1/{path.format(pk=article.pk)}").status_code == 200
        taken.append(len(queries))

    assert taken[0] == taken[1]


@pytest.mark.parametrize("prefix", ["", "/ru", "/en"])
def test_page_tells_people_of_every_question(client, prefix):
    described = client.get("/api/v1/openapi.json").json()

    page = client.get(f"{prefix}/open-data/").text

    assert [path for path in described["paths"] if f"GET {path}<" not in page] == []
