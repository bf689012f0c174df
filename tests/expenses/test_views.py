"""The pages of expenses: what they show to whom, what they do, and that looking changes nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expenses.models import ExpenseLine, ExpenseState
from expenses.services import decide_ruling
from participants.models import StoredFile
from tests import factories as make


@pytest.fixture
def lines(cast):
    """A line of Krabi's in each state, and one that is shared by Krabi and Nan."""
    made = {
        str(state): make.make_expense(
            cast.at_institute,
            by=cast.alice,
            state=state,
            approved_by=cast.bob,
            parties=[cast.krabi],
            whose_cost="delegates",
            description=f"กระบี่ {state}",
        )
        for state in ExpenseState
    }
    made["shared"] = make.make_expense(
        cast.requested, by=cast.alice, state=ExpenseState.APPROVED, approved_by=cast.bob, amount=Decimal("100.01")
    )
    return made


def url(name: str, line: ExpenseLine | None = None) -> str:
    return reverse(f"expenses:{name}", args=[line.pk] if line else [])


def entry(cast, **fields):
    """What a browser sends for a new line: the delegates' travel, borne by Krabi."""
    return {
        "activity": f"seminar-{cast.at_institute.pk}",
        "whose_cost": "delegates",
        "category": "travel",
        "description": "ค่ารถตู้",
        "amount": "๑,๒๓๔.๕๐ บาท",
        "spent_on_day": "21",
        "spent_on_month": "8",
        "spent_on_year": "2562",
        "paid_by": "nobody",
        f"weight_{cast.krabi.pk}": "1",
        **fields,
    }


# --- who sees what --------------------------------------------------------------------------
STEPS = ["expense-edit", "expense-delete", "expense-submit", "expense-approve", "expense-return", "expense-reject"]


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "rejected"])
def test_a_local_government_does_not_see_lines_that_are_not_approved(client, cast, lines, state):
    client.force_login(cast.coordinator)
    for name in ["expense-detail", "ruling-decide", "expense-edit", "expense-return"]:
        assert client.get(url(name, lines[state])).status_code == 404
    for name in STEPS:
        assert client.post(url(name, lines[state])).status_code == 404
    assert ExpenseLine.objects.get(pk=lines[state].pk).state == state


def test_a_local_government_does_not_see_anothers_lines(client, cast, lines):
    client.force_login(cast.stranger)
    assert client.get(url("expense-detail", lines["approved"])).status_code == 404
    page = client.get(url("expense-list")).content.decode()
    assert "กระบี่" not in page
    assert client.get(url("expense-detail", lines["shared"])).status_code == 200


def test_a_local_government_sees_its_share_clause_and_reason_and_the_sum_of_the_others(client, cast, lines):
    client.force_login(cast.coordinator)
    page = client.get(url("expense-list")).content.decode()
    assert "กระบี่ approved" in page
    assert "กระบี่ draft" not in page
    page = client.get(url("expense-detail", lines["shared"])).content.decode()
    assert "50.01" in page
    assert "50.00" in page
    assert "ข้อ 2.2 (4) 4.2" in page
    assert "ที่ขอเป็นผู้รับผิดชอบ" in page
    assert "เทศบาลเมืองน่าน" not in page
    for name in [*STEPS, "ruling-decide"]:
        assert client.post(url(name, lines["shared"])).status_code == 403
    for name in ["undecided-list", "decision-list", "expense-create", "split-costs"]:
        assert client.get(url(name)).status_code == 403


def test_its_own_balance_and_no_other(client, cast, lines):
    client.force_login(cast.coordinator)
    page = client.get(url("balance-list")).content.decode()
    assert "2,519.01" in page  # approved and settled lines
    assert "เทศบาลเมืองน่าน" not in page
    client.force_login(cast.programme)
    assert "เทศบาลเมืองน่าน" in client.get(url("balance-list")).content.decode()


@pytest.mark.parametrize("maker", ["make_adviser", "make_researcher"])
def test_advisers_and_researchers_see_no_money(client, cast, lines, maker):
    subject = cast.krabi if maker == "make_adviser" else cast.agreement
    client.force_login(getattr(make, maker)(subject))
    assert not client.get(url("expense-list")).context["listing"]["rows"]
    for line in lines.values():
        assert client.get(url("expense-detail", line)).status_code == 404


