"""An agreement from draft to its next phase: signing, amendments, parties that come and go."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.records import Conflict, DomainError
from participants.amending import CLAUSE_FIELDS, FIELDS, changes, merged
from participants.models import Agreement, Clause, Participant
from participants.services import (
    NextPhase,
    begin_amendment,
    join_party,
    leave_party,
    save_amendment,
    sign_agreement,
    sign_amendment,
    start_next_phase,
)
from participants.services.agreements import copy_of
from tests import factories as make

# --- the rule, without a database ---------------------------------------------------------------
words = st.sampled_from(["ก", "ข", "ค"])
fields = st.fixed_dictionaries(dict.fromkeys(FIELDS, words))
clause = st.fixed_dictionaries(dict.fromkeys(CLAUSE_FIELDS, words))
copies = st.fixed_dictionaries(
    {"fields": fields, "clauses": st.dictionaries(st.sampled_from(["1", "2", "3"]), clause, max_size=3)}
)


@given(base=copies, proposed=copies)
def test_merging_into_an_agreement_that_nobody_touched_gives_the_copy(base, proposed):
    assert merged(base, proposed, base) == proposed
    assert (changes(base, proposed, base) == []) == (base == proposed)


@given(base=copies, current=copies)
def test_a_copy_that_was_left_alone_changes_nothing(base, current):
    assert merged(base, base, current) == current


@given(base=copies, proposed=copies, current=copies)
def test_a_merge_writes_what_the_copy_changed_and_leaves_the_rest_or_refuses(base, proposed, current):
    found = changes(base, proposed, current)
    if any(change.conflict for change in found):
        with pytest.raises(ValueError, match=r".+"):
            merged(base, proposed, current)
        return
    result = merged(base, proposed, current)
    for name in FIELDS:
        changed = base["fields"][name] != proposed["fields"][name]
        assert result["fields"][name] == (proposed if changed else current)["fields"][name]


# --- amendments ---------------------------------------------------------------------------------
def edited(world, **values):
    """A copy of the agreement in which these fields say something else."""
    amendment = begin_amendment(agreement=world.agreement, title_th="แก้ไข", title_en="", user=world.programme)
    amendment.proposed = {**amendment.proposed, "fields": {**amendment.proposed["fields"], **values}}
    save_amendment(amendment=amendment, user=world.programme, expected=amendment.revision)
    return amendment


def test_an_extension_is_merged_once_it_is_signed(world):
    signed = date(2020, 9, 1)
    with pytest.raises(PermissionDenied):
        begin_amendment(agreement=world.agreement, title_th="x", title_en="", user=world.finance)
    amendment = edited(world, ends_on="2021-03-31")
    world.agreement.refresh_from_db()
    assert world.agreement.ends_on == date(2020, 9, 30), "a copy changes nothing"
    with pytest.raises(DomainError):
        sign_amendment(amendment=amendment, signed_on=timezone.localdate() + timedelta(days=1), user=world.programme)
    sign_amendment(amendment=amendment, signed_on=signed, user=world.programme)
    world.agreement.refresh_from_db()
    assert world.agreement.ends_on == date(2021, 3, 31)
    assert (amendment.old_ends_on, amendment.new_ends_on) == (date(2020, 9, 30), date(2021, 3, 31))
    with pytest.raises(Conflict):
        sign_amendment(amendment=amendment, signed_on=signed, user=world.programme)
    with pytest.raises(Conflict):
        save_amendment(amendment=amendment, user=world.programme, expected=amendment.revision)
    with pytest.raises(DomainError):  # the cast's own copy was left as it is
        sign_amendment(amendment=world.amendment, signed_on=signed, user=world.programme)


def test_what_changed_meanwhile_is_neither_lost_nor_overwritten(world):
    amendment = edited(world, short_title_en="Phase two")
    world.agreement.short_title_th = "แก้ในระหว่างนี้"
    world.agreement.save()
    sign_amendment(amendment=amendment, signed_on=date(2020, 9, 1), user=world.programme)
    world.agreement.refresh_from_db()
    assert (world.agreement.short_title_en, world.agreement.short_title_th) == ("Phase two", "แก้ในระหว่างนี้")
    other = edited(world, short_title_en="Phase II")
    world.agreement.short_title_en = "Somebody else's"
    world.agreement.save()
    with pytest.raises(Conflict):
        sign_amendment(amendment=other, signed_on=date(2020, 9, 1), user=world.programme)
    world.agreement.refresh_from_db()
    other.refresh_from_db()
    assert (world.agreement.short_title_en, other.signed_on) == ("Somebody else's", None), "whole or not at all"


def test_clauses_are_added_changed_and_taken_out(world):
    amendment = edited(world)
    clauses = dict(amendment.proposed["clauses"])
    gone = clauses.pop("1.3")
    clauses["5"] = {**gone, "label_th": "ข้อ 5", "label_en": "clause 5", "order": 99}
    clauses["2.1"] = {**clauses["2.1"], "title_en": "Choose at least two"}
    amendment.proposed = {**amendment.proposed, "clauses": clauses}
    save_amendment(amendment=amendment, user=world.programme, expected=amendment.revision)
    sign_amendment(amendment=amendment, signed_on=date(2020, 9, 1), user=world.programme)
    assert copy_of(world.agreement)["clauses"] == clauses
    needed = edited(world)
    clauses = dict(needed.proposed["clauses"])
    del clauses["3"]  # a duty by hand stands under it
    needed.proposed = {**needed.proposed, "clauses": clauses}
    save_amendment(amendment=needed, user=world.programme, expected=needed.revision)
    with pytest.raises(DomainError):
        sign_amendment(amendment=needed, signed_on=date(2020, 9, 1), user=world.programme)
    assert Clause.objects.filter(agreement=world.agreement, number="3").exists()


def test_pages_of_an_amendment(world, client_of):
    client = client_of("programme")
    made = client.post(reverse("agreements:amendment-create", args=[world.agreement.code]), {"title_th": "ขยายเวลา"})
    page = client.get(made.url)
    form, clauses = page.context["form"], page.context["clauses"]
    said = {name: form[name].value() or "" for name in form.fields} | {"ends_on": "2564-03-31", "title_th": "ขยายเวลา"}
    for one in clauses:
        said |= {one.add_prefix(name): one[name].value() or "" for name in one.fields}
    managed = clauses.management_form
    said |= {managed.add_prefix(name): managed[name].value() for name in managed.fields}
    saved = client.post(made.url, said)
    assert saved.status_code == 302, saved.context["form"].errors
    assert "31 มีนาคม 2564" in client.get(saved.url).content.decode()
    assert client.post(f"{saved.url}sign/", {"signed_on": "2563-09-01"}).url == saved.url
    world.agreement.refresh_from_db()
    assert world.agreement.ends_on == date(2021, 3, 31)
    assert client_of("coordinator_a").get(saved.url).status_code == 200


def test_the_comparison_tells_days_in_the_readers_era(world, client_of):
    amendment = edited(world, ends_on="2021-03-31")
    client = client_of("programme")
    page = client.get(amendment.get_absolute_url()).content.decode()
    assert "30 กันยายน 2563" in page
    assert "31 มีนาคม 2564" in page
    page = client.get(amendment.get_absolute_url(), headers={"accept-language": "en"}).content.decode()
    assert "31 March 2021" in page


# --- parties, signing, phases -------------------------------------------------------------------
def test_parties_join_and_leave_mid_way(world):
    body = make.make_local_government("late-town", name_th="เทศบาลเมืองมาทีหลัง")
    told = {"agreement": world.agreement, "local_government": body, "signed_on": None, "signatory": "นาย ก"}
    with pytest.raises(DomainError):
        join_party(**told, joined_on=date(2021, 1, 1), user=world.programme)
    party = join_party(**told, joined_on=date(2020, 1, 1), user=world.programme)
    assert (party.order, party.takes_part_on(date(2019, 12, 31)), party.takes_part_on(date(2020, 1, 1))) == (
        3,
        False,
        True,
    )
    with pytest.raises(Conflict):
        join_party(**told, joined_on=date(2020, 1, 1), user=world.programme)
    for day, reason in ((date(2019, 12, 1), "ก่อนเข้าร่วม"), (date(2020, 6, 1), " ")):
        with pytest.raises(DomainError):
            leave_party(participant=party, left_on=day, reason=reason, user=world.programme)
    leave_party(participant=party, left_on=date(2020, 6, 1), reason="ยุบรวม", user=world.programme)
    with pytest.raises(Conflict):
        leave_party(participant=party, left_on=date(2020, 6, 2), reason="อีกครั้ง", user=world.programme)
    assert (party.left_on, party.left_reason) == (date(2020, 6, 1), "ยุบรวม")
    assert party.history.count() == 2


def test_a_draft_is_signed_once(world):
    draft = Agreement.objects.get(code="draft-3")
    party = make.make_participant("town-x", agreement=draft, signed_on=None)
    with pytest.raises(DomainError):
        sign_agreement(agreement=draft, signed_on=date(2030, 1, 1), user=world.programme)
    sign_agreement(agreement=draft, signed_on=date(2021, 1, 5), user=world.programme, parties_signed=True)
    party.refresh_from_db()
    assert (draft.signed_on, draft.institute_signed_on, party.signed_on) == (date(2021, 1, 5),) * 3
    with pytest.raises(Conflict):
        sign_agreement(agreement=draft, signed_on=date(2021, 1, 6), user=world.programme)
    with pytest.raises(DomainError):
        begin_amendment(
            agreement=Agreement(code="x", ends_on=date(2022, 1, 1)), title_th="x", title_en="", user=world.programme
        )


def test_the_next_phase_takes_over_what_goes_on_and_leaves_the_old_one_alone(world):
    before = {model: model.objects.filter(agreement=world.agreement).count() for model in (Clause, Participant)}
    told = NextPhase(
        code="kpi-smart-city-3",
        phase=3,
        title_th="ระยะที่ 3",
        title_en="Phase 3",
        short_title_th="ระยะที่ 3",
        short_title_en="Phase 3",
        starts_on=date(2020, 10, 1),
        ends_on=date(2021, 9, 30),
        parties=[world.a.participant],
    )
    with pytest.raises(PermissionDenied):
        start_next_phase(agreement=world.agreement, told=told, user=world.finance)
    new = start_next_phase(agreement=world.agreement, told=told, user=world.programme)
    assert (new.status(), new.is_current, new.predecessor) == ("draft", False, world.agreement)
    assert copy_of(new)["clauses"] == copy_of(world.agreement)["clauses"]
    party = new.participants.get()
    assert (party.code, party.signed_on, party.order) == ("town-a", None, 1)
    assert [row.code for row in new.pathways.all()] == [row.code for row in world.agreement.pathways.all()]
    assert {one.user for one in party.memberships.all()} == {world.a.coordinator, world.a.executive}
    assert {one.starts_on for one in party.memberships.all()} == {date(2020, 10, 1)}
    assert [one.user for one in party.adviser_assignments.all()] == [world.adviser]
    assert {one.user for one in new.memberships.all()} == {world.adviser, world.researcher}
    assert party.choices.count() == 0, "pathways are chosen anew"
    assert {model: model.objects.filter(agreement=world.agreement).count() for model in before} == before
    with pytest.raises(DomainError):
        start_next_phase(agreement=world.agreement, told=told, user=world.programme)
