"""The search page: what is found, in which order, and what is said when nothing is."""

from datetime import timedelta
from urllib.parse import quote, urlencode

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from news.editorial import revisions, workflow
from news.import_export import articles as article_archive
from news.models import Article, SearchEntry, SearchWord
from news.search.indexing import index
from tests.support.factories import make_article, make_person, make_source, make_topic, make_user

pytestmark = pytest.mark.django_db


def make_found(**fields) -> Article:
    article = make_article(**fields)
    index([article.pk])
    return article


def ids(client, q: str, prefix: str = "", **narrowed: str) -> list[int]:
    context = client.get(f"{prefix}/search/?{urlencode({'q': q, **narrowed})}").context
    return [each.article.pk for each in context.get("found", [])]


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

    assert (ids(client, "он"), ids(client, "ön"), sorted(ids(client, "on"))) == (
        [ten.pk],
        [voice.pk],
        [ten.pk, voice.pk],
    )


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("Мемлекет басшысы", {"apart", "together"}),
        ("«Мемлекет басшысы»", {"together"}),
        ('"мемлекет басшысының"', {"together"}),
        ("Мемлекет -бағдарлама", {"together"}),
        ("мемлекет -«мемлекет басшысы»", {"apart"}),
        ("мемлекет жоқсөз", set()),
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
    misspelt = client.get("/search/?q=құпыа").context["instead"]

    assert len(hidden) == 4
    assert [text in page for page in pages for text in ("Құпия сөз", "орыс тілінде")] == [False] * 4
    assert misspelt is None
    Article.objects.filter(pk=hidden[0].pk).update(status="approved")
    assert ids(client, "құпия") == [hidden[0].pk]
    assert client.get("/search/?q=құпыа").context["instead"] == "құпия"


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
    index([article.pk for article in articles])
    seen, address, totals = [], "q=заң", []
    while address:
        context = client.get(f"/search/?{address}").context
        if not seen:
            index(
                [make_article(title_kk="Заң енді ғана шықты", publish_at=timezone.now()).pk]
            )  # moves nothing on the pages to come
        seen += [each.article.pk for each in context["found"]]
        totals.append(context["results"].total)
        address = context["next_address"]

    assert sorted(seen) == sorted(article.pk for article in articles)
    assert totals == [45, None, None]


def test_more_than_a_thousand_are_not_counted(client, monkeypatch):
    monkeypatch.setattr("news.search.engine.COUNTED", 5)
    monkeypatch.setattr("news.search.views.COUNTED", 5)
    index([make_article(title_kk="Заң").pk for _ in range(7)])

    assert "5 мақаладан көп" in client.get("/search/?q=заң").content.decode()


@pytest.mark.parametrize("before", ["x", "1", "1-", "-1-1-1", "9" * 30 + "-1", "1-9999", "٣-٣"])
def test_address_that_goes_on_from_nothing_is_not_found(client, before):
    assert client.get(f"/search/?q=заң&before={quote(before)}").status_code == 404


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("v2ckb[fn", "мәслихат"),
        ("маслехат", "мәслихат"),
        ("мәслиқат сайлау", "мәслихат сайлау"),
        ("maslehat", "мәслихат"),
        ("ыутфеу", "senate"),
        ("sennate", "senate"),
    ],
)
def test_what_was_meant_is_offered(client, typed, meant):
    make_found(languages="kk en", title_kk="Мәслихат сайлауы", title_en="Senate sits")

    page = client.get(f"{'/en' if meant == 'senate' else ''}/search/?{urlencode({'q': typed, 'kind': 'news'})}")

    assert page.context["instead"] == meant
    assert f'href="?{urlencode({"q": meant, "kind": "news"}).replace("&", "&amp;")}"' in page.content.decode()


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

    assert {asked: answer.status_code for asked, answer in answers.items() if answer.status_code != 200} == {}
    assert [asked for asked, answer in answers.items() if "<script>alert" in answer.content.decode()] == []


