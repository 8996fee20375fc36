"""The search page whatever is typed, and how many queries it takes."""

from urllib.parse import urlencode

import pytest

from news.search.indexing import index_articles
from tests.support.factories import make_article, make_topic
from tests.support.searching import make_found

pytestmark = pytest.mark.django_db


HOSTILE = [
    "a" * 10_000, "заң " * 3000, '"' * 500, "«" * 500, "-" * 500, '"" «» - -- -"" -«»', "\0заң\0", "заң\0жоба",
    "AND OR NOT NEAR(заң, 3)", "заң*", "^заң", "title:заң", "заң & жоба | !сот <-> (", "' OR 1=1 --", "\\' \\\\", ":*A",
    "{title} : x", "😀🇰🇿", "\u202eңаз\u202c", "\u200f\u200e", "ٴ ٴ", "\ud800", "%00%ff", "<script>alert(1)</script>",
    "{{ 7*7 }}", "#source-1", "#kind-news", "(((", "a'b-c'd--e", "ﷺ", "İıIi", "½ ² ①", "заң" + "\u0301" * 200, ";", "|",
]  # fmt: skip


def test_hostile_query_gives_a_calm_page(client):
    make_found(title_kk="Заң жобасы")
    keys = [{"q": text} for text in HOSTILE]
    keys += [
        {"q": "заң", name: text}
        for name in ("source", "kind", "topic", "person", "from", "to")
        for text in HOSTILE[::6]
    ]

    answers = {
        str(asked)[:60]: client.get(f"/search/{page}?{urlencode(asked, errors='surrogatepass')}")
        for page in ("", "suggestions/")
        for asked in keys
    }

    refused = {asked: answer.status_code for asked, answer in answers.items() if answer.status_code != 200}
    assert set(refused.values()) <= {400}
    assert all("\\x00" in asked for asked in refused)  # no text of ours holds a NUL
    assert [asked for asked, answer in answers.items() if "<script>alert" in answer.content.decode()] == []


def test_wrong_choice_is_answered_with_a_sentence(client):
    make_found(title_kk="Заң")

    page = client.get("/search/?q=заң&source=joq&from=2024-13-01&kind=x").content.decode()

    assert page.count("Мұнда ондай таңдау жоқ.") == 2
    assert page.count("Күнді таңдаңыз") == 1


def test_question_and_its_filters_go_along_into_the_other_editions(client):
    make_found(title_kk="Заң", topics=[make_topic(slug="zan")])

    page = client.get("/search/?q=заң+жоба&topic=zan&from=2024-03-07").content.decode()

    question = urlencode({"q": "заң жоба", "topic": "zan", "from": "2024-03-07"})
    for prefix in ("/ru", "/en", "/kk-latn", "/kk-arab"):
        assert f'href="{prefix}/search/?{question.replace("&", "&amp;")}"' in page


def test_page_asks_as_many_questions_for_many_articles_as_for_few(client, django_assert_max_num_queries):
    taken = []
    for number in (1, 40):
        index_articles([make_article(title_kk="Заң", topics=[make_topic()]).pk for _ in range(number)])
        with django_assert_max_num_queries(9) as queries:
            client.get("/search/?q=заң")
        taken.append(len(queries))

    assert taken[0] == taken[1]
