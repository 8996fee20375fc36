"""Kazakh pages in other letters: what is respelt, what is left alone."""

import re

import pytest

from portal.kazakh_scripts.pages import transliterate_page
from portal.kazakh_scripts.transliterate import to_arabic, to_latin


@pytest.mark.parametrize(
    ("html", "respelt"),
    [
        ('<img alt="Сурет" src="/сурет.jpg" title="А&quot;б">', '<img alt="Suret" src="/сурет.jpg" title="A&quot;b">'),
        ('<meta name="description" content="Заң">', '<meta name="description" content="Zañ">'),
        ('<input value="сөз" placeholder="Іздеу">', '<input value="сөз" placeholder="Izdeu">'),
        ('<input type="submit" value="Табу">', '<input type="submit" value="Tabu">'),
        ('<textarea name="ә">сөз</textarea> сөз', '<textarea name="ә">сөз</textarea> söz'),
        ("<script>'сөз' < 1</script>сөз<!-- сөз -->", "<script>'сөз' < 1</script>söz<!-- сөз -->"),
        ('<p lang="ru">Закон <b lang="kk-Latn">заң</b></p>заң', '<p lang="ru">Закон <b lang="kk-Latn">заң</b></p>zañ'),
        ('<p lang="kk-Latn" title="заң">заң</p>', '<p lang="kk-Latn" title="zañ">zañ</p>'),
        ('<p translate="no">заң<p>заң</p>ң</p><hr lang="ru">ң', '<p translate="no">заң<p>заң</p>ң</p><hr lang="ru">ñ'),
        ("<code>заң</code> 1 &lt; 2 &amp;&nbsp;заң", "<code>заң</code> 1 &lt; 2 &amp;\xa0zañ"),
        ('<a href="?q=заң" data-done="Көшірілді">a@b.kz, egemen.қаз</a>',
         '<a href="?q=заң" data-done="Köşırıldı">a@b.kz, egemen.қаз</a>'),
        ('<option value="ә">Әділет', '<option value="ә">Ädılet'),
    ],
)  # fmt: skip
def test_latin_page_keeps_its_markup(html, respelt):
    assert transliterate_page(html, "kk-Latn", to_latin) == respelt


@pytest.mark.parametrize(
    ("text", "respelt"),
    [
        ("Заң 2026-2027 жж., 1,5 %.", "زاڭ 2026-2027 جج.، 1,5 %."),
        ("Zakon.kz-ке, Air Astana 5G.", "<bdi>Zakon.kz</bdi>-كە، <bdi>Air Astana 5G</bdi>."),
        ("5G желі, COVID-19 және XXI ғасыр", "<bdi>5G</bdi> جەلى، <bdi>COVID-19</bdi> جانە <bdi>XXI</bdi> عاسىر"),
        ("сайт https://a.kz/b/?c=1&amp;d.", "سايت <bdi>https://a.kz/b/?c=1&amp;d</bdi>."),
        ("мысалы 2024-03-07", "مىسالى <bdi>2024-03-07</bdi>"),
        ("тел. +7 (7172) 74-72-00", "تەل. <bdi>+7 (7172) 74-72-00</bdi>"),
        ("өсім \N{MINUS SIGN}2,5 және $100", "ٴوسىم <bdi>\N{MINUS SIGN}2,5</bdi> جانە <bdi>$100</bdi>"),
        ("<title>Заң Zakon.kz</title>", "<title>زاڭ Zakon.kz</title>"),
        ("<bdi>USD 5</bdi>, «заң»?", "<bdi>USD 5</bdi>، «زاڭ»؟"),
    ],
)
def test_arabic_page_isolates_what_runs_the_other_way(text, respelt):
    assert transliterate_page(text, "kk-Arab", to_arabic, isolates=True) == respelt


@pytest.mark.parametrize("spelling", [to_latin, to_arabic])
def test_markup_comes_out_as_it_went_in(spelling, settings):
    html = (settings.BASE_DIR / "templates" / "base.html").read_text(encoding="utf-8")
    html = re.sub(r"{%.*?%}|{{.*?}}", "", html)

    assert re.findall("<[^>]+>", transliterate_page(html, "kk", spelling)) == re.findall("<[^>]+>", html)
