"""Addresses that an article had elsewhere: in a line of the archive, in the table and for readers."""

import json

import pytest
from django.utils import translation

from news.import_export.articles import Outcome, export_articles, import_articles
from news.models import Article, OldAddress
from tests.support.factories import make_article, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    make_source(slug="senat")
    with translation.override("en"):
        yield


def line(name: str = "a-1", **fields) -> str:
    return json.dumps(
        {
            "id": name,
            "source": "senat",
            "publish_at": "2024-03-07T10:00:00+05:00",
            "title": {"kk": f"Сенат {name}", "ru": f"Сенат {name}"},
            "body": {"kk": "<p>Мәтін</p>", "ru": "<p>Текст</p>"},
            **fields,
        }
    )


def bring(*lines, **options) -> tuple[Outcome, list[str]]:
    problems: list[str] = []
    return import_articles(lines, report=problems.append, **options), problems


def rows() -> list[tuple]:
    return sorted(OldAddress.objects.values_list("path", "language", "article__origin_id"))


def test_line_says_them_and_an_export_says_them_again():
    given = {"kk": ["https://old.example.kz/2024/жаңа/?b=2&a=1#x", "/?p=5"], "ru": ["/ru/5.html"]}

    first, problems = bring(line(old_addresses=given))
    with translation.override("kk"):
        exported = list(export_articles(Article.objects.all()))

    assert (first, problems) == (Outcome(created=1), [])
    assert rows() == [("/2024/жаңа?a=1&b=2", "kk", "a-1"), ("/?p=5", "kk", "a-1"), ("/ru/5.html", "ru", "a-1")]
    assert json.loads(exported[0])["old_addresses"] == {"kk": ["/2024/жаңа?a=1&b=2", "/?p=5"], "ru": ["/ru/5.html"]}
    assert bring(*exported) == (Outcome(same=1), [])
    assert bring(line()) == (Outcome(same=1), [])


def test_line_that_says_others_changes_them_and_nothing_else():
    bring(line(old_addresses={"kk": ["/a", "/b"]}))
    before = Article.objects.values().get()

    assert bring(line(old_addresses={"kk": ["/b"], "ru": ["/c"]}))[0] == Outcome(changed=1)
    assert rows() == [("/b", "kk", "a-1"), ("/c", "ru", "a-1")]
    assert Article.objects.values().get() == before
    assert bring(line(old_addresses=None))[0] == Outcome(changed=1)
    assert rows() == []


def test_address_of_another_article_is_refused():
    bring(line(old_addresses={"kk": ["/a"]}))

    outcome, problems = bring(
        line("a-2", old_addresses={"kk": ["/a/"]}),
        line("a-3", old_addresses={"kk": ["/b"]}),
        line("a-4", old_addresses={"kk": ["/b"]}),
    )

    assert outcome == Outcome(created=1, refused=2)
    assert problems == [
        "line 1: The old address /a belongs to another article: a-1.",
        "line 3: The old address /b belongs to another article: a-3.",
    ]


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        (["/a"], "“old_addresses” has to be an object."),
        ({"kz": ["/a"]}, "“old_addresses.kz” is unknown."),
        ({"kk": "/a"}, "“old_addresses.kk” has to be a list."),
        ({"kk": [5]}, "“old_addresses.kk” has to be text."),
        ({"kk": ["https://[x/"]}, "This is no address: https://[x/."),
        ({"kk": ["/" + "a" * 500]}, "“old_addresses.kk” has 501 characters, more than 500."),
    ],
)
def test_line_with_what_is_no_address_is_refused(given, problem):
    assert bring(line(old_addresses=given)) == (Outcome(refused=1), [f"line 1: {problem}"])


def test_address_that_was_gone_leads_to_an_article_that_has_it(client):
    OldAddress.objects.create(path="/a")
    assert client.get("/a/").status_code == 410

    bring(line(old_addresses={"kk": ["/a"]}))

    assert client.get("/a/").status_code == 301


def test_dry_run_writes_none():
    assert bring(line(old_addresses={"kk": ["/a"]}), dry_run=True) == (Outcome(created=1), [])
    assert rows() == []


def test_address_is_unknown_while_readers_have_not_the_article_in_its_language(client):
    article = make_article("kk", status="draft")
    OldAddress.objects.create(path="/a", article=article, language="kk")
    OldAddress.objects.create(path="/ru/a", article=article, language="ru")

    draft = client.get("/a").status_code
    Article.objects.filter(pk=article.pk).update(status="approved", publish_at="2024-03-07T10:00:00+05:00")

    assert (draft, client.get("/a").status_code, client.get("/ru/a").status_code) == (404, 301, 404)


def test_only_reading_an_address_is_answered(client):
    OldAddress.objects.create(path="/a", article=make_article("kk", status="approved"), language="kk")

    assert client.post("/a").status_code == 404
    assert client.head("/a").status_code == 301


def test_page_of_this_site_goes_before_an_old_address(client):
    article = make_article("kk", status="approved")
    OldAddress.objects.create(path="/news", article=article, language="kk")

    assert client.get("/news/").status_code == 200


def test_front_page_with_the_number_of_no_post_is_no_page(client):
    assert client.get("/?p=5").status_code == 404
    assert client.get("/?utm_source=telegram").status_code == 200
