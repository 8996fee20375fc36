import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from news.content import internal_links
from news.editorial import workflow
from news.editorial.content import read_content, store_content
from news.import_export.articles import export_articles, import_articles
from news.markup.sanitizer import sanitise
from news.models import Article, ArticleLink
from tests.support.factories import make_article, make_person, make_topic, make_user
from tests.support.newsroom import Colleague

pytestmark = pytest.mark.django_db

WRITER = ["news.add_article", "news.change_article", "news.view_article"]
CHIEF = [*WRITER, "news.publish_article", "news.delete_article"]


def link_to(article, words="сілтеме"):
    return f'<p><a href="{internal_links.address_of(article)}">{words}</a></p>'


def linking_article(target, codes="kk", **fields):
    """An article whose texts lead to `target`, stored by the verbs as an editor's are."""
    article = make_article(codes, **fields)
    bodies = {f"body_{code}": link_to(target) for code in codes.split()}
    store_content(article, read_content(article) | bodies)
    return article


# Readers


def test_link_follows_a_renamed_address_in_the_edition_it_is_read_in(client):
    target = make_article("kk ru")
    article = linking_article(target, "kk ru")
    Article.objects.filter(pk=target.pk).update(slug_kk="zhana", slug_ru="novy")

    pages = []
    for code in ("kk", "ru"):
        with override(code):
            pages.append(client.get(article.get_absolute_url()).content.decode())

    assert f'<a href="/news/{target.pk}-zhana/">сілтеме</a>' in pages[0]
    assert f'<a href="/ru/news/{target.pk}-novy/">сілтеме</a>' in pages[1]


@pytest.mark.parametrize(
    "state",
    [
        {"status": "draft", "publish_at": None},
        {"publish_at": timezone.now() + timedelta(hours=1)},
        {"status": "withdrawn"},
        {"title_kk": "", "title_ru": "Заголовок"},
    ],
)
def test_link_to_what_readers_do_not_have_is_plain_text(client, state):
    target = make_article("kk", **{"slug_kk": "secret", **state})
    article = linking_article(target)

    page = client.get(article.get_absolute_url()).content.decode()

    assert "<p>сілтеме</p>" in page
    assert "secret" not in page
    assert 'href="article:' not in page


def test_link_to_a_deleted_article_is_plain_text():
    target = make_article()
    body = link_to(target)
    target.delete()

    assert internal_links.resolve_links(body) == "<p>сілтеме</p>"


def test_links_cost_a_page_one_question_and_none_where_there_are_none(django_assert_num_queries):
    one, other = make_article(), make_article()

    with django_assert_num_queries(1):
        internal_links.resolve_links(link_to(one) + link_to(other) + link_to(one))
    with django_assert_num_queries(0):
        internal_links.resolve_links('<p><a href="https://a.kz/">a</a></p>')


def test_feed_gives_whole_addresses(client):
    target = make_article(publish_at=timezone.now() - timedelta(days=400))
    linking_article(target)

    assert f"http://testserver{target.get_absolute_url()}" in client.get("/feed.rss").content.decode()


# Writing


@pytest.mark.parametrize(
    "address",
    [
        "/news/{pk}-x/",
        "http://testserver/news/{pk}-x/?utm=1#top",
        "/ru/news/{pk}-eski-atau",
        "//testserver/en/news/{pk}-x/",
    ],
)
def test_own_address_typed_by_hand_is_kept_by_origin(address):
    target = make_article()
    body = sanitise(f'<p><a href="{address.format(pk=target.pk)}">a</a></p>')

    assert internal_links.store_links_by_origin(body) == f'<p><a href="article:{target.origin_id}">a</a></p>'


@pytest.mark.parametrize(
    "address", ["https://other.kz/news/{pk}-x/", "/news/{other}-x/", "/news/", "/rates/", "mailto:a@b.kz"]
)
def test_other_address_stays_as_it_is(address):
    target = make_article()
    body = sanitise(f'<p><a href="{address.format(pk=target.pk, other=target.pk + 1)}">a</a></p>')

    assert internal_links.store_links_by_origin(body) == body


