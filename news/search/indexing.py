"""Keeps the search index as the articles are. Who changes what one says calls `index` in the same transaction.

Whether readers may see an article is no part of the index: that is asked of the article itself, with the clock.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, transaction

from news.models import TRANSLATIONS, Article, SearchEntry, SearchWord
from news.search import postgres, sqlite
from news.search.did_you_mean import remember_spellings
from news.search.documents import Document, document
from news.search.transliteration import skeleton

BATCH = 200
FIELDS = ["publish_at", "source_id", "kind"] + [
    f"{field}_{code}" for field in ("title", "lead", "body") for code in TRANSLATIONS
]

backend = postgres if connection.vendor == "postgresql" else sqlite

Entries = list[tuple[SearchEntry, Document]]
Known = dict[str, set[str]]
"""Words by their language that are remembered already, so that a rebuild does not ask for each again."""


@transaction.atomic
def index(articles: Collection[int], known: Known | None = None) -> None:
    """What these articles say now, in the place of what they said before."""
    entries = documents(articles)
    SearchEntry.objects.filter(article__in=articles).delete()
    backend.insert_entries(entries)
    known = defaultdict(set) if known is None else known
    remember_words(entries, known["kk vocabulary"])
    for code in TRANSLATIONS:
        headwords = {word for entry, said in entries if entry.language == code for word in said.headwords()}
        remember_spellings(headwords, code, known[code])


def documents(articles: Collection[int]) -> Entries:
    """Locked, so that nobody changes an article between this reading and the writing."""
    rows = Article.objects.filter(pk__in=articles).order_by("pk").only(*FIELDS)
    locked = list(rows.select_for_update(of=("self",), no_key=True))
    topics = related(Article.topics.through, "topic_id", articles)
    people = related(Article.people.through, "person_id", articles)
    return [
        (SearchEntry.of(article, code), document(article, code, topics[article.pk], people[article.pk]))
        for article in locked
        for code in article.languages
    ]


def related(through: Any, column: str, articles: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for article, pk in through.objects.filter(article__in=articles).values_list("article_id", column):
        found[article].add(pk)
    return found


def remember_words(entries: Entries, known: set[str]) -> None:
    """Of Kazakh, the only language here that is written in several scripts."""
    words = {word for entry, said in entries if entry.language == "kk" for word in said.vocabulary()} - known
    there = SearchWord.objects.filter(language="kk", word__in=words).values_list("word", flat=True)
    # In one order, so that of two who save at once neither waits for the other.
    new = sorted(words.difference(there))
    SearchWord.objects.bulk_create(
        [SearchWord(language="kk", word=word, skeleton=skeleton(word)) for word in new], ignore_conflicts=True
    )
    known |= words


def reindex(progress: Callable[[int], None]) -> int:
    """Every article anew, some at a time: until its turn comes each is found by its old entry. Gives their number."""
    known: Known = defaultdict(set)
    known["kk vocabulary"].update(SearchWord.objects.filter(language="kk").values_list("word", flat=True))
    is_new = not SearchEntry.objects.exists()
    if is_new:  # nobody misses them yet, and built at the end they take a tenth of the time
        execute(backend.drop_indexes())
    done, last = 0, 0
    while batch := list(Article.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        index(batch, known)
        last, done = batch[-1], done + len(batch)
        progress(len(batch))
    if is_new:
        execute(backend.create_indexes())
    return done


def execute(statements: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
