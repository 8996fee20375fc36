"""The browsers that a person has signed in with before, so that a sign-in with another one is told by mail.

A browser carries in a signed cookie, on the admin's path only, the ids of those who signed in with it. Nothing is
stored here: neither an address nor what makes a device different from others. Whoever deletes the cookie gets a mail.
"""

import re

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "known_browser"
SALT = "portal.sign_in.browsers"
KNOWN_FOR = 365 * 24 * 60 * 60
MOST_PEOPLE = 50
"""Ids in one cookie; browsers keep no cookie above 4 kB."""
PROGRAMS = {
    "Edge": r"Edg(e|A|iOS)?/",
    "Opera": r"OPR/",
    "Yandex": r"YaBrowser/",
    "Samsung Internet": r"SamsungBrowser/",
    "Firefox": r"(Firefox|FxiOS)/",
    "Chrome": r"(Chrome|CriOS)/",
    "Safari": r"Safari/",
}
SYSTEMS = {
    "Android": r"Android",
    "iOS": r"iPhone|iPad",
    "Windows": r"Windows",
    "macOS": r"Mac OS X",
    "ChromeOS": r"CrOS",
    "Linux": r"Linux",
}
"""Names and what they have in a User-Agent; the first that fits, as most browsers name others too."""


def name_browser(request: HttpRequest) -> str:
    """What a person knows their browser by, such as "Firefox, Windows"."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    found = [
        next((name for name, pattern in names.items() if re.search(pattern, agent)), "")
        for names in (PROGRAMS, SYSTEMS)
    ]
    return ", ".join(filter(None, found)) or agent[:50] or "?"


def is_known(request: HttpRequest, user: User) -> bool:
    """Whether this person signed in with this browser before."""
    return user.pk in read_people(request)


def read_people(request: HttpRequest) -> list[int]:
    """The ids of those who signed in with this browser, the last one at the end."""
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KNOWN_FOR))
    except (signing.BadSignature, TypeError):
        return []


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Let the browser say next time that this person has signed in with it."""
    people = [pk for pk in read_people(request) if pk != user.pk][1 - MOST_PEOPLE :]
    response.set_cookie(
        COOKIE,
        signing.dumps([*people, user.pk], salt=SALT),
        max_age=KNOWN_FOR,
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
