"""Backups of the tests' own database and files, restored into an installation beside it by its commands."""

import json
import random
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path

import pyrage
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from news.hits import counting
from news.media import images
from news.models import Article, Image
from portal.backups import database
from portal.backups.backup import Manifest, list_backups, locked
from portal.backups.stored_files import SUMS
from tests.support.factories import make_article, make_attachment, make_image, make_picture
from tests.support.places import Place, empty_place, needs_database_tools

pytestmark = [pytest.mark.django_db(transaction=True), needs_database_tools]


@pytest.fixture
def place(tmp_path) -> Iterator[Place]:
    with empty_place(tmp_path / "place") as made:
        yield made


@pytest.fixture
def content() -> list[Article]:
    """Articles with readings in the database and others still in a journal, a picture and a document."""
    articles = [make_article("kk ru en", cover=make_image()), make_article(attachments=[make_attachment()])]
    for article in articles * 3:
        counting.record_hit(article.pk, "kk")
    counting.fold_journals()
    for article in articles * 2:
        counting.record_hit(article.pk, "ru")
    return articles


def back_up(folder: Path, *options: str) -> Path:
    """The new backup."""
    return Path(say("backup", str(folder), *options).splitlines()[-1])


def say(*command: str) -> str:
    output = StringIO()
    call_command(*command, stdout=output, stderr=output)
    return output.getvalue().strip()


def key_pair(tmp_path: Path) -> tuple[str, Path]:
    identity = pyrage.x25519.Identity.generate()
    file = tmp_path / "key.txt"
    file.write_text(f"# a comment, as age-keygen writes it\n{identity}\n")
    return str(identity.to_public()), file


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_restored_installation_has_everything(content, place, tmp_path, settings):
    with database.snapshot() as snapshot:
        before = database.digest_tables(snapshot)
    folder = back_up(tmp_path / "backups")

    restored = place.run("restore", str(folder))

    assert restored.returncode == 0, restored.stderr
    assert files_in(place.media) == files_in(settings.MEDIA_ROOT)
    assert len(files_in(place.media)) == 5
    assert Manifest.read(folder).tables == before
    assert before["news_article"].rows == 2
    assert place.ask("SELECT counted FROM news_hittotal ORDER BY article_id") == [(3,), (3,)]
    assert place.run("fold_hits").returncode == 0
    assert place.ask("SELECT counted FROM news_hittotal ORDER BY article_id") == [(5,), (5,)]
    assert place.run("migrate", "--check").returncode == 0


def test_check_finds_no_difference_and_then_each_one(content, place, tmp_path):
    folder = back_up(tmp_path / "backups")
    assert place.run("restore", str(folder)).returncode == 0
    unchanged = place.run("restore", str(folder), "--check")
    some_upload = next(path for path in sorted(place.media.rglob("*")) if path.is_file())
    some_upload.write_bytes(some_upload.read_bytes() + b"more")
    another = [path for path in sorted(place.media.rglob("*")) if path.is_file()][1]
    another.unlink()
    journal = next((place.data / "hits").glob("*.hits"))
    journal.write_bytes(journal.read_bytes()[:-1])
    change = "UPDATE news_article SET title_kk = title_kk || '!' WHERE id = (SELECT min(id) FROM news_article)"
    place.run(
        "shell",
        "--no-imports",
        "--command",
        f"from django.db import connection; connection.cursor().execute({change!r})",
    )

    changed = place.run("restore", str(folder), "--check")

    assert unchanged.returncode == 0, unchanged.stderr
    assert changed.returncode == 1
    assert [line.split()[1] for line in changed.stderr.splitlines() if line.startswith("  ")] == [
        "news_article",
        *sorted([some_upload.relative_to(place.media).as_posix(), another.relative_to(place.media).as_posix()]),
        journal.name,
    ]


def test_place_that_is_not_empty_is_left_as_it_is_without_force(content, place, tmp_path):
    first = back_up(tmp_path / "first")
    make_article()
    second = back_up(tmp_path / "second")
    assert place.run("restore", str(first)).returncode == 0

    refused = place.run("restore", str(second))
    counted = place.ask("SELECT count(*) FROM news_article")
    forced = place.run("restore", str(second), "--force")

    assert refused.returncode == 1
    assert "--force" in refused.stderr
    assert counted == [(2,)]
    assert forced.returncode == 0, forced.stderr
    assert place.ask("SELECT count(*) FROM news_article") == [(3,)]


@pytest.mark.parametrize("there", ["media/x.jpg", "hits/x.hits"])
def test_files_alone_make_a_place_not_empty(content, place, tmp_path, there):
    folder = back_up(tmp_path / "backups")
    (place.data / there).parent.mkdir()
    (place.data / there).write_bytes(b"")

    refused = place.run("restore", str(folder))

    assert refused.returncode == 1
    assert "--force" in refused.stderr


