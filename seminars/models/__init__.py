"""Seminars with their seats and attendance, presentations, and field visits."""

from .certificates import Certificate, CertificateState, CertificateTemplate, Signatory, new_code
from .checkin import CheckIn, CheckInList, CheckInSending, How, ListKind, Outcome
from .feedback import FeedbackAnswer, FeedbackForm, FeedbackQuestion, FeedbackResponse, FeedbackState, QuestionKind
from .findings import ActionState, Finding, FindingKind, FollowUpAction
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
from .stage import Criterion, FormerSlides, Review, Reviewer, Score, Slot
from .visits import ArrangedBy, FieldVisit, VisitParticipant, VisitState

__all__ = [
    "ATTENDED",
    "ActionState",
    "ArrangedBy",
    "Attendance",
    "AttendanceState",
    "Certificate",
    "CertificateState",
    "CertificateTemplate",
    "CheckIn",
    "CheckInList",
    "CheckInSending",
    "Criterion",
    "FeedbackAnswer",
    "FeedbackForm",
    "FeedbackQuestion",
    "FeedbackResponse",
    "FeedbackState",
    "FieldVisit",
    "Finding",
    "FindingKind",
    "FollowUpAction",
    "FormerSlides",
    "How",
    "ListKind",
    "MailKind",
    "MailState",
    "Material",
    "Outcome",
    "Presentation",
    "PresentationState",
    "QuestionKind",
    "Rate",
    "RateKind",
    "RateMeaning",
    "RateUnit",
    "Review",
    "Reviewer",
    "Score",
    "Seat",
    "Seminar",
    "SeminarKind",
    "SeminarMail",
    "SeminarSession",
    "SeminarState",
    "SheetPhoto",
    "Signatory",
    "Slot",
    "Venue",
    "VisitParticipant",
    "VisitState",
    "new_code",
]
