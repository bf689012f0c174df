"""Make the reports of all parties as one ZIP from the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mou_portal.management.commands.render_report import _agreement
from mou_portal.packs import ask_for_pack, begin_again, file_of, make_pack, packable
from mou_portal.records import DomainError
from mou_portal.report_pages import LANGUAGES
from participants.models import PackState, ReportPack, User


class Command(BaseCommand):
    """Makes a pack of reports as somebody of the programme's staff would see it, or goes on with one that stopped."""

    help = "Make the reports of all parties of an agreement as one ZIP file; run again with --pack to go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as", dest="email", metavar="E-MAIL", help="the person of the programme's staff it is for"
        )
        parser.add_argument("--agreement", metavar="CODE", help="the agreement's code (default: the current one)")
        parser.add_argument("--report", action="append", metavar="NAME", help="a report's name (default: all)")
        parser.add_argument("--language", choices=LANGUAGES, default="th")
        parser.add_argument(
            "--processes", type=int, default=0, help="reports made at once (default: one for each core)"
        )
        parser.add_argument("--pack", type=int, metavar="NUMBER", help="go on with this pack instead of a new one")
        parser.add_argument("--output", metavar="FILE", type=Path, help="write the ZIP here as well")

    def handle(self, *args: Any, **options: Any) -> None:
        began = monotonic()
        try:
            pack = self._going_on(options["pack"]) if options["pack"] else self._new(options)
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_("Pack %(number)s") % {"number": pack.pk})
        tally = make_pack(pack, processes=options["processes"])
        pack.refresh_from_db()
        if pack.state != PackState.READY:
            again = {"error": pack.error, "number": pack.pk}
            raise CommandError(_("%(error)s. Go on with: manage.py report_pack --pack %(number)s") % again)
        content = file_of(pack) if options["output"] else None
        if content is not None:
            with content, options["output"].open("wb") as out:
                shutil.copyfileobj(content, out)
        said = {"made": tally.made, "found": tally.found, "seconds": round(monotonic() - began, 1)}
        self.stdout.write(_("%(made)s reports made, %(found)s taken from the store, %(seconds)s s") % said)

    def _new(self, options: dict[str, Any]) -> ReportPack:
        people = User.objects.filter(is_active=True)
        person = people.filter(email=options["email"] or "").first() or (
            people.filter(is_superuser=True).first() if not options["email"] else None
        )
        if person is None:
            raise CommandError(_("Nobody has this address. Name somebody of the programme's staff with --as"))
        names = options["report"] or [report.name for report in packable()]
        return ask_for_pack(
            agreement=_agreement(options["agreement"]), names=names, language=options["language"], user=person
        )

    def _going_on(self, number: int) -> ReportPack:
        pack = ReportPack.objects.select_related("agreement", "asked_by").filter(pk=number).first()
        if pack is None:
            raise CommandError(_("There is no pack with this number."))
        begin_again(pack=pack, user=pack.asked_by)
        return pack
