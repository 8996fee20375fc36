"""The demo content, walked through as readers and editors meet it."""

import json
import re
import shutil
import subprocess
from datetime import datetime
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.utils.html import strip_tags

from news.models import Article, Image, Source, Topic
from portal.management.commands.load_demo import accounts_file
from rates.models import Rate
from tests.support.crawler import STARTS, body, crawl

pytestmark = [pytest.mark.once, pytest.mark.django_db]

SEED_DAY = datetime(2024, 3, 7, 18, 0, tzinfo=ZoneInfo("Asia/Almaty"))


SEED_PAGE = (Path(__file__).parent / "samples" / "seed_page.txt").read_text()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo content in a transaction around all tests of this module; gives the folder of its pictures."""
    folder = tmp_path_factory.mktemp("demo")
    accounts_file().unlink(missing_ok=True)
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(MEDIA_ROOT=folder):
            call_command("load_demo", stdout=StringIO())
        yield folder
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def pages(loaded, django_db_blocker) -> dict[str, str]:
    """Pages of every kind that a reader can reach, and two beside."""
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=loaded):
        answers = crawl(Client(), starts=[*STARTS, "/missing/", "/admin/login/"], of_each_kind=8)
    for answer in answers.values():
        if answer.streaming:
            answer.getvalue()  # or a document would stay open
    assert [path for path, answer in answers.items() if answer.status_code not in (200, 301)] == ["/missing/"]
    return {path: body(answer) for path, answer in answers.items() if "html" in answer.headers["Content-Type"]}


@pytest.fixture(autouse=True)
def demo(fresh, loaded, settings):
    settings.MEDIA_ROOT = loaded


@pytest.fixture
def seed() -> Article:
    return Article.objects.get(origin_id="seed-mslihat-2024")


def words(html: str) -> str:
    """The text of a page as one line."""
    return " ".join(strip_tags(html).replace("\N{NO-BREAK SPACE}", " ").split())


def test_seed_article_holds_every_part_of_the_seed_page(client, seed):
    with time_machine.travel(SEED_DAY, tick=False):
        page = words(client.get(seed.get_absolute_url()).content.decode())

    # The page writes numbers as Kazakh does, with a comma; all else is the printed page letter for letter.
    title_and_text = [" ".join(part.split()) for part in SEED_PAGE.split("\n\n")[1:]]
    header = ["RUB 5,43", "USD 477,03", "EUR 521,44", "Басты сайтқа өту", "Сенат 07 Наурыз, 2024"]
    assert [part for part in header + title_and_text if part not in page] == []


def test_seed_article_tells_the_rates_of_its_own_day_beside_todays(client, seed):
    with time_machine.travel(datetime(2026, 11, 23, 12, 0, tzinfo=SEED_DAY.tzinfo), tick=False):
        page = words(client.get(seed.get_absolute_url()).content.decode())

    assert [part in page for part in ("USD 472,31", "USD 477,03")] == [True, True]


def test_loading_again_changes_nothing(loaded):
    def state():
        return [list(model.objects.order_by("pk").values()) for model in (Article, Source, Topic, Image, Rate, User)]

    before, passwords = state(), accounts_file().read_text()
    Topic.objects.filter(slug="budget").update(name_kk="Редактор өзгертті")
    Article.objects.filter(origin_id="seed-mslihat-2024").update(title_kk="Редактор өзгертті")
    edited = state()
    call_command("load_demo", stdout=StringIO())

    assert state() == edited
    assert edited != before
    assert accounts_file().read_text() == passwords


class Inline(HTMLParser):
    """What the content policy forbids, and what a template forgot to fill in."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found = re.findall(r"\{[{%#].{0,40}", html)
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") != "application/ld+json"):
            self.found.append(f"<{tag}>")
        self.found += [f"<{tag} {name}>" for name in given if name == "style" or name.startswith("on")]
        for name in ("src", "srcset", "poster", "data") if tag != "link" else ("href",):
            loads = tag != "link" or given.get("rel") not in ("canonical", "alternate")
            if loads and re.match(r"(https?:)?//", given.get(name) or ""):
                self.found.append(f"<{tag} {name}={given[name]}>")


def test_pages_hold_nothing_inline_and_load_nothing_from_elsewhere(pages):
    assert {path: found for path, html in pages.items() if (found := Inline(html).found)} == {}
    assert len(pages) > 100


class Cyrillic(HTMLParser):
    """Cyrillic that a reader of another script would meet, outside of what is marked as another language."""

    VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
    READ = ("alt", "title", "aria-label", "placeholder", "content", "label", "data-label", "data-done")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.languages: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        language = given.get("lang") or (self.languages[-1] if self.languages else "")
        if tag not in self.VOID:
            self.languages.append("code" if tag in ("script", "style", "textarea", "code") else language)
        self.see(language, "".join(value or "" for name, value in attrs if name in self.READ))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            self.languages.pop()

    def handle_data(self, data: str) -> None:
        self.see(self.languages[-1] if self.languages else "", data)

    def see(self, language: str, text: str) -> None:
        if language in ("kk-Latn", "kk-Arab"):
            self.found += re.findall("[\u0400-\u052f]+", text)


@pytest.mark.parametrize("prefix", ["/kk-latn/", "/kk-arab/"])
def test_no_cyrillic_is_left_in_other_scripts(pages, prefix):
    derived = {path: html for path, html in pages.items() if path.startswith(prefix)}

    assert {path: found for path, html in derived.items() if (found := Cyrillic(html).found)} == {}
    assert len(derived) > 30
    assert Cyrillic('<p lang="kk-Latn"><b title="а">б</b><i lang="ru">в</i>г</p>').found == ["а", "б", "г"]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_demo_shows_no_empty_place(client, language):
    prefix = "" if language == "kk" else f"/{language}"

    for page in ("/", "/news/", "/rates/", "/about/", "/archive/"):
        answer = client.get(prefix + page)

        assert answer.status_code == 200
        assert "None" not in answer.content.decode()


def checker() -> list[str]:
    """The Nu HTML checker's command, where `make check` could install it."""
    jar = Path(__file__).parents[1] / "var/tools/node_modules/vnu-jar/build/dist/vnu.jar"
    java = shutil.which("java")
    return [java, "-jar", str(jar)] if java and jar.exists() else []


@pytest.mark.skipif(not checker(), reason="the Nu HTML checker needs Java, and npm to install it")
def test_every_page_is_valid_html(pages, tmp_path):
    names = {}
    for number, (path, html) in enumerate(pages.items()):
        (tmp_path / f"{number}.html").write_text(html)
        names[f"{number}.html"] = path

    run = subprocess.run(
        [*checker(), "--format", "json", "--exit-zero-always", *tmp_path.glob("*.html")],
        capture_output=True,
        check=True,
    )

    messages = json.loads(run.stderr)["messages"]
    assert [
        (names[each["url"].rsplit("/", 1)[1]], each["message"]) for each in messages if each["type"] == "error"
    ] == []
