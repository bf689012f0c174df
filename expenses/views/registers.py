"""The register for those who work on with it: a workbook whose totals live, and a CSV for an accounting system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from expenses.models import ExpenseLine
from expenses.register import LEDGER_HEAD, ledger_rows, register_workbook
from expenses.views.lists import staff_only
from mou_portal.exchange import XLSX_TYPE, csv_response


@require_safe
def register_xlsx(request: HttpRequest) -> HttpResponse:
    """The register as XLSX: totals are formulas, so they follow what is changed or filtered."""
    agreement = staff_only(request)
    answer = HttpResponse(register_workbook(agreement), content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="expense-register-{agreement.code}.xlsx"'
    return answer


@require_safe
def register_csv(request: HttpRequest) -> HttpResponse:
    """One row for each party's share, with codes and ISO days, for an accounting system."""
    agreement = staff_only(request)
    lines = ExpenseLine.objects.counted().filter(agreement=agreement)
    return csv_response(
        f"expense-ledger-{agreement.code}", LEDGER_HEAD, ledger_rows(lines), title=_("Register of expenses")
    )
