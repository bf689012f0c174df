"""Spreadsheets of the app, out and in."""

from .rates import RateResource
from .roll import AttendanceResource

__all__ = ["AttendanceResource", "RateResource"]
