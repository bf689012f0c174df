"""``manage.py split_costs INPUT.csv [--agreement CODE]``: who would bear what, without storing anything."""

import csv
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from expenses.dry_run import COLUMNS_IN, COLUMNS_OUT, MAX_BYTES, dry_run
from expenses.models import RuleTable
from expenses.refusals import fault_text
from participants.models import Agreement, Participant


class Command(BaseCommand):
    """Rule on a file of expenses and print the shares as CSV, or name everything wrong and print nothing."""

    help = (
        "Say who bears each expense of a CSV file, by which clause and to the satang. Nothing is stored; one bad line "
        "stops the whole file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the agreement whose participants may be named."""
        parser.add_argument(
            "input", metavar="INPUT.csv", type=Path, help=_("columns: %(columns)s") % {"columns": ",".join(COLUMNS_IN)}
        )
        parser.add_argument("--agreement", metavar="CODE", help=_("default: the current agreement"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the shares.

        Raises:
            CommandError: the file or agreement cannot be had, or lines are wrong (named on stderr).
        """
        agreement = self._agreement(options["agreement"])
        table = RuleTable.objects.newest(agreement)
        if table is None:
            raise CommandError(
                _("No rule on who pays is recorded for the agreement “%(code)s”.") % {"code": agreement.code}
            )
        rows = Participant.objects.filter(agreement=agreement).order_by("order")
        orders = dict(rows.values_list("local_government__code", "order"))
        result = dry_run(self._read(options["input"]), orders, table.rule_set)
        if result.faults:
            for fault in result.faults:
                self.stderr.write(fault_text(fault))
            lines = len({fault.line for fault in result.faults})
            message = ngettext(
                "%(count)d line cannot be taken; nothing was worked out.",
                "%(count)d lines cannot be taken; nothing was worked out.",
                lines,
            )
            raise CommandError(message % {"count": lines})
        # Ids may be Thai, whatever the terminal's own encoding.
        reconfigure = getattr(self.stdout, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8")
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(COLUMNS_OUT)
        writer.writerows(result.rows())

    def _agreement(self, code: str | None) -> Agreement:
        """The agreement that is named, else the current one."""
        chosen = Agreement.objects.filter(code=code) if code else Agreement.objects.filter(is_current=True)
        agreement = chosen.first()
        if agreement is None and code:
            raise CommandError(_("There is no agreement with the code “%(code)s”.") % {"code": code})
        if agreement is None:
            raise CommandError(_("No agreement is current; name one with --agreement."))
        return agreement

    def _read(self, path: Path) -> bytes:
        """The file, or just enough of it to know that it is too large."""
        try:
            with path.open("rb") as file:
                return file.read(MAX_BYTES + 1)
        except OSError as error:
            params = {"path": path, "reason": error.strerror or error}
            raise CommandError(_("%(path)s cannot be read: %(reason)s") % params) from error
