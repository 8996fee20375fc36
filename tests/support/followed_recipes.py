"""Runs in a copy of the project in which a recipe of docs/how-to was followed, and prints as JSON what it sees there.

    python tests/support/followed_recipes.py share-link.md ["makemigrations news" …]

The first argument is the recipe, the others are the commands that it wants to be run.
"""
# ruff: noqa: E402  # Django has to be set up before its models are imported

import importlib
import json
import shlex
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import django

django.setup()

from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from news.editorial.content import derive_from_rows
from news.import_export.articles import export_articles, import_articles
from news.models import Article, Correction, FrontSection, Source
from portal import jobs
from portal.models import JobRun
from rates.models import Currency
from rates.nationalbank import Answer, Quote
from rates.update import store_answer


def main(recipe: str, *commands: str) -> None:
    call_command("check", fail_level="WARNING")
    for command in commands:
        call_command(*shlex.split(command), verbosity=0)
    importlib.invalidate_caches()  # there are new migrations
    call_command("makemigrations", check_changes=True, dry_run=True)
    call_command("migrate", verbosity=0)
    print(json.dumps(LOOK_AT[recipe](Client())))


def look_at_share_link(client: Client) -> dict[str, Any]:
    page = client.get(make_article().get_absolute_url())
    return {"status": page.status_code, "html": page.text}


def look_at_front_section(client: Client) -> dict[str, Any]:
    """The front page with the new section alone, before there is anything in it and after."""
    FrontSection.objects.create(kind="corrected", is_public=True)
    for number in range(5):
        make_article(title_en=f"News {number}", slug_en="x")
    yesterday = timezone.now() - timedelta(days=1)
    article = make_article(title_en="Corrected title", slug_en="x", publish_at=yesterday)
    empty = client.get("/en/").text
    Correction.objects.create(article=article, note_en="A name was misspelt.")
    return {"empty": empty, "front": client.get("/en/").text}


def look_at_currencies(client: Client) -> dict[str, Any]:
    """The header before and after a chief editor puts the pound into it, and the page of the new currency."""
    day = timezone.localdate()
    quotes = [Quote(day, code, 1, Decimal("66.10"), Decimal(0), "") for code in ("MNT", "USD", "GBP")]
    store_answer(Answer(day, tuple(quotes)))
    before = client.get("/").text
    chief = User.objects.create_user("chief", is_staff=True)
    chief.groups.add(Group.objects.get(name="Бас редактор"))
    sign_in(client, chief)
    pound = Currency.objects.get(code="GBP")
    form = {f"name_{language}": getattr(pound, f"name_{language}") for language in ("kk", "ru", "en")}
    form |= {"in_widget": "on", "position": "9", "jump_limit": pound.jump_limit}
    saved = client.post(f"/admin/rates/currency/{pound.pk}/change/", form)
    client.logout()
    after, new = (client.get(address).text for address in ("/", "/en/rates/mnt/"))
    return {"saved": saved.status_code, "before": before, "after": after, "new": new}


def look_at_job(client: Client) -> dict[str, Any]:
    make_article(status="draft", publish_at=None)
    plan = next(plan for plan in jobs.load_plans() if plan.command == "count_drafts")
    jobs.create_missing_jobs()
    jobs.Runner([plan]).run_due()
    run = JobRun.objects.get(job__name=plan.name)
    sunday = datetime.fromisoformat("2026-11-29T08:00+05:00")
    first = plan.next(sunday)
    return {"outcome": run.outcome, "message": run.message, "due": [str(first), str(plan.next(first))]}


def look_at_page(client: Client) -> dict[str, Any]:
    make_source()
    make_source(slug="ended", active_until="2026-06-30", name_kk="Бұрынғы", name_ru="Бывший", name_en="Former body")
    return get_all(client, "/former/", "/ru/former/", "/en/former/", "/kk-arab/former/")


