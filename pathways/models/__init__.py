"""Pathways, the parties' choices among them, and progress on those choices."""

from .choices import ChoiceState, ChoiceVersion, Dimension, Pathway, PathwayChoice
from .indicators import Indicator, IndicatorValue
from .progress import (
    Evidence,
    Milestone,
    PeriodKind,
    PeriodSkip,
    ProgressUpdate,
    ReportingPeriod,
    UpdateEvent,
    UpdateState,
)

__all__ = [
    "ChoiceState",
    "ChoiceVersion",
    "Dimension",
    "Evidence",
    "Indicator",
    "IndicatorValue",
    "Milestone",
    "Pathway",
    "PathwayChoice",
    "PeriodKind",
    "PeriodSkip",
    "ProgressUpdate",
    "ReportingPeriod",
    "UpdateEvent",
    "UpdateState",
]
