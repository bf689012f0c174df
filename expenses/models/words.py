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


class ExpenseState(models.TextChoices):
    """States of an expense line."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waiting for approval")
    RETURNED = "returned", _("returned for changes")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")


EDITABLE_EXPENSE_STATES = (ExpenseState.DRAFT, ExpenseState.RETURNED)
