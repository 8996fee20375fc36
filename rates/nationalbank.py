"""The National Bank's rates: fetch(day) returns the bytes of an answer, parse(bytes) reads quotes from them.

This module knows no model. Whatever is wrong with an answer raises BadAnswer with a sentence for the operator.

Two formats are parsed: `get_rates.cfm`, which has one date for all items, and the RSS feeds, where each item has its
own. There every quote keeps its own day, so that a currency that ended long ago stays a rate of its last day and is
not taken for one of today.
"""

import http.client
import logging
import re
import ssl
import time
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.conf import settings
from django.utils.translation import gettext as _

from portal.outgoing import connect
from rates.currencies import FIRST_DAY

logger = logging.getLogger(__name__)

MAX_BYTES = 1024 * 1024
MAX_QUOTES = 500
USER_AGENT = "Mozilla/5.0 (compatible; parliament-news-portal)"

NEW_ROUBLE = date(1998, 1, 1)
"""The bank wrote RUR for the new Russian rouble for years; from this day on RUR is read as RUB."""

# What the elements of an item may contain: plain digits, and no more of them than the database stores exactly.
LONG_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
ANY_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4}|[0-9]{2})")
CODE = re.compile(r"[A-Z]{3}")
NOMINAL = re.compile(r"[1-9][0-9]{0,6}")
VALUE = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?")
CHANGE = re.compile(r"([+-]?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?)?")
NAME = re.compile(r".{0,100}")


class BadAnswer(Exception):
    """The bank did not answer, or its answer cannot be trusted; the text is a sentence for people."""


class NoRates(BadAnswer):
    """The bank answered correctly, but it has no rates for the day."""


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


def fetch_with_retries(day: date) -> bytes:
    """The bank's answer for a day; after failures it tries again, with growing pauses (settings.RATES_RETRY_PAUSES)."""
    for pause in settings.RATES_RETRY_PAUSES:
        try:
            return fetch(day)
        except BadAnswer as error:
            logger.info("%s No answer for %s yet; the next attempt is in %s seconds.", error, day, pause)
            time.sleep(pause)
    return fetch(day)


def request_url(day: date) -> str:
    """The URL of the bank's answer for a day."""
    return urlunsplit(_split_address(day))


def fetch(day: date) -> bytes:
    """The bank's answer for a day: at most MAX_BYTES, all of them within RATES_TIMEOUT seconds. Raises BadAnswer."""
    try:
        return _get(_split_address(day))
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


def _split_address(day: date) -> SplitResult:
    address = urlsplit(settings.RATES_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise ValueError(settings.RATES_URL)
    query = [(name, value) for name, value in parse_qsl(address.query) if name != "fdate"]
    return address._replace(
        path=quote(address.path or "/", safe="/%"), query=urlencode([*query, ("fdate", f"{day:%d.%m.%Y}")])
    )


def _get(address: SplitResult) -> bytes:
    with connect(address, settings.RATES_TIMEOUT) as connection:
        headers = {
            "Accept": "application/xml, text/xml",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": USER_AGENT,
        }
        connection.request("GET", f"{address.path}?{address.query}", headers=headers)
        return _read_body(connection.getresponse())


def _read_body(response: http.client.HTTPResponse) -> bytes:
    if response.status in (301, 302, 303, 307, 308):
        # Not followed: if the bank moves, a person checks the new address and changes RATES_URL.
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


# Parsing


def parse(data: bytes) -> Answer:
    """The quotes of an answer; raises BadAnswer, or NoRates if the bank says that it has none."""
    root = _parse_xml(data)
    channels = [root] if root.tag == "rates" else root.findall("channel") if root.tag == "rss" else []
    if len(channels) != 1:
        raise BadAnswer(_("The bank's answer is not a list of rates."))
    (channel,) = channels
    _raise_message(channel)
    common_day = _parse_day(channel, "date", LONG_DATE) if root.tag == "rates" else None
    quotes = tuple(_parse_quote(item, common_day) for item in channel.findall("item"))
    if not 0 < len(quotes) <= MAX_QUOTES:
        raise BadAnswer(_("The bank's answer has %d rates.") % len(quotes))
    if len({(quote.code, quote.day) for quote in quotes}) < len(quotes):
        raise BadAnswer(_("The bank's answer has two rates of one currency for one day."))
    return Answer(max(quote.day for quote in quotes), quotes)


def _parse_xml(data: bytes) -> Element:
    if len(data) > MAX_BYTES:
        raise BadAnswer(_("The bank's answer is longer than a megabyte."))
    try:
        root: Element = fromstring(data, forbid_dtd=True)
        return root
    except DefusedXmlException as error:
        raise BadAnswer(
            _("The bank's answer is a web page or declares a document type, which no list of rates does.")
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise BadAnswer(_("The bank's answer is not well-formed XML: %s.") % error) from error


def _raise_message(channel: Element) -> None:
    """Raises what the bank says instead of sending items, if it does."""
    for tag, exception in (("error", BadAnswer), ("info", NoRates)):
        if (message := channel.find(tag)) is not None:
            raise exception(_("The bank says: %s") % " ".join("".join(message.itertext()).split())[:200])


def _parse_quote(item: Element, common_day: date | None) -> Quote:
    day = common_day or _parse_day(item, "pubDate", ANY_DATE)
    code = _read_text(item, "title", CODE)
    value = Decimal(_read_text(item, "description", VALUE))
    change = _read_text(item, "change", CHANGE, optional=True)
    if not value:
        raise BadAnswer(_("The bank's answer has a rate of zero for %s.") % code)
    return Quote(
        day=day,
        code="RUB" if code == "RUR" and day >= NEW_ROUBLE else code,
        nominal=int(_read_text(item, "quant", NOMINAL)),
        value=value,
        # <index> is not read: it only repeats the sign of the change.
        change=Decimal(change) if change else None,
        name=_read_text(item, "fullname", NAME, optional=True),
    )


def _parse_day(element: Element, tag: str, pattern: re.Pattern[str]) -> date:
    text = _read_text(element, tag, pattern)
    day, month, year = map(int, text.split("."))
    if year < 100:
        year += 1900 if year >= FIRST_DAY.year % 100 else 2000
    try:
        parsed = date(year, month, day)
    except ValueError as error:
        raise BadAnswer(_("The bank's answer has a day that no calendar has: %s.") % text) from error
    if parsed < FIRST_DAY:
        raise BadAnswer(_("The bank's answer has a day before the tenge: %s.") % text)
    return parsed


def _read_text(element: Element, tag: str, pattern: re.Pattern[str], *, optional: bool = False) -> str:
    """The text of the one child with that name. Raises BadAnswer if it does not match the pattern."""
    children = element.findall(tag)
    if not children and optional:
        return ""
    if len(children) != 1 or len(children[0]):
        raise BadAnswer(
            _("The bank's answer lacks one plain <%(tag)s> in <%(place)s>.") % {"tag": tag, "place": element.tag}
        )
    text = (children[0].text or "").strip()
    if not pattern.fullmatch(text):
        raise BadAnswer(_("The bank's answer has “%(text)s” as <%(tag)s>.") % {"text": text[:60], "tag": tag})
    return text
