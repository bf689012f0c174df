"""``manage.py load_mou [FILE]``: the memorandum, from a data file into the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mou_portal.memorandum import LoadReport, MemorandumRefused, load_memorandum
from mou_portal.memorandum.reading import MAX_PROBLEMS

DEFAULT_FILE = Path(__file__).resolve().parents[2] / "data" / "mou-2562.toml"


class Command(BaseCommand):
    """Load agreement, clauses, parties and pathways; a second run changes nothing."""

    help = (
        "Loads a memorandum (agreement, clauses, pathways, parties) from a TOML file. May be run again at any time: "
        "only what changed in the file is written, and what people changed in the portal stays. "
        "A wrong file is refused whole."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=DEFAULT_FILE, help="default: that of 17 June 2562")
        parser.add_argument(
            "--overwrite", action="store_true", help="let the file win over what people changed in the portal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if path.exists() and not path.is_file():
            raise CommandError(_("%(file)s is not a file.") % {"file": path})
        try:
            agreement, report = load_memorandum(path, overwrite=options["overwrite"])
        except OSError as error:
            words = _("%(file)s cannot be read: %(reason)s") % {"file": path, "reason": error.strerror}
            raise CommandError(words) from error
        except MemorandumRefused as error:
            raise CommandError(_refusal(path, error)) from error
        if options["verbosity"]:
            self.stdout.write(f"{agreement} ({agreement.code})")
            for line in _summary(report):
                self.stdout.write(f"  {line}")


def _refusal(path: Path, error: MemorandumRefused) -> str:
    shown = [f"  {problem}" for problem in error.problems[:MAX_PROBLEMS]]
    if len(error.problems) > MAX_PROBLEMS:
        shown.append("  " + _("and %(count)d more") % {"count": len(error.problems) - MAX_PROBLEMS})
    return "\n".join([_("%(file)s was refused; nothing was written:") % {"file": path.name}, *shown])


def _summary(report: LoadReport) -> list[str]:
    lines = []
    names = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    if report.created:
        counts = ", ".join(f"{names[kind]} {count}" for kind, count in sorted(report.created.items()))
        lines.append(_("new: %(counts)s") % {"counts": counts})
    lines += [_("changed: %(what)s") % {"what": what} for what in report.changed]
    lines += [
        _("kept as it was changed in the portal (--overwrite lets the file win): %(what)s") % {"what": what}
        for what in report.kept
    ]
    lines += [
        _("in the portal, but not in the file; left as it is: %(what)s") % {"what": what} for what in report.beyond
    ]
    if report.quiet:
        lines.append(_("nothing to change"))
    return lines
