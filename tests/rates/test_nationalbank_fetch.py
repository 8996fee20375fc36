"""The bank's server may do what it likes: fetching ends in time, in little memory, and asks nobody else."""

import gzip
import re
import time
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.utils import translation

from rates.nationalbank import BadAnswer, fetch, fetch_with_retries, parse
from tests.support.bank_servers import keeps_silent, response, sends, sends_slowly, serve

DAY = date(2024, 3, 7)
SAMPLE = (Path(__file__).parents[1] / "samples" / "nbk" / "get_rates_2024-03-07.xml").read_bytes()
CHUNKED = response(Content_Length="", Transfer_Encoding="chunked")
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def in_a_hurry(settings) -> None:
    settings.RATES_TIMEOUT = 0.5


def test_fetch_brings_the_answer_as_it_is(settings):
    with serve(sends(response(SAMPLE))) as (address, _):
        settings.RATES_URL = f"{address}/rss/get_rates.cfm"

        data = fetch(DAY)

    assert data == SAMPLE


def test_fetch_asks_for_the_day_and_for_no_compression(settings):
    with serve(sends(response(SAMPLE))) as (address, requests):
        settings.RATES_URL = f"{address}/rss/get_rates.cfm?switch=kazakh&fdate=01.01.2001"

        fetch(DAY)

    (request,) = requests
    lines = request.decode().split("\r\n")
    assert lines[0] == "GET /rss/get_rates.cfm?switch=kazakh&fdate=07.03.2024 HTTP/1.1"
    assert [line for line in lines if line.startswith("Accept-Encoding")] == ["Accept-Encoding: identity"]


def test_fetch_reads_an_answer_in_chunks(settings):
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (SAMPLE[:5000], SAMPLE[5000:], b""))
    with serve(sends(CHUNKED + chunks)) as (settings.RATES_URL, _):
        data = fetch(DAY)

    assert data == SAMPLE


def test_fetch_reads_an_answer_that_ends_with_the_connection(settings):
    with serve(sends(response(SAMPLE, Content_Length=""))) as (settings.RATES_URL, _):
        data = fetch(DAY)

    assert data == SAMPLE


