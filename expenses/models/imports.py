"""A sheet of expenses that was read and looked at, before and after it was taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from expenses.models.words import ImportState
from mou_portal.records import Record
from participants.access import access_of
from participants.models import Agreement

if TYPE_CHECKING:
    from participants.models import User


class ImportQuerySet(models.QuerySet["ExpenseImport"]):
    """Vocabulary of sheets."""

    def visible_to(self, user: User) -> ImportQuerySet:
        """Finance staff see all; nobody else any."""
        return self if access_of(user).finance else self.none()


class ExpenseImport(Record):
    """The cells of a sheet as they were read, with their columns: judged at each look, written whole or not at all."""

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="expense_imports", verbose_name=_("agreement")
    )
    file_name = models.CharField(_("file name"), max_length=255)
    columns = models.JSONField(_("columns"), default=list)
    rows = models.JSONField(_("rows"), default=list)
    state = models.CharField(
        _("state"), max_length=20, choices=ImportState.choices, default=ImportState.WAITING, editable=False
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("entered by")
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet of expenses")
        verbose_name_plural = _("sheets of expenses")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known")]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """The preview of the sheet."""
        return reverse("expenses:import-detail", args=[self.pk])
