"""Pages: who sees what (404 and 403 differ), what a form answers, and that reading changes nothing."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pathways.models import ChoiceState, ChoiceVersion, Evidence, PathwayChoice, ProgressUpdate, UpdateState
from tests import factories as make

CHOICE = {
    "chosen_on": "1/7/2562",
    "reason": "น้ำท่วมทุกปี",
    "expected_result": "แจ้งเตือนได้ทัน",
    "dimensions": ["environment"],
    "document_number": "กบ 1/2562",
    "document_date": "",
    "signed_by": "นายก",
}


@pytest.fixture
def portal(client, cast):
    """Sign in as one of the cast: ``portal("alice")``."""

    def as_(name):
        client.force_login(getattr(cast, name))
        return client

    return as_


@pytest.fixture
def rows(cast):
    """A confirmed choice of each participant, with a report in each state for the first."""
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    other = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    updates = {
        state: make.make_update(choice, period, state=state, by=cast.alice, reviewed_by=cast.staff)
        for state, period in zip(
            (UpdateState.ACCEPTED, UpdateState.RETURNED, UpdateState.SUBMITTED, UpdateState.DRAFT),
            cast.periods,
            strict=False,
        )
    }
    theirs = make.make_update(other, cast.periods[0], state=UpdateState.DRAFT, by=cast.bob, done="ความลับของเมืองอื่น")
    return {"choice": choice, "other": other, "theirs": theirs, **updates}


def url(name, *args):
    return reverse(f"pathways:{name}", args=args)


def counts():
    return (
        list(ChoiceVersion.objects.order_by("pk").values("state", "reason", "revision")),
        list(ProgressUpdate.objects.order_by("pk").values("state", "done", "revision")),
        Evidence.objects.count(),
        PathwayChoice.objects.count(),
    )


# --- who sees what --------------------------------------------------------------------------
def test_a_foreign_row_answers_404_and_an_own_row_without_the_right_403(portal, cast, rows):
    evidence = make.make_evidence(rows["theirs"], by=cast.bob)
    before = counts()
    foreign = [
        url("choice-detail", rows["other"].pk),
        url("choice-edit", rows["other"].pk),
        url("choice-change", rows["other"].pk),
        url("choice-withdraw", rows["other"].pk),
        url("choice-return", rows["other"].pk),
        url("milestone-create", rows["other"].pk),
        url("update-detail", rows["theirs"].pk),
        url("update-edit", rows["theirs"].pk),
        url("update-review", rows["theirs"].pk),
        url("evidence-download", evidence.pk),
    ]
    client = portal("alice")
    for address in foreign:
        assert client.get(address).status_code == 404, address
    for name, pk in (
        ("choice-submit", rows["other"].pk),
        ("choice-confirm", rows["other"].pk),
        ("update-submit", rows["theirs"].pk),
        ("update-remark", rows["theirs"].pk),
        ("evidence-delete", evidence.pk),
    ):
        assert client.post(url(name, pk)).status_code == 404, name
    refused = [
        ("mayor", url("choice-edit", rows["choice"].pk)),
        ("mayor", url("choice-change", rows["choice"].pk)),
        ("mayor", url("choice-create")),
        ("mayor", url("update-edit", rows[UpdateState.DRAFT].pk)),
        ("mayor", url("milestone-create", rows["choice"].pk)),
        ("alice", url("choice-return", rows["choice"].pk)),
        ("alice", url("update-review", rows[UpdateState.SUBMITTED].pk)),
        ("researcher", url("update-review", rows[UpdateState.SUBMITTED].pk)),
        ("finance", url("update-review", rows[UpdateState.SUBMITTED].pk)),
        ("finance", url("choice-return", rows["choice"].pk)),
        ("adviser", url("choice-edit", rows["choice"].pk)),
    ]
    for who, address in refused:
        assert portal(who).get(address).status_code == 403, (who, address)
        assert portal(who).post(address, {"note": "x", "decision": "accept"}).status_code == 403, (who, address)
    assert counts() == before


def test_drafts_are_the_organisations_own(portal, cast, rows):
    for who in ("adviser", "researcher", "staff", "finance"):
        assert portal(who).get(url("update-detail", rows[UpdateState.DRAFT].pk)).status_code == 404, who
        assert portal(who).get(url("update-detail", rows[UpdateState.RETURNED].pk)).status_code == 200, who
    assert portal("mayor").get(url("update-detail", rows[UpdateState.DRAFT].pk)).status_code == 200


def test_researchers_see_a_choice_once_it_was_handed_in(portal, cast):
    draft = make.make_choice(cast.town, cast.pathways[1], by=cast.alice, state=ChoiceState.DRAFT)
    version = draft.versions.get()
    version.document_file = make.make_stored_file(cast.alice)
    version.save()
    assert portal("researcher").get(url("choice-detail", draft.pk)).status_code == 404
    assert portal("researcher").get(url("choice-document", version.pk)).status_code == 404
    assert portal("bob").get(url("choice-document", version.pk)).status_code == 404
    answer = portal("adviser").get(url("choice-document", version.pk))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content)  # read whole: closing it would close the database connection, too


def test_lists_and_exports_hold_nothing_foreign(portal, cast, rows):
    make.make_update(rows["other"], cast.periods[1], state=UpdateState.SUBMITTED, by=cast.bob, done="ความลับที่ส่งแล้ว")
    for name in ("update-list", "choice-list", "pathway-matrix"):
        for query in ("", "?export=csv"):
            answer = portal("alice").get(url(name) + query)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert "ความลับ".encode() not in body, (name, query)
            assert "เทศบาลเมืองอื่น".encode() not in body, (name, query)
            assert "เทศบาลเมืองกระบี่".encode() in body, (name, query)
    assert "ความลับที่ส่งแล้ว" in portal("staff").get(url("update-list")).content.decode()


def test_reading_changes_nothing_and_buttons_refuse_get(portal, cast, rows):
    before = counts()
    evidence = make.make_evidence(rows[UpdateState.DRAFT], by=cast.alice)
    before = counts()
    for name in ("pathway-matrix", "choice-list", "update-list", "choice-create"):
        assert portal("alice").get(url(name)).status_code == 200, name
    for name in ("choice-detail", "choice-change", "choice-withdraw", "milestone-create"):
        assert portal("alice").get(url(name, rows["choice"].pk)).status_code == 200, name
    for state in (UpdateState.DRAFT, UpdateState.RETURNED):
        assert portal("alice").get(url("update-edit", rows[state].pk)).status_code == 200
    assert portal("adviser").get(url("update-review", rows[UpdateState.SUBMITTED].pk)).status_code == 200
    for name, args in (
        ("choice-submit", [rows["choice"].pk]),
        ("choice-confirm", [rows["choice"].pk]),
        ("update-start", []),
        ("update-nothing", []),
        ("update-submit", [rows[UpdateState.DRAFT].pk]),
        ("update-remark", [rows[UpdateState.DRAFT].pk]),
        ("evidence-delete", [evidence.pk]),
    ):
        assert portal("alice").get(url(name, *args)).status_code == 405, name
    assert counts() == before


# --- the choice -----------------------------------------------------------------------------
def test_the_round_of_a_choice_in_the_browser(portal, cast):
    client = portal("alice")
    page = client.get(url("choice-create"))
    data = {**CHOICE, "participant": cast.town.pk, "pathway": cast.pathways[0].pk}
    data |= {"form_token": page.context["form_token"], "document": SimpleUploadedFile("คำสั่ง.png", make.png())}
    answer = client.post(url("choice-create"), data)
    choice = PathwayChoice.objects.get()
    assert answer.headers["Location"] == url("choice-detail", choice.pk)
    version = choice.versions.get()
    assert str(version.chosen_on) == "2019-07-01"
    assert version.document_file.original_name == "คำสั่ง.png"
    again = client.post(url("choice-create"), {**data, "document": ""})  # the same form a second time
    assert again.headers["Location"] == answer.headers["Location"]
    assert PathwayChoice.objects.count() == 1
    client.post(url("choice-edit", choice.pk), {**CHOICE, "reason": "เหตุผลใหม่", "revision": 1, "step": "submit"})
    version.refresh_from_db()
    assert (version.state, version.reason) == (ChoiceState.SUBMITTED, "เหตุผลใหม่")
    portal("staff").post(url("choice-return", choice.pk), {"note": "ขอวันที่"})
    version.refresh_from_db()
    assert version.return_note == "ขอวันที่"
    assert "ขอวันที่" in portal("alice").get(url("choice-edit", choice.pk)).content.decode()
    portal("alice").post(url("choice-submit", choice.pk))
    portal("staff").post(url("choice-confirm", choice.pk))
    version.refresh_from_db()
    assert version.state == ChoiceState.CONFIRMED
    portal("alice").post(url("choice-change", choice.pk), {"note": "เปลี่ยนเป้าหมาย"})
    portal("alice").post(
        url("choice-edit", choice.pk),
        {**CHOICE, "expected_result": "ผลใหม่", "change_reason": "เปลี่ยนเป้าหมาย", "revision": 1},
    )
    page = portal("staff").get(url("choice-detail", choice.pk)).content.decode()
    assert "แจ้งเตือนได้ทัน" in page
    assert "ผลใหม่" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"chosen_on": "31 กุมภาพันธ์ 2562"}, "chosen_on"),
        ({"chosen_on": "1/7/62"}, "chosen_on"),
        ({"chosen_on": "1/7/2563"}, "chosen_on"),
        ({"reason": ""}, "reason"),
        ({"dimensions": ["magic"]}, "dimensions"),
        ({"document": SimpleUploadedFile("ไวรัส.svg", b"<svg onload=alert(1)>")}, "document"),
        ({"document": SimpleUploadedFile("ขาด.png", make.png()[:20])}, "document"),
        ({"pathway": "999999"}, "pathway"),
    ],
)
def test_a_wrong_choice_form_names_the_field_and_keeps_the_text(portal, cast, wrong, field):
    data = {**CHOICE, "participant": cast.town.pk, "pathway": cast.pathways[0].pk, **wrong}
    if field != "reason":
        data["reason"] = "ข้อความที่พิมพ์ไว้"
    answer = portal("alice").post(url("choice-create"), data)
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    if field != "reason":
        assert "ข้อความที่พิมพ์ไว้" in answer.content.decode()
    assert not PathwayChoice.objects.exists()


def test_a_foreign_participants_id_is_refused(portal, cast):
    data = {**CHOICE, "participant": cast.other.pk, "pathway": cast.pathways[0].pk}
    answer = portal("alice").post(url("choice-create"), data)
    assert "participant" in answer.context["form"].errors
    assert not PathwayChoice.objects.exists()


def test_the_gate_is_loud_until_a_choice_is_confirmed(portal, cast):
    for name in ("pathway-matrix", "choice-list", "update-list"):
        assert portal("alice").get(url(name)).context["gate"] == [cast.town]
    make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    assert portal("alice").get(url("update-list")).context["gate"] == []


# --- the report -----------------------------------------------------------------------------
def test_the_round_of_a_report_in_the_browser(portal, cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    start = {"choice": choice.pk, "period": cast.periods[0].pk}
    answer = portal("alice").post(url("update-start"), start)
    update = ProgressUpdate.objects.get()
    assert answer.headers["Location"] == url("update-edit", update.pk)
    told = {"done": "ติดตั้ง", "result": "", "obstacles": "", "next_step": "ต่อ", "percent": "40", "revision": "1"}
    photos = [SimpleUploadedFile("หนึ่ง.png", make.png()), SimpleUploadedFile("สอง.png", make.png(9, 9))]
    answer = portal("alice").post(url("update-edit", update.pk), {**told, "attachments": photos, "step": "submit"})
    update.refresh_from_db()
    assert (update.state, update.done, update.evidence.count()) == (UpdateState.SUBMITTED, "ติดตั้ง", 2)
    review = {"note": "", "on_result": "ขอตัวเลข", "decision": "return"}
    portal("adviser").post(url("update-review", update.pk), review)
    update.refresh_from_db()
    assert update.state == UpdateState.RETURNED
    page = portal("alice").get(url("update-edit", update.pk))
    assert "ขอตัวเลข" in page.content.decode()
    assert page.context["form"].fields["done"].disabled
    told |= {"done": "ลบของเดิม", "result": "ทุก 15 นาที", "revision": update.revision, "step": "submit"}
    portal("alice").post(url("update-edit", update.pk), told)
    update.refresh_from_db()
    assert (update.state, update.done, update.result) == (UpdateState.SUBMITTED, "ติดตั้ง", "ทุก 15 นาที")
    portal("adviser").post(url("update-review", update.pk), {"note": "ขอบคุณ", "decision": "accept"})
    update.refresh_from_db()
    assert update.state == UpdateState.ACCEPTED
    page = portal("alice").get(url("update-detail", update.pk)).content.decode()
    assert "ขอตัวเลข" in page
    assert "ขอบคุณ" in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"percent": "101"}, "percent"),
        ({"percent": "-1"}, "percent"),
        ({"percent": "สี่สิบ"}, "percent"),
        ({"done": "", "step": "submit"}, "done"),
        ({"attachments": [SimpleUploadedFile("a.exe", b"MZ")]}, "attachments"),
        ({"attachments": [SimpleUploadedFile(f"{n}.png", make.png()) for n in range(11)]}, "attachments"),
    ],
)
def test_a_wrong_report_names_the_field_and_keeps_the_text(portal, cast, rows, wrong, field):
    update = rows[UpdateState.DRAFT]
    told = {"done": "ใหม่", "result": "ผลที่พิมพ์ไว้", "obstacles": "", "next_step": "", "percent": "40", "revision": "1"}
    answer = portal("alice").post(url("update-edit", update.pk), {**told, **wrong})
    assert answer.status_code == 200
    assert field in answer.context["form"].errors
    assert "ผลที่พิมพ์ไว้" in answer.content.decode()
    before = update.done
    update.refresh_from_db()
    assert (update.done, update.evidence.count()) == (before, 0)


def test_an_edit_on_an_older_revision_shows_both(portal, cast, rows):
    update = rows[UpdateState.DRAFT]
    told = {"result": "", "obstacles": "", "next_step": "", "percent": "40", "revision": "1"}
    portal("alice").post(url("update-edit", update.pk), {**told, "done": "ของอลิซ"})
    answer = portal("anna").post(url("update-edit", update.pk), {**told, "done": "ของแอนนา"})
    page = answer.content.decode()
    assert "ของอลิซ" in page
    assert "ของแอนนา" in page
    assert answer.context["form"]["revision"].value() == "2"
    update.refresh_from_db()
    assert update.done == "ของอลิซ"


def test_text_typed_into_a_report_that_was_handed_in_meanwhile_is_not_lost(portal, cast, rows):
    update = rows[UpdateState.SUBMITTED]
    told = {"done": "พิมพ์ค้างไว้", "result": "", "obstacles": "", "next_step": "", "percent": "40", "revision": "1"}
    answer = portal("alice").post(url("update-edit", update.pk), told)
    assert answer.status_code == 200
    assert "พิมพ์ค้างไว้" in answer.content.decode()
    assert answer.context["form"].non_field_errors()
    update.refresh_from_db()
    assert update.done != "พิมพ์ค้างไว้"


def test_nothing_changed_is_one_tap(portal, cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    for _tap in range(2):
        answer = portal("alice").post(url("update-nothing"), {"choice": choice.pk, "period": cast.periods[0].pk})
        assert answer.headers["Location"] == url("choice-detail", choice.pk)
    assert ProgressUpdate.objects.get().nothing_changed


@pytest.mark.parametrize("field", ["choice", "period"])
@pytest.mark.parametrize("value", ["", "x", "-1", "๑", "9" * 30, "999999"])
def test_a_report_for_something_that_is_not_there_answers_404(portal, cast, rows, field, value):
    data = {"choice": rows["choice"].pk, "period": cast.periods[4].pk, field: value}
    for name in ("update-start", "update-nothing"):
        assert portal("alice").post(url(name), data).status_code == 404
    data = {"choice": rows["other"].pk, "period": cast.periods[4].pk}
    assert portal("alice").post(url("update-start"), data).status_code == 404


def test_the_second_reviewer_is_told(portal, cast, rows):
    update = rows[UpdateState.SUBMITTED]
    portal("adviser").post(url("update-review", update.pk), {"decision": "accept"})
    answer = portal("staff").post(url("update-review", update.pk), {"decision": "return", "note": "แก้"}, follow=True)
    assert [message.level_tag for message in answer.context["messages"]][-1] == "error"
    update.refresh_from_db()
    assert (update.state, update.reviewed_by) == (UpdateState.ACCEPTED, cast.adviser)


def test_a_return_without_a_note_is_asked_for_one(portal, cast, rows):
    update = rows[UpdateState.SUBMITTED]
    answer = portal("adviser").post(url("update-review", update.pk), {"decision": "return"})
    assert "note" in answer.context["form"].errors
    answer = portal("adviser").post(url("update-review", update.pk), {})
    assert answer.context["form"].non_field_errors()


def test_evidence_is_served_as_an_attachment_and_removed(portal, cast, rows):
    evidence = make.make_evidence(rows[UpdateState.DRAFT], by=cast.alice)
    answer = portal("alice").get(url("evidence-download", evidence.pk))
    assert b"".join(answer.streaming_content) == make.png()
    assert answer["Content-Security-Policy"] == "sandbox"
    assert portal("mayor").post(url("evidence-delete", evidence.pk)).status_code == 403
    portal("alice").post(url("evidence-delete", evidence.pk))
    assert not Evidence.objects.exists()


# --- the plan -------------------------------------------------------------------------------
def test_a_plan_is_written_and_counted(portal, cast, rows):
    choice = rows["choice"]
    data = {"title": "ติดตั้ง", "due_on": "31/3/2563", "weight": "2", "done_on": ""}
    portal("alice").post(url("milestone-create", choice.pk), data)
    milestone = choice.milestones.get()
    assert str(milestone.due_on) == "2020-03-31"
    stone = url("milestone-edit", milestone.pk)
    assert (
        portal("alice").post(stone, {**data, "done_on": "1/1/2563", "revision": 1}).status_code == 200
    )  # not come yet
    portal("alice").post(stone, {**data, "done_on": "1/7/2562", "revision": 1})
    assert portal("alice").get(url("choice-detail", choice.pk)).context["percent"] == 100
    assert portal("bob").get(stone).status_code == 404
    assert portal("mayor").get(stone).status_code == 403
    portal("alice").post(url("milestone-delete", milestone.pk))
    assert not choice.milestones.exists()


@pytest.mark.parametrize("wrong", [{"weight": "0"}, {"weight": "101"}, {"due_on": "31 กุมภาพันธ์ 2563"}, {"title": ""}])
def test_a_wrong_milestone_names_the_field(portal, cast, rows, wrong):
    data = {"title": "ติดตั้ง", "due_on": "31/3/2563", "weight": "2", "done_on": "", **wrong}
    answer = portal("alice").post(url("milestone-create", rows["choice"].pk), data)
    assert next(iter(wrong)) in answer.context["form"].errors
    assert not rows["choice"].milestones.exists()
