"""What the app prints."""

from .sign_in_sheet import sign_in_sheet_context, sign_in_sheet_html, sign_in_sheet_pdf

__all__ = ["sign_in_sheet_context", "sign_in_sheet_html", "sign_in_sheet_pdf"]
