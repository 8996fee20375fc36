"""A line of the log for each request that Django answers, and what ties all lines about one request together.

A line has the route, which is a pattern, and not the path. Pages that come from the cache have no line: they are
counted (portal.metrics), and what a reader reads is nobody's business.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from uuid import uuid4

from django.core.handlers.wsgi import WSGIRequest
from django.db import connections
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from portal.log_lines import current_request
from portal.metrics import KIND, count_rendering, kind_of

logger = logging.getLogger(__name__)

ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""What a proxy may send as X-Request-ID, such as nginx's $request_id: nothing that tells of a reader fits into it."""


class RequestLogMiddleware:
    """Stands before all other middleware, so that it sees each answer and all of its time."""

    def __init__(self, get_response: Callable[[WSGIRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: WSGIRequest) -> HttpResponse:
        begun = time.perf_counter()
        sent = request.headers.get("X-Request-ID", "")
        request_id = sent if ID.fullmatch(sent) else uuid4().hex
        token = current_request.set(request)
        sql = SqlTimer()
        try:
            with bound_contextvars(request_id=request_id), sql.timing():
                response = self.get_response(request)
                seconds = time.perf_counter() - begun
                kind = request.environ[KIND] = kind_of(request)
                count_rendering(kind, seconds, sql.seconds, sql.queries)
                if kind != "static":
                    log_answer(request, response, seconds)
        finally:
            current_request.reset(token)
        if response.status_code >= 400:  # none of these is cached, and people quote it when they ask what went wrong
            response.headers["X-Request-ID"] = request_id
        return response


class SqlTimer:
    """Adds up the time in which the database is waited for."""

    def __init__(self) -> None:
        self.seconds, self.queries = 0.0, 0

    @contextmanager
    def timing(self) -> Iterator[None]:
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(self))
            yield

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.seconds += time.perf_counter() - begun
            self.queries += 1


def log_answer(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    """Logs the answer to a request, with the number of the user if staff sent it."""
    match = request.resolver_match
    route = match.route if match else "-"
    # Set by Django once somebody has asked for request.user; asking for it here would cost readers a query.
    user = getattr(request, "_cached_user", None)
    fields = {"method": request.method, "route": route, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    if user is not None and user.is_staff:
        fields["user"] = user.pk
    logger.info("%s %s %s", request.method, route, response.status_code, extra=fields)
