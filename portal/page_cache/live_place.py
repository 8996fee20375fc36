"""The place of a page that changes with every reader: `{% live %}` marks it, the page cache gets to know its bytes.

The marks survive everything that happens to a page after its template (the letters of another script, its encoding),
and the middleware takes them off at the end. They are tags, so no text can contain them: each text is escaped.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

BEGIN, END = "<live>", "</live>"


class Parts(NamedTuple):
    """A page before, in and after its live place."""

    before: bytes
    live: bytes
    after: bytes

    @classmethod
    def of_marked(cls, page: bytes) -> "Parts":
        before, _mark, rest = page.partition(BEGIN.encode())
        live, _mark, after = rest.partition(END.encode())
        return cls(before, live, after)


class LivePlaceMiddleware:
    """Takes the marks off a page and says in `response.parts` what was around them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "has_live_place", False) and not response.streaming:
            parts = Parts.of_marked(response.content)
            response.content = b"".join(parts)
            response.parts = parts  # type: ignore[attr-defined]
        return response
