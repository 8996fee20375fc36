"""The filters of a list: kind, topic, source, pictures, as plain links with the number of articles each would leave.

The numbers are those among the newest COUNTED articles of the list, so they cost the same for any size of the site. If
there are more articles than that, a number is at least so large, and the page says so.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.utils.translation import gettext as _

from news.models import Article
from news.models.querysets import ArticleQuerySet
from portal import editions

COUNTED = 500
FILTERS = ("kind", "topic", "source", "pictures")
"""As they stand in an address; each is the slug of what it names, a kind, or 1."""


@dataclass(frozen=True)
class Choice:
    label: str
    number: int
    query: str
    """What follows the path in the address that chooses it, or takes it back if it is chosen."""
    is_chosen: bool


@dataclass
class Filters:
    """What is chosen, and what may be chosen besides."""

    chosen: dict[str, str]
    groups: list[tuple[str, list[Choice]]] = field(default_factory=list)
    is_complete: bool = True
    """Whether the numbers are those of all articles of the list."""

    @property
    def query(self) -> str:
        return urlencode(self.chosen)


def filter_articles(articles: ArticleQuerySet, parameters: Mapping[str, str]) -> tuple[ArticleQuerySet, Filters]:
    """The articles that the parameters of an address leave. Raises Http404 for a kind that there is not."""
    chosen = {name: parameters[name] for name in FILTERS if parameters.get(name)}
    if (kind := chosen.get("kind", "")) and kind not in Article.Kind.values:
        raise Http404
    conditions: dict[str, dict[str, Any]] = {
        "kind": {"kind": kind},
        "topic": {"topics__slug": chosen.get("topic")},
        "source": {"source__slug": chosen.get("source")},
        "pictures": {"cover__isnull": False},
    }
    for name in chosen:
        articles = articles.filter(**conditions[name])
    return articles, Filters(chosen)


def count_choices(articles: ArticleQuerySet, filters: Filters) -> Filters:
    """Fills in the choices, by two queries."""
    language = editions.current().language
    newest = articles.order_by("-publish_at", "-id")
    columns = ("pk", "cover_id", "kind", "source__slug", f"source__short_name_{language}")
    rows = list(newest.values_list(*columns)[: COUNTED + 1])
    filters.is_complete = len(rows) <= COUNTED
    rows = rows[:COUNTED]
    through = Article.topics.through.objects.filter(article__in=[row[0] for row in rows])
    counts: dict[str, Counter[tuple[str, str]]] = {
        "kind": Counter((row[2], str(Article.Kind(row[2]).label)) for row in rows),
        "topic": Counter(through.values_list("topic__slug", f"topic__name_{language}")),
        "source": Counter((row[3], row[4]) for row in rows),
        "pictures": Counter(("1", _("with pictures")) for row in rows if row[1]),
    }
    titles = {"kind": _("Kind"), "topic": _("Topic"), "source": _("Source"), "pictures": _("Pictures")}
    for name in FILTERS:
        choices = [
            Choice(label, number, _query_with(filters.chosen, name, value), filters.chosen.get(name) == value)
            for (value, label), number in counts[name].most_common()
            if label
        ]
        if choices and (len(choices) > 1 or name in filters.chosen or name == "pictures"):
            filters.groups.append((titles[name], choices))
    return filters


def _query_with(chosen: Mapping[str, str], name: str, value: str) -> str:
    others = {key: each for key, each in chosen.items() if key != name}
    return urlencode(others if chosen.get(name) == value else others | {name: value})
