"""Which sites readers come from."""

import pytest

from news.hits.referrers import host_of, own_hosts


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.T.me/s/x?y=1", "t.me"),
        ("http://example.org:8080/", "example.org"),
        ("https://example.org", "example.org"),
        ("android-app://org.telegram.messenger/", "org.telegram.messenger"),
        ("https://testserver/news/41-a/", ""),
        ("javascript:alert(1)", ""),
        ("/news/", ""),
        ("", ""),
        (f"https://{'a' * 101}/", ""),
        ("https://user@example.org/", ""),
    ],
)
def test_host_of_an_address_is_another_sites(address, host):
    assert host_of(address) == host


def test_own_hosts_are_known_with_and_without_www(settings):
    settings.SITE_URL = "https://www.senat.example"
    settings.ALLOWED_HOSTS = [".parliament.example"]
    own_hosts.cache_clear()

    hosts = [
        host_of(f"https://{host}/")
        for host in ("www.senat.example", "parliament.example", "www.www.other.example", "-Other.Example.")
    ]
    own_hosts.cache_clear()

    assert hosts == ["", "", "www.other.example", "other.example"]
