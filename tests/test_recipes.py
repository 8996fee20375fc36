"""Follows the recipes of docs/how-to to the letter, each in a copy of the project, and checks what they promise."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
HOW_TO = ROOT / "docs" / "how-to"
COPIED, LINKED = ("news", "portal", "rates", "templates", "manage.py"), ("static",)

STEP = re.compile(
    r"^In (?P<new>a new file )?`(?P<file>[^`]+)`"
    r"(?:, (?P<where>above|below|instead of) the line `(?P<line>[^`]+)`)?:\n\n"
    r"```\w+\n(?P<code>.*?)^```$|^Run `manage\.py (?P<command>[^`]+)`",
    re.MULTILINE | re.DOTALL,
)
BY_HAND = 3
"""So many files, at most, are written by hand in a recipe."""

BEGIN = """
import importlib, json, shlex, sys
import django

django.setup()

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from news.models import Article, Source

call_command("check", fail_level="WARNING")
for command in json.loads(sys.argv[1]):
    call_command(*shlex.split(command), verbosity=0)
importlib.invalidate_caches()  # there are new migrations
call_command("makemigrations", check_changes=True, dry_run=True)
call_command("migrate", verbosity=0)
names = {"name_kk": "Сенат", "name_ru": "Сенат", "name_en": "Senate"}
source = Source.objects.create(slug="senat", **names, **{f"short_{name}": text for name, text in names.items()})

def make_article(**fields):
    texts = {"title_kk": "Отырыс", "slug_kk": "otyrys", "body_kk": "<p>Мәтін.</p>"}
    state = {"status": "approved", "publish_at": timezone.now()}
    return Article.objects.create(source=source, **{**state, **texts, **fields})

client = Client(raise_request_exception=True)
"""


@pytest.fixture(scope="session")
def migrated(tmp_path_factory) -> Path:
    """A SQLite file with the project's tables as they are, which each copy of the project begins with."""
    folder = tmp_path_factory.mktemp("migrated")
    manage = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(manage, cwd=ROOT, env=environment(folder), check=True)
    return folder / "db.sqlite3"


@pytest.fixture
def follow(tmp_path: Path, migrated: Path) -> Callable[..., dict[str, Any]]:
    """Does what a recipe says in a copy of the project, then runs Python there and returns what it printed as JSON."""

    def follow(recipe: str, code: str) -> dict[str, Any]:
        project, data = tmp_path / "project", tmp_path / "data"
        make_copy(project)
        data.mkdir()
        shutil.copy(migrated, data / "db.sqlite3")
        commands = apply((HOW_TO / recipe).read_text(), project)
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + code, json.dumps(commands)],
            cwd=project,
            env=environment(data),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    return follow


def environment(data: Path) -> dict[str, str]:
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "of a copy that lives for a minute",
        "DEBUG": "1",  # the static files need not be collected
        "ALLOWED_HOSTS": "testserver",
        "SITE_URL": "http://testserver",
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'db.sqlite3'}",
        "CACHE_URL": "",
        "EMAIL_URL": "",
    }


def make_copy(project: Path) -> None:
    """With the compiled Python beside each file, which is good as long as the file is not changed."""
    project.mkdir()
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, project / name)
    for name in LINKED:
        (project / name).symlink_to(ROOT / name)


def apply(recipe: str, project: Path) -> list[str]:
    """Changes the files as a page says. Returns the commands that it wants to be run."""
    steps = list(STEP.finditer(recipe))
    assert len({step["file"] for step in steps if step["file"]}) in range(1, BY_HAND + 1)
    assert recipe.count("```") == 2 * len([step for step in steps if step["file"]]), "some code stands in no step"
    for step in steps:
        if step["file"]:
            change(project / step["file"], step)
    return [step["command"] for step in steps if step["command"]]


def change(file: Path, step: re.Match[str]) -> None:
    if step["new"]:
        assert not file.exists(), file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(step["code"])
        if file.suffix == ".po":
            compile_catalogue(file)
        return
    lines = file.read_text().splitlines(keepends=True)
    (place,) = [number for number, line in enumerate(lines) if line.strip().startswith(step["line"])]
    after = place if step["where"] == "above" else place + 1
    before = place if step["where"] == "instead of" else after
    file.write_text("".join([*lines[:before], step["code"], *lines[after:]]))


def compile_catalogue(file: Path) -> None:
    """As `make` does before it runs anything."""
    with file.open("rb") as source, file.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(source))


