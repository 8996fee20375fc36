import pytest

from news.markup.plain_text import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>За<strong>ң</strong>ның</p>", " Заңның "),
        ("<h2>Күн</h2><p>тәртібі</p>", " Күн  тәртібі "),
        ("<ul><li>бір</li><li>екі</li></ul>", "  бір  екі  "),
        ('<p><a href="https://a.kz/?x=1&amp;y=2">сілтеме</a></p>', " сілтеме "),
        ("<p>1 &lt; 2 &amp; 3</p>", " 1 < 2 & 3 "),
        ("", ""),
    ],
)
def test_blocks_are_apart_and_words_with_emphasis_are_whole(html, text):
    assert plain_text(html) == text
