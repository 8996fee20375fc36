"""The National Bank's rates: fetch(day) brings the bytes of an answer, parse(bytes) makes quotes of them.

The only code of the portal that goes to the network. It knows no model. Whatever is wrong with an answer
ends in BadAnswer with a sentence for the operator.

Two forms are understood: `get_rates.cfm`, which has one date for all items, and the RSS feeds, where each item has its
own. There every quote keeps its own day, so the currencies that ended long ago stay rates of their last day
and never pass for today's.
"""

import http.client
import io
import logging
import re
import socket
import ssl
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.conf import settings
from django.utils.translation import gettext as _

from rates.currencies import FIRST_DAY

logger = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024
MAX_QUOTES = 500
USER_AGENT = "Mozilla/5.0 (compatible; parliament-news-portal)"

NEW_ROUBLE = date(1998, 1, 1)
"""The bank went on writing RUR for the new Russian rouble for years; since this day RUR means RUB."""

# The forms of what an item holds: plain digits only, as many as the database keeps exactly.
LONG_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
ANY_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4}|[0-9]{2})")
CODE = re.compile(r"[A-Z]{3}")
NOMINAL = re.compile(r"[1-9][0-9]{0,6}")
VALUE = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
CHANGE = re.compile(r"([+-]?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?)?")
NAME = re.compile(r".{0,100}")


class BadAnswer(Exception):
    """The bank's answer did not come or cannot be trusted; its text is a sentence for people."""


class NoRates(BadAnswer):
    """The bank answered properly, but it has no rates for the day."""


@dataclass(frozen=True)
class Quote:
    day: date
    code: str
    nominal: int
    value: Decimal
    change: Decimal | None
    name: str


@dataclass(frozen=True)
class Answer:
    day: date
    quotes: tuple[Quote, ...]


# Fetching


def fetch_patiently(day: date) -> bytes:
    """The bank's answer for a day, asked for again after growing pauses (settings.RATES_RETRY_PAUSES)."""
    for pause in settings.RATES_RETRY_PAUSES:
        try:
            return fetch(day)
        except BadAnswer as error:
            logger.info("%s No answer for %s yet, the next attempt comes in %s seconds.", error, day, pause)
            time.sleep(pause)
    return fetch(day)


def address(day: date) -> str:
    """Where the bank is asked for a day."""
    return urlunsplit(_address(day))


def fetch(day: date) -> bytes:
    """The bank's answer for a day: at most MAX_BYTES, within RATES_TIMEOUT seconds from connecting to the last."""
    try:
        return _get(_address(day), deadline=time.monotonic() + settings.RATES_TIMEOUT)
    except TimeoutError as error:
        raise BadAnswer(_("The bank did not answer in full within %s seconds.") % settings.RATES_TIMEOUT) from error
    except ssl.SSLCertVerificationError as error:
        raise BadAnswer(
            _("The certificate of the bank's server cannot be trusted: %s.") % error.verify_message
        ) from error
    except OSError as error:
        raise BadAnswer(_("The bank's server cannot be reached: %s.") % (error.strerror or error)) from error
    except http.client.IncompleteRead as error:
        raise BadAnswer(_("The bank's answer ends too early.")) from error
    except http.client.HTTPException as error:
        raise BadAnswer(_("The bank's server broke the rules of HTTP: %s.") % type(error).__name__) from error
    except ValueError as error:
        raise BadAnswer(_("RATES_URL is not the address of a web server.")) from error


