"""Agreements, parties, people and their files."""

from .agreements import Agreement, Amendment, Clause, Obliged
from .data_service import DataScope, DataToken, PackState, ReportPack
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
    "DataScope",
    "DataToken",
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
    "PackState",
    "Participant",
    "PartyDocument",
    "ProofState",
    "Province",
    "ReminderLog",
    "ReminderRule",
    "ReminderState",
    "ReportPack",
    "Role",
    "SentForm",
    "StoredFile",
    "User",
    "Waiver",
    "Weekday",
]
