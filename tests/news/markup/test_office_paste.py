"""What Word and Google Docs put on the clipboard comes out clean."""

from pathlib import Path

import pytest

from news.markup.office_paste import convert_office_html
from news.markup.sanitizer import sanitise

CLIPBOARD = Path(__file__).parents[2] / "samples" / "clipboard"


def item(text: str, mark: str, level: int = 1) -> str:
    return (
        f"<p class=MsoListParagraph style='text-indent:-18.0pt;mso-list:l0 level{level} lfo1'><![if !supportLists]>"
        f"<span lang=KK><span style='mso-list:Ignore'>{mark}<span style='font:7.0pt'>&nbsp;&nbsp; </span></span></span>"
        f"<![endif]>{text}<o:p></o:p></p>\n\n"
    )


def test_word_comes_out_clean():
    assert sanitise((CLIPBOARD / "word.html").read_text()) == (
        "<h2>Сенат отырысы</h2>"
        "<p>Бүгін Астанада <strong>Парламент Сенатының</strong> отырысы өтті. Оған <em>депутаттар</em> қатысты[1].</p>"
        "<ul><li>бюджет туралы заң;<ul><li>республикалық,</li><li>жергілікті;</li></ul></li><li>су кодексі.</li></ul>"
        "<h2>Шешімдер</h2>"
        "<ol><li>Заң қабылданды.</li><li>Үндеу жарияланды.</li></ol>"
        '<p>Толығырақ: <a href="https://senate.parlam.kz/kk-KZ" rel="noopener">Сенаттың сайты</a>, жоба.</p>'
        "<table><tbody><tr><td><strong>Заң</strong></td><td><strong>Дауыс</strong></td></tr>"
        "<tr><td>Бюджет<br>(2025)</td><td>47</td></tr></tbody></table>"
    )


def test_google_docs_come_out_clean():
    assert sanitise((CLIPBOARD / "google_docs.html").read_text()) == (
        "<h2>Отырыс қорытындысы</h2>"
        "<p>Сенат <strong>үш заң</strong> қабылдады, <strong><em>біреуін</em></strong> қайтарды "
        '(<a href="https://senate.parlam.kz/" rel="noopener">сайт</a>).</p>'
        "<ul><li>бюджет<ul><li>жергілікті</li></ul></li></ul>"
        "<table><tbody><tr><td>Қолдады</td><td>47</td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (item("a", "·") + item("b", "§"), "<ul><li>a</li><li>b</li></ul>"),
        (item("a", "1.") + item("b", "2."), "<ol><li>a</li><li>b</li></ol>"),
        (item("a", "4)"), '<ol start="4"><li>a</li></ol>'),
        (item("a", "а)") + item("b", "(iv)") + item("c", "1.1."), "<ol><li>a</li><li>b</li><li>c</li></ol>"),
        (item("a", "-") + item("b", "1."), "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        (item("a", "·") + "<p>c</p>" + item("b", "·"), "<ul><li>a</li></ul><p>c</p><ul><li>b</li></ul>"),
        (
            item("a", "1.") + item("b", "o", 2) + item("c", "§", 3) + item("d", "2."),
            "<ol><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ol>",
        ),
        (item("a", "·", 2) + item("b", "·", 2), "<ul><li>a</li><li>b</li></ul>"),
        (item("a", "·", 3) + item("b", "·"), "<ul><li>a</li></ul><ul><li>b</li></ul>"),
        ("<td>" + item("a", "·") + "</td>", "<ul><li>a</li></ul>"),
        ("<p style='mso-list:l0 level1 lfo1'>a</p>", "<ul><li>a</li></ul>"),
        ("<p style='mso-list:l0 level1 lfo1'>a", "<p>a</p>"),
        ("<p style='mso-list:none'>a</p>", "<p>a</p>"),
    ],
)
def test_words_marks_become_lists(html, expected):
    assert sanitise(html) == expected


@pytest.mark.parametrize("html", ["<p>· a</p>", "<b style='font-weight:normal'>a</b>", "<span>a</span>", ""])
def test_html_of_another_origin_stays_as_it_is(html):
    assert convert_office_html(html) == html
