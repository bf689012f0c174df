"""Agreements, parties, people and their files."""

from .agreements import Agreement, Amendment, Clause, Obliged
from .files import DocumentKind, PartyDocument, StoredFile
from .once import SentForm
from .parties import Designation, GovernmentKind, LocalGovernment, Participant, Province
from .people import AdviserAssignment, Invitation, Membership, NoticeAcknowledgement, Role, User
from .reminders import CalendarLink, ReminderLog, ReminderRule, ReminderState, Weekday

__all__ = [
    "AdviserAssignment",
    "Agreement",
    "Amendment",
    "CalendarLink",
    "Clause",
    "Designation",
    "DocumentKind",
    "GovernmentKind",
    "Invitation",
    "LocalGovernment",
    "Membership",
    "NoticeAcknowledgement",
    "Obliged",
    "Participant",
    "PartyDocument",
    "Province",
    "ReminderLog",
    "ReminderRule",
    "ReminderState",
    "Role",
    "SentForm",
    "StoredFile",
    "User",
    "Weekday",
]
