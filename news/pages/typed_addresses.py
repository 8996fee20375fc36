"""The right address for one that people typed, or that a messenger lengthened: one redirect, to the right page."""

import re
from collections.abc import Iterator

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from news.models import TRANSLATIONS, Article
from portal.editions import EDITIONS, edition_of_path

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
AROUND = " \t\r\n\xa0()[]{}<>«»„“”‚‘’\"'`.,;:!?…*_|\\"
"""What stands around an address in a sentence, and messengers take for a part of it."""
EDITION_NAMES = {edition.code: edition.prefix for edition in EDITIONS} | {
    edition.code.replace("-", "_"): edition.prefix for edition in EDITIONS
}
INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
PADDED = re.compile(r"(?<=/)0+(?=[1-9]\d*(?:/|$))")
ARTICLE = re.compile(r"/news/(\d{1,18})(?:[-/][^/]*)?/?")
PERSONAL = (f"/{settings.ADMIN_PATH}", "/api/", "/static/", "/media/", "/files/", "/health/")
"""Below these nobody types, and programs want an answer of their own form."""


def find_right_address(path: str) -> str | None:
    """The address of a page that there is, so far as that can be told without making it; None if there is no other."""
    if path.lower().startswith(PERSONAL):
        return None
    for candidate in candidates_for(path):
        edition = edition_of_path(candidate)
        with translation.override(edition.code):
            if found := ARTICLE.fullmatch(candidate.removeprefix(edition.prefix)):
                article = Article.objects.readable().filter(pk=int(found[1])).first()
                candidate = article.get_absolute_url() if article else ""
            if candidate not in ("", path) and is_page_for_all(candidate):
                return candidate
    return None


def candidates_for(path: str) -> Iterator[str]:
    """Addresses that the typed one may mean, the likeliest first. None begins with two slashes."""
    steps = [step for step in UNSEEN.sub("", INDEX.sub("/", path)).split("/") if step.strip(AROUND)]
    if steps:
        steps[-1] = steps[-1].strip(AROUND)
    prefix = ""
    if steps and (name := steps[0].lower()) in EDITION_NAMES:
        prefix, steps = EDITION_NAMES[name], steps[1:]
    rest = PADDED.sub("", "".join(f"/{step}" for step in steps))
    for each in dict.fromkeys((rest, rest.lower())):
        yield f"{prefix}{each}/"
        if each:
            yield f"{prefix}{each}"


def is_page_for_all(path: str) -> bool:
    """Whether there is such a page for readers. What stands below a secret token is nobody's guess."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return hasattr(found.func, "query_keys") or not found.kwargs


def languages_of_article(path: str) -> list[tuple[str, str, str]]:
    """Code, title and address of the languages in which readers have the article of this address."""
    found = ARTICLE.fullmatch(path.removeprefix(edition_of_path(path).prefix))
    if not found:
        return []
    there = []
    for code in TRANSLATIONS:
        with translation.override(code):
            if article := Article.objects.readable().filter(pk=int(found[1])).first():
                there.append((code, article.title, article.get_absolute_url()))
    return there
