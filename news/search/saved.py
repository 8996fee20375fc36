"""Searches that somebody subscribes to, as keys in `Subscription.about`.

A key contains the parameters of the search, with numbers instead of slugs, so that a new slug does not end it.
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from news.models import Article
from news.search.engine import find_among
from news.search.forms import CHOICES, DAYS, NAMED, SearchForm
from news.taxonomy import Name, load_names
from portal import editions

MARK = "search-"
MOST = 5
"""Searches in one subscription."""


def valid_form(address: Mapping[str, str], known: list[Name]) -> SearchForm | None:
    """The form with these parameters; None unless it is valid and has a word to search for."""
    form = SearchForm(address, known)
    return form if form.is_valid() and form.query(editions.current().language).has_words else None


def key_of(form: SearchForm) -> str:
    """The key of a search, without its days: a subscriber gets only new articles anyway."""
    parameters = {name: value for name, value in form.address.items() if name not in DAYS}
    parameters |= {kind: str(form.numbers[kind, parameters[kind]]) for kind in NAMED if kind in parameters}
    return MARK + urlencode(parameters)


def form_of_key(key: str, known: list[Name]) -> SearchForm | None:
    """The form of a key; None also when something it names was deleted, because it must not match more than before."""
    parameters = dict(parse_qsl(key.removeprefix(MARK)))
    slugs = {(name.kind, str(name.pk)): name.slug for name in known}
    named = {kind: slugs.get((kind, parameters[kind]), "?") for kind in NAMED if kind in parameters}
    return valid_form(parameters | named, known)


def describe_search(form: SearchForm) -> str:
    """The words and the choices of a search, for people."""
    chosen = [dict(form.fields[name].choices)[form.data[name]] for name in CHOICES if form.data[name]]  # type: ignore[attr-defined]
    return " · ".join([f"«{form.text}»", *map(str, chosen)])


def describe_keys(keys: list[str]) -> list[tuple[str, str]]:
    """The keys that are searches in exactly the form of `key_of()`, each with its description."""
    keys = list(dict.fromkeys(key for key in keys if key.startswith(MARK)))[:MOST]
    known = load_names(editions.current().language) if keys else []
    forms = [(key, form_of_key(key, known)) for key in keys]
    return [(key, describe_search(form)) for key, form in forms if form and key_of(form) == key]


def find_among_articles(key: str, articles: list[int]) -> frozenset[int]:
    """Those of a few articles that the search finds and readers of the active language have."""
    language = editions.current().language
    form = form_of_key(key, load_names(language)) if articles else None
    if form is None:
        return frozenset()
    return find_among(Article.objects.readable().filter(pk__in=articles), form.query(language))
