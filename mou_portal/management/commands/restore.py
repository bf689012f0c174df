"""Restore the portal: database and private files in one archive."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mou_portal.backups import BackupFault, restore_backup


class Command(BaseCommand):
    """Puts a backup in place on a host without data, after checking every part."""

    help = "Restore FILE into an empty database and an empty folder of files."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            hashes = restore_backup(options["file"])
        except (BackupFault, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(file)s: %(count)d parts, all checked by hash.") % {"file": options["file"], "count": len(hashes)}
        )
