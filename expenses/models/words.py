"""The closed vocabularies of money: whose cost, what for, who must pay, who paid, and a line's state."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WhoseCost(models.TextChoices):
    """Whose cost a line is."""

    EVENT = "event", _("running the activity itself")
    DELEGATES = "delegates", _("the local government's own people")
    ADVISERS = "advisers", _("the project's advisers and researchers")


class Category(models.TextChoices):
    """What the money was spent on."""

    HONORARIUM = "honorarium", _("honorarium")
    MEALS = "meals", _("meals")
    TRAVEL = "travel", _("travel")
    LODGING = "lodging", _("lodging")
    MATERIALS = "materials", _("materials")
    VENUE_HIRE = "venue_hire", _("venue hire")
    OTHER = "other", _("other")


class PayerKind(models.TextChoices):
    """Who must pay."""

    INSTITUTE = "institute", _("the institute")
    LOCAL_GOVERNMENT = "local_government", _("local government")
    UNDECIDED = "undecided", _("undecided: the memorandum is silent")


class PaidBy(models.TextChoices):
    """Who actually paid."""

    NOBODY = "nobody", _("not paid yet")
    INSTITUTE = "institute", _("the institute")
    LOCAL_GOVERNMENT = "local_government", _("a local government organisation")
    IN_KIND = "in_kind", _("given in kind by a local government organisation")


class ExpenseState(models.TextChoices):
    """States of an expense line."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    RETURNED = "returned", _("returned for changes")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SETTLED = "settled", _("settled")


EDITABLE_EXPENSE_STATES = (ExpenseState.DRAFT, ExpenseState.RETURNED)
#: Lines that count for what the parties owe: approved ones, and those that a signed statement has settled.
COUNTED_EXPENSE_STATES = (ExpenseState.APPROVED, ExpenseState.SETTLED)
#: Who paid with a local government's name beside it.
PAID_BY_PARTICIPANT = (PaidBy.LOCAL_GOVERNMENT, PaidBy.IN_KIND)


class OverrideState(models.TextChoices):
    """States of a proposal to override what the rule or a person decided."""

    PROPOSED = "proposed", _("waiting for a second person")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")


class ImportState(models.TextChoices):
    """States of a sheet of expenses."""

    WAITING = "waiting", _("looked at, not taken over yet")
    IMPORTED = "imported", _("taken over")
    DISCARDED = "discarded", _("discarded")
