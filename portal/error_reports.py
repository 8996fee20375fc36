"""Tells the operators of errors, by mail (settings.ADMINS) or to a Sentry server (settings.SENTRY_DSN).

Neither has more than the log has: the line and the traceback, with secrets and what tells of a reader hidden.
"""

import hashlib
import logging
import time
from smtplib import SMTPException
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.core.mail import mail_admins

from portal.log_lines import current_request, hide_in_record, hide_secrets
from portal.shared_cache import shared_cache

logger = logging.getLogger(__name__)

EVERY = 60 * 60
"""Seconds in which an error at one place of the code is mailed once, by all nodes together."""
LONGEST_SUBJECT = 120
FORMATTER = logging.Formatter("{asctime} {levelname} {name}: {message}", style="{")
IN_AN_EVENT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "server_name", "sdk")
"""What goes to Sentry as it is."""


class ErrorMailHandler(logging.Handler):
    """Mails lines of the log to settings.ADMINS, in a thread: no reader waits for the mail server."""

    def __init__(self, level: int = logging.ERROR) -> None:
        super().__init__(level)
        self.sent: dict[str, float] = {}
        self.lock_of_sent = Lock()

    def emit(self, record: logging.LogRecord) -> None:
        # Django adds a line to each answer of 500 and above; whoever gave the answer has said why.
        is_repeated = record.name == "django.request" and not record.exc_info
        if not settings.ADMINS or is_repeated or not self.is_due(record):
            return
        text = hide_in_record(FORMATTER.format(record), record)
        subject = hide_in_record(record.getMessage(), record).partition("\n")[0]
        Thread(target=send_mail, args=[subject[:LONGEST_SUBJECT], text], name="error mail").start()

    def is_due(self, record: logging.LogRecord) -> bool:
        """Whether no error from this place was mailed lately, by this process or by another one."""
        error = record.exc_info[0] if record.exc_info else None
        place = f"{record.pathname}:{record.lineno}:{error and error.__qualname__}"
        now = time.monotonic()
        with self.lock_of_sent:
            if now - self.sent.get(place, -EVERY) < EVERY:
                return False
            self.sent[place] = now
        name = hashlib.blake2b(place.encode(), digest_size=16).hexdigest()
        return (shared_cache.increment(f"error-mail:{name}", EVERY) or 1) == 1


def send_mail(subject: str, text: str) -> None:
    """Mails the operators; what cannot be mailed is in the log anyway."""
    try:
        mail_admins(subject, text)
    except (OSError, SMTPException) as error:
        logger.warning("An error could not be mailed: %s", error)


def start_sentry(dsn: str) -> None:
    """Reports errors to a Sentry server from now on. Raises ImportError if sentry-sdk is not installed."""
    import sentry_sdk  # only here: most installations do without

    sentry_sdk.init(
        dsn,
        before_send=scrub_event,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
    )


def scrub_event(event: Any, _hint: Any = None) -> Any:
    """The event with the route in the place of the request, and of its texts what a log may hold."""
    request = current_request.get()
    match = request.resolver_match if request is not None else None
    scrubbed = {name: event[name] for name in IN_AN_EVENT if name in event}
    for name in ("message", "logentry", "exception"):
        if name in event:
            scrubbed[name] = hide_in(event[name])
    if match:
        scrubbed["transaction"] = match.route
        scrubbed["tags"] = {"method": request.method}
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_staff:
        scrubbed["user"] = {"id": str(user.pk)}
    return scrubbed


def hide_in(value: Any) -> Any:
    """The same with secrets hidden in each of its texts, but for lines of source code."""
    if isinstance(value, str):
        return hide_secrets(value)
    if isinstance(value, dict):
        kept = ("pre_context", "context_line", "post_context")
        return {name: each if name in kept else hide_in(each) for name, each in value.items() if name != "vars"}
    if isinstance(value, (list, tuple)):
        return [hide_in(each) for each in value]
    return value
