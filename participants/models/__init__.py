"""Agreements, parties, people and their files."""

from .agreements import Agreement, Amendment, Clause, Obliged
from .files import DocumentKind, PartyDocument, StoredFile
from .ledger import DUTY_PREFIX, Duty, DutyParty, DutyProof, ProofState, Waiver
from .once import SentForm
from .parties import Designation, GovernmentKind, LocalGovernment, Participant, Province
from .people import AdviserAssignment, Invitation, Membership, NoticeAcknowledgement, Role, User
from .reminders import CalendarLink, ReminderLog, ReminderRule, ReminderState, Weekday

__all__ = [
    "DUTY_PREFIX",
    "AdviserAssignment",
    "Agreement",
    "Amendment",
    "CalendarLink",
    "Clause",
    "Designation",
    "DocumentKind",
    "Duty",
    "DutyParty",
    "DutyProof",
    "GovernmentKind",
    "Invitation",
    "LocalGovernment",
    "Membership",
    "NoticeAcknowledgement",
    "Obliged",
    "Participant",
    "PartyDocument",
    "ProofState",
    "Province",
    "ReminderLog",
    "ReminderRule",
    "ReminderState",
    "Role",
    "SentForm",
    "StoredFile",
    "User",
    "Waiver",
    "Weekday",
]