def look_at_kind(client: Client) -> dict[str, Any]:
    report, news = make_article(kind="report"), make_article(kind="news")
    pages = {article.kind: client.get(article.get_absolute_url()).text for article in (report, news)}
    listed = client.get("/api/v1/articles/?kind=report").json()["articles"]
    sign_in(client, User.objects.create_superuser("admin"))
    form = client.get("/admin/news/article/add/").text
    return {"pages": pages, "listed": [each["id"] == report.pk for each in listed], "form": form}


def look_at_language(client: Client) -> dict[str, Any]:
    source = make_source(name_tr="Senato", short_name_tr="Senato")
    article = make_article(source=source, title_tr="Oturum", slug_tr="oturum", body_tr="<p>Türkçe metin.</p>")
    derive_from_rows([article])
    make_article(source=source)
    turkish = ("", "news/1-oturum/", "news/2-otyrys/", "feed.rss", "search/?q=oturum")
    pages = get_all(client, "/news/1-otyrys/", *(f"/tr/{path}" for path in turkish))
    listed = client.get("/api/v1/articles/?language=tr").json()["articles"]
    sign_in(client, User.objects.create_superuser("admin"))
    form = client.get("/admin/news/article/add/").text
    return {"pages": pages, "form": form, "listed": [each["title"] for each in listed]}


def look_at_field(client: Client) -> dict[str, Any]:
    """What becomes of a value that an editor publishes and then changes."""
    sign_in(client, User.objects.create_superuser("admin"))
    texts = {"title_kk": "Отырыс", "body_kk": "<p>Мәтін.</p>", "audience_kk": "Студенттерге"}
    form = {"kind": "news", "source": make_source().pk, "publish_at_0": "", "publish_at_1": "", **texts}
    client.post("/admin/news/article/add/", form | {"_publish": "1"})
    article = Article.objects.get()
    published = article.revisions.latest("number")
    newer = form | {"base": published.number, "audience_kk": "Мұғалімдерге"}
    client.post(f"/admin/news/article/{article.pk}/change/", newer)
    history = client.get(f"/admin/news/article/{article.pk}/revisions/{published.number + 1}/").text
    client.logout()
    (line,) = map(json.loads, export_articles(Article.objects.all()))
    outcome = import_articles([json.dumps(line | {"id": "brought", "audience": {"kk": "Оқушыларға"}})])
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    return {
        "page": client.get(article.get_absolute_url()).text,
        "api": client.get(f"/api/v1/articles/{article.pk}/").json()["languages"]["kk"],
        "described": schemas["Text"]["properties"]["audience"],
        "published": published.content["audience_kk"],
        "newest": article.revisions.latest("number").content["audience_kk"],
        "history": history,
        "line": line,
        "created": outcome.created,
        "brought": Article.objects.filter(origin_id="brought").values_list("audience_kk", flat=True).first(),
    }


LOOK_AT: dict[str, Callable[[Client], dict[str, Any]]] = {
    "front-section.md": look_at_front_section,
    "share-link.md": look_at_share_link,
    "currency.md": look_at_currencies,
    "job.md": look_at_job,
    "page.md": look_at_page,
    "article-kind.md": look_at_kind,
    "language.md": look_at_language,
    "article-field.md": look_at_field,
}


def make_source(**fields: Any) -> Source:
    names = {"name_kk": "Сенат", "name_ru": "Сенат", "name_en": "Senate"}
    short_names = {f"short_{name}": text for name, text in names.items()}
    return Source.objects.create(**{"slug": "senat", **names, **short_names, **fields})


def make_article(**fields: Any) -> Article:
    source = fields.pop("source", None) or Source.objects.first() or make_source()
    texts = {"title_kk": "Отырыс", "slug_kk": "otyrys", "body_kk": "<p>Мәтін.</p>"}
    state = {"status": "approved", "publish_at": timezone.now()}
    return Article.objects.create(**{"source": source, **state, **texts, **fields})


def sign_in(client: Client, user: User) -> None:
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")


def get_all(client: Client, *addresses: str) -> dict[str, Any]:
    """The status and the content of each page."""
    pages = {address: client.get(address) for address in addresses}
    return {address: [page.status_code, page.text] for address, page in pages.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