def test_programme_staff_read_and_do_nothing(client, cast, lines):
    client.force_login(cast.programme)
    for line in lines.values():
        assert client.get(url("expense-detail", line)).status_code == 200
        for name in [*STEPS, "ruling-decide"]:
            assert client.post(url(name, line)).status_code == 403
    assert client.get(url("expense-create")).status_code == 403


# --- lists ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=approved", 2),
        ("state=counted", 3),
        ("payer=local_government", 7),
        ("payer=undecided", 0),
        ("clause=4.2", 1),
        ("category=travel", 7),
        ("category=meals", 0),
        ("participant=nan-town", 1),
        ("q=rejected", 1),
        ("state=nonsense&activity=seminar-x", 7),
    ],
)
def test_staff_narrow_the_list(client, cast, lines, query, found):
    client.force_login(cast.programme)
    response = client.get(f"{url('expense-list')}?{query}&export=csv")
    rows = b"".join(response.streaming_content).decode().strip().splitlines()
    assert len(rows) - 1 == found


def test_the_activity_narrows_too(client, cast, lines):
    client.force_login(cast.programme)
    response = client.get(f"{url('expense-list')}?activity=visit-{cast.requested.pk}")
    assert [row[1]["value"] for row in response.context["listing"]["rows"]] == [lines["shared"].description]


# --- entering and changing ------------------------------------------------------------------
def test_a_line_is_entered_with_its_receipt_in_baht_and_buddhist_era(client, cast):
    client.force_login(cast.alice)
    receipt = SimpleUploadedFile("ใบเสร็จ.png", make.png())
    response = client.post(url("expense-create"), entry(cast, uploads=receipt))
    line = ExpenseLine.objects.get()
    assert response.url == line.get_absolute_url()
    assert (line.amount, str(line.spent_on), line.seminar) == (Decimal("1234.50"), "2019-08-21", cast.at_institute)
    assert line.ruling.shares.get().participant == cast.krabi
    page = client.get(response.url).content.decode()
    assert "21 สิงหาคม 2562" in page
    assert "ใบเสร็จ.png" in page
    answer = client.get(url("receipt-download", line.receipts.get()))
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content) == make.png()


def test_a_form_sent_twice_makes_one_row(client, cast):
    client.force_login(cast.alice)
    token = client.get(url("expense-create")).context["form_token"]
    first = client.post(url("expense-create"), entry(cast, form_token=token))
    again = client.post(url("expense-create"), entry(cast, form_token=token))
    assert first.url == again.url
    assert ExpenseLine.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("activity", ""),
        ("activity", "seminar-999999"),
        ("activity", "visit-x"),
        ("amount", "-5"),
        ("amount", "1.234"),
        ("amount", "1234567890123"),
        ("amount", "0"),
        ("amount", "ห้าร้อย"),
        ("spent_on_day", "31"),
        ("category", "drinks"),
        ("paid_by_participant", "999999"),
        ("description", "x" * 301),
        ("uploads", SimpleUploadedFile("run.exe", b"MZ")),
    ],
)
def test_bad_input_names_its_field_and_stores_nothing(client, cast, field, value):
    client.force_login(cast.alice)
    fields = {"spent_on_month": "2"} if field == "spent_on_day" else {}
    response = client.post(url("expense-create"), entry(cast, **fields, **{field: value}))
    assert response.status_code == 200
    assert field.removesuffix("_day") in response.context["form"].errors
    assert not ExpenseLine.objects.exists()
    assert not StoredFile.objects.exists()


def test_rows_of_another_agreement_cannot_be_named(client, cast):
    other = make.make_agreement("other", current=False)
    foreign = make.make_participant("other-town", agreement=other)
    client.force_login(cast.alice)
    seminar = make.make_seminar(other)
    wrong = {"activity": f"seminar-{seminar.pk}", "paid_by": "local_government", "paid_by_participant": foreign.pk}
    response = client.post(url("expense-create"), entry(cast, **wrong, **{f"weight_{foreign.pk}": "1"}))
    assert {"activity", "paid_by_participant"} <= set(response.context["form"].errors)
    assert not ExpenseLine.objects.exists()


def test_a_day_outside_the_period_asks_for_its_reason(client, cast):
    client.force_login(cast.alice)
    late = {"spent_on_year": "2563", "spent_on_month": "12"}
    response = client.post(url("expense-create"), entry(cast, **late))
    assert "outside_period_reason" in response.context["form"].errors
    client.post(url("expense-create"), entry(cast, **late, outside_period_reason="ใบเสร็จมาช้า"))
    assert ExpenseLine.objects.get().outside_period_reason == "ใบเสร็จมาช้า"


