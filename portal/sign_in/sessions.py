"""Sessions that know whose they are: settings.SESSION_ENGINE. Deleting the row of a session ends it at once."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from portal.models import Session
from portal.sign_in.browsers import name_browser

BROWSER, BEGAN_AT = "browser", "began_at"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of the session, with the columns by which its owner recognises it."""
        row = cast(Session, super().create_model_instance(data))
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.browser = data.get(BROWSER, "")
        row.began_at = datetime.fromisoformat(data[BEGAN_AT]) if BEGAN_AT in data else None
        return row


def describe(request: HttpRequest) -> None:
    """Note in the session that begins by what its owner will recognise it."""
    request.session[BROWSER] = name_browser(request)
    request.session[BEGAN_AT] = timezone.now().isoformat()


def find_sessions(user: User) -> QuerySet[Session]:
    """The sessions in which somebody is signed in, the newest first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-began_at")


def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign somebody out everywhere but in one session; returns of how many."""
    return find_sessions(user).exclude(session_key=but).delete()[0]
