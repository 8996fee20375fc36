"""Buttons on words of an HTML text, whose markup and words stay as they are."""

import re

import pytest

from portal.buttons import Button, add_buttons


def find_law(text):
    for match in re.finditer("law", text):
        yield Button(match.start(), match.end(), "term", "term-1", "what it means")


def test_word_gets_a_button_beside_it():
    assert add_buttons("<p>a <b>law</b>.</p>", find_law) == (
        '<p>a <b><span class="term">law<button type="button" popovertarget="term-1"'
        ' aria-label="law: what it means"></button></span></b>.</p>'
    )


@pytest.mark.parametrize(
    "html",
    [
        '<p><a href="/law/">law</a></p>',
        "<h2>the law</h2>",
        "<figcaption>a <b>law</b></figcaption>",
        "<!-- law -->",
        '<p title="law">x</p>',
        "<script>law</script>",
    ],
)
def test_where_a_button_may_not_be_nothing_changes(html):
    assert add_buttons(html, find_law) == html


def test_words_after_a_closed_element_get_buttons_again():
    assert add_buttons("<h2>law</h2><p>law</p>", find_law).count("<button") == 1


def test_escaped_text_stays_escaped():
    html = add_buttons("<p>1 &lt; 2 &amp; law &lt;3</p>", find_law)

    assert re.sub("<span[^>]*>|<button.*?</button>|</span>", "", html) == "<p>1 &lt; 2 &amp; law &lt;3</p>"
