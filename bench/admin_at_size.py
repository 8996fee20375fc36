"""Does the editors' side cost as much with 200,000 articles as with 1,000?

    python -m bench.admin_at_size postgres://postgres@127.0.0.1/bench

creates the databases bench_1000 and bench_200000, fills both in the same proportions (states, languages, kinds,
pictures, revisions, log, readings, subscribers) and drops them afterwards; with --keep they stay and are used again.

One process for each signs in as a chief editor who may see everything and asks every address of the admin, turn about:
the desk; each list with its page 20, each choice of each filter, each column it can be sorted by, both ways, its years,
months and days, and its search; an article's form, history, statistics and other pages; adding, saving, submitting and
publishing; and the index of the sitemaps. Requests go through the whole of Django; the time is that on the wall, the
database included. Printed: milliseconds (median) in each, the ratio of the pairs (median), the queries, and the lines
of a list. Exits with 1 when a ratio is above --limit where both show as many lines, or the larger database needs more
than --ms, or a save more than --save-ms. Only the newest 3,000 articles are searchable, because indexing takes an hour;
`bench.search` measures large indexes.
"""

import argparse
import json
import logging
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import psycopg

from bench.own_portal import ROOT

SEARCHABLE = 3_000
WORD = "сенат"

FILL = """
UPDATE news_article SET publish_at = NULL, status = 'draft' WHERE id % 200 = 7;
UPDATE news_article SET status = 'review', changed_at = publish_at WHERE id % 500 = 3;
UPDATE news_article SET status = 'returned' WHERE id % 1000 = 5;
UPDATE news_article SET status = 'withdrawn', withdrawn_at = publish_at + interval '1 day' WHERE id % 500 = 11;
UPDATE news_article SET status = 'draft', deleted_at = now() WHERE id % 100 = 13;
UPDATE news_article SET pending = 'draft' WHERE id % 1000 = 17;
UPDATE news_article SET publish_at = now() + id * interval '1 minute' WHERE id % 1000 = 19;
UPDATE news_article SET pinned = true WHERE id % 1000 = 23;
UPDATE news_article SET title_en = NULL, lead_en = NULL, body_en = NULL WHERE id % 3 = 0;
UPDATE news_article SET title_ru = NULL, lead_ru = NULL, body_ru = NULL WHERE id % 50 = 1;
UPDATE news_article SET title_kk = NULL, title = '', lead_kk = NULL, body_kk = NULL WHERE id % 1000 = 29;
DELETE FROM news_article_topics WHERE article_id % 30 = 2;
UPDATE news_article SET kind = 'press_release' WHERE id % 10 = 4;
UPDATE news_article SET kind = 'interview' WHERE id % 200 = 9;
UPDATE news_hittotal SET counted = 0 FROM news_article a WHERE a.id = article_id AND NOT (status = 'approved');
UPDATE news_hittotal SET ranked = counted + brought;

INSERT INTO news_image (token, file, width, height, alt, alt_kk, alt_ru, caption, credit, focus_x, focus_y,
    origin_sha256, uploaded_at, uploaded_by_id)
SELECT md5(n::text), 'originals/' || n || '.jpg', 1600, 900, 'Сурет ' || n, 'Сурет ' || n,
    CASE WHEN n % 20 > 0 THEN 'Снимок ' || n END, '', '', 50, 50, '', now() - n * interval '40 minutes', {user}
FROM generate_series(1, {number} / 2) AS n;
UPDATE news_article SET cover_id = 1 + id % ({number} / 2) WHERE id % 10 < 7;
UPDATE news_image SET alt_kk = '' WHERE id % 50 = 1;
UPDATE news_article SET cover_id = NULL WHERE cover_id % 5 = 1;
INSERT INTO news_placement (article_id, image_id)
SELECT id, 1 + (id * 7) % ({number} / 2) FROM news_article
WHERE id % 10 = 8 AND (1 + (id * 7) % ({number} / 2)) % 5 <> 1;

INSERT INTO news_attachment (token, file, filename, kind, size, sha256, title, title_kk, uploaded_at, uploaded_by_id)
SELECT md5(n::text), 'attachments/' || n || '.pdf', n || '.pdf', 'pdf', 90000, md5(n::text), 'Құжат ' || n,
    'Құжат ' || n, now() - n * interval '3 hours', {user}
FROM generate_series(1, {number} / 10) AS n;
INSERT INTO news_article_attachments (article_id, attachment_id)
SELECT n, n FROM generate_series(1, {number} / 10) AS n;

INSERT INTO news_revision (number, content, created_at, note, is_set_aside, article_id, created_by_id)
SELECT number, jsonb_build_object('title_kk', a.title_kk, 'lead_kk', a.lead_kk), coalesce(a.publish_at, now()), '',
    false, a.id, {user}
FROM news_article AS a, generate_series(1, 3) AS number ORDER BY a.id, number;
INSERT INTO django_admin_log
    (action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id)
SELECT coalesce(a.publish_at, now()), a.id::text, left(coalesce(a.title_kk, ''), 200), action,
    CASE action WHEN 1 THEN '' WHEN 2 THEN 'Approved.' ELSE 'Published.' END,
    (SELECT id FROM django_content_type WHERE app_label = 'news' AND model = 'article'), {user}
FROM news_article AS a, generate_series(1, 2) AS action ORDER BY a.id;
INSERT INTO django_admin_log
    (action_time, object_id, object_repr, action_flag, change_message, content_type_id, user_id)
SELECT now() - n * interval '50 minutes', {user}::text, 'chief', 2, 'Signed in. 127.0.0.1',
    (SELECT id FROM django_content_type WHERE app_label = 'auth' AND model = 'user'), {user}
FROM generate_series({number} / 4, 1, -1) AS n;
INSERT INTO axes_accessfailurelog (user_agent, ip_address, username, http_accept, path_info, attempt_time, locked_out)
SELECT 'curl', '10.0.0.1', 'admin' || n, '*/*', '/admin/login/', now() - n * interval '1 minute', n % 9 = 0
FROM generate_series({number} / 4, 1, -1) AS n;
INSERT INTO portal_job (name, holder, beats) VALUES ('rates', '', 0);
INSERT INTO portal_jobrun (due_at, started_at, finished_at, outcome, message, holder, attempts, job_id)
SELECT now() - n * interval '1 hour', now(), now(), CASE WHEN n % 50 = 0 THEN 'failed' ELSE 'done' END, '', '', 1, 1
FROM generate_series({number} / 4, 1, -1) AS n;

INSERT INTO news_subscription (email, edition, frequency, about, made_at, confirmed_at, told, bounces, dead_at)
SELECT 'reader-' || n || '@example.org', CASE WHEN n % 3 = 0 THEN 'ru' ELSE 'kk' END, 'daily', '[]', now(),
    CASE WHEN n % 20 > 0 THEN now() END, 0, CASE WHEN n % 100 = 0 THEN 2 ELSE 0 END, NULL
FROM generate_series(1, {number} / 2) AS n;
INSERT INTO news_letter (state, claim, trouble, articles, made_at, subscription_id)
SELECT CASE WHEN n % 500 = 0 THEN 'refused' ELSE 'due' END, '', '', '[]', now(), n
FROM generate_series(1, {number} / 4) AS n;
INSERT INTO news_channel (name, chat_id, edition, is_held, is_active, since)
VALUES ('Сенат', '@senat', 'kk', false, false, now());
INSERT INTO news_channelpost (state, claim, trouble, is_picture, text, channel_id, article_id, sent_at)
SELECT CASE WHEN n % 500 = 0 THEN 'refused' ELSE 'sent' END, '', '', false, 'Мәтін', 1, n, now()
FROM generate_series(1, {number}) AS n;
INSERT INTO news_knownword (language, word) SELECT 'kk', 'сөз' || n FROM generate_series(1, {number} / 10) AS n;
VACUUM ANALYZE;
"""


