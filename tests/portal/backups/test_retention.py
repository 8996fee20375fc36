"""Which backups are kept, by days, weeks and months of the portal's time zone."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pyrage
import pytest
import time_machine
from django.core.management import CommandError, call_command

from portal.backups.backup import list_backups
from portal.backups.retention import Keep, find_outdated
from tests.support.places import needs_database_tools

YEAR = [datetime(2026, 1, 1, 20, tzinfo=UTC) + timedelta(days=number) for number in range(365)]  # 01:00 in Almaty


def kept(moments: list[datetime], keep: Keep) -> list[str]:
    outdated = find_outdated(moments, keep)
    return [f"{moment + timedelta(hours=5):%m-%d}" for moment in moments if moment not in outdated]


def test_newest_of_each_day_week_and_month_are_kept():
    assert kept(YEAR, Keep(3, 0, 0)) == ["12-30", "12-31", "01-01"]
    assert kept(YEAR, Keep(0, 3, 0)) == ["12-20", "12-27", "01-01"]
    assert kept(YEAR, Keep(0, 0, 3)) == ["11-30", "12-31", "01-01"]
    assert kept(YEAR, Keep(2, 2, 2)) == ["12-27", "12-31", "01-01"]


def test_of_several_backups_of_a_day_the_newest_is_kept():
    day = [datetime(2026, 11, 30, hour, tzinfo=UTC) for hour in (1, 5, 9)]

    assert find_outdated(day, Keep(7, 4, 12)) == day[:2]


def test_days_without_a_backup_cost_none():
    rare = YEAR[::30]

    assert find_outdated(rare, Keep(20, 0, 0)) == []


def test_newest_backup_always_stays():
    assert find_outdated(YEAR[:1], Keep(0, 0, 1)) == []
    assert find_outdated([], Keep(1, 1, 1)) == []


@pytest.mark.parametrize("text", ["7", "7,4", "7,4,x", "0,0,0", "7,4,-1", "1,2,3,4"])
def test_wrong_number_is_refused_before_anything_is_made(tmp_path, text):
    with pytest.raises(CommandError, match="7,4,12"):
        call_command("backup", str(tmp_path / "backups"), f"--keep={text}")

    assert not (tmp_path / "backups").exists()


@needs_database_tools
@pytest.mark.django_db(transaction=True)
def test_command_deletes_what_is_outdated_and_nothing_else(tmp_path):
    place = tmp_path / "backups"
    (place / "notes").mkdir(parents=True)
    for day in (1, 2, 3):
        with time_machine.travel(datetime(2026, 11, day, 9, tzinfo=UTC)):
            call_command("backup", str(place), stdout=StringIO())

    with time_machine.travel(datetime(2026, 11, 4, 9, tzinfo=UTC)):
        call_command("backup", str(place), "--keep", "2,0,0", stdout=StringIO())

    assert [path.name for path in list_backups(place)] == ["2026-11-03T090000Z", "2026-11-04T090000Z"]
    assert (place / "notes").exists()


@needs_database_tools
@pytest.mark.django_db(transaction=True)
def test_settings_say_where_to_for_whom_and_how_many(tmp_path, settings):
    with pytest.raises(CommandError, match="BACKUP_DIR"):
        call_command("backup")
    settings.BACKUP_DIR, settings.BACKUP_KEEP = str(tmp_path / "backups"), "1,0,0"
    settings.BACKUP_RECIPIENTS = ["age1nothing"]
    with pytest.raises(CommandError, match="age"):
        call_command("backup", stdout=StringIO())
    settings.BACKUP_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]

    for _ in range(2):
        call_command("backup", stdout=StringIO())

    (folder,) = list_backups(tmp_path / "backups")
    assert (folder / "settings.json.age").exists()
