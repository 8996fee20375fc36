from contextlib import suppress
from html.parser import HTMLParser

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from news.markup.sanitizer import (
    CLEANER,
    EXPOSER,
    MAX_LENGTH,
    SanitisedHTML,
    TooLong,
    find_forbidden,
    sanitise,
    simplify_html,
)
from news.models import Article
from tests.support.factories import make_article
from tests.support.steps import count_steps, ends_before_long

PIECES = (
    "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<em>", "</em>", "<strong>", "</strong>", "<cite>", "</cite>",
    "<h1>", "</h1>", "<h3>", "</h3>", "<ul>", "</ul>", "<ol start=3>", "</ol>", "<li>", "</li>", "<blockquote>",
    "</blockquote>", "<table>", "</table>", "<caption>", "</caption>", "<thead>", "</thead>", "<tbody>", "<tfoot>",
    "<tr>", "</tr>", "<td>", "</td>", "<td colspan=2>", "<th>", "</th>", "<hr>", "<br>", "<br/>", "<a href='/x'>",
    "<a href='https://a.kz/?a=1&amp;b=\"'>", "</a>", "<span style='x'>", "</span>", "<script>", "</script>", "<style>",
    "</style>", "<svg>", "</svg>", "<math>", "<mi>", "<template>", "<select>", "<option>", "<textarea>", "<!--", "-->",
    "<![CDATA[", "]]>", "&nbsp;", "&lt;", "&", "&#1;", "&#x110000;", "<", ">", '"', "'", " ", "\n", "\xa0", "\x00",
    "\ud800", "\ufeff", "Сенат", "x", "javascript:", "<p onclick=", "<xmp>", "<plaintext>", "<form>", "<button>",
)  # fmt: skip
soup = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Сенат отырысы</p>", "<p>Сенат отырысы</p>"),
        ("Жай мәтін", "<p>Жай мәтін</p>"),
        ("<p>a</p><p>&nbsp;</p><p><br></p><p><b> </b></p><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p class=MsoNormal style='mso-x:1'><o:p>&nbsp;</o:p>a<span lang=KK> b</span></p>", "<p>a b</p>"),
        ("<!--[if !mso]><!--><p>a</p><!--<![endif]--><xml><w:Word>96</w:Word></xml>", "<p>a</p>"),
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>"),
        ("<font color=red>a</font> <u>b</u>", "<p>a b</p>"),
        ("<b>a</b><i>b</i>", "<p><strong>a</strong><em>b</em></p>"),
        ("<b>a</b><b>b</b>", "<p><strong>ab</strong></p>"),
        ("a<b> b </b>c", "<p>a <strong>b</strong> c</p>"),
        ("<h1>a</h1><h2>b</h2><h5>c</h5>", "<h2>a</h2><h2>b</h2><h3>c</h3>"),
        ("<strong><p>a</p><p>b</p></strong>", "<p><strong>a</strong></p><p><strong>b</strong></p>"),
        ("<p>a<br>b</p>", "<p>a<br>b</p>"),
        ("<p>a<br><br>b<br></p>", "<p>a</p><p>b</p>"),
        ("№&nbsp;5 a&nbsp;&nbsp;b \n c", "<p>№&nbsp;5 a b c</p>"),
        ("<blockquote>a <cite>b</cite></blockquote>c", "<blockquote><p>a <cite>b</cite></p></blockquote><p>c</p>"),
        ("<ul><li>a</li><ul><li>b</li></ul></ul>", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("<ul>a<li>b</li>c</ul>", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("<ul><li>a<div>b</div>c<p></p>d</li></ul>", "<ul><li>a<p>b</p>c<p>d</p></li></ul>"),
        ("<li>a</li>", "<ul><li>a</li></ul>"),
        ('<ol start="3"><li>a</li></ol>', '<ol start="3"><li>a</li></ol>'),
        (
            "<table><caption>a</caption><thead><tr><th>b<tbody><tr><td></table>",
            "<p>a</p><table><thead><tr><th>b</th></tr></thead><tbody><tr><td></td></tr></tbody></table>",
        ),
        ('<table><tr><td colspan="2" width="9">a', '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'),
        ("a<hr>b", "<p>a</p><hr><p>b</p>"),
        ("a &copy b & c", "<p>a &amp;copy b &amp; c</p>"),
        ("a\x00b&#1;c\ud800d", "<p>abcd</p>"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_sanitise_sets_text_anew(html, expected):
    assert sanitise(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("a<script>alert(1)</script>", "<p>a</p>"),
        ("a<style>p { color: red }</style>", "<p>a</p>"),
        ("a<iframe src=//x.kz>b</iframe>", "<p>a</p>"),
        ('<p onclick="alert(1)" style="x" id="y">a</p>', "<p>a</p>"),
        ("<svg><script>alert(1)</script></svg>a", "<p>a</p>"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ("<noscript><p title='</noscript><img src=x onerror=alert(1)>'>", "<p>'&gt;</p>"),
        ("<form action=/x><input name=a>b<button>c</button></form>", "<p>bc</p>"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
    ],
)
def test_sanitise_takes_away_what_acts(html, expected):
    assert sanitise(html) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/news/", '<a href="/news/">a</a>'),
        ("mailto:a@senate.gov.kz", '<a href="mailto:a@senate.gov.kz">a</a>'),
        ("tel:+77172", '<a href="tel:+77172">a</a>'),
        ("https://a.kz/?a=1&amp;b=2", '<a href="https://a.kz/?a=1&amp;b=2" rel="noopener">a</a>'),
        ("//a.kz/", '<a href="//a.kz/" rel="noopener">a</a>'),
        ("//[x", "a"),
        ("//[::1", "a"),
        ("//a\u2100.kz/", "a"),
        ("/[x", '<a href="/[x">a</a>'),
        (" https://a.kz/a b ", '<a href="https://a.kz/a%20b" rel="noopener">a</a>'),
        ("javascript:alert(1)", "a"),
        ("JaVaScRiPt:alert(1)", "a"),
        ("&#106;avascript:alert(1)", "a"),
        ("&#160;javascript:alert(1)", "a"),
        ("java&#1;script:alert(1)", "a"),
        ("java&#9;script:alert(1)", "a"),
        ("data:text/html,x", "a"),
        ("ftp://a.kz/", "a"),
        ("", "a"),
    ],
)
def test_sanitise_keeps_only_links_a_reader_may_follow(address, expected):
    assert sanitise(f'<a href="{address}" target="_blank" onclick="x">a</a>') == f"<p>{expected}</p>"


@settings(max_examples=600, deadline=None)
@given(soup)
@example("<table><caption>x<tr><td><ul>x<hr><h1>x<table>x")
@example("<div>x</p>x")
@example("<b><ul>x</p>x")
def test_sanitise_changes_nothing_the_second_time(html):
    once = sanitise(html)

    assert sanitise(str(once)) == once
    assert find_forbidden(once) == []


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_sanitise_takes_any_text(text):
    once = sanitise(text)

    assert sanitise(str(once)) == once


def test_sanitise_refuses_what_is_too_long():
    with pytest.raises(TooLong):
        sanitise("<p>" + "a" * MAX_LENGTH)


def test_sanitise_refuses_what_would_be_too_long_when_stored():
    with pytest.raises(TooLong):
        sanitise("<" * (MAX_LENGTH - 10))


@pytest.mark.parametrize(
    "piece",
    ["&", "<", "<b>", "<div>", "<p>x", "<b id=1>", "<font size='<'>", "<b a='<'>", "<!--", "<table><td>", "<ul><li>",
     "<svg>", "&#", "x<br>", "<b><p>x", "<b><!--</b>-->", "<div><!--</div>-->", "<a href=x>x", "<select><option>"],
)  # fmt: skip
def test_sanitise_takes_no_more_than_in_proportion(piece):
    """Four times the text makes four times the work; where marks repeat each other it is sixteen times."""
    number = MAX_LENGTH // len(piece) // 20
    quarter, whole = piece * number, piece * (4 * number)

    with ends_before_long():
        judge(piece * (20 * number))
        steps_of_quarter, steps_of_whole = (count_steps(lambda html=html: judge(html)) for html in (quarter, whole))
        size_of_quarter, size_of_whole = (largest_parsed(html) for html in (quarter, whole))

    assert steps_of_whole <= 4 * steps_of_quarter + 100
    assert size_of_whole <= 4 * size_of_quarter + 1000 or size_of_quarter == 0  # nothing is read of a broken <select>


def judge(html: str) -> None:
    for verdict in (sanitise, find_forbidden):
        with suppress(TooLong):
            verdict(html)


def largest_parsed(html: str) -> int:
    """Characters that nh3 makes of it, which are many where it repeats what stays open; 0 if it is never asked."""
    with suppress(TooLong):
        return max(len(cleaner.clean(simplify_html(html))) for cleaner in (CLEANER, EXPOSER))
    return 0


class Elements(HTMLParser):
    """How many elements of a text stand, or may come to stand, within each other."""

    SHALLOW = {"p", "li", "td", "th", "tr", "br", "a", "b", "i", "em", "strong"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.deep = self.marks_with_attributes = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.deep += tag not in self.SHALLOW
        self.marks_with_attributes += bool(attrs) and tag in {"b", "i", "em", "strong", "font", "code", "u", "s"}


@pytest.mark.parametrize(
    "piece", ["<div>", "<table>", "<ul><li>", "<svg>", "<b id=1>", "<font size=1>", "<b id='<'>", "<u a='<'>", "<dl>"]
)
def test_parser_is_given_nothing_that_it_loses_its_time_over(piece):
    """It searches all elements that are open, and repeats a mark with attributes in each later paragraph."""
    for number in (40, 4_000, 9_000, 30_000):
        try:
            elements = Elements(simplify_html(piece * number))
        except TooLong:
            continue
        assert elements.deep <= 10_000
        assert elements.marks_with_attributes <= 50


def test_sanitise_never_takes_long_over_marks_that_stay_open():
    html = "".join(f"<b id='<{n}'>" for n in range(50)) + "<b><i><em><strong>" * 3 + "<p>x" * 70_000

    with ends_before_long(), pytest.raises(TooLong):
        sanitise(html)

    assert largest_parsed(html) <= 6 * MAX_LENGTH


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p class=x style='y'><span>a</span><font>b</font></p>", []),
        ("<script>1</script><p onclick=x>a</p>", ["<script>", "onclick"]),
        ("<a href=' JavaScript:x'>a</a><iframe src=x></iframe>", ["<iframe>", "javascript:"]),
        ("<img src=x onerror=y><style>a</style><object data=x></object>", ["<img>", "<object>", "<style>", "onerror"]),
        ("&lt;script&gt; onclick= javascript:", []),
    ],
)
def test_findings_names_what_is_forbidden(html, expected):
    assert find_forbidden(html) == expected


WAYS_IN = {
    "create": lambda article, html: make_article(body_kk=html),
    "save": lambda article, html: (setattr(article, "body_kk", html), article.save(), article)[-1],
    "update": lambda article, html: (Article.objects.filter(pk=article.pk).update(body_kk=html), article)[-1],
    "bulk_create": lambda article, html: Article.objects.bulk_create(
        [Article(source=article.source, title_kk="a", body_kk=html)]
    )[0],
    "bulk_update": lambda article, html: (
        setattr(article, "body_kk", html),
        Article.objects.bulk_update([article], ["body_kk"]),
        article,
    )[-1],
}


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS_IN)
def test_nothing_unsanitised_is_stored(way):
    article = WAYS_IN[way](make_article(), "<p onclick=x>a<script>1</script></p>")

    article.refresh_from_db()
    assert article.body_kk == "<p>a</p>"


@pytest.mark.django_db
def test_a_translated_body_stays_without_text_where_there_is_none():
    article = make_article("kk")

    article.refresh_from_db()
    assert article.body_ru is None


@pytest.mark.django_db
def test_full_clean_tells_that_a_body_is_too_long():
    translation.activate("en")
    article = make_article()
    article.body_kk = "a" * (MAX_LENGTH + 1)

    with pytest.raises(ValidationError) as caught:
        article.full_clean()

    assert caught.value.message_dict["body_kk"] == [
        "The text has more than 300000 characters of HTML: divide it into several articles."
    ]


def test_what_is_sanitised_is_not_looked_at_again():
    html = SanitisedHTML("<p>a")

    assert sanitise(html) is html
