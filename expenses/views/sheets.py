"""Many expenses at once: a spreadsheet with a preview that shows the ruling of each line, and a grid to type into."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expenses import permissions
from expenses.facts import FACT_CHOICES
from expenses.forms import MOST_BOXES, SheetForm, activities_of
from expenses.models import ExpenseImport, ImportState, PaidBy, PayerKind
from expenses.services import discard_sheet, enter_rows, keep_sheet, take_over
from expenses.sheet import COLUMNS, MAX_LINES, Sheet, SheetLine, plain_cell, read_sheet
from expenses.summaries import clause_labels
from expenses.views.lists import staff_only
from mou_portal.exchange import SafeCSV, SafeXLSX, WorkbookRefused, xlsx_response
from mou_portal.pages import act, load
from mou_portal.records import DomainError
from mou_portal.uploads import ACCEPT, UploadRefused
from participants.files import store_upload
from participants.models import Agreement
from participants.once import new_token, once
from seminars.models import RateUnit

#: Rows of the grid, and the cells of each; what is the same for all rows is asked once above it.
GRID_ROWS = 8
GRID_CELLS = ("whose_cost", "category", "description", "quantity", "unit", "rate", "amount", "spent_on", "payee")
GRID_SHARED = ("activity", "paid_by", "paid_by_participant", "local_governments")
#: What the page calls the cells; a sheet's own columns have no other names.
GRID_WORDS = {
    "activity": _lazy("Seminar or field visit"),
    "paid_by": _lazy("Actually paid by"),
    "paid_by_participant": _lazy("Which local government paid"),
    "local_governments": _lazy("Local governments concerned"),
    "whose_cost": _lazy("Whose cost"),
    "category": _lazy("Category"),
    "description": _lazy("Description"),
    "quantity": _lazy("Quantity"),
    "unit": _lazy("unit"),
    "rate": _lazy("Rate (baht)"),
    "amount": _lazy("Amount (baht)"),
    "spent_on": _lazy("Spent on"),
    "payee": _lazy("Payee"),
}


def _finance_only(request: HttpRequest) -> Agreement:
    agreement = staff_only(request)
    if not permissions.is_finance_staff(request.user):
        raise PermissionDenied
    return agreement


def _crumbs(title: str) -> list[tuple[str, str]]:
    return [(_("Expenses"), reverse("expenses:expense-list")), (title, "")]


def shown_lines(sheet: Sheet, agreement: Agreement, names: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The rows with how the rule answers, in the reader's words; ``names`` are what the page calls the columns."""
    called = names or {}
    labels, words = clause_labels(agreement), dict(PayerKind.choices)
    return [
        {
            "row": row,
            "payer": row.resolution.payer.value if row.resolution else "",
            "payer_label": words[row.resolution.payer.value] if row.resolution else "",
            "clause": labels.get(row.resolution.clause, "") if row.resolution else "",
            "faults": [(called.get(column, column), words) for column, words in row.faults],
        }
        for row in sheet.lines
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    """Send a spreadsheet; what it holds is kept and shown, and nothing is entered yet."""
    agreement = _finance_only(request)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            columns, rows = _read(upload.name, upload.read())
        except WorkbookRefused as error:
            form.add_error("file", str(error))
        else:
            return once(
                request,
                lambda: keep_sheet(
                    agreement=agreement,
                    file_name=upload.name,
                    columns=columns,
                    rows=rows,
                    user=request.user,  # type: ignore[arg-type]  # LoginRequiredMiddleware lets nobody else in
                ),
                done=_("Read. Look at it before you take it over."),
            )
    title = _("Import expenses")
    return render(
        request,
        "expenses/import_form.html",
        {
            "form": form,
            "title": title,
            "columns": COLUMNS,
            "activities": activities_of(agreement),
            "form_token": request.POST.get("form_token") or new_token(),
            "waiting": ExpenseImport.objects.visible_to(request.user).filter(  # type: ignore[arg-type]  # as above
                agreement=agreement, state=ImportState.WAITING
            )[:20],
            "cancel_url": reverse("expenses:expense-list"),
            "crumbs": _crumbs(title),
        },
    )


def _read(name: str, content: bytes) -> tuple[list[str], list[list[Any]]]:
    """The head and the rows of a spreadsheet, as plain cells. Raises :class:`WorkbookRefused`."""
    reader = SafeXLSX() if name.lower().endswith(".xlsx") else SafeCSV()
    dataset = reader.create_dataset(content)
    if dataset.height > MAX_LINES:
        raise WorkbookRefused(_("More than %(most)d rows: split the sheet.") % {"most": MAX_LINES})
    columns = [str(name or "").strip().lower() for name in dataset.headers or []]
    return columns, [[plain_cell(cell) for cell in row] for row in dataset]


@require_safe
def import_template(request: HttpRequest) -> HttpResponse:
    """A sheet with the columns, and the key of each activity that may be named."""
    agreement = _finance_only(request)
    blank = [""] * (len(COLUMNS) - 1)
    rows = [[key, *blank] for _group, pairs in activities_of(agreement) for key, _label in pairs]
    return xlsx_response("expenses-template", COLUMNS, rows)


def _sheet(request: HttpRequest, pk: int) -> ExpenseImport:
    return load(
        ExpenseImport.objects.visible_to(request.user).select_related("agreement", "created_by"),  # type: ignore[arg-type]  # as above
        request.user,
        permissions.is_finance_staff,
        pk=pk,
    )


def _judge(sheet: ExpenseImport) -> Sheet:
    return read_sheet(sheet.agreement, sheet.columns, sheet.rows)


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The preview: each row with its ruling and shares, or with what is wrong and how to mend it."""
    sheet = _sheet(request, pk)
    waiting = sheet.state == ImportState.WAITING
    judged = _judge(sheet) if waiting else Sheet([])
    entered = [] if waiting else sheet.lines.order_by("pk")
    return render(
        request,
        "expenses/import_detail.html",
        {
            "sheet": sheet,
            "judged": judged,
            "waiting": waiting,
            "entered": entered,
            "rows": shown_lines(judged, sheet.agreement),
            "wrong": sum(bool(row.faults) for row in judged.lines),
            "title": sheet.file_name,
            "crumbs": [
                (_("Expenses"), reverse("expenses:expense-list")),
                (_("Import expenses"), reverse("expenses:import-create")),
                (sheet.file_name, ""),
            ],
        },
    )


@require_POST
def import_take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter every row as a draft; one wrong row, and none is."""
    sheet = _sheet(request, pk)
    try:
        count = take_over(sheet=sheet, user=request.user, read=_judge)  # type: ignore[arg-type]  # as above
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = ngettext("%(count)d line is entered as a draft.", "%(count)d lines are entered as drafts.", count)
        messages.success(request, said % {"count": count})
    return redirect(sheet)


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Throw away a sheet that was not taken over."""
    sheet = _sheet(request, pk)
    return act(
        request,
        lambda: discard_sheet(sheet=sheet, user=request.user),  # type: ignore[arg-type]  # as above
        done=_("Discarded."),
        then="expenses:import-create",
    )


# --- the grid -------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
def grid_create(request: HttpRequest) -> HttpResponse:
    """Type a pile of receipts: one row each, looked at with its ruling before it is entered."""
    agreement = _finance_only(request)
    shared = {name: request.POST.get(name, request.GET.get(name, "")).strip() for name in GRID_SHARED}
    typed = [
        {name: request.POST.get(f"{name}-{number}", "").strip() for name in GRID_CELLS} for number in range(GRID_ROWS)
    ]
    judged: Sheet | None = None
    error = ""
    if request.method == "POST":
        judged = read_sheet(agreement, (*GRID_SHARED, *GRID_CELLS), [_cells(shared, row) for row in typed])
        for row in judged.lines:
            row.number -= 1  # rows of the grid count from 1; a sheet's first row holds the names
        if judged.good and request.POST.get("step") == "enter":
            try:
                return _enter(request, judged.lines)
            except (DomainError, UploadRefused) as refusal:
                error = str(refusal)
    title = _("Enter a pile of receipts")
    rows = {row.number: row for row in judged.lines} if judged else {}
    shown = shown_lines(judged, agreement, GRID_WORDS) if judged else []
    rulings = {one["row"].number: one for one in shown}
    parties = list(agreement.participants.with_names().order_by("order")[: MOST_BOXES + 1])
    return render(
        request,
        "expenses/grid_form.html",
        {
            "title": title,
            "shared": shared,
            "activities": activities_of(agreement),
            "whose_costs": FACT_CHOICES["whose_cost"],
            "categories": FACT_CHOICES["category"],
            "units": RateUnit.choices,
            "payers": [choice for choice in PaidBy.choices if choice[0] != PaidBy.NOBODY],
            "parties": parties if len(parties) <= MOST_BOXES else [],
            "grid": [(n + 1, row, rows.get(n + 1), rulings.get(n + 1)) for n, row in enumerate(typed)],
            "judged": judged,
            "error": error,
            "accept": ACCEPT,
            "form_token": request.POST.get("form_token") or new_token(),
            "cancel_url": reverse("expenses:expense-list"),
            "crumbs": _crumbs(title),
        },
    )


def _cells(shared: dict[str, str], row: dict[str, str]) -> list[str]:
    """A row's cells; what is shared counts only where something was typed, so that an empty row stays empty."""
    typed = any(row[name] for name in GRID_CELLS if name not in ("whose_cost", "category"))
    return [value if typed else "" for value in (*shared.values(), *row.values())]


def _enter(request: HttpRequest, rows: list[SheetLine]) -> HttpResponse:
    """Store the receipts, enter the rows, and lead to the drafts."""
    receipts = {}
    for row in rows:
        files = request.FILES.getlist(f"receipts-{row.number}")
        receipts[row.number] = [store_upload(upload=file, user=request.user) for file in files]  # type: ignore[arg-type]  # as above

    def create() -> str:
        enter_rows(rows=rows, user=request.user, receipts=receipts)  # type: ignore[arg-type]  # as above
        return f"{reverse('expenses:expense-list')}?state=draft"

    return once(request, create, done=_("Entered as drafts. Hand them in when they are whole."))