def test_wrong_choice_is_answered_with_a_sentence(client):
    make_found(title_kk="Заң")

    page = client.get("/search/?q=заң&source=joq&from=2024-13-01&kind=x").content.decode()

    assert page.count("Мұнда ондай таңдау жоқ.") == 2
    assert page.count("Күнді таңдаңыз") == 1


def test_suggestions_come_in_any_script_names_first(client):
    person = make_person(slug="asimov", name_kk="Мәсімов Кәрім")
    article = make_found(title_kk="Жаңа мәслихат", lead_kk="Мәселе")
    make_found(title_kk="Басқа")

    told = {
        q: client.get(f"/search/suggestions/?{urlencode({'q': q})}").json()["suggestions"]
        for q in ("мәс", "mäs", "жаңа мәсл")
    }

    names = {"text": "Мәсімов Кәрім", "address": person.get_absolute_url()}
    title = {"text": "Жаңа мәслихат", "address": article.get_absolute_url()}
    assert told == {"мәс": [names, title], "mäs": [names, title], "жаңа мәсл": [title]}


def test_page_asks_as_many_questions_for_many_articles_as_for_few(client, django_assert_max_num_queries):
    taken = []
    for number in (1, 40):
        index([make_article(title_kk="Заң", topics=[make_topic()]).pk for _ in range(number)])
        with django_assert_max_num_queries(7) as queries:
            client.get("/search/?q=заң")
        taken.append(len(queries))

    assert taken[0] == taken[1]


# The index follows the articles


def test_index_follows_what_editors_do(client):
    chief = make_user("news.publish_article", "news.change_article", "news.delete_article", is_superuser=True)
    article = make_article(status="draft", publish_at=None)
    revisions.begin(article, by=chief)

    def save(title: str) -> None:
        content = revisions.latest(article).content
        revisions.save(article, content | {"title_kk": title}, by=chief)

    found = {}
    save("Бірінші атау")
    workflow.publish(article, by=chief)
    found["published"] = ids(client, "бірінші")
    save("Екінші атау")
    found["waiting"] = ids(client, "бірінші"), ids(client, "екінші")
    workflow.publish(article, by=chief)
    found["newer"] = ids(client, "бірінші"), ids(client, "екінші")
    workflow.withdraw(article, by=chief, reasons={"kk": "Қате"})
    found["withdrawn"] = ids(client, "екінші")
    workflow.restore(article, by=chief)
    found["restored"] = ids(client, "екінші")

    here = [article.pk]
    assert found == {
        "published": here, "waiting": (here, []), "newer": ([], here), "withdrawn": [], "restored": here,
    }  # fmt: skip


def test_import_brings_its_articles_into_the_index(client):
    make_source(slug="senat")
    line = (
        '{"id": "old-1", "source": "senat", "kind": "news", "publish_at": "2020-01-02T10:00:00+05:00",'
        ' "title": {"kk": "Мұрағат мақаласы"}, "body": {"kk": "<p>Мәтін</p>"}}'
    )
    outcome = article_archive.import_articles([line])

    assert (outcome.created, len(ids(client, "мұрағат"))) == (1, 1)


def test_reindex_leaves_the_same_answers_and_nothing_old(client):
    article, gone = make_found(title_kk="Заң жобасы"), make_found(title_kk="Заң бұзу")
    Article.objects.filter(pk=article.pk).update(title_kk="Жаңа атау")
    gone.delete()

    call_command("reindex", verbosity=0)

    assert (ids(client, "заң"), ids(client, "атау")) == ([], [article.pk])
    assert SearchEntry.objects.count() == 1
    call_command("reindex", verbosity=0)
    assert ids(client, "атау") == [article.pk]


def test_failed_save_leaves_the_index_as_it_was(client):
    article = make_found(title_kk="Заң")

    def save_and_fail() -> None:
        with transaction.atomic():
            Article.objects.filter(pk=article.pk).update(title_kk="Басқа")
            index([article.pk])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save_and_fail()

    assert (ids(client, "заң"), ids(client, "басқа")) == ([article.pk], [])
    assert not SearchWord.objects.filter(word="басқа").exists()