@pytest.mark.parametrize("encrypted", [False, True])
def test_each_of_twenty_flipped_bytes_is_found(content, tmp_path, encrypted):
    options = ["--recipient", key_pair(tmp_path)[0]] if encrypted else []
    folder = back_up(tmp_path / "backups", *options)
    say("backup", str(tmp_path / "backups"), "--check")
    chance = random.Random(20)
    names = sorted(files_in(folder))
    kinds = [name for name in names if "/" not in name] + [name for name in names if "/" in name][:3]
    found = []

    for number in range(20):
        path = folder / (kinds[number] if number < len(kinds) else chance.choice(names))
        whole = bytearray(path.read_bytes())
        whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        before = path.read_bytes()
        path.unlink()
        path.write_bytes(whole)
        with pytest.raises(CommandError) as told:
            say("backup", str(tmp_path / "backups"), "--check")
        found.append(path.name == SUMS or path.relative_to(folder).as_posix() in str(told.value))
        path.write_bytes(before)

    assert found == [True] * 20
    say("backup", str(tmp_path / "backups"), "--check")


@pytest.mark.parametrize("name", [SUMS, "manifest.json", "settings.json", "media"])
def test_lost_file_of_the_newest_backup_is_found(content, tmp_path, name):
    back_up(tmp_path / "backups")
    folder = back_up(tmp_path / "backups")
    shutil.rmtree(folder / name) if (folder / name).is_dir() else (folder / name).unlink()

    with pytest.raises(CommandError, match=name):
        say("backup", str(tmp_path / "backups"), "--check")
    with pytest.raises(CommandError, match=name):
        say("restore", str(tmp_path / "backups"), "--check")


def test_damaged_backup_is_not_restored(content, place, tmp_path):
    folder = back_up(tmp_path / "backups")
    (folder / "media" / "one-more").write_bytes(b"")

    refused = place.run("restore", str(folder))

    assert refused.returncode == 1
    assert "media/one-more" in refused.stderr
    assert not files_in(place.media)


def test_encrypted_backup_opens_with_its_key_alone(content, place, tmp_path, settings):
    recipient, key = key_pair(tmp_path)
    (tmp_path / "other").mkdir()
    _recipient, wrong = key_pair(tmp_path / "other")
    folder = back_up(tmp_path / "backups", "--recipient", recipient)
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".age", ".json", ""}
    assert {path.name for path in folder.iterdir() if path.suffix != ".age"} == {
        "media",
        "journals",
        "manifest.json",
        SUMS,
    }

    without = place.run("restore", str(folder))
    with_wrong = place.run("restore", str(folder), "--identity", str(wrong))
    with_none = place.run("restore", str(folder), "--identity", str(folder / SUMS))
    with_right = place.run("restore", str(folder), "--identity", str(key), "--force")

    assert [without.returncode, with_wrong.returncode, with_none.returncode] == [1, 1, 1]
    assert "--identity" in without.stderr
    assert str(wrong) in with_wrong.stderr
    assert str(folder / SUMS) in with_none.stderr
    assert with_right.returncode == 0, with_right.stderr
    assert files_in(place.media) == files_in(settings.MEDIA_ROOT)


@pytest.mark.skipif(not shutil.which("age"), reason="age is not installed")
def test_age_program_opens_it_too(content, tmp_path):
    recipient, key = key_pair(tmp_path)
    folder = back_up(tmp_path / "backups", "--recipient", recipient)

    opened = subprocess.run(["age", "-d", "-i", key, folder / "settings.json.age"], capture_output=True)

    assert json.loads(opened.stdout)["SITE_URL"] == "http://testserver"


def test_uploads_of_the_backup_before_are_linked(content, tmp_path):
    first = back_up(tmp_path / "backups")
    new = make_image()
    second = back_up(tmp_path / "backups")

    shared = {name for name in files_in(first) if (first / name).samefile(second / name)}

    assert first != second
    assert shared == {name for name in files_in(first) if name.startswith("media/")}
    assert f"media/{new.file.name}" in files_in(second)
    say("backup", str(tmp_path / "backups"), "--check")


def test_backup_of_another_key_shares_nothing(content, tmp_path):
    first = back_up(tmp_path / "backups", "--recipient", key_pair(tmp_path)[0])
    second = back_up(tmp_path / "backups", "--recipient", key_pair(tmp_path)[0])

    assert [
        name for name in files_in(first) if (second / name).exists() and (first / name).samefile(second / name)
    ] == []


def test_backup_is_for_its_owner_alone(content, tmp_path):
    assert stat.S_IMODE(back_up(tmp_path / "backups").stat().st_mode) == 0o700


def test_what_a_killed_backup_left_is_deleted(content, tmp_path):
    left_over = tmp_path / "backups" / ".unfinished-2026-11-30T010000Z"
    (left_over / "media").mkdir(parents=True)

    back_up(tmp_path / "backups")

    assert not left_over.exists()
    assert len(list_backups(tmp_path / "backups")) == 1


