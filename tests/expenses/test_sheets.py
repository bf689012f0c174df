"""Spreadsheets and the grid: what people really write in cells, the ruling of each row, all rows or none."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from expenses.models import ExpenseImport, ExpenseLine, ImportState, PaidBy
from expenses.services import keep_sheet, take_over
from expenses.sheet import MAX_LINES, plain_cell, read_sheet
from mou_portal.exchange import xlsx_bytes
from mou_portal.records import Conflict, DomainError
from tests import factories as make

HEAD = ["activity", "whose_cost", "category", "description", "amount", "spent_on", "payee", "local_governments"]


def row(cast, **cells):
    values = {
        "activity": f"seminar-{cast.at_institute.pk}",
        "whose_cost": "delegates",
        "category": "travel",
        "description": "ค่ารถตู้",
        "amount": "1,234.50",
        "spent_on": "21/8/2562",
        "payee": "ร้านหนึ่ง",
        "local_governments": "krabi-pao;nan-town",
        **cells,
    }
    return list(values), list(values.values())


def read(cast, **cells):
    head, values = row(cast, **cells)
    return read_sheet(cast.agreement, head, [values]).lines[0]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("฿1,234.50", "1234.50"), ("๑,๒๓๔.๕๐ บาท", "1234.50"), ("THB 7", "7"), (1234.5, "1234.50"), (0.1 + 0.2, "0.30"),
     (" 12 ", "12"), ("999999999999.99", "999999999999.99")],
)  # fmt: skip
def test_amounts_as_people_write_them(cast, cell, amount):
    assert read(cast, amount=cell).line.amount == Decimal(amount)


@pytest.mark.parametrize("cell", ["1234567890123", "-5", "1.234", "ห้าร้อย", "0", "", "1,23"])
def test_amounts_that_cannot_be(cast, cell):
    found = read(cast, amount=cell)
    assert [column for column, _words in found.faults] == ["amount"]
    assert found.line is None


@pytest.mark.parametrize("cell", ["21/8/2562", "2019-08-21", "21 ส.ค. 2562", "๒๑ สิงหาคม ๒๕๖๒", "21/08/2019"])
def test_dates_of_either_era_in_one_sheet(cast, cell):
    assert read(cast, spent_on=cell).line.spent_on == date(2019, 8, 21)


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"spent_on": "31/2/2562"}, "spent_on"),
        ({"spent_on": ""}, "spent_on"),
        ({"spent_on": "1/1/2570"}, "spent_on"),
        ({"category": "drinks"}, "category"),
        ({"whose_cost": ""}, "whose_cost"),
        ({"activity": "seminar-999999"}, "activity"),
        ({"description": "  "}, "description"),
        ({"description": "x" * 301}, "description"),
        ({"local_governments": ""}, "local_governments"),
        ({"local_governments": "nowhere"}, "local_governments"),
        ({"local_governments": "krabi-pao;krabi-pao"}, "local_governments"),
        ({"weights": "1"}, "weights"),
        ({"weights": "1;x"}, "weights"),
        ({"weights": "0;0"}, "local_governments"),
        ({"paid_by": "nobody-knows"}, "paid_by"),
        ({"quantity": "2"}, "rate"),
        ({"quantity": "2", "rate": "3"}, "amount"),
        ({"unit": "mile"}, "unit"),
    ],
)
def test_a_wrong_cell_is_named(cast, cells, column):
    assert [name for name, _words in read(cast, **cells).faults] == [column]


def test_words_stand_for_values_and_the_row_is_ruled_with_its_shares(cast):
    found = read(cast, whose_cost="DELEGATES", category="Travel", weights="1;2")
    assert (found.resolution.clause, found.shares) == (
        "2.2(4)4.1", [("อบจ.กระบี่", Decimal("411.50")), ("เทศบาลเมืองน่าน", Decimal("823.00"))],
    )  # fmt: skip
    silent = read(cast, activity=cast.elsewhere.title_en, whose_cost="event", local_governments="")
    assert (silent.resolution.payer, silent.shares, silent.faults) == ("undecided", [], [])
    stranger = read(cast, activity=f"visit-{cast.requested.pk}", whose_cost="advisers", local_governments="trang-city")
    assert [name for name, _words in stranger.faults] == ["local_governments"]
    visited = read(cast, activity=f"visit-{cast.requested.pk}", whose_cost="advisers", local_governments="")
    assert len(visited.shares) == 2


def test_quantity_times_rate_and_who_paid(cast):
    found = read(cast, amount="", quantity="3", rate="๑๐๐.๒๕", unit="night", paid_by="in_kind:krabi-pao").line
    assert (found.amount, found.unit, found.paid_by, found.paid_by_participant) == (
        Decimal("300.75"), "night", PaidBy.IN_KIND, cast.krabi,
    )  # fmt: skip
    assert read(cast, paid_by="nan-town").line.paid_by_participant == cast.nan
    assert read(cast, paid_by="institute").line.paid_by == PaidBy.INSTITUTE
    beside = read(cast, paid_by="In_Kind", paid_by_participant="nan-town").line
    assert (beside.paid_by, beside.paid_by_participant) == (PaidBy.IN_KIND, cast.nan)
    for kind in ("local_government", ""):
        beside = read(cast, paid_by=kind, paid_by_participant="nan-town").line
        assert (beside.paid_by, beside.paid_by_participant) == (PaidBy.LOCAL_GOVERNMENT, cast.nan)


@pytest.mark.parametrize(
    ("paid_by", "code"),
    [
        ("in_kind", ""),
        ("local_government", ""),
        ("in_kind", "moon"),
        ("institute", "krabi-pao"),
        ("nobody", "krabi-pao"),
    ],
)
def test_who_paid_and_whose_name_must_fit(cast, paid_by, code):
    found = read(cast, paid_by=paid_by, paid_by_participant=code)
    assert ([name for name, _words in found.faults], found.line) == (["paid_by_participant"], None)


def test_a_receipt_twice_is_warned_of(cast):
    make.make_expense(
        cast.at_institute,
        by=cast.alice,
        whose_cost="delegates",
        parties=[cast.krabi],
        payee="ร้านหนึ่ง",
        spent_on=date(2019, 8, 21),
        amount=Decimal("1234.50"),
    )
    head, values = row(cast)
    first, second = read_sheet(cast.agreement, head, [values, values]).lines
    assert (len(first.warnings), len(second.warnings)) == (1, 2)


def test_a_line_above_the_rate_of_its_day_is_warned_of(cast):
    for first, last, amount in ((date(2019, 1, 1), date(2019, 8, 20), 100), (date(2019, 8, 21), None, 200)):
        make.make_rate(cast.agreement, by=cast.alice, amount=Decimal(amount), valid_from=first, valid_to=last)
    asked = {"amount": "", "quantity": "2", "rate": "150", "unit": "night", "category": "lodging"}
    assert len(read(cast, **asked, spent_on="20/8/2562").warnings) == 1  # the rate changed in the night
    assert read(cast, **asked, spent_on="21/8/2562").warnings == []


def test_a_sheet_as_a_whole(cast):
    head, values = row(cast)
    assert len(read_sheet(cast.agreement, ["amount", "price"], [values]).faults) == 6
    assert read_sheet(cast.agreement, head, [values] * (MAX_LINES + 1)).faults
    assert read_sheet(cast.agreement, head, [[""] * len(head)]).faults
    assert [plain_cell(cell) for cell in (date(2019, 8, 21), None, 7, " x ")] == ["2019-08-21", None, 7, "x"]


# --- taking over ------------------------------------------------------------------------------
def judge(sheet):
    return read_sheet(sheet.agreement, sheet.columns, sheet.rows)


def kept(cast, *rows):
    head, _values = row(cast)
    return keep_sheet(agreement=cast.agreement, file_name="ก.xlsx", columns=head, rows=list(rows), user=cast.alice)


def test_a_sheet_is_taken_over_once_and_whole(cast):
    sheet = kept(cast, row(cast)[1], row(cast, description="ค่าที่พัก", category="lodging")[1])
    assert take_over(sheet=sheet, user=cast.alice, read=judge) == 2
    assert {line.imported_in for line in ExpenseLine.objects.all()} == {sheet}
    assert all(line.rulings.get().shares.count() == 2 for line in ExpenseLine.objects.all())
    with pytest.raises(Conflict):
        take_over(sheet=sheet, user=cast.alice, read=judge)
    assert ExpenseLine.objects.count() == 2


def test_one_wrong_row_and_none_is_entered(cast):
    sheet = kept(cast, row(cast)[1], row(cast, amount="-1")[1])
    with pytest.raises(DomainError):
        take_over(sheet=sheet, user=cast.alice, read=judge)
    with pytest.raises(PermissionDenied):
        take_over(sheet=sheet, user=cast.programme, read=judge)
    assert not ExpenseLine.objects.exists()
    assert ExpenseImport.objects.get().state == ImportState.WAITING


def test_from_a_workbook_to_drafts(client, cast):
    head, values = row(cast)
    book = xlsx_bytes(head, [values, row(cast, spent_on=date(2019, 8, 22))[1]])
    client.force_login(cast.alice)
    response = client.post(
        reverse("expenses:import-create"), {"file": SimpleUploadedFile("ค่าใช้จ่าย.xlsx", book)}, follow=True
    )
    page = response.content.decode()
    assert "411.50" not in page
    assert "617.25" in page
    assert "4.1" in page
    assert not ExpenseLine.objects.exists()
    sheet = ExpenseImport.objects.get()
    client.post(reverse("expenses:import-take-over", args=[sheet.pk]))
    assert ExpenseLine.objects.filter(state="draft").count() == 2
    assert client.get(sheet.get_absolute_url()).status_code == 200
    for content in (b"PK\x03\x04", b"\xff\xfe\x00"):
        again = client.post(reverse("expenses:import-create"), {"file": SimpleUploadedFile("x.xlsx", content)})
        assert again.context["form"].errors
    assert io.BytesIO(client.get(reverse("expenses:import-template")).content).read(2) == b"PK"


def test_the_grid_checks_first_and_enters_with_receipts(client, cast):
    client.force_login(cast.alice)
    typed = {
        "activity": f"seminar-{cast.at_institute.pk}",
        "paid_by": "krabi-pao",
        "local_governments": "krabi-pao",
        "description-0": "ค่ารถ", "whose_cost-0": "delegates", "category-0": "travel", "amount-0": "๕๐๐",
        "spent_on-0": "21/8/2562",
        "description-2": "ค่าห้อง", "whose_cost-2": "delegates", "category-2": "lodging", "quantity-2": "2",
        "rate-2": "600", "spent_on-2": "21/8/2562",
    }  # fmt: skip
    url = reverse("expenses:grid-create")
    page = client.post(url, {**typed, "step": "check"}).content.decode()
    assert "1,200.00" in page
    assert not ExpenseLine.objects.exists()
    wrong = client.post(url, {**typed, "amount-0": "x", "step": "enter"})
    assert wrong.status_code == 200
    assert not ExpenseLine.objects.exists()
    receipt = SimpleUploadedFile("ใบเสร็จ.png", make.png())
    response = client.post(url, {**typed, "step": "enter", "receipts-1": receipt})
    assert response.status_code == 302
    assert sorted(ExpenseLine.objects.values_list("amount", flat=True)) == [500, 1200]
    assert ExpenseLine.objects.get(amount=500).receipts.get().file.original_name == "ใบเสร็จ.png"


def test_the_grid_takes_what_was_given_in_kind_and_says_whose_name_is_missing(client, cast):
    client.force_login(cast.alice)
    url = reverse("expenses:grid-create")
    typed = {
        "activity": f"seminar-{cast.at_institute.pk}", "paid_by": "in_kind", "local_governments": "krabi-pao",
        "description-0": "รถตู้ของ อบจ.", "whose_cost-0": "delegates", "category-0": "travel", "amount-0": "900",
        "spent_on-0": "21/8/2562", "step": "enter",
    }  # fmt: skip
    response = client.post(url, typed)
    fault = response.context["grid"][0][3]["faults"][0]
    assert str(fault[0]) == "อปท. ที่จ่าย"
    assert not ExpenseLine.objects.exists()
    assert client.post(url, {**typed, "paid_by_participant": "krabi-pao"}).status_code == 302
    line = ExpenseLine.objects.get()
    assert (line.paid_by, line.paid_by_participant) == (PaidBy.IN_KIND, cast.krabi)
    again = client.post(url, {**typed, "paid_by_participant": "krabi-pao", "step": "check"}).content.decode()
    assert '<option value="in_kind" selected>' in again
    assert '<option value="krabi-pao" selected>' in again


def test_a_large_agreement_names_the_payer_by_code(client, cast, monkeypatch):
    monkeypatch.setattr("expenses.views.sheets.MOST_BOXES", 2)
    client.force_login(cast.alice)
    page = client.get(reverse("expenses:grid-create")).content.decode()
    assert '<input class="form-control" id="grid-payer"' in page