def fill(number: int) -> None:
    """Fills a migrated, empty database."""
    from django.contrib.auth.models import User
    from django.db import connection

    from bench import loading
    from news.models import Article
    from news.search.indexing import index_articles

    user = User.objects.create_superuser("chief", "chief@example.org")
    loading.load(number, list(loading.LANGUAGES))
    with connection.cursor() as cursor:
        for statement in FILL.format(number=number, user=user.pk).split(";\n"):
            cursor.execute(statement)
    newest = list(Article.objects.order_by("-pk").values_list("pk", flat=True)[:SEARCHABLE])
    for begin in range(0, len(newest), 500):
        index_articles(newest[begin : begin + 500])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


class Desk:
    """An editor at the admin of one database; asks what `work()` names."""

    def __init__(self) -> None:
        from django.contrib.auth.models import User
        from django.test import Client

        self.client = Client(raise_request_exception=False)
        self.client.force_login(User.objects.get(username="chief"))
        self.client.cookies["django_language"] = "kk"
        self.made = 0

    def get(self, address: str) -> Any:
        response = self.client.get(address)
        if response.status_code != 200:
            raise RuntimeError(f"{address}: {response.status_code} {response.headers.get('Location', '')}")
        return response

    def work(self) -> dict[str, Callable[[], Any]]:
        """What is measured, by name."""
        from news.models import Article

        article = Article.objects.filter(status="approved", pending="", pk__lt=900, pk__gt=400).first()
        assert article
        own = f"/admin/news/article/{article.pk}/"
        addresses = {"sitemap": "/sitemap.xml", "desk": "/admin/", **self.list_addresses()}
        for page in ("change", "history", "statistics", "links", "messengers", "quotations", "revisions/2"):
            addresses[f"article: {page}"] = f"{own}{page}/"
        work: dict[str, Callable[[], Any]] = {
            name: lambda address=address: self.get(address)  # type: ignore[misc]
            for name, address in addresses.items()
        }
        return {**work, **{f"save: {name}": getattr(self, name) for name in ("add", "save", "submit", "publish")}}

    def list_addresses(self) -> dict[str, str]:
        """Of every list of the admin: its pages, filters, columns and dates, as its own links have them."""
        from django.contrib import admin
        from django.test.utils import setup_test_environment, teardown_test_environment
        from django.urls import reverse

        setup_test_environment()  # keeps the context of a page
        found: dict[str, str] = {}
        for model, model_admin in admin.site._registry.items():
            name = model._meta.model_name
            if name == "sitesettings":
                continue
            address = reverse(f"admin:{model._meta.app_label}_{name}_changelist")
            changes = self.get(address).context["cl"]
            found[name] = address
            if self.client.get(f"{address}?p=20").status_code == 200:
                found[f"{name}, page 20"] = f"{address}?p=20"
            for spec in changes.filter_specs:
                for choice in list(spec.choices(changes))[1:]:
                    found[f"{name}, {spec.title}: {choice['display']}"] = address + choice["query_string"]
            for number, column in enumerate(changes.list_display):
                if changes.get_ordering_field(column) and (
                    changes.sortable_by is None or column in changes.sortable_by
                ):
                    found[f"{name}, by {column}"] = f"{address}?o={number}"
                    found[f"{name}, by {column}, reversed"] = f"{address}?o=-{number}"
            if model_admin.date_hierarchy:
                date = model_admin.date_hierarchy
                for number in (1, 2, 3):
                    parts = zip(("year", "month", "day"), ("2024", "5", "11"), strict=True)
                    chosen = "&".join(f"{date}__{part}={value}" for part, value in list(parts)[:number])
                    found[f"{name}, by {('year', 'month', 'day')[number - 1]}"] = f"{address}?{chosen}"
            if model_admin.search_fields:
                found[f"{name}, search"] = f"{address}?q={WORD}"
        teardown_test_environment()
        return found

    def post(self, address: str, data: dict[str, Any]) -> Any:
        response = self.client.post(address, data)
        if response.status_code != 302:
            errors = response.context["adminform"].form.errors if response.context else response.status_code
            raise RuntimeError(f"{address}: {errors}")
        return response

    def form(self, **fields: str) -> dict[str, Any]:
        from news.models import Source

        self.made += 1
        text = "<p>Сенат отырысында заң жобасы қаралды, баяндама жасалды.</p>" * 12
        return {
            "kind": "news", "source": Source.objects.order_by("pk").values_list("pk", flat=True)[0],
            "publish_at_0": "", "publish_at_1": "", "title_kk": f"Жаңа мақала {self.made}", "body_kk": text, **fields,
        }  # fmt: skip

    def add(self) -> Any:
        response = self.post("/admin/news/article/add/", self.form(_continue="1"))
        self.article = response.headers["Location"]
        return response

    def save(self) -> Any:
        return self.post(self.article, self.form(_continue="1"))

    def submit(self) -> Any:
        return self.post(self.article, self.form(_submit="1"))

    def publish(self) -> Any:
        return self.post(self.article, self.form(_publish="1"))