def test_every_recipe_is_followed():
    recipes = {page.name for page in HOW_TO.glob("*.md")} - {"README.md"}
    followed = set(re.findall(r'follow\(\s*"([\w-]+\.md)"', Path(__file__).read_text()))

    assert recipes == followed


def test_share_link(follow):
    page = follow(
        "share-link.md",
        """
page = client.get(make_article().get_absolute_url())
print(json.dumps({"status": page.status_code, "html": page.text}))
""",
    )

    address = "https://www.linkedin.com/sharing/share-offsite/?url=http%3A%2F%2Ftestserver%2Fnews%2F1-otyrys%2F"
    link = f'<a href="{address}" rel="noopener" target="_blank">LinkedIn</a>'
    assert page["status"] == 200
    assert page["html"].count(link) == 1


def test_currency(follow):
    pages = follow(
        "currency.md",
        """
from decimal import Decimal
from django.contrib.auth.models import Group, User
from rates.models import Currency
from rates.nationalbank import Answer, Quote
from rates.update import store

day = timezone.localdate()
store(Answer(day, tuple(Quote(day, code, 1, Decimal("66.10"), Decimal(0), "") for code in ("MNT", "USD", "GBP"))))
pages = [client.get("/").text]
chief = User.objects.create_user("chief", is_staff=True)
chief.groups.add(Group.objects.get(name="Бас редактор"))
client.force_login(chief, "django.contrib.auth.backends.ModelBackend")
pound = Currency.objects.get(code="GBP")
form = {f"name_{language}": getattr(pound, f"name_{language}") for language in ("kk", "ru", "en")}
form |= {"in_widget": "on", "position": "9", "jump_limit": pound.jump_limit}
saved = client.post(f"/admin/rates/currency/{pound.pk}/change/", form)
client.logout()
pages += [client.get("/").text, client.get("/en/rates/mnt/").text]
print(json.dumps({"saved": saved.status_code, "pages": pages}))
""",
    )

    before, after, new = pages["pages"]
    assert pages["saved"] == 302
    assert re.findall("<dt>(.+?)</dt>", before) == ["USD", "MNT"]
    assert re.findall("<dt>(.+?)</dt>", after) == ["USD", "MNT", "GBP"]
    assert "Mongolian tugrik" in new


def test_job(follow):
    job = follow(
        "job.md",
        """
from datetime import datetime
from portal import jobs
from portal.models import JobRun

make_article(status="draft", publish_at=None)
plan = next(plan for plan in jobs.plans() if plan.command == "count_drafts")
jobs.write_down()
jobs.Runner([plan]).run_due()
run = JobRun.objects.get(job__name=plan.name)
sunday = datetime.fromisoformat("2026-11-29T08:00+05:00")
due = [plan.next(sunday)]
due.append(plan.next(due[0]))
print(json.dumps({"outcome": run.outcome, "message": run.message, "due": [str(moment) for moment in due]}))
""",
    )

    assert job["outcome"] == "done"
    assert job["message"] == "Drafts: 1."
    assert job["due"] == ["2026-11-30 06:30:00+05:00", "2026-11-30 07:00:00+05:00"]


def test_page(follow):
    pages = follow(
        "page.md",
        """

ended = {"slug": "ended", "active_until": "2026-06-30"}
Source.objects.create(**ended, name_kk="Бұрынғы", name_ru="Бывший", name_en="Former body")
pages = {address: client.get(address) for address in ("/former/", "/ru/former/", "/en/former/", "/kk-arab/former/")}
print(json.dumps({address: [page.status_code, page.text] for address, page in pages.items()}))
""",
    )

    assert {address: status for address, (status, _html) in pages.items()} == dict.fromkeys(pages, 200)
    assert '<a href="/sources/ended/">Бұрынғы</a>' in pages["/former/"][1]
    assert '<a href="/en/sources/ended/">Former body</a>' in pages["/en/former/"][1]
    assert pages["/en/former/"][1].count("/sources/senat/") == 1  # in the menu, as on every page


def test_article_kind(follow):
    pages = follow(
        "article-kind.md",
        """
from django.contrib.auth.models import User

report, news = make_article(kind="report"), make_article(kind="news")
pages = {article.kind: client.get(article.get_absolute_url()).text for article in (report, news)}
listed = client.get("/api/v1/articles/?kind=report").json()["articles"]
client.force_login(User.objects.create_superuser("admin"), "django.contrib.auth.backends.ModelBackend")
form = client.get("/admin/news/article/add/").text
print(json.dumps({"pages": pages, "listed": [each["kind"] for each in listed], "form": form}))
""",
    )

    mark = '<p class="kind-mark">Report: Сенат</p>'
    assert pages["pages"]["report"].count(mark) == 1
    assert pages["pages"]["report"].count("<p>Мәтін.</p>") == 1
    assert mark not in pages["pages"]["news"]
    assert pages["listed"] == ["report"]
    assert '<option value="report">Report</option>' in pages["form"]


