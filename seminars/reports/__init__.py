"""What the app prints."""

from .attendance import attendance_context, attendance_html, attendance_pdf
from .certificates import certificates_context, certificates_html
from .presentations import feedback_context, feedback_html, programme_context, programme_html
from .sign_in_sheet import agreement_sheets_html, sign_in_sheet_context, sign_in_sheet_html, sign_in_sheet_pdf
from .visits import visit_report_context, visit_report_html

__all__ = [
    "agreement_sheets_html",
    "attendance_context",
    "attendance_html",
    "attendance_pdf",
    "certificates_context",
    "certificates_html",
    "feedback_context",
    "feedback_html",
    "programme_context",
    "programme_html",
    "sign_in_sheet_context",
    "sign_in_sheet_html",
    "sign_in_sheet_pdf",
    "visit_report_context",
    "visit_report_html",
]
