"""Seminars with their seats and attendance, presentations, and field visits."""

from .checkin import CheckIn, CheckInList, CheckInSending, How, ListKind, Outcome
from .mails import MailKind, MailState, SeminarMail
from .papers import Material, SheetPhoto
from .presentations import Presentation, PresentationState
from .rates import Rate, RateKind, RateMeaning, RateUnit
from .seminars import (
    ATTENDED,
    Attendance,
    AttendanceState,
    Seat,
    Seminar,
    SeminarKind,
    SeminarSession,
    SeminarState,
    Venue,
)
from .visits import ArrangedBy, FieldVisit, VisitParticipant, VisitState

__all__ = [
    "ATTENDED",
    "ArrangedBy",
    "Attendance",
    "AttendanceState",
    "CheckIn",
    "CheckInList",
    "CheckInSending",
    "FieldVisit",
    "How",
    "ListKind",
    "MailKind",
    "MailState",
    "Material",
    "Outcome",
    "Presentation",
    "PresentationState",
    "Rate",
    "RateKind",
    "RateMeaning",
    "RateUnit",
    "Seat",
    "Seminar",
    "SeminarKind",
    "SeminarMail",
    "SeminarSession",
    "SeminarState",
    "SheetPhoto",
    "Venue",
    "VisitParticipant",
    "VisitState",
]