def test_every_edition_writes_the_addresses_that_are_known_as_own():
    article = make_article("kk ru en")

    for code in ("kk", "ru", "en"):
        with override(code):
            assert internal_links.number_of(article.get_absolute_url()) == article.pk


def test_form_keeps_own_addresses_by_origin(client):
    target = make_article("kk", slug_kk="x")
    client.force_login(make_user(*WRITER))
    fields = {"kind": "news", "source": target.source_id, "title_kk": "Т"}

    client.post("/admin/news/article/add/", {**fields, "body_kk": f'<p><a href="/news/{target.pk}-x/">a</a></p>'})

    article = Article.objects.get(title_kk="Т")
    assert article.body_kk == f'<p><a href="article:{target.origin_id}">a</a></p>'
    assert list(article.links.values_list("language", "target")) == [("kk", target.origin_id)]


def test_archive_brings_links_to_another_portal_whatever_the_numbers_there():
    target = make_article("kk", origin_id="old site/№ 7")
    article = linking_article(target)
    lines = list(export_articles(Article.objects.all()))
    Article.objects.all().delete()

    import_articles(reversed(lines))

    target, article = (Article.objects.get(origin_id=each.origin_id) for each in (target, article))
    assert internal_links.resolve_links(article.body_kk) == f'<p><a href="{target.get_absolute_url()}">сілтеме</a></p>'
    assert article.links.get().target == "old site/№ 7"
    assert json.loads(lines[0])["id"] == "old site/№ 7"


# Choosing


def test_articles_are_found_by_words_number_and_address(client):
    client.force_login(make_user(*WRITER))
    client.cookies["django_language"] = "en"
    draft = make_article("kk", status="draft", publish_at=None, title_kk="Бюджет туралы заң")
    other = make_article("ru", title_ru="Бюджет")

    def find_articles(query):
        answer = client.get("/admin/news/article/find/kk/", {"q": query}).json()["found"]
        return [(each["title"], each["detail"]) for each in answer]

    expected = [("Бюджет туралы заң", "The article is not published yet.")]
    queries = [
        "бюджет",
        "ЗАҢ бюджет",
        str(draft.pk),
        f"http://testserver/news/{draft.pk}-x/",
        internal_links.address_of(draft),
    ]
    assert [find_articles(query) for query in queries] == [expected] * len(queries)
    assert find_articles("") == []
    assert find_articles("   ") == []
    assert find_articles("нан") == []
    Article.objects.filter(pk=draft.pk).update(status="approved", publish_at=datetime(2024, 3, 7, tzinfo=UTC))
    assert find_articles("бюджет") == [("Бюджет туралы заң", "7 March 2024")]
    assert find_articles(str(other.pk)) == [("Бюджет", "The article has no text in this language.")]


def test_people_are_found_by_name_in_any_language(client):
    client.force_login(make_user(*WRITER))
    make_person(name_kk="Айгүл Серік", name_ru="Айгуль Серик", office_kk="депутат")

    found = [
        client.get("/admin/news/article/find-person/kk/", {"q": query}).json()["found"] for query in ("айгуль", "x")
    ]

    assert found == [[{"title": "Айгүл Серік", "detail": "депутат"}], []]


@pytest.mark.parametrize("path", ["find/kk/?q=a", "find-person/kk/?q=a", "broken-links/"])
def test_nobody_else_may_look(client, path):
    address = f"/admin/news/article/{path}"

    assert client.get(address).status_code == 302
    client.force_login(make_user("rates.view_rate"))
    assert client.get(address).status_code == 403


def test_another_language_is_not_found(client):
    client.force_login(make_user(*WRITER))

    assert client.get("/admin/news/article/find/de/").status_code == 404


# Broken links


