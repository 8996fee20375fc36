"""The search page: what is found, in which order, and what is said when nothing is."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db.models.signals import post_init
from django.utils import timezone

from news.models import Article
from news.search.engine import PAGE_SIZE
from news.search.indexing import index_articles
from tests.support.factories import make_article, make_person, make_source, make_topic
from tests.support.searching import ids, make_found

pytestmark = pytest.mark.django_db


def test_any_form_and_any_script_finds_the_same(client):
    named = make_found(title_kk="Мәслихат сайлауы өтті")
    inside = make_found(
        body_kk="<p>Облыстық мәслихаттардың сессиясы</p>", publish_at=timezone.now() - timedelta(days=2)
    )
    make_found(title_kk="Мәжіліс отырысы")

    spellings = ["мәслихат", "мәслихаттардың", "mäslihat", "máslıhat", "maslihat", "ماسليحات", "ٴماسليحات", "МӘСЛИХАТ"]

    assert {q: sorted(ids(client, q)) for q in spellings} == {q: [named.pk, inside.pk] for q in spellings}


def test_letters_that_a_script_tells_apart_are_told_apart(client):
    ten, voice = make_found(title_kk="Он жаңа мектеп"), make_found(title_kk="Өн бойы")

    assert ids(client, "он") == [ten.pk]
    assert ids(client, "ön") == [voice.pk]
    assert sorted(ids(client, "on")) == [ten.pk, voice.pk]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("Мемлекет басшысы", {"apart", "together"}),
        ("«Мемлекет басшысы»", {"together"}),
        ('"мемлекет басшысының"', {"together"}),
        ("Мемлекет -бағдарлама", {"together"}),
        ("мемлекет -«мемлекет басшысы»", {"apart"}),
        ("мемлекет жоқсөз", {"apart", "together"}),
        ("-мемлекет", set()),
    ],
)
def test_query_is_read_as_its_signs_say(client, q, expected):
    articles = {
        "together": make_found(title_kk="Мемлекет басшысы Үкімет отырысын өткізді"),
        "apart": make_found(title_kk="Басшысы ауысқан мекеме", body_kk="<p>Мемлекет туралы бағдарлама</p>"),
    }

    assert set(ids(client, q)) == {articles[name].pk for name in expected}


def test_words_of_a_title_and_of_a_lead_are_no_phrase(client):
    make_found(title_kk="Жаңа мемлекет", lead_kk="Басшысы келді")

    assert ids(client, "«мемлекет басшысы»") == []


def test_title_comes_before_text_and_newer_before_older(client):
    def days_ago(days: int, **fields) -> int:
        return make_found(publish_at=timezone.now() - timedelta(days=days), **fields).pk

    in_text = days_ago(1, body_kk="<p>Жаңалық ішінде бюджет сөзі бар</p>")
    in_title = days_ago(3, title_kk="Бюджет қабылданды")
    in_lead = days_ago(2, lead_kk="Биылғы бюджет туралы")
    old = days_ago(2000, title_kk="Бюджет талқыланды")

    assert ids(client, "бюджет") == [in_title, in_lead, in_text, old]


def test_order_is_by_form_place_and_date_and_not_by_how_often_a_word_stands(client):
    def hours_ago(hours: int, **fields) -> int:
        return make_found(publish_at=timezone.now() - timedelta(hours=hours), **fields).pk

    often = hours_ago(5, lead_kk="", body_kk=f"<p>{'Бюджет туралы. ' * 9}</p>")
    once = hours_ago(1, lead_kk="", body_kk=f"<p>Бюджет. {'Басқа сөз. ' * 90}</p>")
    other_form = hours_ago(3, title_kk="Бюджеттің орындалуы")
    short = hours_ago(4, title_kk="Бюджетке қатысты")
    long = hours_ago(2, title_kk="Парламент палаталары республикалық бюджетке бүгін таңертең қарады")

    assert ids(client, "бюджетке") == [long, short, other_form, once, often]


def test_search_is_narrowed_by_where_and_when(client):
    senate, court = make_source(slug="senat"), make_source(slug="sot")
    topic, person = make_topic(slug="zan"), make_person(slug="deputat")
    day = timezone.localtime().replace(year=2024, month=3, day=7, hour=23, minute=59)
    law = make_found(source=senate, topics=[topic], title_kk="Заң жобасы", publish_at=day, kind="speech")
    other = make_found(source=court, people=[person], title_kk="Заң бұзылды", publish_at=day + timedelta(minutes=1))

    found = {
        str(narrowed): ids(client, "заң", **narrowed)
        for narrowed in (
            {"source": "senat"},
            {"kind": "speech"},
            {"topic": "zan"},
            {"person": "deputat"},
            {"to": "2024-03-07"},
            {"from": "2024-03-08"},
            {"from": "2024-03-07", "to": "2024-03-08", "source": "sot"},
            {"source": "sot", "topic": "zan"},
        )
    }

    assert list(found.values()) == [[law.pk]] * 3 + [[other.pk], [law.pk], [other.pk], [other.pk], []]


def test_found_form_is_marked_and_nothing_else_is(client):
    make_found(title_kk="Мәслихаттың <b> сессиясы", body_kk=f"<p>{'Бос сөз. ' * 100}Қала мәслихаты &amp; әкім</p>")

    page = client.get("/search/?q=мәслихат").content.decode()

    assert "<mark>Мәслихаттың</mark> &lt;b&gt; сессиясы" in page
    assert "… " in page
    assert "Қала <mark>мәслихаты</mark> &amp; әкім" in page


def test_nobody_finds_what_is_not_published(client):
    hidden = [
        make_found(title_kk="Құпия сөз", **state)
        for state in (
            {"status": "draft"},
            {"status": "withdrawn", "withdrawn_at": timezone.now()},
            {"publish_at": timezone.now() + timedelta(hours=1)},
            {"publish_at": None, "status": "approved"},
        )
    ]
    make_found(languages="ru", title_ru="Құпия орыс тілінде")

    pages = [client.get(f"/search/{address}").content.decode() for address in ("?q=құпия", "suggestions/?q=құп")]
    misspelt = client.get("/search/?q=құпыа").context["reading"].text

    assert len(hidden) == 4
    assert [text in page for page in pages for text in ("Құпия сөз", "орыс тілінде")] == [False] * 4
    assert misspelt == ""
    Article.objects.filter(pk=hidden[0].pk).update(status="approved")
    assert ids(client, "құпия") == [hidden[0].pk]
    assert client.get("/search/?q=құпыа").context["reading"].text == "құпия"


def test_each_edition_finds_its_own_language(client):
    article = make_found(
        languages="kk ru en", title_kk="Сенат отырысы", title_ru="Заседание Сената", title_en="Senate sits"
    )

    found = {
        (prefix, q): ids(client, q, prefix) for prefix in ("", "/ru", "/en") for q in ("отырыс", "заседания", "sitting")
    }

    expected = {asked: [] for asked in found}
    expected |= {("", "отырыс"): [article.pk], ("/ru", "заседания"): [article.pk], ("/en", "sitting"): [article.pk]}
    assert found == expected


def test_pages_go_on_to_the_last_article_and_show_each_once(client, monkeypatch):
    monkeypatch.setattr("news.search.engine.SET", 30)
    articles = [make_article(title_kk=f"Заң {n}", publish_at=timezone.now() - timedelta(hours=n)) for n in range(1, 46)]
    index_articles([article.pk for article in articles])
    seen, address, totals = [], "q=заң", []
    while address:
        context = client.get(f"/search/?{address}").context
        if not seen:
            index_articles(
                [make_article(title_kk="Заң енді ғана шықты", publish_at=timezone.now()).pk]
            )  # moves nothing on the pages to come
        seen += [each.article.pk for each in context["found"]]
        totals.append(context["results"].total)
        address = context["next_address"]

    assert sorted(seen) == sorted(article.pk for article in articles)
    assert totals == [45, None, None]


def test_of_all_that_match_only_a_page_is_read_from_the_database(client):
    read = []

    def note(instance, **signal):
        read.append(instance)

    index_articles([make_article(title_kk=f"Заң {number}").pk for number in range(PAGE_SIZE + 5)])
    post_init.connect(note, sender=Article)
    try:
        found = client.get("/search/?q=заң").context["found"]
    finally:
        post_init.disconnect(note, sender=Article)

    assert len(found) == PAGE_SIZE
    assert len(read) == PAGE_SIZE


def test_more_than_a_thousand_are_not_counted(client, monkeypatch):
    monkeypatch.setattr("news.search.engine.COUNTED", 5)
    monkeypatch.setattr("news.search.views.COUNTED", 5)
    index_articles([make_article(title_kk="Заң").pk for _ in range(7)])

    assert "5 мақаладан көп" in client.get("/search/?q=заң").content.decode()


@pytest.mark.parametrize("before", ["x", "1", "1-", "-1-1-1", "9" * 30 + "-1", f"{2**63}-1", "1-9999", "٣-٣"])
def test_address_that_goes_on_from_nothing_is_not_found(client, before):
    assert client.get(f"/search/?q=заң&before={quote(before)}").status_code == 404
