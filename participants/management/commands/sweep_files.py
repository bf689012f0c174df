"""Remove files on disk that no row refers to (left by an upload that was cut off)."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from participants.models import StoredFile


class Command(BaseCommand):
    """Deletes orphaned files older than a day; younger ones may still be waiting for their row."""

    help = "Remove private files that no row refers to and that are older than a day."

    def handle(self, *args: Any, **options: Any) -> None:
        known = set(StoredFile.objects.values_list("storage_name", flat=True))
        old = timezone.now() - timedelta(days=1)
        removed = 0
        for name in default_storage.listdir("")[1] if default_storage.exists("") else []:
            if name not in known and default_storage.get_modified_time(name) < old:
                default_storage.delete(name)
                removed += 1
        self.stdout.write(_("%(count)d files removed.") % {"count": removed})
