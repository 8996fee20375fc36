"""Whether the search page finds an article by what people type: python -m bench.questions --articles 2000 --runs 500

Run with DATABASE_URL naming an empty, migrated database. Articles are made whose titles have two or three nouns or
names in random forms (the samples of the tests); each question is the title of one of them in other forms, half of them
typed without Kazakh letters, on the English keyboard or in Latin or Arabic letters. It prints how many articles are
first and among the first ten, and how long an answer takes. With `--save FILE` the answers are stored to be compared
with those of another database.
"""

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from itertools import batched
from pathlib import Path

import django
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse
from django.utils import timezone

from portal.kazakh_scripts.transliterate import to_arabic, to_latin
from tests.support.kazakh_nouns import decline, read_nouns

WITHOUT_LETTERS = str.maketrans("әғқңөұүһі", "агкноуухи")


def english_keys(text: str) -> str:
    from news.search.transliteration import CYRILLIC_KEYS, ENGLISH_KEYS, ENGLISH_ROW, KAZAKH_ROW, LETTERS

    return text.translate(str.maketrans(CYRILLIC_KEYS[:LETTERS] + KAZAKH_ROW, ENGLISH_KEYS[:LETTERS] + ENGLISH_ROW))


WAYS: dict[str, Callable[[str], str]] = {
    "as written": str,
    "without Kazakh letters": lambda text: text.translate(WITHOUT_LETTERS),
    "English keyboard": english_keys,
    "Latin of 2021": lambda text: to_latin(text, "2021"),
    "Latin of 2018": lambda text: to_latin(text, "2018"),
    "Arabic letters": to_arabic,
}


def make_articles(number: int, dice: random.Random) -> dict[int, list[str]]:
    """By article, the words of its title in their basic form. They are a minute apart, the newest last."""
    from news.models import Article, Source
    from news.search.indexing import index_articles

    forms = {noun: sorted(set(decline(noun))) for noun in read_nouns() if noun.isalpha()}
    source = Source.objects.first() or Source.objects.create(slug="bench", name_kk="Сенат", short_name_kk="Сенат")
    now = timezone.now()
    titles = [dice.sample(sorted(forms), dice.choice((2, 3))) for _ in range(number)]
    made = Article.objects.bulk_create(
        Article(
            source=source,
            status="approved",
            publish_at=now - (number - place) * timedelta(minutes=1),
            title_kk=" ".join(dice.choice(forms[noun]) for noun in title).capitalize(),
            slug=f"bench-{place}",
            body_kk=f"<p>{' '.join(dice.choice(forms[noun]) for noun in dice.sample(sorted(forms), 20))}</p>",
        )
        for place, title in enumerate(titles)
    )
    known: dict[str, set[str]] = defaultdict(set)
    for batch in batched([article.pk for article in made], 200):
        index_articles(batch, known)
    return {article.pk: title for article, title in zip(made, titles, strict=True)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--save", type=Path)
    options = parser.parse_args()
    django.setup()
    setup_test_environment()
    dice = random.Random(20)
    made = make_articles(options.articles, dice)
    client, page = Client(), reverse("search")
    answers, taken = {}, defaultdict(list)
    found: dict[str, list[int]] = defaultdict(list)
    for number in range(options.runs):
        article = dice.choice(sorted(made))
        way = "as written" if number % 2 else dice.choice(sorted(WAYS))
        q = WAYS[way](" ".join(dice.choice(sorted(set(decline(noun)))) for noun in made[article]))
        began = time.perf_counter()
        address = f"10.0.{number // 250}.{number % 250}"  # nobody may ask so often
        context = client.get(page, {"q": q}, HTTP_HOST="localhost", REMOTE_ADDR=address).context
        taken[way].append((time.perf_counter() - began) * 1000)
        titles = [each.article.slug for each in context["found"]]
        answers[f"{number} {q}"] = titles[:10]
        wanted = {pk for pk in made if set(made[article]) <= set(made[pk])}
        ranks = [place for place, each in enumerate(context["found"]) if each.article.pk in wanted]
        found[way].append(ranks[0] if ranks else 1000)
    for way, ranks in found.items():
        times = sorted(taken[way])
        first, ten = sum(rank == 0 for rank in ranks) / len(ranks), sum(rank < 10 for rank in ranks) / len(ranks)
        print(
            f"{way}: {len(ranks)} questions, first {first:.1%}, among ten {ten:.1%}, "
            f"p50 {times[len(times) // 2]:.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms"
        )
    every = [rank for ranks in found.values() for rank in ranks]
    print(f"all: first {sum(rank == 0 for rank in every) / len(every):.1%}, ", end="")
    print(f"among ten {sum(rank < 10 for rank in every) / len(every):.1%}")
    if options.save:
        options.save.write_text(json.dumps(answers, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
