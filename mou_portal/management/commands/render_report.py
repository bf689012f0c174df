"""Make a report from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from mou_portal.pdf import RenderError
from mou_portal.registry import reports
from mou_portal.report_pages import LANGUAGES, make_pdf
from participants.models import Agreement


class Command(BaseCommand):
    """Lists the reports, or writes one of them to a file as PDF (or as the HTML that the PDF is made of)."""

    help = "List the reports (--list) or write one of them to a file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", nargs="?", help="a report's name, see --list")
        parser.add_argument("--list", action="store_true", help="name the reports")
        parser.add_argument("--agreement", metavar="CODE", help="the agreement's code (default: the current one)")
        parser.add_argument("--participant", metavar="CODE", help="the local government's code, for reports about one")
        parser.add_argument("--language", choices=LANGUAGES, default="th")
        parser.add_argument("--html", action="store_true", help="write HTML instead of PDF")
        parser.add_argument("--output", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for report in sorted(reports, key=lambda one: one.name):
                with translation.override(options["language"]):
                    self.stdout.write(f"{report.name}\t{report.subject}\t{report.title}")
            return
        report = reports.get(options["name"] or "")
        if report is None:
            raise CommandError(_("No report has this name. The names are: %(names)s") % {"names": ", ".join(reports.names())})
        if options["output"] is None:
            raise CommandError(_("Say where to write it: --output FILE"))
        agreement = (
            Agreement.objects.filter(code=options["agreement"]).first() if options["agreement"] else Agreement.objects.current()
        )
        if agreement is None:
            raise CommandError(
                _("There is no agreement with the code “%(code)s”.") % {"code": options["agreement"]}
                if options["agreement"]
                else _("There is no current agreement. Load one with: manage.py load_mou")
            )
        subject: Any = agreement
        if report.subject == "participant":
            if not options["participant"]:
                raise CommandError(_("This report is about one participant: give --participant CODE"))
            subject = agreement.participants.with_names().filter(local_government__code=options["participant"]).first()
            if subject is None:
                raise CommandError(
                    _("No participant of %(agreement)s has the code “%(code)s”.")
                    % {"agreement": agreement.code, "code": options["participant"]}
                )
        elif options["participant"]:
            raise CommandError(_("This report is about the whole agreement: leave out --participant"))
        if options["html"]:
            with translation.override(options["language"]):
                content = report.html(subject, options["language"]).encode()
        else:
            try:
                content = make_pdf(report, subject, options["language"])
            except RenderError as error:
                raise CommandError(str(error)) from error
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            raise CommandError(_("Cannot write %(file)s: %(reason)s") % {"file": options["output"], "reason": error.strerror}) from error
        self.stdout.write(f"{options['output']}: {len(content)} bytes")
