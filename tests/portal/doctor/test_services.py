"""What the doctor says of database, cache, mail and clocks; the databases that are wrong are real ones."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as own_settings
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from portal.doctor import services
from portal.settings import cache_of, mailer_of
from tests.support.frozen import frozen_server
from tests.support.mail_server import MailServer
from tests.support.pauses import end_pauses
from tests.support.places import Place, empty_place
from tests.support.servers import serving

pytestmark = pytest.mark.django_db

on_postgresql = pytest.mark.skipif("sqlite" in own_settings.DATABASES["default"]["ENGINE"], reason="of PostgreSQL")
on_sqlite = pytest.mark.skipif("sqlite" not in own_settings.DATABASES["default"]["ENGINE"], reason="of SQLite")


def said(check) -> str:
    return " ".join(f"{level}: {sentence}" for level, sentence in check())


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    with empty_place(tmp_path / "place") as made:
        yield made


# Database


@on_postgresql
def test_postgresql_with_utf8_is_well():
    assert said(services.check_database) == ""
    assert said(services.check_connections) == ""


@on_sqlite
def test_sqlite_is_for_one_desk():
    assert said(services.check_database).startswith("hint: ")
    assert said(services.check_connections) == ""


def test_database_that_does_not_answer(place):
    found = place.examine(DATABASE_URL="postgres://portal:hunter2@127.0.0.1:9/portal")

    assert found["database"].startswith("wrong: ")
    assert "DATABASE_URL" in found["database"]
    assert "hunter2" not in str(found)
    assert {name for name, text in found.items() if text.startswith("unknown: ")} >= {"migrations", "jobs", "rates"}


@on_postgresql
def test_database_of_another_encoding(tmp_path):
    options = "TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'"
    with empty_place(tmp_path / "place", options) as place:
        assert "SQL_ASCII" in place.examine()["database"]


@on_postgresql
def test_database_that_knows_no_cyrillic(tmp_path):
    options = "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
    with empty_place(tmp_path / "place", options) as place:
        assert "LC_CTYPE" in place.examine()["database"]


@on_postgresql
def test_order_of_the_alphabet_that_has_changed(place):
    before = place.examine()
    place.execute("UPDATE pg_collation SET collversion = '1.1' WHERE collname = 'kk-x-icu'")

    assert "database" not in before
    assert "REFRESH VERSION" in place.examine()["database"]


@on_postgresql
def test_database_with_few_connections(place):
    before = place.examine()
    place.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT 20', current_database()); END $$")

    assert "connections" not in before
    assert "20" in place.examine()["connections"]


def test_migrations_that_wait_and_those_of_a_newer_version():
    assert said(services.check_migrations) == ""

    MigrationRecorder.Migration.objects.create(app="news", name="9999_of_the_future")
    newer = said(services.check_migrations)
    MigrationRecorder.Migration.objects.filter(app="news", name="9999_of_the_future").delete()
    MigrationRecorder.Migration.objects.filter(app="axes").order_by("-name").first().delete()
    older = said(services.check_migrations)

    assert newer.startswith("wrong: ")
    assert "manage.py migrate" not in newer
    assert "manage.py migrate" in older


# Cache


def test_cache(settings, monkeypatch):
    settings.CACHE_URL = "redis://127.0.0.1:6379/0"
    well = said(services.check_cache)
    end_pauses()
    with frozen_server() as server:
        settings.CACHES = {"default": cache_of(f"redis://127.0.0.1:{server.port}/0")}
        frozen = said(services.check_cache)
    end_pauses()

    assert well == ""
    assert frozen.startswith("wrong: ")


@on_postgresql
def test_no_cache_at_all_is_told(settings):
    settings.CACHE_URL = ""

    assert said(services.check_cache).startswith("hint: ")


# Mail


def test_mail_in_files_is_told(settings):
    settings.MAILERS = {"default": mailer_of("")}

    assert said(services.check_mail).startswith("hint: ")


def test_mail_server_that_answers_is_well(settings):
    with serving(MailServer()) as server:
        settings.MAILERS = {"default": mailer_of(f"smtp://127.0.0.1:{server.port}")}

        assert said(services.check_mail) == ""
        assert server.got == []


@pytest.mark.parametrize("login", ["", "news:hunter2@"])
def test_mail_server_without_starttls_or_sign_in(settings, login):
    scheme = "smtp" if login else "smtp+tls"
    with serving(MailServer()) as server:
        settings.MAILERS = {"default": mailer_of(f"{scheme}://{login}127.0.0.1:{server.port}")}

        assert "STARTTLS" in said(services.check_mail)
        assert "hunter2" not in said(services.check_mail)


def test_mail_server_that_is_not_there(settings):
    settings.MAILERS = {"default": mailer_of("smtp://127.0.0.1:9")}

    assert "127.0.0.1:9" in said(services.check_mail)


def test_password_that_travels_unencrypted(settings):
    settings.MAILERS = {"default": mailer_of("smtp://news:hunter2@mail.example:25")}

    assert "smtp+tls://" in said(services.check_mail)


@pytest.mark.parametrize(
    ("sender", "is_told"),
    [
        ("news@portal.example", False),
        ("Press office <news@portal.example>", False),
        ("news@localhost", True),
        ("news@[127.0.0.1]", True),
        ("news@127.0.0.1", True),
        ("portal.example", True),
    ],
)
def test_sender(settings, sender, is_told):
    settings.DEFAULT_FROM_EMAIL, settings.MAIL_BOUNCES = sender, ""

    assert ("MAIL_FROM" in said(services.check_sender)) is is_told


# Clocks


@on_postgresql
def test_clocks_that_differ():
    well = said(services.check_clock)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        ahead = said(services.check_clock)

    assert well == ""
    assert "NTP" in ahead
    assert "3600" in ahead.replace("3599", "3600").replace("\N{NO-BREAK SPACE}", "")


def test_time_zones_of_today_are_well():
    assert said(services.check_time_zones) == ""


def test_time_zones_of_before_march_2024(place, tmp_path):
    six_hours = Path("/usr/share/zoneinfo/Asia/Omsk")
    if not six_hours.exists():
        pytest.skip("this system has no time zones of its own")
    (tmp_path / "zones" / "Asia").mkdir(parents=True)
    (tmp_path / "zones" / "Asia" / "Almaty").write_bytes(six_hours.read_bytes())

    assert "tzdata" in place.examine(PYTHONTZPATH=str(tmp_path / "zones"))["time_zones"]
