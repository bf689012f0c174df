"""What clauses 2.2 (1) to (3) count, in a number of queries that does not grow."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mou_portal.registry import INSTITUTE, State, obligations
from seminars.summaries import attendance_of, presentations_of
from tests import factories as make
from tests.seminars.conftest import TODAY

NAMES = ["seminars-attended", "work-presented", "experience-exchanged", "presentation-day"]


def standings(cast, name, *, today=TODAY, participants=None):
    ids = [row.pk for row in participants or (cast.town, cast.other)]
    return obligations.get(name).evaluate(cast.agreement, ids, today)


def held(cast, day=date(2019, 8, 21), **fields):
    seminar = make.make_seminar(cast.agreement, starts_on=day, **fields)
    return seminar, make.make_session(seminar)


def test_each_duty_names_its_clause():
    found = {name: (obligations.get(name).clause, obligations.get(name).obliged) for name in NAMES}
    assert found == {
        "seminars-attended": ("2.2(2)", "local_government"),
        "work-presented": ("2.2(2)", "local_government"),
        "experience-exchanged": ("2.2(2)", "local_government"),
        "presentation-day": ("2.2(3)", "local_government"),
    }
    assert obligations.get("institute-studies").clause == "2.2(1)"


def test_without_a_required_seminar_nothing_is_owed(cast):
    held(cast, required=False)
    held(cast, state="planned")
    held(cast, state="cancelled")
    assert standings(cast, "seminars-attended")[cast.town.pk].state is State.NOT_APPLICABLE


def test_one_seat_at_one_session_is_enough_and_late_counts(cast):
    seminar, session = held(cast)
    absent = make.make_seat(seminar, cast.town)
    late = make.make_seat(seminar, cast.town)
    make.make_attendance(absent, session, recorded_by=cast.staff, state="absent")
    make.make_attendance(late, session, recorded_by=cast.staff, state="late")
    found = standings(cast, "seminars-attended")
    mine, other = found[cast.town.pk], found[cast.other.pk]
    assert (mine.state, mine.done, mine.required) == (State.FULFILLED, 1, 1)
    assert [(proof.url, proof.on) for proof in mine.proofs] == [(seminar.get_absolute_url(), seminar.starts_on)]
    assert (other.state, other.done, other.due_on) == (State.OVERDUE, 0, seminar.ends_on)
    assert str(seminar) in other.note


def test_an_excuse_is_no_attendance(cast):
    seminar, session = held(cast, state="closed")
    make.make_attendance(make.make_seat(seminar, cast.town), session, recorded_by=cast.staff, state="excused")
    assert standings(cast, "seminars-attended")[cast.town.pk].state is State.OVERDUE
    assert attendance_of([cast.town])[cast.town.pk].lines[0].state == "excused"


def test_nobody_is_late_for_a_roll_that_was_not_taken(cast):
    seminar, _session = held(cast)
    make.make_seat(seminar, cast.town)
    found = standings(cast, "seminars-attended")[cast.town.pk]
    assert (found.state, found.required) == (State.DUE, 1)
    assert str(seminar) in found.note


def test_a_seminar_to_come_is_due_on_its_day(cast):
    seminar, session = held(cast)
    make.make_attendance(make.make_seat(seminar, cast.town), session, recorded_by=cast.staff)
    held(cast, date(2020, 2, 1))
    found = standings(cast, "seminars-attended")[cast.town.pk]
    assert (found.state, found.done, found.required, found.due_on) == (State.PARTLY, 1, 2, date(2020, 2, 1))


def test_a_party_owes_only_seminars_of_its_own_time(cast):
    held(cast)
    late = make.make_participant("late", agreement=cast.agreement, joined_on=date(2019, 9, 1))
    left = make.make_participant("left", agreement=cast.agreement, left_on=date(2019, 7, 1))
    found = standings(cast, "seminars-attended", participants=[late, left])
    assert {standing.required for standing in found.values()} == {0}


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "not_given"])
def test_only_a_given_presentation_counts(cast, state):
    seminar, _session = held(cast)
    make.make_presentation(cast.town, seminar, state=state, by=cast.alice)
    found = standings(cast, "work-presented")[cast.town.pk]
    assert (found.state, found.due_on) == (State.DUE, cast.agreement.ends_on)


def test_a_presentation_proves_2_2_3_on_a_presentation_day_only(cast):
    workshop, _session = held(cast)
    day, _session = held(cast, date(2019, 11, 1), kind="presentation_day")
    make.make_presentation(cast.town, workshop, state="given", by=cast.alice)
    row = make.make_presentation(cast.other, day, state="given", by=cast.bob)
    presented = standings(cast, "work-presented")
    assert {standing.state for standing in presented.values()} == {State.FULFILLED}
    on_day = standings(cast, "presentation-day")
    assert (on_day[cast.town.pk].state, on_day[cast.town.pk].due_on) == (State.OVERDUE, day.ends_on)
    assert [proof.label for proof in on_day[cast.other.pk].proofs] == [row.title]


@pytest.mark.parametrize(("state", "expected"), [("scheduled", State.DUE), ("done", State.FULFILLED)])
def test_a_visit_that_took_place_is_an_exchange(cast, state, expected):
    make.make_visit(cast.town, by=cast.staff, state=state, visit_on=date(2019, 11, 1))
    found = standings(cast, "experience-exchanged")
    assert found[cast.town.pk].state is expected
    assert found[cast.other.pk].state is State.DUE


def test_the_institute_studies_each_party(cast):
    make.make_visit(cast.town, by=cast.staff, state="reported", visit_on=date(2019, 11, 1))
    make.make_visit(cast.other, by=cast.staff, state="done", visit_on=date(2019, 11, 1))
    found = obligations.get("institute-studies").evaluate(cast.agreement, [INSTITUTE], TODAY)
    assert (found[INSTITUTE].done, found[INSTITUTE].required, found[INSTITUTE].state) == (1, 2, State.PARTLY)


def test_an_agreement_without_parties_asks_nothing_of_the_institute(db):
    agreement = make.make_agreement("without-parties", current=False)
    assert obligations.get("institute-studies").evaluate(agreement, [INSTITUTE], TODAY)[INSTITUTE].required == 0
    assert attendance_of([]) == presentations_of([]) == {}


@pytest.mark.parametrize("name", [*NAMES, "institute-studies"])
def test_the_number_of_queries_does_not_grow(cast, name):
    counts = []
    for more in (0, 5):
        for number in range(more):
            party = make.make_participant(f"more-{number}", agreement=cast.agreement)
            seminar, session = held(cast)
            make.make_attendance(make.make_seat(seminar, party), session, recorded_by=cast.staff)
            make.make_presentation(party, seminar, state="given", by=cast.alice)
            make.make_visit(party, by=cast.staff, state="reported")
        with CaptureQueriesContext(connection) as queries:
            standings(cast, name, participants=list(cast.agreement.participants.all()))
        counts.append(len(queries) - 1)
    assert counts[0] == counts[1] <= 4
