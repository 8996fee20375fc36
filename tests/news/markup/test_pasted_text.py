"""What stands in a text after somebody pasted it: every character that was seen, and what it meant."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.markup.plain_text import beginning_of, plain_text
from news.markup.sanitizer import find_forbidden, sanitise
from news.markup.wrapped_links import unwrap_link
from tests.support.cases import cases_of


@pytest.mark.parametrize("case", [case for case in cases_of("text") if "input" in case.values[0]])
def test_case_never_loses_its_meaning(case):
    never = case["expect"]["never"]
    stored = sanitise(case["input"])

    for each in [never] if isinstance(never, str) else never:
        assert each not in stored
        assert each not in plain_text(stored)


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        ("<p>10<sup>6</sup></p>", "<p>10<sup>6</sup></p>"),
        ("<del datetime=1>a</del><ins cite='mailto:x'>b</ins>", "<p><s>a</s><ins>b</ins></p>"),
        ("<strike>a</strike> b", "<p><s>a</s> b</p>"),
        ('<p>a<span style="vertical-align:super">2</span></p>', "<p>a<sup>2</sup></p>"),
        ('<p><span style="text-decoration: line-through">a</span> b</p>', "<p><s>a</s> b</p>"),
        ('<ol type="a" start="3"><li value="9">a</ol>', '<ol start="3" type="a"><li value="9">a</li></ol>'),
        ('<ol type="x"><li>a</ol>', "<ol><li>a</li></ol>"),
        ("<p>Ол: <q>иә, <q>жоқ</q></q></p>", "<p>Ол: «иә, „жоқ“»</p>"),
        ("<p>He said <q>yes, <q>no</q></q></p>", "<p>He said “yes, ‘no’”</p>"),
        ("<p>a <img class='emoji' src='x' alt='👍🏽'> b</p>", "<p>a 👍🏽 b</p>"),
        ("<p><img alt='1️⃣' src='x'><img alt='🇰🇿' src='x'></p>", "<p>1️⃣🇰🇿</p>"),
        ("<p>a<img alt='Photo' src='x'></p>", "<p>a</p>"),
        ("<div><span>Бір<br>екі<br><br>үш</span></div>", "<p>Бір<br>екі</p><p>үш</p>"),
        ("<dl><dt>Бап</dt><dd>анықтама</dd></dl>", "<p>Бап</p><p>анықтама</p>"),
        (
            '<a href="https://www.google.com/url?q=https://adilet.zan.kz/kaz/docs/K1&amp;sa=D">x</a>',
            '<p><a href="https://adilet.zan.kz/kaz/docs/K1" rel="noopener">x</a></p>',
        ),
    ],
)
def test_meaning_of_pasted_html_is_kept(html, stored):
    assert sanitise(html) == stored
    assert sanitise(str(stored)) == stored


def test_image_of_an_emoji_is_no_forbidden_picture():
    assert find_forbidden("<p><img alt='👍' src='x'></p>") == []
    assert find_forbidden("<p><img alt='Photo' src='x'></p>") == ["<img>"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>10<sup>1</sup></p>", "10¹"),
        ("<p>CO<sub>2</sub></p>", "CO₂"),
        ("<p><s>үш</s> бес</p>", "бес"),
        ("<p>5<sup>th</sup> <strong>a</strong></p>", "5th a"),
    ],
)
def test_plain_text_tells_raised_signs_from_others(html, text):
    assert plain_text(html).strip() == text


def test_description_keeps_words_of_neighbouring_blocks_apart():
    table = "<table><tr><td>DateTime</td><td>Sitting</td></tr></table>"

    assert beginning_of(f"<p>cards.</p>{table}<p>10<sup>1</sup>&nbsp;&amp;</p>", 200) == "cards. DateTime Sitting 10¹ &"
    assert beginning_of("<p>abcdef</p>", 4) == "abc…"
    assert beginning_of(None, 4) == ""


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("https://www.google.kz/url?sa=t&url=https%3A%2F%2Fa.kz%2F&usg=x", "https://a.kz/"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.kz%2Fb%3Fc%3D1&h=AT", "https://a.kz/b?c=1"),
        ("https://vk.com/away.php?to=https%3A%2F%2Fa.kz", "https://a.kz"),
        ("https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.kz%2F&data=05", "https://a.kz/"),
        ("https://www.youtube.com/redirect?q=https%3A%2F%2Fa.kz&v=1", "https://a.kz"),
        ("https://duckduckgo.com/l/?uddg=https%3A%2F%2Fa.kz%2F", "https://a.kz/"),
        (
            "https://x.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.google.com%2Furl%3Fq%3Dhttps%253A%252F%252Fa.kz",
            "https://a.kz",
        ),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        ("https://www.google.com/search?q=https://a.kz", "https://www.google.com/search?q=https://a.kz"),
        ("https://a.kz/url?q=https://b.kz", "https://a.kz/url?q=https://b.kz"),
        ("https://[x/url?q=https://b.kz", "https://[x/url?q=https://b.kz"),
    ],
)
def test_wrapped_address_is_unwrapped_and_no_other(address, right):
    assert unwrap_link(address) == right


words = st.text("Сөзabc ¹2«»&;é", min_size=1, max_size=8).filter(lambda text: text.strip())
INLINE = ("strong", "em", "sup", "sub", "s", "ins")
inline = st.recursive(
    words.map(lambda text: text.replace("&", "&amp;")),
    lambda inner: st.tuples(st.sampled_from(INLINE), st.lists(inner, min_size=1, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=6,
)
blocks = st.tuples(st.sampled_from(["p", "h2", "h3", "blockquote", "li"]), inline).map(
    lambda pair: {
        "li": f"<ol type='a'><li>{pair[1]}</li></ol>",
        "blockquote": f"<blockquote><p>{pair[1]}</p></blockquote>",
    }.get(pair[0], f"<{pair[0]}>{pair[1]}</{pair[0]}>")
)


@given(st.lists(blocks, max_size=5).map("".join))
def test_text_of_any_allowed_tree_stays_and_a_second_pass_changes_nothing(html):
    once = sanitise(html)

    assert letters_of(once) == letters_of(html)
    assert sanitise(str(once)) == once


def letters_of(html: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub("<[^<>]*>", "", html)))
