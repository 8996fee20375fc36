import re

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.html import strip_tags

from news.content.glossary import Explanation, Finder, TermPopover, explain_terms, in_text, inconsistencies
from news.editorial import revisions, workflow
from news.models import Term
from tests.support.factories import make_article, make_user

pytestmark = pytest.mark.django_db

TERMS = {1: "мәслихат", 2: "заң жобасы", 3: "заң", 4: "ратификациялау"}


def make_term(kk: str, ru: str, en: str, **fields) -> Term:
    return Term.objects.create(name_kk=kk, name_ru=ru, name_en=en, **fields)


def find_terms(text: str, terms: dict[int, str] = TERMS, language: str = "kk") -> list[tuple[str, int]]:
    return [(text[start:end], key) for start, end, key in Finder(terms, language).find(text)]


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("Мәслихаттардың «мәслихаттан»", [("Мәслихаттардың", 1), ("мәслихаттан", 1)]),
        ("Бұл Заң жобасын және заң\xa0жобаларына", [("Заң жобасын", 2), ("заң\xa0жобаларына", 2)]),
        ("заңның баптары, заң, жобасы", [("заңның", 3), ("заң", 3)]),
        ("Келісім ратификацияланды", [("ратификацияланды", 4)]),
        ("маслихат, заңгер, жобасы, зат", []),
        ("", []),
    ],
)  # fmt: skip
def test_finder_finds_every_form_of_a_term_and_the_longer_of_two(text, forms):
    assert find_terms(text) == forms


def test_finder_finds_phrases_in_russian_and_english():
    assert find_terms("В первом чтении, о чтении", {1: "первое чтение"}, "ru") == [("первом чтении", 1)]
    assert find_terms("Two bills had their first readings", {1: "first reading", 2: "bill"}, "en") == [
        ("bills", 2), ("first readings", 1)
    ]  # fmt: skip


def test_finder_without_terms_finds_nothing():
    assert find_terms("мәслихат", {}) == find_terms("мәслихат", {1: "", 2: "…"}) == []


def test_the_first_of_each_term_gets_a_button_and_no_other_word_changes():
    html = "<p>Заң &amp; <em>заңның</em> мәслихаты, <strong>мәслихат</strong></p>"

    marked, opened = explain_terms(
        html, [Explanation("мәслихат", "М"), Explanation("заң", "З"), Explanation("сот", "С")], "kk"
    )

    assert marked == (
        '<p><span class="term">Заң<button type="button" popovertarget="term-1" aria-label="Заң: бұл не?"></button>'
        '</span> &amp; <em>заңның</em> <span class="term">мәслихаты<button type="button" popovertarget="term-2"'
        ' aria-label="мәслихаты: бұл не?"></button></span>, <strong>мәслихат</strong></p>'
    )
    assert opened == [
        TermPopover("term-1", Explanation("заң", "З")),
        TermPopover("term-2", Explanation("мәслихат", "М")),
    ]
    assert strip_tags(re.sub("<button.*?</button>", "", marked)) == strip_tags(html)  # what reading modes leave


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="/zan/">заң</a></p>',
        "<h2>Заң</h2>",
        "<blockquote><p>Заң <em>бәріне</em> бірдей</p><p><cite>Заң министрі</cite></p></blockquote>",
        '<p><button type="button">заң</button></p>',
        "<figure><figcaption>заң</figcaption></figure>",
        '<p title="заң">Мәтін</p>',
    ],
)
def test_links_headings_and_quotations_stay_as_they_are(html):
    assert explain_terms(html, [Explanation("заң", "З")], "kk") == (html, [])
    assert explain_terms(f"{html}<p>заң</p>", [Explanation("заң", "З")], "kk")[0].startswith(f"{html}<p><span")


def test_an_article_explains_what_the_readers_language_explains(client):
    make_term("мәслихат", "маслихат", "maslikhat", explanation_kk="Өкілді <орган>.", explanation_en="A body.")
    make_term("сот", "суд", "court", explanation_kk="Әділ сот.")
    article = make_article(
        "kk ru en", body_kk="<p>Мәслихатта</p>", body_ru="<p>маслихат</p>", body_en="<p>maslikhats</p>"
    )

    told = {}
    for code in ("kk", "ru", "en", "kk-latn"):
        with translation.override(code):
            page = client.get(article.get_absolute_url())
        opened = [part.split("</aside>")[0] for part in page.text.split('class="explanation">')[1:]]
        told[code] = [page.text.count('popovertarget="term-'), *opened]

    assert told == {
        "kk": [1, "\n<p><dfn>мәслихат</dfn></p>\n<p>Өкілді &lt;орган&gt;.</p>\n"],
        "ru": [0],
        "en": [1, "\n<p><dfn>maslikhat</dfn></p>\n<p>A body.</p>\n"],
        "kk-latn": [1, "\n<p><dfn>mäslihat</dfn></p>\n<p>Ökıldı &lt;organ&gt;.</p>\n"],
    }


