"""Send the day's reminders: for cron, once a day or more often."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.digests import digests_for, send_digests


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(_("“%(text)s” is not a day. Write it as 2020-01-31.") % {"text": text}) from error


class Command(BaseCommand):
    """One message to each person for whom something is due; a second run on the same day sends nothing twice."""

    help = "Send each person at most one e-mail a day about what is due (see the reminder rules in the admin site)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=_day, metavar="YYYY-MM-DD", help="as if it were this day (default: today)")
        parser.add_argument("--dry-run", action="store_true", help="say who would get what; send and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or timezone.localdate()
        if options["dry_run"]:
            for digest in digests_for(day):
                self.stdout.write(f"{digest.user.email}\t{digest.subject}")
            return
        outcome = send_digests(day)
        self.stdout.write(
            _("%(sent)d sent, %(failed)d failed.") % {"sent": len(outcome.sent), "failed": len(outcome.failed)}
        )
        if outcome.stopped:
            raise CommandError(_("The mail server does not answer. The rest is sent by the next run."))
        if outcome.failed:
            raise CommandError(_("Some messages were not sent. The next run tries again; the log says why."))
