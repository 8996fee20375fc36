"""Fills a migrated, empty database with as many articles as a measurement needs, in minutes instead of hours.

    DATABASE_URL=postgres://postgres@127.0.0.1/bench_1m DEBUG=1 python -m bench.loading --articles 1000000

The rows are those `import_articles` would write, without its reading and checking of each line: three languages, about
two hundred words each, in frequencies as of a language (a few words everywhere, most of them rare), spread evenly over
twenty years, four sources, one to three of twenty topics, readings. The same number gives the same articles.
"""

import argparse
import os
import random
import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import accumulate, batched, count
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.html import strip_tags
from tqdm import tqdm

LANGUAGES = ("kk", "ru", "en")
YEARS = timedelta(days=365 * 20)
SENTENCES, WORDS_A_SENTENCE, SENTENCES_A_TEXT = 40_000, 14, 18
ENDINGS = {
    "kk": "лар лер дар дер тар тер ның нің дың дің ға ге қа ке да де та те дан ден мен бен ы і сы сі лық лік шы",
    "ru": "а ы у ом ами ах ов ый ого ому ым ая ой ое ые ых ость ение ения ению ский ского",
    "en": "s ed ing er ers ment ments tion tions al ally ness ity able ly",
}
SYLLABLES = {
    "kk": "қа ра ма ла бе те ке са на ту ба ры ме өз гі ша жа құ ұл ер лі зе да",
    "ru": "ва ро не по ста пре ко ли ме до за ри ту ни ло се га ре му ча ку",
    "en": "ba re con ti pro la me no sta vi per li do ra se tor mi ga den",
}


def vocabulary(language: str, chance: random.Random) -> list[str]:
    """The words of the demo's articles, most frequent first, then their forms, then 40,000 names nobody has heard."""
    archive = Path(settings.BASE_DIR, "portal", "demo", "articles.jsonl").read_text(encoding="utf-8")
    texts = re.findall(rf'"{language}": "((?:[^"\\]|\\.)*)"', archive)
    words = re.findall(r"[^\W\d_]{2,}", strip_tags(" ".join(texts).replace("\\n", " ")).lower())
    counted: dict[str, int] = {}
    for word in words:
        counted[word] = counted.get(word, 0) + 1
    known = sorted(counted, key=counted.__getitem__, reverse=True)
    forms = [word + ending for word in known if len(word) > 4 for ending in ENDINGS[language].split()]
    names = ["".join(chance.choices(SYLLABLES[language].split(), k=chance.randint(2, 4))) for _ in range(40_000)]
    chance.shuffle(forms)
    return list(dict.fromkeys(known + forms + names))


def sentences(language: str, chance: random.Random) -> list[str]:
    words = vocabulary(language, chance)
    weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(words))))
    found = []
    for _ in range(SENTENCES):
        chosen = chance.choices(
            words, cum_weights=weights, k=chance.randint(WORDS_A_SENTENCE - 5, WORDS_A_SENTENCE + 5)
        )
        found.append(" ".join(chosen).capitalize() + ".")
    return found


def articles(
    number: int, first_id: int, sources: list[int], languages: list[str], chance: random.Random
) -> Iterator[dict[str, Any]]:
    now = timezone.now()
    said = {language: sentences(language, chance) for language in languages}
    for index in range(number):
        row: dict[str, Any] = {
            "id": first_id + index,
            "source_id": chance.choices(sources, weights=(60, 25, 10, 5))[0],
            "publish_at": now - YEARS * ((number - index) / (number + 1)),
            "origin_id": uuid.UUID(int=chance.getrandbits(128)).hex,
        }
        for language in languages:
            text = chance.choices(said[language], k=SENTENCES_A_TEXT)
            row[f"title_{language}"] = text[0][:-1][:200]
            row[f"slug_{language}"] = f"article-{index}"
            row[f"lead_{language}"] = text[1]
            row[f"body_{language}"] = "".join(f"<p>{' '.join(three)}</p>" for three in batched(text[2:], 3))
        for field in ("title", "slug", "lead", "body"):
            row[field] = row.get(f"{field}_kk", "")
        yield row


def load(number: int, languages: list[str], seed: int = 4) -> None:
    from news.models import Article, DailyHits, HitTotal, Source, Topic

    chance = random.Random(seed)
    sources = [
        Source.objects.create(slug=f"source-{n}", position=n, **texts(f"Source {n}", "name", "short_name")).pk
        for n in range(4)
    ]
    topics = [Topic.objects.create(slug=f"topic-{n}", **texts(f"Topic {n}", "name")).pk for n in range(20)]
    now = timezone.now()
    blank = Article(source_id=sources[0], status=Article.Status.APPROVED, created_at=now, changed_at=now)
    template = {
        field.column: field.get_db_prep_save(getattr(blank, field.attname), connection)
        for field in Article._meta.local_concrete_fields
    }
    rows = articles(number, 1, sources, languages, chance)
    progress = tqdm(rows, total=number, disable=None)
    copy(Article, template, ({**template, **row} for row in progress))
    relation = Article.topics.through
    numbers = count(1)
    relations = (
        {"id": next(numbers), "article_id": article, "topic_id": topic}
        for article in range(1, number + 1)
        for topic in set(chance.choices(topics, weights=range(20, 0, -1), k=chance.randint(1, 3)))
    )
    copy(relation, dict.fromkeys(("id", "article_id", "topic_id")), relations)
    copy(
        HitTotal,
        dict.fromkeys(("article_id", "counted", "brought")),
        ({"article_id": pk, "counted": chance.randint(0, 500), "brought": 0} for pk in range(1, number + 1)),
    )
    today = timezone.localdate()
    read = sorted(range(1, number + 1))[-1000:]  # what is read this week is as much on a large site as on a small one
    DailyHits.objects.bulk_create(
        DailyHits(article_id=pk, edition=edition, day=today - timedelta(days=day), count=chance.randint(1, 900))
        for pk in read
        for edition in LANGUAGES
        for day in range(3)
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for model in (Article, relation):
                table = model._meta.db_table
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")


def texts(text: str, *fields: str) -> dict[str, str]:
    return {f"{field}_{language}": text for field in fields for language in LANGUAGES}


def copy(model: Any, template: dict[str, Any], rows: Iterator[dict[str, Any]]) -> None:
    table, columns = model._meta.db_table, list(template)
    names = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as target:
                for row in rows:
                    target.write_row([row[column] for column in columns])
        else:
            places = ", ".join(["%s"] * len(columns))
            for batch in batched(rows, 500):
                values = [[adapted(row[column]) for column in columns] for row in batch]
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


def adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if hasattr(value, "hour") else value


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--languages", nargs="+", choices=LANGUAGES, default=LANGUAGES)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    load(options.articles, options.languages)


if __name__ == "__main__":
    main()
