"""The text of an old page as the body of an article."""

from collections import Counter

import pytest

from news.import_export.old_html import body_of


def body(html: str, **options) -> str:
    return body_of(html, base="https://old.example.kz/news/", place_picture=lambda *_picture: 7, **options)


@pytest.mark.parametrize(
    ("html", "written"),
    [
        ("", ""),
        ("<!-- a -->", ""),
        ("text only", "<p>text only</p>"),
        ("a\x00b\x0bc", "<p>abc</p>"),
        ("<a href='5.html'>l</a>", '<p><a href="https://old.example.kz/news/5.html" rel="noopener">l</a></p>'),
        ("<a href='http://[x'>l</a>", "<p>l</p>"),
        ("<a href='javascript:alert(1)' onclick='x'>l</a>", "<p>l</p>"),
        ("<img><img src='http://[x/a.jpg'>", ""),
        ("<p>a<img src=a.jpg>b</p>", '<p>a</p><figure data-image="7"></figure><p>b</p>'),
        ("<iframe src='//[x'></iframe>a", "<p>a</p>"),
        ("<form>" + "<p>in a form</p>" + "</form>", "<p>in a form</p>"),
        ("<div>" * 300 + "deep" + "</div>" * 300, "<p>deep</p>"),
        ("<svg><a>x</a></svg><script>alert(1)</script>a", "<p>a</p>"),
    ],
)
def test_texts_come_as_they_were_without_what_is_active(html, written):
    assert body(html) == written


def test_picture_is_asked_for_by_where_it_really_is():
    asked = []

    def place(*picture):
        asked.append(picture)

    body_of(
        "<a href='/full.jpg'><img src='small.jpg' alt=' a\n b '></a>"
        "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' data-src='//cdn.example.kz/late.png'>"
        "<img srcset='s.jpg 300w, l.jpg 900w'><noscript><img src='late.png'></noscript>"
        "<figure><img src='c.jpg'><figcaption>Зал</figcaption></figure>",
        base="https://old.example.kz/news/",
        place_picture=place,
    )

    assert asked == [
        ("https://old.example.kz/full.jpg", "a b", ""),
        ("https://cdn.example.kz/late.png", "", ""),
        ("https://old.example.kz/news/l.jpg", "", ""),
        ("https://old.example.kz/news/c.jpg", "", "Зал"),
    ]


def test_what_is_lost_is_counted():
    left_out: Counter[str] = Counter()

    body("<video src='a.mp4'></video><object></object><form></form><form></form>a", left_out=left_out)

    assert left_out == {"<video>": 1, "<object>": 1, "<form>": 2}
