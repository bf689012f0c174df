"""Seminars with their seats and attendance, presentations, and field visits."""

from .presentations import Presentation, PresentationState
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
    "FieldVisit",
    "Presentation",
    "PresentationState",
    "Seat",
    "Seminar",
    "SeminarKind",
    "SeminarSession",
    "SeminarState",
    "Venue",
    "VisitParticipant",
    "VisitState",
]
