import time
from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from rates import nationalbank, update
from rates.nationalbank import BadAnswer, NoRates
from rates.update import Outcome

FAILURES_IN_A_ROW = 3
"""A span is given up after this many days without a good answer, because then the bank itself is at fault."""


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Brings the National Bank's official exchange rates into the database: today's and, after 16:00 in "
            "Kazakhstan, tomorrow's; or those of another day, of a span of days, or in a file. May be repeated; "
            "a rate the bank has revised is kept beside the old one, one that jumps waits for the rates clerk."
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument(
            "--date", type=_parse_day, metavar="D", dest="day", help=_("ask for this day, such as 2024-03-07")
        )
        what.add_argument(
            "--from", type=_parse_day, metavar="D", dest="first", help=_("the first day of a span; needs --to")
        )
        what.add_argument("--file", type=Path, metavar="F", help=_("read a saved answer of the bank, and ask nobody"))
        what.add_argument(
            "--missing", action="store_true", help=_("as without options, but ask only for what is not there yet")
        )
        parser.add_argument("--to", type=_parse_day, metavar="D", dest="last", help=_("the last day of a span"))
        parser.add_argument(
            "--again", action="store_true", help=_("ask also for those days of a span that were answered before")
        )
        parser.add_argument(
            "--pause", type=_parse_seconds, default=0.5, metavar="S", help=_("seconds between two days of a span (0.5)")
        )

    def handle(
        self,
        *args: Any,
        day: date | None,
        first: date | None,
        last: date | None,
        file: Path | None,
        missing: bool,
        again: bool,
        pause: float,
        **options: Any,
    ) -> None:
        if (first is None) != (last is None) or (first and last and last < first):
            raise CommandError(_("A span needs --from and --to, the first day not after the last."))
        try:
            if first and last:
                self.update_span(
                    update.days_between(first, last) if again else update.find_unanswered_days(first, last), pause
                )
            elif file:
                data = _read_file(file)
                self.print_outcomes([update.store_answer(nationalbank.parse(data), data, place=file.name)])
            elif day:
                self.print_outcomes([update.update_rates(day)])
            else:
                self.update_newest(missing)
        except BadAnswer as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(_("The database does not answer: %s") % str(error).strip()) from error

    def update_newest(self, missing: bool) -> None:
        """Today's rates have to exist; those of tomorrow need not yet."""
        today = timezone.localdate()
        days = update.days_to_ask(timezone.now())
        outcomes = []
        for day in update.find_missing_days(days) if missing else days:
            try:
                outcomes.append(update.update_rates(day))
            except NoRates:
                if day == today:
                    raise
        if outcomes or not missing:
            self.print_outcomes(outcomes)
        else:
            self.stdout.write(_("The rates of %s are there already.") % days[-1])

    def update_span(self, days: list[date], pause: float) -> None:
        """Day by day, oldest first. The next run continues one that was cut off."""
        outcomes: list[Outcome] = []
        empty, in_a_row = 0, 0
        failures: dict[date, BadAnswer] = {}
        for number, day in enumerate(tqdm(days, unit=_(" days"), disable=None)):
            if number:
                time.sleep(pause)
            try:
                outcomes.append(update.update_rates(day))
            except NoRates:
                empty += 1
            except BadAnswer as error:
                failures[day] = error
                in_a_row += 1
                if in_a_row == FAILURES_IN_A_ROW:
                    break
                continue
            in_a_row = 0
        self.print_outcomes(outcomes)
        if empty:
            self.stdout.write(ngettext("%d day has no rates.", "%d days have no rates.", empty) % empty)
        if failures:
            lines = "\n".join(f"{day}: {problem}" for day, problem in failures.items())
            raise CommandError(_("%s\nWhat was answered is stored; the same command asks for the rest.") % lines)

    def print_outcomes(self, outcomes: list[Outcome]) -> None:
        """Prints one line for all days together."""
        days = sorted({f"{outcome.day}" for outcome in outcomes})
        counts = {
            "days": " – ".join(dict.fromkeys([days[0], days[-1]])) if days else "–",
            "created": sum(outcome.created for outcome in outcomes),
            "changed": sum(outcome.changed for outcome in outcomes),
            "same": sum(outcome.same for outcome in outcomes),
            "held_back": sum(outcome.held_back for outcome in outcomes),
        }
        self.stdout.write(
            _("%(days)s: %(created)d created, %(changed)d changed, %(same)d same, %(held_back)d held back.") % counts
        )


def _parse_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("a day is written as 2024-03-07, not %s") % text) from error


def _parse_seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 60:
        raise ValueError(text)
    return seconds


def _read_file(path: Path) -> bytes:
    """The file's bytes, at most one more than an answer may have, so that a huge file is refused without reading it."""
    try:
        with path.open("rb") as file:
            return file.read(nationalbank.MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}) from error
