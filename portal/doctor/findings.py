"""What the doctor says: sentences about what is wrong with an installation, and how to mend it.

A check is a function that yields findings, none if all is well. `settings.DOCTOR_CHECKS` lists them, so that each app
has its own. A check may write nothing but a file that it deletes again, and takes a few seconds at most.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


class Level(StrEnum):
    OK = "ok"
    HINT = "hint"
    """May be meant to be so."""
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """The check could not be made."""


class Finding(NamedTuple):
    level: Level
    sentence: str


class Report(NamedTuple):
    """What one check has found; a check that found nothing has one line that says so."""

    check: str
    level: Level
    sentence: str


def wrong(sentence: str) -> Finding:
    return Finding(Level.WRONG, sentence)


def hint(sentence: str) -> Finding:
    return Finding(Level.HINT, sentence)


def examine() -> Iterator[Report]:
    """Makes all checks of the settings, one after the other."""
    for path in settings.DOCTOR_CHECKS:
        name = path.rpartition(".")[2].removeprefix("check_")
        found = False
        try:
            for level, sentence in import_string(path)():
                found = True
                yield Report(name, level, sentence)
        except DatabaseError:
            connection.close()
            yield Report(name, Level.UNKNOWN, _("The database does not answer this check."))
        except OSError as error:
            yield Report(name, Level.UNKNOWN, _("This check could not be made: %s") % error)
        else:
            if not found:
                yield Report(name, Level.OK, "")


SECRET_IN_ADDRESS = re.compile(r"(?<=://)[^/\s@]*@")


def one_line(error: object) -> str:
    """An error in a line, without the password that an address in it may have."""
    return SECRET_IN_ADDRESS.sub("", " ".join(str(error).split()))
