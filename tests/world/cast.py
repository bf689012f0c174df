"""The cast: one person of each kind, and two parties with their rows by name."""

from __future__ import annotations

from dataclasses import dataclass, field

from expenses.models import ClassDecision, ExpenseImport, ExpenseLine, RulingOverride, Settlement
from participants.models import (
    Agreement,
    Amendment,
    DataToken,
    Duty,
    DutyProof,
    Participant,
    PartyDocument,
    ReportPack,
    User,
    Waiver,
)
from pathways.lessons.models import (
    CodebookVersion,
    Edition,
    ExportJob,
    Lesson,
    SavedSearch,
    SourceText,
    Synthesis,
    Theme,
)
from pathways.models import PathwayChoice, ProgressUpdate, ReportingPeriod
from seminars.models import Certificate, FieldVisit, Finding, FollowUpAction, Presentation, Review, Seat, Seminar

#: The kinds of people that a permission can tell apart. ``anonymous`` has no user.
ACTORS = (
    "anonymous",
    "coordinator_a",
    "executive_a",
    "coordinator_b",
    "adviser",
    "researcher",
    "finance",
    "programme",
    "administrator",
)


@dataclass
class Party:
    """A participant with one row of everything (several where states differ), keyed by state."""

    participant: Participant
    coordinator: User
    executive: User
    choices: dict[str, PathwayChoice] = field(default_factory=dict)
    updates: dict[str, ProgressUpdate] = field(default_factory=dict)
    seats: list[Seat] = field(default_factory=list)
    presentations: dict[str, Presentation] = field(default_factory=dict)
    visits: dict[str, FieldVisit] = field(default_factory=dict)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    reviews: dict[str, Review] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    actions: dict[str, FollowUpAction] = field(default_factory=dict)
    expenses: dict[str, ExpenseLine] = field(default_factory=dict)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    document: PartyDocument | None = None
    proof: DutyProof | None = None
    waiver: Waiver | None = None
    overrides: list[RulingOverride] = field(default_factory=list)
    sheets: list[ExpenseImport] = field(default_factory=list)
    decisions: list[ClassDecision] = field(default_factory=list)
    pass_code: str = ""
    sources: dict[str, SourceText] = field(default_factory=dict)
    lessons: dict[str, Lesson] = field(default_factory=dict)


@dataclass
class World:
    """The fixed cast. ``a`` and ``b`` are two parties of equal shape; the adviser is assigned to ``a`` alone."""

    agreement: Agreement
    parties: list[Party]
    periods: list[ReportingPeriod]
    seminars: dict[str, Seminar]
    document: PartyDocument
    duty: Duty
    amendment: Amendment
    adviser: User
    researcher: User
    finance: User
    finance_two: User
    programme: User
    administrator: User
    token: DataToken | None = None
    pack: ReportPack | None = None
    sheet_code: str = ""
    themes: dict[str, Theme] = field(default_factory=dict)
    synthesis: Synthesis | None = None
    edition: Edition | None = None
    export: ExportJob | None = None
    codebook_version: CodebookVersion | None = None
    search: SavedSearch | None = None

    @property
    def a(self) -> Party:
        return self.parties[0]

    @property
    def b(self) -> Party:
        return self.parties[1]

    def actor(self, name: str) -> User | None:
        """The person of that kind; ``None`` for anonymous."""
        cast: dict[str, User | None] = {
            "anonymous": None,
            "coordinator_a": self.a.coordinator,
            "executive_a": self.a.executive,
            "coordinator_b": self.b.coordinator,
            "executive_b": self.b.executive,
        }
        return cast[name] if name in cast else getattr(self, name)
