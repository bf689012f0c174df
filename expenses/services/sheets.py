"""A sheet of expenses is kept as it was read, and taken over whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from expenses.models import ExpenseImport, ExpenseLine, ImportState
from expenses.permissions import is_finance_staff
from expenses.services.lines import enter_expense
from mou_portal.records import Conflict, DomainError, transition
from participants.models import Agreement, StoredFile, User


def keep_sheet(
    *, agreement: Agreement, file_name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], user: User
) -> ExpenseImport:
    """Keep the cells of a sheet until somebody takes it over or discards it."""
    if not is_finance_staff(user):
        raise PermissionDenied
    return ExpenseImport.objects.create(
        agreement=agreement, file_name=file_name[-255:], columns=list(columns), rows=list(rows), created_by=user
    )


@transaction.atomic
def take_over(*, sheet: ExpenseImport, user: User, read: Callable[[ExpenseImport], Any]) -> int:
    """Enter every row of a sheet as a draft; return how many. One wrong row, and nothing is entered.

    ``read`` judges the kept cells as the preview did (:func:`expenses.sheet.read_sheet`). Raises ``PermissionDenied``;
    :class:`Conflict` when it was taken over or discarded meanwhile; :class:`DomainError` when a row is wrong.
    """
    if not is_finance_staff(user):
        raise PermissionDenied
    stored = ExpenseImport.objects.select_for_update().get(pk=sheet.pk)
    if stored.state != ImportState.WAITING:
        raise Conflict(
            _("This step is no longer possible: it is now “%(state)s”. Reload the page to see what changed.")
            % {"state": stored.get_state_display()}
        )
    judged = read(stored)
    if not judged.good:
        raise DomainError(_("Some rows cannot be taken over. Mend them in the sheet and send it again."))
    enter_rows(rows=judged.lines, user=user, imported_in=stored)
    transition(sheet, sources=[ImportState.WAITING], target=ImportState.IMPORTED, rows=[])
    return len(judged.lines)


@transaction.atomic
def enter_rows(
    *,
    rows: Sequence[Any],
    user: User,
    imported_in: ExpenseImport | None = None,
    receipts: dict[int, Sequence[StoredFile]] | None = None,
) -> list[ExpenseLine]:
    """Enter the lines of good rows as drafts, all or none; ``receipts`` by the row's number."""
    entered = []
    for row in rows:
        row.line.imported_in = imported_in
        try:
            entered.append(
                enter_expense(
                    line=row.line, parties=row.parties, user=user, receipts=(receipts or {}).get(row.number, ())
                )
            )
        except DomainError as error:
            raise DomainError(_("Row %(row)d: %(reason)s") % {"row": row.number, "reason": error}) from error
    return entered


@transaction.atomic
def discard_sheet(*, sheet: ExpenseImport, user: User) -> None:
    """Throw away a sheet that was not taken over; its cells go with it."""
    if not is_finance_staff(user):
        raise PermissionDenied
    transition(sheet, sources=[ImportState.WAITING], target=ImportState.DISCARDED, rows=[])
