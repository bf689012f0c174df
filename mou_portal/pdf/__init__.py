"""Reports on paper: HTML in, tagged PDF with true Thai text out.

The only part of the portal that imports WeasyPrint; it imports no app of the portal and needs no
Django set-up.
"""

from mou_portal.pdf.limited import render_pdf_limited
from mou_portal.pdf.render import ACCESSIBLE, ARCHIVE, RenderError, Variant, render_pdf

__all__ = [
    "ACCESSIBLE",
    "ARCHIVE",
    "RenderError",
    "Variant",
    "render_pdf",
    "render_pdf_limited",
]
