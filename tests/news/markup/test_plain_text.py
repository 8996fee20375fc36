"""The text of a stored body."""

import pytest

from news.markup.plain_text import plain_text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", ""),
        ("<p>Бірінші</p><p>Екінші</p>", " Бірінші  Екінші "),
        ("<p>се<strong>нат</strong>ор</p>", " сенатор "),
        ('<p><a href="/a">Заң</a>ның</p>', " Заңның "),
        ("<ul><li>бір</li><li>екі</li></ul>", "  бір  екі  "),
        ("<h2>Күн</h2><p>тәртібі</p>", " Күн  тәртібі "),
        ('<p><a href="https://a.kz/?x=1&amp;y=2">сілтеме</a></p>', " сілтеме "),
        ("<p>a &lt; b &amp;amp; c&nbsp;d</p>", " a < b &amp; c\xa0d "),
    ],
)
def test_tags_part_words_unless_they_only_mark_them(body, text):
    assert plain_text(body) == text
