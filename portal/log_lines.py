"""Lines of the log, as text or as JSON, without what a log must not hold: keys, and what tells of a reader.

Some addresses are keys, and whoever reads a log must not gain a right by it: a path converter named `secret` marks the
part of an address that is a key (news.urls). Of readers a log has neither the address, nor e-mail, nor what they looked
up. All that is hidden in the finished text, whatever writes the line: Django, the portal, a library, a traceback.
"""

import logging
import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus

import structlog
from structlog.typing import EventDict, WrappedLogger

from portal.client_address import is_trusted, parse_address

LEADS = r"(/(?:subscribe|preview)/+)"
"""What stands before a key in a path. Not read from the URL configuration, whose own faults have to be logged; a test
compares the two."""
KEY = re.compile(rf"{LEADS}[^/\s\"'<>?]+", re.IGNORECASE)
KEY_IN_PATH = re.compile(f"{LEADS}[^/]+", re.IGNORECASE)
QUERY = re.compile(r"(?<=[A-Z] )(/[^\s?\"]*)\?[^\s\"]*")
"""The query in a request line, such as `GET /search/?q=law HTTP/1.1`."""
SHORTEST_KEY = 16
"""A shorter one is none of ours, and its letters may stand anywhere in a line."""
SHORTEST_WORD = 4
"""Of a query; a shorter one tells nothing, and its letters may stand anywhere in a line."""
EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)++")
ADDRESS = re.compile(
    r"(?<!\w)(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){1,6}:[0-9a-f]{1,4})(?!\w)", re.IGNORECASE
)
SERVERS = ("granian", "_granian", "axes", "django.server")
"""Loggers that write outside of a request, or about who signs in: only addresses of this machine stay."""
FIELDS = ("method", "route", "status", "ms", "user")
"""What portal.request_log adds to its lines."""

current_request: ContextVar[Any] = ContextVar("current_request", default=None)
"""The request that is answered, for lines of libraries that know nothing of it."""


class SecretConverter:
    """A part of a path that is a key."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class LineFormatter(logging.Formatter):
    """Formats as usual, and then hides the secrets of the whole text."""

    def format(self, record: logging.LogRecord) -> str:
        return hide_in_record(super().format(record), record)


class JsonFormatter(structlog.stdlib.ProcessorFormatter):
    """One JSON object a line: time, level, logger and event, with the id of the request, and secrets hidden."""

    def __init__(self, *_args: Any, **_kwargs: Any) -> None:
        super().__init__(
            foreign_pre_chain=[
                structlog.contextvars.merge_contextvars,
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.stdlib.ExtraAdder(allow=FIELDS),
                structlog.processors.TimeStamper(fmt="iso"),
            ],
            processors=[
                structlog.processors.format_exc_info,
                hide_in_fields,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
            ],
        )


def hide_in_fields(_logger: WrappedLogger, _name: str, fields: EventDict) -> EventDict:
    """Hides secrets before JSON escapes anything. The other fields have none: a route is a pattern."""
    record = fields["_record"]
    for name in ("event", "exception"):
        if name in fields:
            fields[name] = hide_in_record(str(fields[name]), record)
    return fields


def hide_in_record(text: str, record: logging.LogRecord) -> str:
    """The text of a record without secrets."""
    text = hide_secrets(text, getattr(record, "request", None))
    return ADDRESS.sub(_hide_address, text) if record.name.startswith(SERVERS) else text


def hide_secrets(text: str, request: Any = None) -> str:
    """The text without keys, query strings and what tells of a reader.

    `request` is the one it is about; if it is not known, that is the one which is answered now.
    """
    if not hasattr(request, "META"):  # some libraries have a request of their own
        request = current_request.get()
    if request is not None:
        text = _hide_request(text, request)
    return EMAIL.sub("<email>", QUERY.sub(r"\1", KEY.sub(r"\1<secret>", text)))


def _hide_request(text: str, request: Any) -> str:
    """Hides the request's path even if it is no address of ours, its query, its sender, and the key anywhere."""
    if query := request.META.get("QUERY_STRING"):
        text = text.replace(f"?{query}", "")
        text = _hide_words(text, query)
    # The second one is how Django's own logger writes it.
    for path in (request.path, request.path.encode("unicode_escape").decode("ascii")):
        text = text.replace(path, KEY_IN_PATH.sub(r"\1<secret>", path))
    for address in set(_senders(request)):
        text = re.sub(rf"(?<!\w){re.escape(address)}(?!\w)", "<address>", text)
    if match := getattr(request, "resolver_match", None):
        for name in re.findall(r"<secret:(\w+)>", match.route):
            key = str(match.kwargs[name])
            if len(key) >= SHORTEST_KEY:
                text = text.replace(key, "<secret>")
    return text


def _hide_words(text: str, query: str) -> str:
    """Hides the values of a query, whole and word by word, but for lines of source code in a traceback."""
    try:
        values = [value for _name, value in parse_qsl(query)]
    except ValueError:  # more fields than Python reads
        values = [query]
    words = {word for value in values for word in (value, *value.split()) if len(word) >= SHORTEST_WORD}
    # Only what the text may have, for a pattern of all that somebody sends takes a second and is kept by Python.
    folded = _fold(text)
    forms = {form for word in words for form in _written(word) if _fold(form) in folded}
    if not forms:
        return text
    pattern = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), re.IGNORECASE)
    lines = text.split("\n")
    return "\n".join(line if line.startswith("  ") else pattern.sub("<query>", line) for line in lines)


def _fold(text: str) -> str:
    """The same for texts that `re.IGNORECASE` takes for one."""
    return text.replace("İ", "i").casefold().replace("ı", "i")


def _written(word: str) -> Iterator[str]:
    """A word as a log may have it."""
    yield word
    yield word.encode("unicode_escape").decode("ascii")
    yield quote(word)
    yield quote_plus(word)


def _senders(request: Any) -> Iterator[str]:
    """The addresses that a request names, as they are written, but for those of our own proxies."""
    for entry in (request.META.get("REMOTE_ADDR", ""), *request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")):
        address = parse_address(entry)
        if address and not is_trusted(address):
            yield entry.strip()
            yield str(address)


def _hide_address(found: re.Match[str]) -> str:
    address = parse_address(found[0])
    return found[0] if address is None or address.is_loopback or address.is_unspecified else "<address>"
