"""The version that runs survives the migrations of the next one (docs/upgrade.md)."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django_migration_linter import MigrationLinter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="releases without a gap are for PostgreSQL"),
]

ACCEPTED: list[str] = []
"""Names of migrations that may do what the linter warns of, each with the reason."""


def find_dangers(app: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the linter says of an app's migrations after the first one, which no version that runs has to survive."""
    linter = MigrationLinter(
        include_apps=[app], ignore_initial_migrations=True, ignore_name=ACCEPTED, all_warnings_as_errors=True,
        no_cache=True, quiet=["ok", "ignore", "warning"],
    )  # fmt: skip
    capsys.readouterr()
    linter.lint_all_migrations(app)
    return capsys.readouterr().out


@pytest.mark.parametrize("app", ["news", "portal", "rates"])
def test_no_migration_breaks_the_version_that_runs(app, capsys):
    assert find_dangers(app, capsys) == ""


@pytest.mark.parametrize(
    ("operation", "danger"),
    [
        ('AddField("currency", "note", models.TextField(default="", db_default=""))', ""),
        ('AddField("currency", "note", models.TextField(default=""))', "NOT NULL constraint"),
        ('RemoveField("rate", "nominal")', "DROPPING columns"),
        ('RenameField("rate", "nominal", "units")', "RENAMING columns"),
        ('DeleteModel("BankAnswer")', "DROPPING table"),
        ('RenameModel("BankAnswer", "Answer")', "RENAMING tables"),
        ('AddIndex("rate", models.Index(fields=["value"], name="rate_by_value"))', "CREATE INDEX locks table"),
    ],
)
def test_linter_knows_what_is_dangerous(tmp_path, monkeypatch, settings, capsys, operation, danger):
    name = f"migrations_{tmp_path.name}"
    shutil.copytree(Path(django_settings.BASE_DIR) / "rates" / "migrations", tmp_path / name)
    (tmp_path / name / "0002_next.py").write_text(
        "from django.db import migrations, models\n"
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('rates', '0001_initial')]\n"
        f"    operations = [migrations.{operation}]\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    settings.MIGRATION_MODULES = {"rates": name}

    said = find_dangers("rates", capsys)

    assert danger in said
    assert bool(said) == bool(danger)