def test_language(follow):
    pages = follow(
        "language.md",
        """
from django.contrib.auth.models import User

from news.editorial import revisions

Source.objects.update(name_tr="Senato", short_name_tr="Senato")
article = make_article(title_tr="Oturum", slug_tr="oturum", body_tr="<p>Türkçe metin.</p>")
revisions.read_off(article)
make_article()
tr = ["news/1-oturum/", "news/2-otyrys/", "feed.rss", "search/?q=oturum"]
addresses = ["/tr/", *(f"/tr/{path}" for path in tr), "/news/1-otyrys/"]
pages = {address: client.get(address) for address in addresses}
pages = {address: [page.status_code, page.text] for address, page in pages.items()}
found = client.get("/api/v1/articles/?language=tr").json()["articles"]
client.force_login(User.objects.create_superuser("admin"), "django.contrib.auth.backends.ModelBackend")
form = client.get("/admin/news/article/add/").text
print(json.dumps({"pages": pages, "form": form, "found": [each["title"] for each in found]}))
""",
    )

    statuses = {address: status for address, (status, _html) in pages["pages"].items()}
    assert statuses == {address: 404 if "2-otyrys" in address else 200 for address in statuses}
    assert '<html lang="tr" dir="ltr">' in pages["pages"]["/tr/"][1]
    assert "Bütün haberler" in pages["pages"]["/tr/"][1]
    assert "Oturum" in pages["pages"]["/tr/"][1]
    assert "<p>Türkçe metin.</p>" in pages["pages"]["/tr/news/1-oturum/"][1]
    assert "Oturum" in pages["pages"]["/tr/feed.rss"][1]
    assert "/tr/news/1-oturum/" in pages["pages"]["/tr/search/?q=oturum"][1]
    assert 'hreflang="tr"' in pages["pages"]["/news/1-otyrys/"][1]
    assert 'name="title_tr"' in pages["form"]
    assert pages["found"] == ["Oturum"]


def test_article_field(follow):
    seen = follow(
        "article-field.md",
        """
from django.contrib.auth.models import User
from news.import_export.articles import export_articles, import_articles

admin = User.objects.create_superuser("admin")
client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
texts = {"title_kk": "Отырыс", "body_kk": "<p>Мәтін.</p>", "audience_kk": "Студенттерге"}
form = {"kind": "news", "source": source.pk, "publish_at_0": "", "publish_at_1": "", **texts}
client.post("/admin/news/article/add/", form | {"_publish": "1"})
article = Article.objects.get()
client.post(f"/admin/news/article/{article.pk}/change/", form | {"base": "1", "audience_kk": "Мұғалімдерге"})
history = client.get(f"/admin/news/article/{article.pk}/revisions/2/").text
client.logout()

(line,) = export_articles(Article.objects.all())
(brought,) = [json.loads(line)]
brought |= {"id": "brought", "audience": {"kk": "Оқушыларға"}}
outcome = import_articles([json.dumps(brought)])
description = client.get("/api/v1/openapi.json").json()
print(json.dumps({
    "page": client.get(article.get_absolute_url()).text,
    "api": client.get(f"/api/v1/articles/{article.pk}/").json()["languages"]["kk"],
    "described": description["components"]["schemas"]["Text"]["properties"]["audience"],
    "revisions": [each.content["audience_kk"] for each in article.revisions.order_by("number")],
    "history": history,
    "line": json.loads(line),
    "created": outcome.created,
    "brought": Article.objects.get(origin_id="brought").audience_kk,
}))
""",
    )

    assert seen["page"].count('<p class="audience">Студенттерге</p>') == 1
    assert seen["api"]["audience"] == "Студенттерге"
    assert seen["described"]["type"] == "string"
    assert seen["revisions"] == ["Студенттерге", "Мұғалімдерге"]
    assert "<del>Студенттерге</del>" in seen["history"]
    assert "<ins>Мұғалімдерге</ins>" in seen["history"]
    assert seen["line"]["audience"] == {"kk": "Студенттерге"}
    assert seen["created"] == 1
    assert seen["brought"] == "Оқушыларға"