def _address(day: date) -> SplitResult:
    address = urlsplit(settings.RATES_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError(settings.RATES_URL)
    query = [(name, value) for name, value in parse_qsl(address.query) if name != "fdate"]
    return address._replace(
        path=quote(address.path or "/", safe="/%"), query=urlencode([*query, ("fdate", f"{day:%d.%m.%Y}")])
    )


def _get(address: SplitResult, deadline: float) -> bytes:
    connection = _connection(address, timeout=_left(deadline))
    connection.connect()
    with closing(connection.sock) as plain:
        connection.sock = _HurriedSocket(plain, deadline)
        headers = {
            "Accept": "application/xml, text/xml",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": USER_AGENT,
        }
        connection.request("GET", f"{address.path}?{address.query}", headers=headers)
        return _body(connection.getresponse())


def _connection(address: SplitResult, timeout: float) -> http.client.HTTPConnection:
    host = address.hostname or ""
    if address.scheme == "http":
        return http.client.HTTPConnection(host, address.port, timeout=timeout)
    # The default context verifies the certificate and the name in it.
    context = ssl.create_default_context()
    return http.client.HTTPSConnection(host, address.port, timeout=timeout, context=context)


def _body(response: http.client.HTTPResponse) -> bytes:
    if response.status in (301, 302, 303, 307, 308):
        # Followed nowhere: if the bank moves, a person looks where to and changes RATES_URL.
        raise BadAnswer(_("The bank's server sends elsewhere (%d). Check RATES_URL.") % response.status)
    if response.status != 200:
        raise BadAnswer(_("The bank's server answered with status %d.") % response.status)
    if response.headers.get_content_type() not in ("text/xml", "application/xml", "application/rss+xml"):
        raise BadAnswer(_("The bank's server sent %s instead of XML.") % response.headers.get_content_type()[:80])
    if response.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise BadAnswer(_("The bank's server sent a compressed answer that was not asked for."))
    data = response.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise BadAnswer(_("The bank's answer is longer than a megabyte."))
    if response.length:
        raise BadAnswer(_("The bank's answer ends too early."))
    return data


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _HurriedSocket(io.RawIOBase):
    """A socket with one deadline for everything: a timeout alone begins anew with each byte of a slow server."""

    def __init__(self, plain: socket.socket, deadline: float) -> None:
        self.plain = plain
        self.deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.plain.settimeout(_left(self.deadline))
        return self.plain.recv_into(buffer)

    def sendall(self, data: bytes) -> None:
        self.plain.settimeout(_left(self.deadline))
        self.plain.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def close(self) -> None:
        """Nothing: http.client closes before the body is read; _get closes the socket itself."""


# Parsing


def parse(data: bytes) -> Answer:
    root = _tree(data)
    channels = [root] if root.tag == "rates" else root.findall("channel") if root.tag == "rss" else []
    if len(channels) != 1:
        raise BadAnswer(_("The bank's answer is not a list of rates."))
    (channel,) = channels
    _listen(channel)
    common_day = _day(channel, "date", LONG_DATE) if root.tag == "rates" else None
    quotes = tuple(_quote(item, common_day) for item in channel.findall("item"))
    if not 0 < len(quotes) <= MAX_QUOTES:
        raise BadAnswer(_("The bank's answer has %d rates.") % len(quotes))
    if len({(quote.code, quote.day) for quote in quotes}) < len(quotes):
        raise BadAnswer(_("The bank's answer has two rates of one currency for one day."))
    return Answer(max(quote.day for quote in quotes), quotes)


def _tree(data: bytes) -> Element:
    if len(data) > MAX_BYTES:
        raise BadAnswer(_("The bank's answer is longer than a megabyte."))
    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadAnswer(
            _("The bank's answer is a web page or declares a document type, which no list of rates does.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise BadAnswer(_("The bank's answer is not well-formed XML: %s.") % error) from error


def _listen(channel: Element) -> None:
    """Instead of items the bank may have something to say."""
    for tag, exception in (("error", BadAnswer), ("info", NoRates)):
        if (said := channel.find(tag)) is not None:
            raise exception(_("The bank says: %s") % " ".join("".join(said.itertext()).split())[:200])


def _quote(item: Element, common_day: date | None) -> Quote:
    day = common_day or _day(item, "pubDate", ANY_DATE)
    code = _text(item, "title", CODE)
    value = Decimal(_text(item, "description", VALUE))
    change = _text(item, "change", CHANGE, optional=True)
    if not value:
        raise BadAnswer(_("The bank's answer has a rate of zero for %s.") % code)
    return Quote(
        day=day,
        code="RUB" if code == "RUR" and day >= NEW_ROUBLE else code,
        nominal=int(_text(item, "quant", NOMINAL)),
        value=value,
        # <index> only repeats the sign of this.
        change=Decimal(change) if change else None,
        name=_text(item, "fullname", NAME, optional=True),
    )


def _day(element: Element, tag: str, pattern: re.Pattern[str]) -> date:
    text = _text(element, tag, pattern)
    day, month, year = map(int, text.split("."))
    if year < 100:
        year += 1900 if year >= FIRST_DAY.year % 100 else 2000
    try:
        found = date(year, month, day)
    except ValueError as error:
        raise BadAnswer(_("The bank's answer has a day that no calendar has: %s.") % text) from error
    if found < FIRST_DAY:
        raise BadAnswer(_("The bank's answer has a day before the tenge: %s.") % text)
    return found


def _text(element: Element, tag: str, pattern: re.Pattern[str], *, optional: bool = False) -> str:
    """The text of the one child of that name, in the form the pattern asks for; anything else is refused."""
    found = element.findall(tag)
    if not found and optional:
        return ""
    if len(found) != 1 or len(found[0]):
        raise BadAnswer(
            _("The bank's answer lacks one plain <%(tag)s> in <%(place)s>.") % {"tag": tag, "place": element.tag}
        )
    text = (found[0].text or "").strip()
    if not pattern.fullmatch(text):
        raise BadAnswer(_("The bank's answer has “%(text)s” as <%(tag)s>.") % {"text": text[:60], "tag": tag})
    return text
