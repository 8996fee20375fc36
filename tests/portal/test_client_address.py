"""The address of a client behind proxies, and what is counted as one client."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from portal.client_address import client_address, client_network
from portal.settings import parse_networks


def request(remote: str, forwarded: str | None):
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),  # no proxy of ours
        ("127.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("127.0.0.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first one may be invented
        ("127.0.0.1", "203.0.113.9, 198.51.100.7, 10.1.2.3", "198.51.100.7"),  # two proxies of ours
        ("10.9.9.9", "198.51.100.7,10.1.2.3 , 192.0.2.7", "198.51.100.7"),
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),  # a request from inside
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, nonsense", "127.0.0.1"),
        ("127.0.0.1", "198.51.100.7, 10.1.2.3, \x00", "127.0.0.1"),
        ("127.0.0.1", "nonsense, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "198.51.100.7:50123", "198.51.100.7"),
        ("127.0.0.1", "[2001:db8::1]:50123", "2001:db8::1"),
        ("::1", "2001:DB8:0::1", "2001:db8::1"),
        ("::ffff:127.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"),
        ("fe80::1%eth0", None, "fe80::1"),
        ("", "198.51.100.7", "198.51.100.7"),  # a server on a Unix socket
        ("", None, "127.0.0.1"),
    ],
)
def test_address_is_the_last_one_that_is_no_proxy_of_ours(remote, forwarded, address, settings):
    settings.TRUSTED_PROXIES = parse_networks("127.0.0.0/8, ::1,10.0.0.0/8 ,192.0.2.7,")

    assert client_address(request(remote, forwarded)) == address


def test_one_household_of_ipv6_is_one_client():
    assert client_network(request("2001:db8:1:2:3::4", None)) == "2001:db8:1:2::/64"
    assert client_network(request("198.51.100.7", None)) == "198.51.100.7"


def test_without_a_setting_only_this_machine_is_a_proxy(settings):
    assert [str(each) for each in settings.TRUSTED_PROXIES] == ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize("wrong", ["localhost", "10.0.0.0/33", "10.0.0.1 10.0.0.2"])
def test_what_is_no_network_stops_the_start(wrong):
    with pytest.raises(ImproperlyConfigured, match="TRUSTED_PROXIES"):
        parse_networks(wrong)
