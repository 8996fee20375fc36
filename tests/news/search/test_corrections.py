"""What is shown instead of a query that finds nothing as it is."""

from urllib.parse import urlencode

import pytest

from news.search.corrections import edit_distance
from news.search.indexing import index_articles
from tests.support.factories import make_article
from tests.support.searching import ids, make_found

pytestmark = pytest.mark.django_db


def ask(client, q: str, prefix: str = "", **more: str):
    return client.get(f"{prefix}/search/?{urlencode({'q': q, **more})}")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("v2ckb[fn", "мәслихат"), ("vfckb[fn", "маслихат"), ("маслехат", "мәслихат"),
        ("мәслиқат сайлау", "мәслихат сайлау"),
        ("мәслихатт", "мәслихат"), ("мәслехаттардың", "мәслихат"), ("cfqkfe 2026", "сайлау 2026"),
        ("-yth", "өнер"), ("ыутфеу", "senate"),
        ("sennate", "senate"),
    ],
)  # fmt: skip
def test_query_that_was_mistyped_is_answered_at_once_with_a_way_back(client, typed, meant):
    article = make_found(languages="kk en", title_kk="Мәслихат сайлауы 2026 өнер", title_en="Senate sits")
    prefix = "/en" if meant == "senate" else ""

    page = ask(client, typed, prefix, kind="news")

    assert page.context["reading"].text == meant
    assert [each.article.pk for each in page.context["found"]] == [article.pk]
    back = urlencode({"q": typed, "kind": "news", "as": "typed"}).replace("&", "&amp;")
    assert f'href="?{back}"' in page.content.decode()
    assert ids(client, typed, prefix, **{"as": "typed"}) == []


def test_word_with_several_wrong_letters_is_only_offered(client):
    make_found(title_kk="Тәуелсіздік күні")

    page = ask(client, "тәуелсізбег")

    assert page.context["found"] == []
    assert page.context["reading"].text == "тәуелсіздік"
    assert f'href="?{urlencode({"q": "тәуелсіздік"})}"' in page.content.decode()


def test_words_are_corrected_to_their_dictionary_form(client):
    make_found(title_kk="Мұздықтарды сақтау")

    assert ask(client, "мұздвқтарды").context["reading"].text == "мұздық"


def test_words_without_kazakh_letters_find_at_once_and_it_is_said(client):
    article = make_found(title_kk="Тәуелсіздік туралы заң жобасы")

    page = ask(client, "тауелсиздик зан")

    assert [each.article.pk for each in page.context["found"]] == [article.pk]
    assert "Қазақ әріптерімен: тәуелсіздік заң." in page.content.decode()
    assert ids(client, "тауелсиздик зан", **{"as": "typed"}) == []


def test_best_words_are_shown_when_all_together_find_nothing(client):
    both, one = make_found(title_kk="Тіл туралы заң"), make_found(title_kk="Тіл байлығы")

    page = ask(client, "тіл заң жоқсөз")

    assert [each.article.pk for each in page.context["found"]] == [both.pk]
    assert "Есепке алынбаған сөздер: жоқсөз" in page.content.decode()
    assert sorted(ids(client, "тіл")) == [both.pk, one.pk]


def test_words_of_a_draft_are_in_no_correction(client):
    public = make_found(title_kk="Заң")
    draft = make_article(title_kk="Құпияжоба мәслихаттарды", status="draft")
    index_articles([draft.pk])

    for typed in ("купияжоба", "мәслихаттардя", "regbz;j,f", "заң құпияжобалар"):
        page = ask(client, typed)
        shown = page.content.decode().replace(typed, "")
        assert [each.article.pk for each in page.context["found"]] == ([public.pk] if "заң" in typed else [])
        assert "құпияжоба" not in shown.lower().replace("құпияжобалар", "")
        assert "мәслихат" not in shown


def test_other_editions_with_results_are_offered(client):
    make_found(languages="kk ru en", title_kk="Сенат", title_ru="Закон принят", title_en="Law")

    page = ask(client, "закон")

    assert [(each.lang, each.address) for each in page.context["other_editions"]] == [
        ("ru", f"/ru/search/?{urlencode({'q': 'закон'})}")
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("заң", "заң", 0), ("", "ab", 2), ("abc", "acb", 1), ("мәслихат", "маслихт", 2)]
)
def test_edit_distance_counts_wrong_letters(one, other, expected):
    assert edit_distance(one, other) == expected
