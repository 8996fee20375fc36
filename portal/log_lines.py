"""Lines of the log, without the keys that some addresses are: whoever reads a log must not gain a right by it.

A path converter named `secret` marks the part of an address that is a key (news.urls). Such a part is replaced by the
word, and query strings are left out, whatever writes the line: Django, the portal, a traceback.
"""

import logging
import re
from typing import Any

LEADS = r"(/(?:subscribe|preview)/+)"
"""What stands before a key in a path. Not read from the URL configuration, whose own faults have to be logged; a test
compares the two."""
KEY = re.compile(rf"{LEADS}[^/\s\"'<>?]+", re.IGNORECASE)
KEY_IN_PATH = re.compile(f"{LEADS}[^/]+", re.IGNORECASE)
QUERY = re.compile(r"(?<=[A-Z] )(/[^\s?\"]*)\?[^\s\"]*")
"""The query in a request line, such as `GET /search/?q=law HTTP/1.1`."""
SHORTEST_KEY = 16
"""A shorter one is none of ours, and its letters may stand anywhere in a line."""


class SecretConverter:
    """A part of a path that is a key."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class LineFormatter(logging.Formatter):
    """Formats as usual, or as another formatter does, and then hides the secrets of the whole text."""

    def __init__(self, *args: Any, inner: logging.Formatter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        text = self.inner.format(record) if self.inner else super().format(record)
        return hide_secrets(text, getattr(record, "request", None))


def protect_logger(logger: logging.Logger) -> None:
    """Lets the handlers of a logger that is not in settings.LOGGING, such as one of gunicorn's, hide secrets too."""
    for handler in logger.handlers:
        if not isinstance(handler.formatter, LineFormatter):
            handler.setFormatter(LineFormatter(inner=handler.formatter or logging.Formatter()))


def hide_secrets(text: str, request: Any = None) -> str:
    """The text without keys and query strings. `request` is the one it is about, if that is known."""
    if request is not None:
        text = _hide_request(text, request)
    return QUERY.sub(r"\1", KEY.sub(r"\1<secret>", text))


def _hide_request(text: str, request: Any) -> str:
    """Hides the request's path even if it is no address of ours, its query, and the key wherever it stands."""
    if query := request.META.get("QUERY_STRING"):
        text = text.replace(f"?{query}", "")
    # The second one is how Django's own logger writes it.
    for path in (request.path, request.path.encode("unicode_escape").decode("ascii")):
        text = text.replace(path, KEY_IN_PATH.sub(r"\1<secret>", path))
    if match := getattr(request, "resolver_match", None):
        for name in re.findall(r"<secret:(\w+)>", match.route):
            key = str(match.kwargs[name])
            if len(key) >= SHORTEST_KEY:
                text = text.replace(key, "<secret>")
    return text