def answer() -> None:
    """Reads names and writes how many seconds each took, its queries and the lines it shows."""
    import django
    from django.conf import settings
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    django.setup()
    logging.disable(logging.INFO)
    work = Desk().work()
    print(json.dumps(list(work)), flush=True)
    for line in sys.stdin:
        name, _tab, count = line.rstrip("\n").partition("\t")
        queries = lines = 0
        began = time.perf_counter()
        if count:
            with CaptureQueriesContext(connection) as captured:
                response = work[name]()
            queries = len(captured)
            lines = response.content.count(b'name="_selected_action"')
        else:
            work[name]()
        print(json.dumps([time.perf_counter() - began, queries, lines]), flush=True)


class Site:
    """A process with one of the databases."""

    def __init__(self, database_url: str, folder: str) -> None:
        self.database_url, self.folder = database_url, folder

    def begin(self) -> list[str]:
        """Returns the names of what can be asked for."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bench.admin_at_size", "--answer"],
            cwd=ROOT, env=self.environment(), text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout
        names: list[str] = json.loads(self.process.stdout.readline())
        return names

    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SECRET_KEY": "of a portal that lives for a minute",
            "ALLOWED_HOSTS": "testserver",
            "SITE_URL": "http://testserver",
            "DEBUG": "",
            "DATA_DIR": self.folder,
            "DATABASE_URL": self.database_url,
            "CACHE_URL": "",
        }

    def create(self, number: int) -> None:
        parts = urlsplit(self.database_url)
        with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
            name = parts.path.strip("/")
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            connection.execute(f'CREATE DATABASE "{name}"')
        self.run("manage.py", "migrate", "--verbosity=0")
        self.run("-c", f"import django; django.setup()\nfrom bench.admin_at_size import fill\nfill({number})")

    def drop(self) -> None:
        parts = urlsplit(self.database_url)
        with psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{parts.path.strip("/")}" WITH (FORCE)')

    def run(self, *arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=self.environment(), check=True)

    def ask(self, name: str, *, count: bool = False) -> tuple[float, int, int]:
        """How many seconds it takes; with `count` also how many queries it makes and how many lines the list shows."""
        assert self.process.stdin
        assert self.process.stdout
        print(f"{name}\t{'count' if count else ''}", file=self.process.stdin, flush=True)
        seconds, queries, lines = json.loads(self.process.stdout.readline())
        return seconds, queries, lines

    def end(self) -> None:
        self.process.communicate()


def compare(name: str, small: Site, large: Site, rounds: int) -> tuple[float, float]:
    """Prints a line; returns the median ratio of the pairs and the milliseconds of the larger one.

    The ratio is 0 where the larger one shows more lines, because the smaller one has not that many.
    """
    _seconds, queries, lines = zip(*(site.ask(name, count=True) for site in (small, large)), strict=True)
    pairs = [(small.ask(name)[0], large.ask(name)[0]) for _ in range(rounds)]
    first, second = (statistics.median(seconds) * 1000 for seconds in zip(*pairs, strict=True))
    ratio = statistics.median(large / small for small, large in pairs)
    figures = f"{first:7.1f} {second:7.1f} {ratio:6.2f}   {queries[0]:3} {queries[1]:3}   {lines[0]:4} {lines[1]:4}"
    print(f"{name:52.52} {figures}", flush=True)
    return ratio if lines[0] == lines[1] else 0, second


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("database_url", nargs="?", default="")
    parser.add_argument("--articles", nargs=2, type=int, default=(1_000, 200_000))
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--limit", type=float, default=1.5)
    parser.add_argument("--ms", type=float, default=80)
    parser.add_argument("--save-ms", type=float, default=30)
    parser.add_argument("--only", default="", help="measure only what this regular expression finds")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--answer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        answer()
        return 0
    if not options.database_url:
        parser.error("the address of a database is missing")
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        sites = [Site(f"{options.database_url}_{number}", folder) for number in options.articles]
        try:
            for site, number in zip(sites, options.articles, strict=True):
                site.create(number)
            there = [site.begin() for site in sites]
            first, second = options.articles
            print(f"{'milliseconds, median':52} {first:7} {second:7}  ratio   queries     lines")
            for name in there[1]:
                if name in there[0] and re.search(options.only, name):
                    ratio, milliseconds = compare(name, *sites, rounds=options.rounds)
                    if ratio > options.limit or milliseconds > (
                        options.save_ms if name.startswith("save: ") else options.ms
                    ):
                        failed.append(name)
            for site in sites:
                site.end()
        finally:
            if not options.keep:
                for site in sites:
                    site.drop()
    print(f"{len(failed)} above the limits: {', '.join(failed)}" if failed else "All within the limits.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
