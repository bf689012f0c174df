"""What the app prints."""

from .certificates import certificates_context, certificates_html
from .sign_in_sheet import sign_in_sheet_context, sign_in_sheet_html, sign_in_sheet_pdf

__all__ = [
    "certificates_context",
    "certificates_html",
    "sign_in_sheet_context",
    "sign_in_sheet_html",
    "sign_in_sheet_pdf",
]