def test_broken_links_are_listed_with_the_reason(client):
    chief = make_user(*CHIEF)
    whole, withdrawn, binned, gone = (
        make_article("kk", title_kk=name) for name in ("whole", "withdrawn", "binned", "gone")
    )
    draft = make_article("kk", title_kk="draft", status="draft", publish_at=None)
    for target in (whole, withdrawn, binned, gone, draft):
        linking_article(target, title_kk=f"to {target.title_kk}")
    linking_article(whole, "ru")
    linking_article(gone, status="withdrawn", title_kk="nobody reads it")
    workflow.withdraw(withdrawn, by=chief, reasons={"kk": "Қате"})
    Article.objects.filter(pk=binned.pk).update(status="draft", deleted_at=timezone.now())
    gone.delete()
    client.force_login(chief)
    client.cookies["django_language"] = "en"

    links = client.get("/admin/news/article/broken-links/").context["links"]

    assert [
        (str(link["article"]), link["code"], str(link["target"] or ""), link["why"])
        for link in links
        if link["code"] == "kk"
    ] == [
        ("to draft", "kk", "draft", "The article is not published yet."),
        ("to gone", "kk", "", "There is no such article any more."),
        ("to binned", "kk", "binned", "The article is in the bin."),
        ("to withdrawn", "kk", "withdrawn", "The article was withdrawn."),
    ]
    assert [link["why"] for link in links if link["code"] == "ru"] == ["The article has no text in this language."]


def test_list_of_broken_links_asks_no_more_for_many(client, django_assert_max_num_queries):
    targets = [make_article(status="draft", publish_at=None) for _ in range(12)]
    for target in targets:
        linking_article(target)
    client.force_login(make_user(*WRITER))

    with django_assert_max_num_queries(8):
        links = client.get("/admin/news/article/broken-links/").context["links"]

    assert len(links) == 12


def test_link_that_is_taken_out_is_forgotten():
    article = linking_article(make_article())

    store_content(article, read_content(article) | {"body_kk": "<p>x</p>"})

    assert ArticleLink.objects.count() == 0


# Addresses that are none


@pytest.mark.parametrize("address", ["//[x", "http://[x", "https://[::1", "//a\u2100.kz/news/1-a/"])
def test_address_that_no_program_can_read_is_not_that_of_an_article(address):
    assert internal_links.number_of(address) is None


def test_text_stored_with_an_unreadable_link_breaks_no_page_feed_or_form(client):
    other = make_article("kk ru")
    article = make_article("kk ru", topics=[topic := make_topic()])
    broken = '<p>Мәтін <a href="//[x" rel="noopener">сілтеме</a>.</p>'
    Article.objects.filter(pk=article.pk).update(body_kk=broken, body_ru=broken)
    pages = [article.get_absolute_url(), "/", "/news/", "/feed.rss", "/feed.atom", "/feed.json", "/sitemap.xml"]
    pages += [f"/topics/{topic.slug}/feed.{form}" for form in ("rss", "atom", "json")]
    pages += ["/api/v1/articles/", f"/api/v1/articles/{article.pk}/", "/search/?q=сілтеме", "/ru/feed.atom"]

    assert {path: client.get(path).status_code for path in pages} == dict.fromkeys(pages, 200)
    for path in ("/feed.rss", "/feed.atom", "/feed.json"):
        feed = client.get(path).content.decode()
        assert "сілтеме" in feed
        assert other.title_kk in feed

    chief = Colleague(*CHIEF)
    fields = chief.open(article.pk)
    assert "сілтеме" in fields["body_kk"]
    assert chief.send(article.pk, fields | {"title_kk": "Жаңа тақырып"}).status_code == 302
    assert chief.open(article.pk)["title_kk"].strip() == "Жаңа тақырып"


def test_unreadable_link_that_an_editor_types_becomes_plain_text():
    article = make_article("kk", status="draft", publish_at=None)
    chief = Colleague(*CHIEF)

    sent = chief.send(article.pk, chief.open(article.pk) | {"body_kk": '<p><a href="//[x">сілтеме</a></p>'})
    found = chief.client.get("/admin/news/article/find/kk/", {"q": "//[x"})

    article.refresh_from_db()
    assert (sent.status_code, found.status_code) == (302, 200)
    assert article.body_kk == "<p>сілтеме</p>"
