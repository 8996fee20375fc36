"""A search that somebody subscribes to, as a word among those of `Subscription.about`: its address, with the numbers of
what it names in place of their slugs, so that a new slug does not end it.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from news.models import Article
from news.search.engine import among
from news.search.forms import CHOICES, DAYS, NAMED, SearchForm
from news.taxonomy import Name, names
from portal import editions

MARK = "search-"
MOST = 5
"""That one subscription holds."""


def asked(address: Mapping[str, str], known: list[Name]) -> SearchForm | None:
    """None unless there is something to look for."""
    form = SearchForm(address, known)
    return form if form.is_valid() and form.query(editions.current().language).has_words else None


def key_of(form: SearchForm) -> str:
    """Without its days, for a subscriber gets what is new."""
    said = {name: value for name, value in form.address.items() if name not in DAYS}
    said |= {kind: str(form.numbers[kind, said[kind]]) for kind in NAMED if kind in said}
    return MARK + urlencode(said)


def of_key(key: str, known: list[Name]) -> SearchForm | None:
    """None too when something it names is gone: it must not find more than was asked for."""
    said = dict(parse_qsl(key.removeprefix(MARK)))
    slugs = {(name.kind, str(name.pk)): name.slug for name in known}
    return asked(said | {kind: slugs.get((kind, said[kind]), "?") for kind in NAMED if kind in said}, known)


def in_words(form: SearchForm) -> str:
    chosen = [dict(form.fields[name].choices)[form.data[name]] for name in CHOICES if form.data[name]]  # type: ignore[attr-defined]
    return " · ".join([f"«{form.text}»", *map(str, chosen)])


def offered(keys: list[str]) -> list[tuple[str, str]]:
    """Those of the keys that are searches written as we write them, with their words."""
    keys = list(dict.fromkeys(key for key in keys if key.startswith(MARK)))[:MOST]
    known = names(editions.current().language) if keys else []
    forms = [(key, of_key(key, known)) for key in keys]
    return [(key, in_words(form)) for key, form in forms if form and key_of(form) == key]


def found(key: str, articles: list[int]) -> frozenset[int]:
    """Which of a few articles it finds that readers of the active language have."""
    language = editions.current().language
    form = of_key(key, names(language)) if articles else None
    if form is None:
        return frozenset()
    return among(Article.objects.readable().filter(pk__in=articles), form.query(language))
