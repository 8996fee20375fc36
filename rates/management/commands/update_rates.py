from argparse import ArgumentTypeError
from datetime import date, timedelta
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rates import nationalbank, updating
from rates.nationalbank import BadAnswer, NoRates
from rates.updating import Outcome


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.description = _(
            "Brings the National Bank's official exchange rates into the database: today's, those of another day, "
            "of a span of days, or those in a file. May be repeated; rates entered by hand are never replaced."
        )
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--date", type=_day, metavar="D", dest="day", help=_("ask for this day, such as 2024-03-07"))
        what.add_argument("--from", type=_day, metavar="D", dest="first", help=_("the first day of a span; needs --to"))
        what.add_argument("--file", type=Path, metavar="F", help=_("read a saved answer of the bank, and ask nobody"))
        parser.add_argument("--to", type=_day, metavar="D", dest="last", help=_("the last day of a span"))

    def handle(self, *, day, first, last, file, **options):
        if (first is None) != (last is None) or (first and last < first):
            raise CommandError(_("A span needs --from and --to, the first day not after the last."))
        try:
            if first:
                self.update_span(first, last)
            elif file:
                self.tell([updating.store(nationalbank.parse(_bytes(file)))])
            else:
                self.tell([updating.update_rates(day or timezone.localdate())])
        except BadAnswer as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(_("The database does not answer: %s") % str(error).strip()) from error

    def update_span(self, first: date, last: date) -> None:
        outcomes, empty = [], 0
        for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
            try:
                outcomes.append(updating.update_rates(day))
            except NoRates:
                empty += 1
            except BadAnswer as error:
                problem = {"day": day, "problem": error}
                raise CommandError(_("%(day)s: %(problem)s The days before it are stored.") % problem) from error
        self.tell(outcomes)
        if empty:
            self.stdout.write(ngettext("%d day has no rates.", "%d days have no rates.", empty) % empty)

    def tell(self, outcomes: list[Outcome]) -> None:
        """One line for all days together."""
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


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("a day is written as 2024-03-07, not %s") % text) from error


def _bytes(path: Path) -> bytes:
    """No more of the file than an answer may have and a byte, so that a huge one is refused unread."""
    try:
        with path.open("rb") as file:
            return file.read(nationalbank.MAX_BYTES + 1)
    except OSError as error:
        raise CommandError(_("%(file)s cannot be read: %(why)s.") % {"file": path, "why": error.strerror}) from error