BROKEN = {
    "never answers": (keeps_silent, "did not answer in full within 0.5 seconds"),
    "sends its head a byte at a time": (sends_slowly(response(SAMPLE)), "did not answer in full"),
    "sends its body a byte at a time": (
        sends_slowly(SAMPLE, after=response(Content_Length=str(len(SAMPLE)))),
        "did not answer in full",
    ),
    "only says that one may continue": (
        sends_slowly(b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
        "did not answer in full",
    ),
    "has a head without end": (
        sends(b"HTTP/1.1 200 OK\r\n" + b"X-Header: again\r\n" * 1000),
        "broke the rules of HTTP",
    ),
    "hangs up": (sends(b""), "cannot be reached"),
    "speaks another language": (sends(b"SSH-2.0-OpenSSH_9.2\r\n"), "broke the rules of HTTP"),
    "ends before its length": (
        sends(response(SAMPLE[:5000], Content_Length=str(len(SAMPLE)))),
        "answer ends too early",
    ),
    "ends within a chunk": (sends(CHUNKED + b"2000\r\n<rates>"), "answer ends too early"),
    "has a senseless chunk": (sends(CHUNKED + b"wide\r\n<rates>"), "answer ends too early"),
    "finds nothing": (sends(response(b"", "404 Not Found")), "status 404"),
    "forbids": (sends(response(b"<html>Forbidden</html>", "403 Forbidden", "text/html")), "status 403"),
    "is out of order": (sends(response(SAMPLE, "500 Internal Server Error")), "status 500"),
    "sends a part": (sends(response(SAMPLE, "206 Partial Content")), "status 206"),
    "sends a web page": (
        sends(response(b"<html>Welcome</html>", content_type="text/html")),
        "text/html instead of XML",
    ),
    "stands behind a cookie wall": (
        sends(response(b"<script>", content_type="text/html", Set_Cookie="cookiesession1=1")),
        "text/html instead of XML",
    ),
    "does not say what it sends": (sends(response(SAMPLE, content_type="")), "text/plain instead of XML"),
    "compresses unasked": (sends(response(gzip.compress(SAMPLE), Content_Encoding="gzip")), "compressed answer"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_fetch_refuses_a_server_that(name, settings):
    behave, reason = BROKEN[name]

    with serve(behave) as (settings.RATES_URL, _), pytest.raises(BadAnswer, match=re.escape(reason)):
        fetch(DAY)


@pytest.mark.parametrize(
    "head",
    [response(Content_Length=str(50 * MEGABYTE)), response(Content_Length=""), CHUNKED],
    ids=["told", "untold", "chunked"],
)
def test_fetch_takes_no_more_than_a_megabyte_of_fifty(head, settings):
    settings.RATES_TIMEOUT = 10
    sent = []
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n" if head is CHUNKED else b"x" * 65536

    def behave(connection, requests):
        requests.append(connection.recv(65536))
        connection.sendall(head)
        for _ in range(800):
            connection.sendall(piece)
            sent.append(len(piece))

    tracemalloc.start()
    with serve(behave) as (settings.RATES_URL, _), pytest.raises(BadAnswer, match="longer than a megabyte"):
        fetch(DAY)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 5 * MEGABYTE
    assert sum(sent) < 10 * MEGABYTE


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_fetch_goes_nowhere_else(status, settings):
    with serve(sends(response(SAMPLE))) as (elsewhere, visits):
        away = sends(response(b"", status, Location=f"{elsewhere}/rss/get_rates.cfm"))
        with (
            serve(away) as (settings.RATES_URL, _),
            pytest.raises(BadAnswer, match=rf"sends elsewhere \({status[:3]}\). Check RATES_URL."),
        ):
            fetch(DAY)

    assert visits == []


def test_fetch_trusts_no_certificate_of_its_own_making(settings):
    settings.RATES_TIMEOUT = 5
    with (
        serve(sends(response(SAMPLE)), tls=True) as (settings.RATES_URL, requests),
        pytest.raises(BadAnswer, match="certificate of the bank's server cannot be trusted"),
    ):
        fetch(DAY)

    assert requests == []


def test_fetch_waits_no_longer_for_a_handshake(settings):
    with serve(keeps_silent) as (address, _):
        settings.RATES_URL = address.replace("http:", "https:")
        with pytest.raises(BadAnswer, match="did not answer in full"):
            fetch(DAY)


def test_fetch_reads_by_tls_what_a_trusted_server_sends(settings, monkeypatch):
    settings.RATES_TIMEOUT = 5
    monkeypatch.setenv("SSL_CERT_FILE", str(Path(__file__).parents[1] / "samples" / "untrusted.pem"))
    with serve(sends(response(SAMPLE)), tls=True) as (settings.RATES_URL, _):
        data = fetch(DAY)

    assert parse(data).day == DAY


def test_fetch_says_that_nobody_is_there(settings):
    settings.RATES_URL = "http://127.0.0.1:9/"

    with pytest.raises(BadAnswer, match=r"The bank's server cannot be reached: Connection refused."):
        fetch(DAY)


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/hostname",
        "ftp://127.0.0.1/rates.xml",
        "127.0.0.1/rates.xml",
        "https://",
        "http://127.0.0.1:99999/",
        "http://[::1/",
        "http://" + "a" * 70 + ".kz/",
    ],
)
def test_fetch_refuses_an_address_that_is_not_of_a_web_server(address, settings):
    settings.RATES_URL = address

    with pytest.raises(BadAnswer, match="RATES_URL is not the address of a web server"):
        fetch(DAY)


def fails(times: int):
    def behave(connection, requests):
        requests.append(connection.recv(65536))
        connection.sendall(response(SAMPLE, "503 Later") if len(requests) <= times else response(SAMPLE))

    return behave


def test_fetch_patiently_asks_again_after_growing_pauses(settings, monkeypatch):
    settings.RATES_RETRY_PAUSES = (60, 300)
    pauses = []
    monkeypatch.setattr(time, "sleep", pauses.append)

    with serve(fails(2)) as (settings.RATES_URL, requests):
        data = fetch_with_retries(DAY)

    assert data == SAMPLE
    assert len(requests) == 3
    assert pauses == [60, 300]


def test_fetch_patiently_gives_up_after_the_last_pause(settings):
    settings.RATES_RETRY_PAUSES = (0.01, 0.01)

    with serve(fails(9)) as (settings.RATES_URL, requests), pytest.raises(BadAnswer, match="status 503"):
        fetch_with_retries(DAY)

    assert len(requests) == 3


def test_fetch_patiently_is_content_with_the_first_answer(settings):
    settings.RATES_RETRY_PAUSES = (9,)

    with serve(fails(0)) as (settings.RATES_URL, requests):
        fetch_with_retries(DAY)

    assert len(requests) == 1