def test_failed_backup_leaves_nothing_behind(content, tmp_path):
    (tmp_path / "backups").mkdir()

    with pytest.raises(CommandError), locked(tmp_path / "backups"):
        back_up(tmp_path / "backups")
    with pytest.raises(CommandError):
        back_up(tmp_path / "backups", "--recipient", "age1nothing")
    (tmp_path / "file").write_text("")
    with pytest.raises(CommandError):
        back_up(tmp_path / "file")

    assert [path.name for path in (tmp_path / "backups").iterdir()] == [".lock"]


def test_lost_upload_is_told_and_stops_nothing(content, tmp_path):
    default_storage.delete(Image.objects.get().file.name)

    said = say("backup", str(tmp_path / "backups"))

    assert Image.objects.get().file.name in said
    assert Manifest.read(list_backups(tmp_path / "backups")[0]).lost == [Image.objects.get().file.name]


def test_backup_while_people_write_is_one_state(content, place, tmp_path):
    """Readings come to 40 articles in turn, so any state without a loss or a doubling is a beginning of them."""
    articles = [make_article() for _ in range(40)]
    stop, written = threading.Event(), [0]

    def read() -> None:
        while not stop.is_set():
            counting.record_hit(articles[written[0] % 40].pk, "kk")
            written[0] += 1
            stop.wait(0.0002)

    def fold() -> None:
        with closing(connection):
            while not stop.wait(0.02):
                counting.fold_journals()

    def replace_pictures() -> None:
        with closing(connection):
            while not stop.is_set():
                images.replace_image(make_image(), ContentFile(make_picture(), "new.png"))

    threads = [threading.Thread(target=target) for target in (read, fold, replace_pictures)]
    for thread in threads:
        thread.start()
    try:
        while written[0] < 200 or Image.objects.count() < 4:
            stop.wait(0.05)
        before = written[0]
        folder = back_up(tmp_path / "backups")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert place.run("restore", str(folder)).returncode == 0
    assert place.run("restore", str(folder), "--check").returncode == 0
    assert place.run("fold_hits").returncode == 0

    numbers = tuple(article.pk for article in articles)
    counts = dict(place.ask(f"SELECT article_id, counted FROM news_hittotal WHERE article_id IN {numbers}"))
    in_turn = [counts.get(number, 0) for number in numbers]
    assert before <= sum(in_turn) <= written[0]
    assert in_turn == [sum(in_turn) // 40 + (place < sum(in_turn) % 40) for place in range(40)]
    names = [name for (name,) in place.ask("SELECT file FROM news_image")]
    assert len(names) > 3
    assert [name for name in names if not (place.media / name).exists()] == []
    assert Manifest.read(folder).lost == []


@pytest.mark.parametrize("moment", ["upload_before", "replace_after"])
def test_upload_at_the_worst_moment_is_in_the_backup(tmp_path, place, settings, moment):
    settings.HOLD_JOURNALS = f"tests.support.held_journals.{moment}"

    folder = back_up(tmp_path / "backups")

    restored = place.run("restore", str(folder))
    assert restored.returncode == 0, restored.stderr
    assert place.ask("SELECT file FROM news_image") == [(Image.objects.get().file.name,)]
    assert (place.media / Image.objects.get().file.name).exists()
    assert Manifest.read(folder).lost == []


def test_readings_folded_at_the_worst_moment_are_in_the_backup(content, tmp_path, place, settings):
    settings.HOLD_JOURNALS = "tests.support.held_journals.fold_before"

    folder = back_up(tmp_path / "backups")

    assert place.run("restore", str(folder)).returncode == 0
    assert place.run("fold_hits").returncode == 0
    assert place.ask("SELECT counted FROM news_hittotal ORDER BY article_id") == [(5,), (5,)]


def test_backup_of_another_kind_of_database_is_refused(content, place, tmp_path):
    folder = back_up(tmp_path / "backups")
    place.environment["DATABASE_URL"] = (
        f"sqlite:///{tmp_path / 'other.sqlite3'}"
        if connection.vendor == "postgresql"
        else "postgres://127.0.0.1:9/none"
    )

    refused = place.run("restore", str(folder))

    assert refused.returncode == 1
    assert "sqlite" in refused.stderr
    assert "postgresql" in refused.stderr


def test_time_limits_of_an_office_do_not_break_a_backup(content, tmp_path):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no such limits")

    def set_limit(limit: str) -> None:
        with connection.cursor() as cursor:
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} {limit}")

    set_limit("SET idle_in_transaction_session_timeout = '50ms'")
    try:
        back_up(tmp_path / "backups")
    finally:
        set_limit("RESET idle_in_transaction_session_timeout")

    assert len(list_backups(tmp_path / "backups")) == 1


def test_dump_that_fails_is_no_backup(content, tmp_path, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no other program that could fail")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "pg_dump").write_text(
        "#!/bin/sh\necho half a dump\necho 'server version mismatch' >&2\nexit 1\n"
    )
    (tmp_path / "bin" / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")

    with pytest.raises(CommandError, match="server version mismatch"):
        back_up(tmp_path / "backups")

    assert list_backups(tmp_path / "backups") == []
