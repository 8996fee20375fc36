"""The right address for one that people typed, or that a messenger lengthened: one redirect, to the right page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils import translation

from news.models import Article
from portal.editions import EDITIONS, Edition, edition_of_path

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
AROUND = " \t\r\n\xa0()[]{}<>«»„“”‚‘’\"'`.,;:!?…*_|\\"
"""What stands around an address in a sentence, and messengers take for a part of it."""
EDITION_NAMES = {edition.code: edition.prefix for edition in EDITIONS} | {
    edition.code.replace("-", "_"): edition.prefix for edition in EDITIONS
}
INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)
PADDED = re.compile(r"(?<=/)0+(?=[1-9]\d*(?:/|$))")
ARTICLE = re.compile(r"/news/(\d{1,18})(?:[-/][^/]*)?/?", re.IGNORECASE)
PERSONAL = (f"/{settings.ADMIN_PATH}", "/api/", "/static/", "/media/", "/files/", "/health/")
"""Below these nobody types, and programs want an answer of their own form."""


@dataclass(frozen=True)
class Guess:
    """What somebody may have meant by an address of this site that there is not."""

    address: str = ""
    """Of the right page; empty if there is none, so far as that can be told without making it."""
    languages: tuple[tuple[str, str, str], ...] = ()
    """Code, title and address of the article in each language that readers have, if they lack that of the address."""


def guess_address(path: str) -> Guess:
    candidates = list(candidates_for(path))
    edition = edition_of_path(candidates[0])
    if found := ARTICLE.fullmatch(candidates[0].removeprefix(edition.prefix)):
        return guess_article(path, int(found[1]), edition)
    if path.lower().startswith(PERSONAL):
        return Guess()
    with translation.override(edition.code):
        return Guess(next((each for each in candidates if each != path and is_page_for_all(each)), ""))


def guess_article(path: str, number: int, edition: Edition) -> Guess:
    article = Article.objects.published().filter(pk=number).first()
    if article is None:
        return Guess()
    if edition.language not in article.languages:
        return Guess(languages=tuple(in_language(article, code) for code in article.languages))
    with translation.override(edition.code):
        address = article.get_absolute_url()
    return Guess(address if address != path else "")


def in_language(article: Article, code: str) -> tuple[str, str, str]:
    with translation.override(code):
        return code, article.title, article.get_absolute_url()


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
