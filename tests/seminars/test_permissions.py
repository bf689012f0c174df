"""Who may do what, as one table: rows are people, columns are steps in the state where they are possible."""

import pytest

from seminars import permissions as may
from tests import factories as make

PEOPLE = ("alice", "bob", "mayor", "adviser", "researcher", "staff", "finance")


def who(cast, predicate, row):
    return {name for name in PEOPLE if predicate(getattr(cast, name), row)}


def test_seminars(cast):
    seminar = make.make_seminar(cast.agreement)
    assert who(cast, may.can_view_seminar, seminar) == set(PEOPLE)
    assert who(cast, may.can_edit_seminar, seminar) == {"staff"}
    seminar.state = "planned"
    assert who(cast, may.can_view_seminar, seminar) == {"staff", "finance"}
    assert who(cast, may.can_edit_seminar, seminar) == {"staff"}
    for state in ("closed", "cancelled"):
        seminar.state = state
        assert who(cast, may.can_edit_seminar, seminar) == set()


def test_seats_and_rolls(cast):
    seminar = make.make_seminar(cast.agreement)
    session, seat = make.make_session(seminar), make.make_seat(seminar, cast.town)
    mark = make.make_attendance(seat, session, recorded_by=cast.staff)
    assert who(cast, may.can_name_delegates, seat) == {"alice", "staff"}
    assert who(cast, may.can_record_attendance, session) == {"staff"}
    assert who(cast, may.can_correct_mark, mark) == {"staff"}
    assert who(cast, may.can_print_sheet, session) == {"staff"}
    seminar.state = "closed"
    for predicate, row in ((may.can_name_delegates, seat), (may.can_record_attendance, session)):
        assert who(cast, predicate, row) == set()
    seminar.state = "planned"
    assert who(cast, may.can_print_sheet, session) == set()


@pytest.mark.parametrize(
    ("predicate", "states", "people"),
    [
        (may.can_edit_presentation, {"draft", "returned"}, {"alice"}),
        (may.can_submit_presentation, {"draft", "returned"}, {"alice"}),
        (may.can_decide_presentation, {"submitted"}, {"staff"}),
        (may.can_mark_presentation, {"accepted", "given", "not_given"}, {"staff"}),
    ],
)
def test_presentations(cast, predicate, states, people):
    row = make.make_presentation(cast.town, make.make_seminar(cast.agreement), by=cast.alice)
    for state in ("draft", "submitted", "returned", "accepted", "given", "not_given"):
        row.state = state
        assert who(cast, predicate, row) == (people if state in states else set())


@pytest.mark.parametrize(
    ("predicate", "states", "people"),
    [
        (may.can_decide_visit, {"asked"}, {"staff"}),
        (may.can_plan_visit, {"agreed", "scheduled"}, {"staff"}),
        (may.can_finish_visit, {"scheduled"}, {"staff"}),
        (may.can_edit_visit, {"asked", "agreed", "scheduled"}, {"staff"}),
        (may.can_report_visit, {"done"}, {"adviser", "staff"}),
    ],
)
def test_visits(cast, predicate, states, people):
    row = make.make_visit(cast.town, by=cast.staff, visitors=[cast.adviser])
    for state in ("asked", "agreed", "declined", "scheduled", "done", "reported"):
        row.state = state
        assert who(cast, predicate, row) == (people if state in states else set())


def test_only_coordinators_ask_and_write(cast):
    assert who(cast, may.can_start_presentation, cast.town) == {"alice"}
    assert who(cast, may.can_request_visit, cast.town) == {"alice"}