def test_feeds_and_the_api_have_the_text_without_buttons(client):
    make_term("мәслихат", "маслихат", "maslikhat", explanation_kk="Өкілді орган.")
    article = make_article(body_kk="<p>Мәслихат</p>")

    answers = [client.get(address).text for address in ("/feed.rss", "/feed.json", f"/api/v1/articles/{article.pk}/")]

    assert ["Мәслихат" in each for each in answers] == [True, True, True]
    assert [word for each in answers for word in ("popover", "Өкілді") if word in each] == []


def test_an_explanation_costs_no_question_however_many_there_are(client, django_assert_num_queries):
    article = make_article(body_kk="<p>Мәслихат, сот</p>")
    address = article.get_absolute_url()

    with django_assert_num_queries(4):
        client.get(address)
    for term in ("мәслихат", "сот", "заң"):
        make_term(term, term, term, explanation_kk=term)
    with django_assert_num_queries(4):
        page = client.get(address)

    assert page.text.count('class="explanation"') == 2


def test_a_preview_explains_in_its_own_language(client):
    make_term("мәслихат", "маслихат", "maslikhat", explanation_kk="Орган.", explanation_ru="Орган на русском.")
    article = make_article("kk ru", status="draft", body_kk="<p>мәслихат</p>", body_ru="<p>маслихат</p>")
    client.force_login(make_user(is_superuser=True))

    page = client.get(f"/admin/news/article/{article.pk}/preview/ru/").text

    assert ["Орган на русском." in page, "<p>Орган.</p>" in page] == [True, False]


def test_terms_that_one_language_lacks_are_told():
    make_term("мәслихат", "маслихат", "maslikhat")
    make_term("заң", "закон", "law")
    make_term("сот", "суд", "court")
    article = make_article(
        "kk ru en", title_kk="Сенат", title_ru="Сенат", title_en="Senate",
        body_kk="<p>мәслихаттан</p>", body_ru="<p>закона и маслихата</p>", body_en="<p>councils</p>",
    )  # fmt: skip

    with translation.override("en"):
        told = inconsistencies(article)

    assert told == [
        "“закон” is in the Russian text, but “заң” is not in the Kazakh text.",
        "“закон” is in the Russian text, but “law” is not in the English text.",
        "“мәслихат” is in the Kazakh text, but “maslikhat” is not in the English text.",
    ]


def test_a_language_without_a_phrase_of_its_own_is_called_by_its_name(settings):
    settings.LANGUAGES = [*settings.LANGUAGES, ("uz", "Oʻzbekcha")]

    with translation.override("en"):
        phrases = [in_text(code) for code in ("kk", "uz", "xx")]
    with translation.override("ru"):
        phrases.append(in_text("uz"))

    assert phrases == ["in the Kazakh text", "in the text (Oʻzbekcha)", "in the text (xx)", "в тексте (Oʻzbekcha)"]


def test_a_language_without_a_text_lacks_no_term():
    make_term("мәслихат", "маслихат", "maslikhat")

    assert inconsistencies(make_article(body_kk="<p>мәслихат</p>", title_ru="Сенат", body_ru="")) == []


def test_the_form_advises_and_publishing_goes_on(client):
    make_term("мәслихат", "маслихат", "maslikhat")
    chief = make_user(is_superuser=True)
    article = make_article("kk ru", status="draft", body_kk="<p>мәслихат</p>", body_ru="<p>совет</p>")
    revisions.begin(article, by=chief)
    client.force_login(chief)

    page = client.get(f"/admin/news/article/{article.pk}/change/").text
    workflow.publish(article, by=chief)

    assert "«мәслихат» термині қазақша мәтінде бар, бірақ орысша мәтінде «маслихат» жоқ." in page
    assert article.is_public


def test_a_term_is_a_word_and_stands_once_in_the_list():
    make_term("мәслихат", "маслихат", "maslikhat")

    with pytest.raises(ValidationError, match="тізімде бар"):
        Term(name_kk="мәслихат", name_ru="совет", name_en="council").full_clean()
    with pytest.raises(ValidationError, match="бірде-бір сөз жоқ"):
        Term(name_kk="сот", name_ru="…", name_en="court").full_clean()


def test_writers_add_terms_translators_see_them_and_editors_do_all():
    may = {
        name: sorted(
            each.codename.removesuffix("_term")
            for each in Group.objects.get(name=name).permissions.filter(codename__endswith="_term")
        )
        for name in ("Тілші", "Аудармашы", "Бас редактор")
    }

    assert may == {
        "Тілші": ["add", "change", "view"],  # what waits for a publisher
        "Аудармашы": ["view"],
        "Бас редактор": ["add", "change", "delete", "view"],
    }
