"""`manage.py build_fonts`: make the web fonts and the fonts of PDF reports."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from mou_portal.pdf.fonts import pdf_fonts, web_fonts


class Command(BaseCommand):
    """Write both sets of fonts; running it again changes nothing."""

    help = "Make the fonts of the website (WOFF2) and of PDF reports from Sarabun."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write `fonts/` into the second static folder, and the PDF fonts into `PDF_FONT_DIR`."""
        web_dir = Path(settings.VAR_DIR) / "static" / "fonts"
        try:
            written = web_fonts(web_dir)
            pdf_dir = pdf_fonts(Path(settings.PDF_FONT_DIR))
        except OSError as error:
            raise CommandError(_("Fonts could not be written: %(error)s") % {"error": error}) from error
        for path in written.values():
            size = path.stat().st_size
            self.stdout.write(_("%(file)s: %(size)s kB") % {"file": path.name, "size": f"{size / 1000:.1f}"})
        self.stdout.write(_("PDF fonts: %(folder)s") % {"folder": pdf_dir})