def test_nobody_named_where_local_governments_pay_is_said_and_nothing_typed_is_lost(client, cast):
    client.force_login(cast.alice)
    response = client.post(url("expense-create"), entry(cast, **{f"weight_{cast.krabi.pk}": ""}))
    assert response.context["form"].non_field_errors()
    assert "ค่ารถตู้" in response.content.decode()
    assert not ExpenseLine.objects.exists()


def test_who_paid_is_named_exactly_when_a_local_government_paid(client, cast):
    client.force_login(cast.alice)
    for wrong in ({"paid_by": "local_government"}, {"paid_by": "institute", "paid_by_participant": cast.nan.pk}):
        response = client.post(url("expense-create"), entry(cast, **wrong))
        assert "paid_by_participant" in response.context["form"].errors
    client.post(url("expense-create"), entry(cast, paid_by="local_government", paid_by_participant=cast.nan.pk))
    assert ExpenseLine.objects.get().paid_by_participant == cast.nan


def test_a_change_made_meanwhile_is_shown_and_the_typed_text_kept(client, cast, lines):
    client.force_login(cast.alice)
    line = lines["draft"]
    sent = entry(cast, revision=str(line.revision), description="ของฉัน")
    ExpenseLine.objects.filter(pk=line.pk).update(revision=7, description="ของเขา")
    page = client.post(url("expense-edit", line), sent)
    assert page.status_code == 200
    assert "ของฉัน" in page.content.decode()
    assert "ของเขา" in page.content.decode()
    again = client.post(url("expense-edit", line), {**sent, "revision": page.context["form"]["revision"].value()})
    assert again.status_code == 302
    line.refresh_from_db()
    assert (line.description, line.changed_by) == ("ของฉัน", cast.alice)


def test_an_approved_line_is_not_changed(client, cast, lines):
    client.force_login(cast.alice)
    line = lines["approved"]
    assert client.get(url("expense-edit", line)).url == line.get_absolute_url()
    response = client.post(url("expense-edit", line), entry(cast, amount="9", revision=str(line.revision)))
    assert response.context["form"].non_field_errors()
    assert ExpenseLine.objects.get(pk=line.pk).amount == Decimal("1234.50")


# --- steps ----------------------------------------------------------------------------------
def test_from_draft_to_approved_by_two_people(client, cast, lines):
    line = lines["draft"]
    client.force_login(cast.alice)
    client.post(url("expense-submit", line))
    assert client.post(url("expense-approve", line)).status_code == 403
    for name in ("expense-return", "expense-reject"):
        assert client.get(url(name, line)).status_code == 403
        assert client.post(url(name, line), {"note": "ไม่"}).status_code == 403
    client.force_login(cast.bob)
    line.refresh_from_db()
    assert line.state == "submitted"
    assert client.post(url("expense-approve", line), {"revision": line.revision - 1}).status_code == 302
    assert ExpenseLine.objects.get(pk=line.pk).state == "submitted"
    client.post(url("expense-approve", line), {"revision": line.revision})
    assert ExpenseLine.objects.get(pk=line.pk).state == "approved"


def test_returned_and_rejected_with_a_note(client, cast, lines):
    client.force_login(cast.bob)
    assert client.post(url("expense-return", lines["submitted"]), {"note": ""}).status_code == 200
    client.post(url("expense-return", lines["submitted"]), {"note": "แนบใบเสร็จด้วย"})
    assert "แนบใบเสร็จด้วย" in client.get(lines["submitted"].get_absolute_url()).content.decode()
    client.force_login(cast.alice)
    client.post(url("expense-submit", lines["submitted"]))
    client.force_login(cast.bob)
    client.post(url("expense-reject", lines["submitted"]), {"note": "ไม่ใช่ของโครงการ"})
    assert ExpenseLine.objects.get(pk=lines["submitted"].pk).state == "rejected"


def test_a_draft_is_deleted_and_what_was_handed_in_is_not(client, cast, lines):
    client.force_login(cast.alice)
    client.post(url("expense-delete", lines["draft"]))
    client.post(url("expense-delete", lines["returned"]))
    assert not ExpenseLine.objects.filter(pk=lines["draft"].pk).exists()
    assert ExpenseLine.objects.filter(pk=lines["returned"].pk).exists()


