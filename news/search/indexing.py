"""Keeps the search index up to date. Whoever changes an article's text calls `index_articles` in the same transaction.

Whether readers may see an article is not in the index: `published()` compares the article itself with the clock.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

from django.db import connection, transaction

from news.media.placements import shown_pictures
from news.models import TRANSLATIONS, Article, Image, SearchEntry, SearchWord
from news.search import postgres, sqlite
from news.search.bulk_insert import insert_rows
from news.search.did_you_mean import store_trigrams
from news.search.documents import Document, make_document
from news.search.transliteration import skeleton

BATCH = 200
FIELDS = ["publish_at", "source_id", "kind", "cover_id", "gallery"] + [
    f"{field}_{code}" for field in ("title", "lead", "body") for code in TRANSLATIONS
]

backend = postgres if connection.vendor == "postgresql" else sqlite

Entries = list[tuple[SearchEntry, Document]]
Known = dict[str, set[str]]
"""By language, words that are known to be stored, so that whoever indexes many articles looks none up again."""


@transaction.atomic
def index_articles(articles: Collection[int], known: Known | None = None) -> None:
    """Replaces the search entries of these articles by new ones."""
    entries = load_documents(articles)
    SearchEntry.objects.filter(article__in=articles).delete()
    backend.insert_entries(entries)
    known = defaultdict(set) if known is None else known
    store_words(entries, known)
    for code in TRANSLATIONS:
        headwords = {word for entry, said in entries if entry.language == code for word in said.headwords()}
        store_trigrams(headwords, code, known[code])


def load_documents(articles: Collection[int]) -> Entries:
    """The new entries. Locks the articles, so that none changes before its entries are written."""
    rows = Article.objects.filter(pk__in=articles).order_by("pk").only(*FIELDS)
    locked = list(rows.select_for_update(of=("self",), no_key=True))
    topics = related_ids(Article.topics.through, "topic_id", articles)
    people = related_ids(Article.people.through, "person_id", articles)
    attached = attached_texts(articles)
    captions = caption_texts(locked)
    return [
        (
            SearchEntry.of(article, code),
            make_document(
                article,
                code,
                topics[article.pk],
                people[article.pk],
                [*attached[article.pk, code], *captions[article.pk, code]],
            ),
        )
        for article in locked
        for code in article.languages
    ]


def attached_texts(articles: Collection[int]) -> dict[tuple[int, str], list[str]]:
    """By article and language, the titles and texts of the documents that readers of the language get."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    through: Any = Article.attachments.through
    rows = through.objects.filter(article__in=articles).order_by("pk")
    titles = [f"attachment__title_{code}" for code in TRANSLATIONS]
    for article, text, *named in rows.values_list("article_id", "attachment__stored_text__text", *titles):
        for code, title in zip(TRANSLATIONS, named, strict=True):
            if title:
                found[article, code].append(f"{title}\n{text or ''}")
    return found


def caption_texts(articles: Collection[Article]) -> dict[tuple[int, str], list[str]]:
    """By article and language, the captions of the pictures that readers of the language see with it."""
    shown = {
        (article.pk, code): shown_pictures(article.cover_id, article.gallery, getattr(article, f"body_{code}"))
        for article in articles
        for code in TRANSLATIONS
    }
    images = Image.objects.in_bulk(set().union(*shown.values()))
    return {
        (article, code): [getattr(images[pk], f"caption_{code}") or "" for pk in numbers if pk in images]
        for (article, code), numbers in shown.items()
    }


def related_ids(through: Any, column: str, articles: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for article, pk in through.objects.filter(article__in=articles).values_list("article_id", column):
        found[article].add(pk)
    return found


def store_words(entries: Entries, known: Known) -> None:
    """Stores the Kazakh words and stems that are not in `known`: only Kazakh has forms of its own rules and scripts."""
    documents = [said for entry, said in entries if entry.language == "kk"]
    forms = {word for said in documents for word in said.forms()} - known["kk forms"]
    words = {word for said in documents for word in said.vocabulary()} - known["kk vocabulary"] | forms
    there = dict(SearchWord.objects.filter(language="kk", word__in=words).values_list("word", "is_form"))
    # Always in the same order, so that two transactions never wait for each other in a circle.
    new = sorted(word for word in words if word not in there or (word in forms and not there[word]))
    insert_rows(
        SearchWord,
        ["language", "word", "skeleton", "is_form"],
        [("kk", word, skeleton(word), int(word in forms)) for word in new],
        conflict="(language, word) DO UPDATE SET is_form = true WHERE excluded.is_form",
    )
    known["kk vocabulary"] |= words
    known["kk forms"] |= forms


def reindex_articles(progress: Callable[[int], None]) -> int:
    """Indexes every article again and returns their number. Search goes on meanwhile, by the old entries."""
    known: Known = defaultdict(set)
    stored = SearchWord.objects.filter(language="kk")
    known["kk vocabulary"].update(stored.values_list("word", flat=True))
    known["kk forms"].update(stored.filter(is_form=True).values_list("word", flat=True))
    is_new = not SearchEntry.objects.exists()
    if is_new:  # nobody needs the indexes yet, and built at the end they take a tenth of the time
        execute_all(backend.drop_indexes())
    done, last = 0, 0
    while batch := list(Article.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        index_articles(batch, known)
        last, done = batch[-1], done + len(batch)
        progress(len(batch))
    if is_new:
        execute_all(backend.create_indexes())
    return done


def execute_all(statements: Any) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
