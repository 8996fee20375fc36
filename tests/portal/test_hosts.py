"""Names of other hosts that may stand in the content policy."""

import pytest

from portal.hosts import HOST, find_wrong_hosts


@pytest.mark.parametrize("host", ["video.example.kz", "www.youtube-nocookie.com", "example.kz:8443", "1.example.kz"])
def test_host(host):
    assert HOST.fullmatch(host)


@pytest.mark.parametrize(
    "text", ["localhost", "https://a.kz", "a.kz/x", "*.a.kz", "-a.kz", "a-.kz", "a.kz:0", "a.kz\n", "a" * 100 + ".kz"]
)
def test_what_is_no_host(text):
    assert not HOST.fullmatch(text)


def test_wrong_ones_among_the_lines_are_found_whatever_their_capitals():
    assert find_wrong_hosts("Video.Example.KZ\nHTTPS://a.kz\n\n*") == ["https://a.kz", "*"]
