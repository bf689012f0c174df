"""Make a report from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from mou_portal.pdf import RenderError
from mou_portal.registry import Report, reports
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
            with translation.override(options["language"]):
                for report in sorted(reports, key=lambda one: one.name):
                    self.stdout.write(f"{report.name}\t{report.subject}\t{report.title}")
            return
        report = _report(options["name"] or "")
        if options["output"] is None:
            raise CommandError(_("Say where to write it: --output FILE"))
        subject = _subject(report, _agreement(options["agreement"]), options["participant"])
        content = _content(report, subject, options["language"], as_html=options["html"])
        try:
            options["output"].write_bytes(content)
        except OSError as error:
            place = {"file": options["output"], "reason": error.strerror}
            raise CommandError(_("Cannot write %(file)s: %(reason)s") % place) from error
        self.stdout.write(f"{options['output']}: {len(content)} bytes")


def _report(name: str) -> Report:
    report = reports.get(name)
    if report is None:
        names = {"names": ", ".join(reports.names())}
        raise CommandError(_("No report has this name. The names are: %(names)s") % names)
    return report


def _agreement(code: str | None) -> Agreement:
    agreement = Agreement.objects.filter(code=code).first() if code else Agreement.objects.current()
    if agreement is None and code:
        raise CommandError(_("There is no agreement with the code “%(code)s”.") % {"code": code})
    if agreement is None:
        raise CommandError(_("There is no current agreement. Load one with: manage.py load_mou"))
    return agreement


def _subject(report: Report, agreement: Agreement, code: str | None) -> Any:
    """What the report is about: the agreement, or the participant that was named."""
    if report.subject == "agreement":
        if code:
            raise CommandError(_("This report is about the whole agreement: leave out --participant"))
        return agreement
    if not code:
        raise CommandError(_("This report is about one participant: give --participant CODE"))
    participant = agreement.participants.with_names().filter(local_government__code=code).first()
    if participant is None:
        wrong = {"agreement": agreement.code, "code": code}
        raise CommandError(_("No participant of %(agreement)s has the code “%(code)s”.") % wrong)
    return participant


def _content(report: Report, subject: Any, language: str, *, as_html: bool) -> bytes:
    if as_html:
        with translation.override(language):
            return report.html(subject, language).encode()
    try:
        return make_pdf(report, subject, language)
    except RenderError as error:
        raise CommandError(str(error)) from error
