"""Forms of the portal's pages about seminars, presentations and field visits."""

from .seminars import (
    GivenForm,
    PresentationDecisionForm,
    PresentationForm,
    RollLineForm,
    SeatForm,
    VisitDecisionForm,
    VisitPlanForm,
    VisitReportForm,
    VisitRequestForm,
    possible_visitors,
)

__all__ = [
    "GivenForm",
    "PresentationDecisionForm",
    "PresentationForm",
    "RollLineForm",
    "SeatForm",
    "VisitDecisionForm",
    "VisitPlanForm",
    "VisitReportForm",
    "VisitRequestForm",
    "possible_visitors",
]
