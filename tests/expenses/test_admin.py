"""The admin site: saving rules at once, refusals come back in the form, steps are the services' own."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from expenses.models import ExpenseLine, ExpenseState, Ruling
from tests import factories as make

LIST = "admin:expenses_expenseline_changelist"


def entry(cast, *parties, **fields):
    """What a browser sends for a line with its parties (participant, weight)."""
    rows = {}
    for number, (participant, weight) in enumerate(parties):
        rows |= {f"parties-{number}-participant": participant.pk, f"parties-{number}-weight": weight}
    return {
        "agreement": cast.agreement.pk,
        "seminar": cast.at_institute.pk,
        "visit": "",
        "whose_cost": "delegates",
        "category": "travel",
        "description": "ค่ารถตู้",
        "amount": "1,234.50",
        "spent_on_day": "21",
        "spent_on_month": "8",
        "spent_on_year": "2562",
        "paid_by": "nobody",
        "parties-TOTAL_FORMS": len(parties),
        "parties-INITIAL_FORMS": 0,
        **rows,
        **fields,
    }


def add(client, cast, *parties, **fields):
    return client.post(reverse("admin:expenses_expenseline_add"), entry(cast, *parties, **fields))


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def test_a_line_added_here_is_ruled_on_at_once_and_says_who_pays(client, cast):
    client.force_login(cast.alice)
    receipt = SimpleUploadedFile("ใบเสร็จ.png", make.png())
    response = add(client, cast, (cast.krabi, 1), (cast.nan, 2), upload=receipt)
    assert response.status_code == 302
    line = ExpenseLine.objects.get()
    assert (line.created_by, line.amount, line.receipts.get().file.original_name) == (
        cast.alice,
        Decimal("1234.50"),
        "ใบเสร็จ.png",
    )
    assert sorted(line.ruling.shares.values_list("amount", flat=True)) == [Decimal("411.50"), Decimal("823.00")]
    assert "4.1" in said(response)
    page = client.get(reverse("admin:expenses_expenseline_change", args=[line.pk])).content.decode()
    assert "823.00" in page
    assert line.ruling.reason_th in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"spent_on_year": "2570"},
        {"amount": "-1"},
        {"amount": "1234567890123"},
        {"seminar": ""},
        {"paid_by": "local_government"},
        {"upload": SimpleUploadedFile("run.exe", b"MZ")},
        {"parties-TOTAL_FORMS": 0},
    ],
)
def test_what_the_service_refuses_comes_back_in_the_form(client, cast, wrong):
    client.force_login(cast.alice)
    response = add(client, cast, (cast.krabi, 1), **wrong)
    assert response.status_code == 200
    assert response.context["errors"]
    assert "ค่ารถตู้" in response.content.decode()
    assert not ExpenseLine.objects.exists()


def test_an_agreement_is_not_mixed_with_another(client, cast):
    foreign = make.make_participant("other-town", agreement=make.make_agreement("other", current=False))
    client.force_login(cast.alice)
    assert add(client, cast, (foreign, 1)).status_code == 200
    assert not ExpenseLine.objects.exists()


def change(client, line, cast, *parties, **fields):
    address = reverse("admin:expenses_expenseline_change", args=[line.pk])
    return client.post(address, entry(cast, *parties, **fields))


def test_a_change_replaces_parties_and_rules_anew(client, cast):
    line = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="delegates", parties=[cast.krabi])
    part = line.parties.get()
    client.force_login(cast.bob)
    fields = {
        "parties-INITIAL_FORMS": 1,
        "parties-0-id": part.pk,
        "parties-0-line": line.pk,
        "parties-0-DELETE": "on",
        "opened": line.revision,
    }
    response = change(client, line, cast, (cast.krabi, 1), (cast.nan, 1), amount="10.00", **fields)
    assert response.status_code == 302
    line.refresh_from_db()
    assert (line.amount, line.changed_by, line.created_by) == (Decimal("10.00"), cast.bob, cast.alice)
    assert line.ruling.shares.get().participant == cast.nan


def test_a_change_made_meanwhile_is_not_overwritten(client, cast):
    line = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="delegates", parties=[cast.krabi])
    ExpenseLine.objects.update(revision=5)
    client.force_login(cast.bob)
    assert change(client, line, cast, (cast.nan, 1), opened=1).status_code == 200
    assert ExpenseLine.objects.get().changed_by is None


@pytest.mark.parametrize("state", [ExpenseState.SUBMITTED, ExpenseState.APPROVED, ExpenseState.REJECTED])
def test_what_was_handed_in_is_only_shown(client, cast, state):
    line = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event", state=state, approved_by=cast.bob)
    client.force_login(cast.alice)
    page = client.get(reverse("admin:expenses_expenseline_change", args=[line.pk]))
    assert page.status_code == 200
    assert b'name="amount"' not in page.content
    assert change(client, line, cast, (cast.krabi, 1), opened=line.revision).status_code == 403
    assert client.post(reverse("admin:expenses_expenseline_delete", args=[line.pk]), {"post": "yes"}).status_code == 403
    assert ExpenseLine.objects.get().amount == Decimal("1234.50")


@pytest.mark.parametrize("who", ["programme", "coordinator"])
def test_others_cannot_write_here(client, cast, who):
    line = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event")
    client.force_login(getattr(cast, who))
    denied = 403 if who == "programme" else 302  # to the sign-in of the admin site
    assert add(client, cast, (cast.krabi, 1)).status_code == denied
    assert change(client, line, cast, opened=1).status_code == denied
    assert step(client, "approve", line).status_code in (200, 302)
    assert ExpenseLine.objects.get().state == ExpenseState.DRAFT


# --- steps ----------------------------------------------------------------------------------
def step(client, action, *lines, **fields):
    return client.post(reverse(LIST), {"action": action, "_selected_action": [line.pk for line in lines], **fields})


def test_steps_go_through_the_services_and_nobody_approves_their_own(client, cast):
    own = make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event")
    other = make.make_expense(cast.at_institute, by=cast.bob, whose_cost="event", state=ExpenseState.SUBMITTED)
    client.force_login(cast.alice)
    step(client, "submit", own)
    response = step(client, "approve", own, other)
    assert "403" in said(response)
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.state, other.state, other.approved_by) == (ExpenseState.SUBMITTED, ExpenseState.APPROVED, cast.alice)
    client.force_login(cast.bob)
    step(client, "send_back", own)
    own.refresh_from_db()
    assert own.state == ExpenseState.SUBMITTED  # no note
    step(client, "send_back", own, note="แนบใบเสร็จ")
    own.refresh_from_db()
    assert (own.state, own.decision_note) == (ExpenseState.RETURNED, "แนบใบเสร็จ")
    client.force_login(cast.alice)
    step(client, "submit", own)
    client.force_login(cast.bob)
    step(client, "reject", own, note="ไม่ใช่ของโครงการ")
    own.refresh_from_db()
    assert own.state == ExpenseState.REJECTED


# --- lists and files ------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [("payer=undecided", 1), ("payer=institute", 2), ("clause=2.2(4)4.1", 2), ("clause=2.2(4)4.2", 0)],
)
def test_filters_ask_the_current_ruling(client, cast, query, found):
    make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event")
    for _number in range(2):
        make.make_expense(cast.at_institute, by=cast.alice, whose_cost="event")
    client.force_login(cast.programme)
    response = client.get(f"{reverse(LIST)}?{query}")
    assert response.context["cl"].result_count == found


def test_the_list_asks_as_much_for_many_rows_as_for_few(client, cast):
    client.force_login(cast.bob)

    def grow(count):
        for _number in range(count):
            make.make_expense(cast.requested, by=cast.alice, state=ExpenseState.APPROVED, approved_by=cast.bob)
            make.make_expense(
                cast.elsewhere,
                by=make.make_staff(),
                whose_cost="delegates",
                parties=[cast.nan],
                paid_by_participant=cast.nan,
            )

    grow(1)
    for name in (LIST, "admin:expenses_ruling_changelist"):
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as few:
            assert client.get(reverse(name)).status_code == 200
        grow(4)
        with CaptureQueriesContext(connection) as many:
            assert client.get(reverse(name)).status_code == 200
        assert len(many) == len(few)


def test_an_export_carries_ruling_and_natural_keys_and_disarms_formulas(client, cast):
    make.make_expense(cast.requested, by=cast.alice, description="=1+1", amount=Decimal("0.03"))
    client.force_login(cast.programme)
    address = reverse("admin:expenses_expenseline_export")
    page = client.get(address)
    form = page.context["form"]
    data = {"format": "1"} | {name: "on" for name in form.fields if name not in ("format", "export_items", "resource")}
    text = client.post(address, data).content.decode("utf-8-sig")
    assert "'=1+1" in text
    assert "krabi-pao;nan-town" in text
    assert "0.02;0.01" in text
    assert cast.agreement.code in text
    assert cast.alice.email in text


def test_rulings_are_read_and_never_written(client, cast):
    ruling = make.make_expense(cast.elsewhere, by=cast.alice, whose_cost="event").rulings.get()
    client.force_login(make.make_admin())
    address = reverse("admin:expenses_ruling_change", args=[ruling.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"payer": "institute"}).status_code == 403
    assert client.get(reverse("admin:expenses_ruling_add")).status_code == 403
    assert Ruling.objects.get().payer == "undecided"
