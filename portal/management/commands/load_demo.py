"""Loads the demo content, which a newcomer sees first and which the tests use."""

import csv
import json
import secrets
from datetime import date
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import transaction

from news.import_export import articles as article_archive
from news.models import Article, Person, Source, Term, Topic
from portal.models import SiteSettings
from portal.page_cache.generation import invalidate_pages
from rates.nationalbank import Answer, Quote
from rates.update import store_answer

DEMO = Path(__file__).resolve().parents[2] / "demo"
ACCOUNTS = {"editor": "Тілші", "chief": "Бас редактор"}


class Command(BaseCommand):
    help = (
        "Loads the demo content: the seed article and others around it, sources, topics, people, terms of law, rates "
        "and two accounts. Harmless when repeated: what is there already is left as it is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        load_site()
        load_names()
        load_terms()
        articles = load_articles()
        rates = load_rates()
        accounts = load_accounts()
        invalidate_pages()
        self.stdout.write(
            f"Demo content: {articles} articles, {rates} rates and {accounts} accounts are new; "
            "what was there already is unchanged."
        )


def accounts_file() -> Path:
    """The file with the passwords of the demo accounts, readable only by the owner of this copy."""
    return settings.DATA_DIR / "demo-accounts.txt"


def load_site() -> None:
    fields = json.loads((DEMO / "site.json").read_text())
    SiteSettings.objects.get_or_create(pk=1, defaults=flatten_translations(fields))


def load_names() -> None:
    successors = {}
    for model, file in ((Topic, "topics.json"), (Person, "people.json"), (Source, "sources.json")):
        for fields in json.loads((DEMO / file).read_text()):
            successor = fields.pop("successor", None)
            row, created = model.objects.get_or_create(slug=fields.pop("slug"), defaults=flatten_translations(fields))
            if created and successor:
                successors[row.pk] = successor
    for pk, slug in successors.items():
        Source.objects.filter(pk=pk).update(successor=Source.objects.get(slug=slug))


def load_terms() -> None:
    for fields in json.loads((DEMO / "terms.json").read_text()):
        given = flatten_translations(fields)
        Term.objects.get_or_create(name_kk=given["name_kk"], defaults=given)


def flatten_translations(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields of a row, with a column for each language of a translated text."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        flat |= {f"{name}_{code}": text for code, text in value.items()} if isinstance(value, dict) else {name: value}
    return flat


def read_demo_lines() -> dict[str, str]:
    """The demo articles as lines of an archive, by their ids."""
    lines = (DEMO / "articles.jsonl").read_text().strip().split("\n")
    return {json.loads(line)["id"]: line for line in lines}


def load_articles() -> int:
    lines = read_demo_lines()
    loaded = set(Article.objects.filter(origin_id__in=lines).values_list("origin_id", flat=True))
    return article_archive.import_articles(
        [line for name, line in lines.items() if name not in loaded], folder=DEMO
    ).created


def load_rates() -> int:
    with (DEMO / "rates.csv").open() as file:
        rows = list(csv.DictReader(file))
    created = 0
    for day, quotes in groupby(rows, key=lambda row: date.fromisoformat(row["day"])):
        answer = Answer(
            day,
            tuple(
                Quote(day, row["code"], int(row["nominal"]), Decimal(row["value"]), Decimal(row["change"]), "")
                for row in quotes
            ),
        )
        created += store_answer(answer).created
    return created


def load_accounts() -> int:
    """Create a demo editor and chief editor, but only as long as there is no user and no article but the demo's."""
    if User.objects.exists() or Article.objects.exclude(origin_id__in=read_demo_lines()).exists():
        return 0
    lines = []
    with transaction.atomic():
        for name, group in ACCOUNTS.items():
            password = secrets.token_urlsafe(9)
            user = User.objects.create_user(name, password=password, is_staff=True)
            user.groups.add(Group.objects.get(name=group))
            lines.append(f"{name} {password}\n")
    accounts_file().touch(mode=0o600)
    accounts_file().write_text("".join(lines))
    return len(lines)
