"""Addresses for texts that are read outside the site."""

import pytest

from news.absolute_urls import absolute_url, make_addresses_absolute

BASE = "http://testserver/news/41-a/"


def test_path_becomes_an_address_of_the_site():
    assert absolute_url("/news/41-a/") == BASE


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="/a/">', '<a href="http://testserver/a/">'),
        ('<a href="#top">', '<a href="http://testserver/news/41-a/#top">'),
        ('<a href="https://example.org/?a=1&amp;b=2">', '<a href="https://example.org/?a=1&amp;b=2">'),
        ('<a href="mailto:a@example.org">', '<a href="mailto:a@example.org">'),
        ('<img src="/a.jpg" alt="src=&quot;/b&quot;">', '<img src="http://testserver/a.jpg" alt="src=&quot;/b&quot;">'),
        ('<video poster="/a.jpg">', '<video poster="http://testserver/a.jpg">'),
        ('<p>href="/a/"</p>', '<p>href="/a/"</p>'),
        ('<a href="//[x"> <a href="/a/">', '<a href="//[x"> <a href="http://testserver/a/">'),
    ],
)
def test_links_and_pictures_lead_on_wherever_the_text_is_read(html, expected):
    assert make_addresses_absolute(html, BASE) == expected
