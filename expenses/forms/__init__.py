"""Forms of money. Their values go to services; none of them saves."""

from .lines import (
    MOST_BOXES,
    DryRunForm,
    ExpenseForm,
    PartiesMixin,
    RulingForm,
    SanctionForm,
    activities_of,
    activity_key,
)
from .settings import (
    BudgetForm,
    ClassDecisionForm,
    CostSettingsForm,
    MoveForm,
    OverrideForm,
    RuleRowForm,
    RuleTableForm,
    SheetForm,
)

__all__ = [
    "MOST_BOXES",
    "BudgetForm",
    "ClassDecisionForm",
    "CostSettingsForm",
    "DryRunForm",
    "ExpenseForm",
    "MoveForm",
    "OverrideForm",
    "PartiesMixin",
    "RuleRowForm",
    "RuleTableForm",
    "RulingForm",
    "SanctionForm",
    "SheetForm",
    "activities_of",
    "activity_key",
]
