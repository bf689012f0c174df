"""What the app prints."""

from .attendance import attendance_context, attendance_html, attendance_pdf
from .sign_in_sheet import agreement_sheets_html, sign_in_sheet_context, sign_in_sheet_html, sign_in_sheet_pdf

__all__ = [
    "agreement_sheets_html",
    "attendance_context",
    "attendance_html",
    "attendance_pdf",
    "sign_in_sheet_context",
    "sign_in_sheet_html",
    "sign_in_sheet_pdf",
]
