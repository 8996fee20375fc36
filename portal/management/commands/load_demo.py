"""Loads the demo content, which a newcomer sees first and which the tests use."""

import csv
import json
import secrets
from argparse import ArgumentParser
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from news.import_export import articles as article_archive
from news.models import Article, Channel, DailyHits, FrontSection, HitTotal, Person, Source, Term, Topic
from news.models.front_section import publish_plan
from portal.models import SiteSettings
from portal.page_cache.generation import invalidate_pages
from rates.nationalbank import Answer, Quote
from rates.update import store_answer

DEMO = Path(__file__).resolve().parents[2] / "demo"
REFERENCE = datetime.fromisoformat("2026-11-23T08:30:00+05:00")
"""The newest published article of the demo as it is written down; it was published just now, wherever it is loaded."""
RECENT = datetime.fromisoformat("2026-11-01T00:00:00+05:00")
"""What is written down as newer moves along with it; what is older happened when it did."""
DAYS_OF_RATES = 14
"""So many days up to today have rates: those of the last days that are written down, where the bank gave none yet."""
MOST_READINGS = 640
ACCOUNTS = {"editor": "Тілші", "chief": "Бас редактор"}


class Command(BaseCommand):
    help = (
        "Loads the demo content: the seed article and others around it, sources, topics, people, terms of law, rates "
        "and two accounts. Harmless when repeated: what is there already is left as it is."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--channel", action="store_true", help="with a Telegram channel, if there is none")

    def handle(self, *args: Any, channel: bool, **options: Any) -> None:
        load_site()
        load_names()
        load_terms()
        articles = load_articles()
        load_front_page()
        if channel and not Channel.objects.exists():
            Channel.objects.create(name="Demo", chat_id="@demo", since=timezone.now() - timedelta(days=1))
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
    new = [move_to_today(line, timezone.now()) for name, line in lines.items() if name not in loaded]
    created = article_archive.import_articles(new, folder=DEMO).created
    if created and not loaded:
        load_readings()
    return created


def move_to_today(line: str, now: datetime) -> str:
    """A line of the archive whose moment is as far from now as it is written down to be from REFERENCE."""
    article = json.loads(line)
    moment = datetime.fromisoformat(article["publish_at"])
    if moment < RECENT:
        return line
    moved = moment + timedelta(days=(timezone.localdate(now) - REFERENCE.date()).days)
    if moment <= REFERENCE:
        moved = min(moved, now - (REFERENCE - moment) / 60)
    return json.dumps(article | {"publish_at": moved.isoformat()}, ensure_ascii=False)


def load_readings() -> None:
    """Readings of today for the newest articles, so that there is something most read."""
    newest = Article.objects.published().filter(title_kk__gt="").order_by("-publish_at")[1:7]
    for place, article in enumerate(newest):
        count = MOST_READINGS // (place + 1)
        DailyHits.objects.create(article=article, edition="kk", day=timezone.localdate(), count=count)
        HitTotal.objects.update_or_create(article=article, defaults={"counted": count})


def load_front_page() -> None:
    """The sections of the front page, if nobody has arranged any."""
    if FrontSection.objects.exists():
        return
    for position, fields in enumerate(json.loads((DEMO / "front.json").read_text()), 1):
        topic = Topic.objects.get(slug=slug) if (slug := fields.pop("topic", None)) else None
        FrontSection.objects.create(position=10 * position, topic=topic, **flatten_translations(fields))
    publish_plan()


def load_rates() -> int:
    with (DEMO / "rates.csv").open() as file:
        rows = list(csv.DictReader(file))
    days = {date.fromisoformat(day): list(quotes) for day, quotes in groupby(rows, key=lambda row: row["day"])}
    return sum(store_answer(make_answer(day, quotes)).created for day, quotes in continue_rates(days).items())


def continue_rates(days: dict[date, list[dict[str, str]]]) -> dict[date, list[dict[str, str]]]:
    """The rates by day, and those of the last of these days once more up to today."""
    last, today = max(days), timezone.localdate()
    first = max(last + timedelta(days=1), today - timedelta(days=DAYS_OF_RATES - 1))
    missing = [first + timedelta(days=number) for number in range((today - first).days + 1)]
    return days | {day: days[last - (today - day)] for day in missing}


def make_answer(day: date, quotes: list[dict[str, str]]) -> Answer:
    return Answer(
        day,
        tuple(
            Quote(day, row["code"], int(row["nominal"]), Decimal(row["value"]), Decimal(row["change"]), "")
            for row in quotes
        ),
    )


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
