"""How long a search takes, on a database filled by `bench.loading`, and what its index costs.

    DATABASE_URL=… DEBUG=1 DJANGO_SETTINGS_MODULE=portal.settings python -m bench.search --index 20000 --deal --runs 200

`--index` has the portal index so many of the newest articles and tells the time a thousand of them take. `--deal`
(PostgreSQL) gives every other article the vector of one of these, in minutes instead of hours: the texts of
`bench.loading` are all made of the same sentences, so the words are as frequent as if each had been indexed.
"""

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import partial
from itertools import batched
from typing import Any

import django
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override


def index_newest(number: int) -> None:
    from news.models import Article
    from news.search.indexing import BATCH, index_articles

    numbers = list(Article.objects.order_by("-pk").values_list("pk", flat=True)[:number])
    known: dict[str, set[str]] = defaultdict(set)
    began, cpu, last = time.perf_counter(), time.process_time(), 0.0
    for batch in batched(numbers, BATCH):
        last = time.process_time()
        index_articles(batch, known)
    seconds, busy = time.perf_counter() - began, time.process_time() - cpu
    print(
        f"indexed {number} articles: {seconds / number * 1000:.1f} s a thousand, {busy / number * 1000:.1f} s of it "
        f"Python's, {(time.process_time() - last) / len(batch) * 1000:.1f} s once most words are known"
    )


def deal() -> None:
    """The vectors of those indexed, in turn, to all that are not; the index is built anew at the end."""
    from news.models import TRANSLATIONS
    from news.models.search import LANGUAGE_BITS, SECOND_BITS
    from news.search import postgres
    from news.search.indexing import execute_all

    table = postgres.TABLE
    execute_all(postgres.drop_indexes())
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '4GB'; SET work_mem = '256MB'; SET synchronous_commit = off")
        for language in TRANSLATIONS:
            began = time.perf_counter()
            cursor.execute(
                f"""
                WITH dealt AS (SELECT ts_delete(vector, %s::text[]) AS vector,
                                      row_number() OVER (ORDER BY place) - 1 AS number
                               FROM {table} WHERE language = %s),
                     many AS (SELECT count(*) AS number FROM dealt)
                INSERT INTO {table} (place, article_id, language, vector)
                SELECT floor(extract(epoch FROM publish_at))::bigint << {SECOND_BITS}
                           | id << {LANGUAGE_BITS} | %s, id, %s,
                       dealt.vector || array_to_tsvector(ARRAY[
                           to_char(publish_at AT TIME ZONE 'Asia/Almaty', '"#month-"YYYY-FMMM'),
                           to_char(publish_at AT TIME ZONE 'Asia/Almaty', '"#year-"YYYY')])
                FROM news_article, many, dealt
                WHERE dealt.number = id %% many.number
                      AND id NOT IN (SELECT article_id FROM {table} WHERE language = %s)
                """,
                [sorted(time_marks_of_indexed()), language, TRANSLATIONS.index(language), language, language],
            )
            print(f"{language}: dealt to {cursor.rowcount} in {time.perf_counter() - began:.0f} s", flush=True)
        for statement in postgres.create_indexes():
            began = time.perf_counter()
            cursor.execute(statement)
            print(f"{time.perf_counter() - began:.0f} s: {statement}", flush=True)
        cursor.execute("VACUUM ANALYZE")
        for name in (*(f"news_search_{language}" for language in TRANSLATIONS), table):
            cursor.execute("SELECT pg_size_pretty(pg_total_relation_size(%s))", [name])
            print(name, *cursor.fetchone())


def time_marks_of_indexed() -> set[str]:
    from news.models import SearchEntry
    from news.models.search import moment_at
    from news.search.documents import time_marks

    return {
        each for place in SearchEntry.objects.values_list("place", flat=True) for each in time_marks(moment_at(place))
    }


def words(language: str) -> dict[str, str]:
    """One that about a fifth of the articles have, one in fifty, and one that about a hundred have."""
    from news.language.stemming import stems, tokens
    from news.markup.plain_text import plain_text
    from news.models import Article
    from news.search.engine import newest_places
    from news.search.query import parse_query

    sample = Article.objects.published().order_by("-publish_at").values_list(f"body_{language}", flat=True)[:1000]
    counted: Counter[str] = Counter()
    for body in sample:
        counted.update({stem for word in tokens(plain_text(body)) for stem in stems(word, language)})
    common = min(counted, key=lambda word: abs(counted[word] - len(sample) * 0.22))
    seldom = min(counted, key=lambda word: abs(counted[word] - len(sample) * 0.02))
    rare = [word for word in counted if counted[word] == 1 and len(word) > 5]
    random.Random(1).shuffle(rare)
    readable = Article.objects.readable()
    few = next(
        word
        for word in rare
        if word.isalpha() and 5 <= len(newest_places(readable, parse_query(word, language), 1000)) <= 300
    )
    return {
        "one in fifty": seldom,
        f"common ({counted[common] / 10:.0f} %)": common,
        "rare": few,
        "common and rare": f"{common} {few}",
    }


def measure(language: str, runs: int) -> None:
    from news.models import Article
    from news.search.engine import search_articles
    from news.search.query import parse_query

    client = Client()
    root = reverse("search")
    for name, word in words(language).items():
        readable = Article.objects.readable()
        total = search_articles(readable, parse_query(word, language)).total
        for what, run in {
            "search": lambda word=word: search_articles(Article.objects.readable(), parse_query(word, language)),
            "page": lambda word=word: client.get(root, {"q": word}, HTTP_HOST="localhost"),
        }.items():
            print(f"{name}: “{word}”, {total} found, {what}: {times(run, runs)}", flush=True)
        suggestions = partial(client.get, f"{root}suggestions/", {"q": word[:4]}, HTTP_HOST="localhost")
        print(f"suggestions for “{word[:4]}”: {times(suggestions, runs)}", flush=True)


def times(run: Callable[[], Any], runs: int) -> str:
    run()
    taken = []
    for _ in range(runs):
        began = time.perf_counter()
        run()
        taken.append((time.perf_counter() - began) * 1000)
    taken.sort()
    return f"p50 {taken[runs // 2]:.1f} ms, p95 {taken[int(runs * 0.95)]:.1f} ms, least {taken[0]:.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=int, default=0)
    parser.add_argument("--deal", action="store_true")
    parser.add_argument("--runs", type=int, default=0)
    parser.add_argument("--language", nargs="+", default=["kk"], choices=["kk", "ru", "en"])
    options = parser.parse_args()
    django.setup()
    if options.index:
        index_newest(options.index)
    if options.deal:
        deal()
    if options.runs:
        for language in options.language:
            with override(language):
                print(f"in {language}:", flush=True)
                measure(language, options.runs)


if __name__ == "__main__":
    main()