def test_looking_changes_nothing_and_steps_need_a_post(client, cast, lines):
    client.force_login(cast.bob)
    before = list(ExpenseLine.history.values_list("pk", flat=True))
    for line in lines.values():
        for name in ["expense-detail", "expense-edit", "expense-return", "expense-reject", "ruling-decide"]:
            assert client.get(url(name, line)).status_code in (200, 302, 403)
        for name in ["expense-delete", "expense-submit", "expense-approve"]:
            assert client.get(url(name, line)).status_code == 405
    for name in ["expense-list", "undecided-list", "decision-list", "balance-list", "expense-create", "split-costs"]:
        assert client.get(url(name)).status_code == 200
    assert list(ExpenseLine.history.values_list("pk", flat=True)) == before


def test_a_line_that_may_be_there_twice_is_pointed_out(client, cast, lines):
    client.force_login(cast.alice)
    assert lines["approved"].get_absolute_url() in client.get(lines["draft"].get_absolute_url()).content.decode()


# --- decisions ------------------------------------------------------------------------------
@pytest.fixture
def silent(cast):
    return make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event", description="ค่าห้องนอกสถานที่")


def test_the_queue_leads_to_the_decision_and_the_decision_to_the_list(client, cast, silent):
    client.force_login(cast.bob)
    assert url("ruling-decide", silent) in client.get(url("undecided-list")).content.decode()
    said = {"payer": "local_government", "reason": "ตกลงกันในที่ประชุม", f"weight_{cast.nan.pk}": "1"}
    assert client.post(url("ruling-decide", silent), said).url == silent.get_absolute_url()
    assert silent.ruling.decided_by == cast.bob
    assert silent.ruling.shares.get().participant == cast.nan
    page = client.get(silent.get_absolute_url()).content.decode()
    assert "ตกลงกันในที่ประชุม" in page
    assert "บ็อบ" in page
    assert "ค่าห้องนอกสถานที่" not in client.get(url("undecided-list")).content.decode()
    assert "ตกลงกันในที่ประชุม" in client.get(url("decision-list")).content.decode()


@pytest.mark.parametrize(
    "said", [{"payer": "institute"}, {"reason": "เพราะ"}, {"payer": "local_government", "reason": "เพราะ"}]
)
def test_a_decision_needs_payer_reason_and_parties(client, cast, silent, said):
    client.force_login(cast.bob)
    response = client.post(url("ruling-decide", silent), said)
    assert response.context["form"].errors
    assert silent.rulings.get().payer == "undecided"


def test_what_the_memorandum_decides_leads_back(client, cast, lines):
    client.force_login(cast.bob)
    said = {"payer": "institute", "reason": "อยากช่วย"}
    assert client.post(url("ruling-decide", lines["draft"]), said).url == lines["draft"].get_absolute_url()
    assert lines["draft"].ruling.payer == "local_government"


# --- many parties ---------------------------------------------------------------------------
def test_a_large_agreement_names_parties_by_code(client, cast, monkeypatch):
    monkeypatch.setattr("expenses.forms.lines.MOST_BOXES", 2)
    client.force_login(cast.alice)
    sent = entry(cast, parties="krabi-pao; nan-town=๓")
    client.post(url("expense-create"), sent)
    line = ExpenseLine.objects.get()
    assert dict(line.parties.values_list("participant__local_government__code", "weight")) == {
        "krabi-pao": 1,
        "nan-town": 3,
    }
    assert "krabi-pao=1; nan-town=3" in client.get(url("expense-edit", line)).content.decode()
    for wrong in ("elsewhere", "krabi-pao; krabi-pao", "krabi-pao=x", "krabi-pao=1.5", "krabi-pao=0"):
        response = client.post(url("expense-create"), {**sent, "parties": wrong})
        assert response.context["form"].errors


# --- queries --------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["expense-list", "undecided-list", "balance-list", "decision-list"])
def test_lists_ask_as_much_for_many_rows_as_for_few(client, cast, name):
    client.force_login(cast.bob)

    def grow(count):
        for _number in range(count):
            make.make_expense(
                cast.requested, by=cast.alice, state=ExpenseState.APPROVED, approved_by=cast.bob, parties=[cast.nan]
            )
            decided, _open = (make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event") for _each in "ab")
            decide_ruling(line=decided, payer="institute", reason="เพราะ", user=cast.bob)
            make.make_participant(agreement=cast.agreement)

    grow(1)
    client.get(url(name))
    with CaptureQueriesContext(connection) as few:
        assert client.get(url(name)).status_code == 200
    grow(4)
    with CaptureQueriesContext(connection) as many:
        assert client.get(url(name)).status_code == 200
    assert len(many) == len(few)
