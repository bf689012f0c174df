"""Answers registered from above: the rule for countable duties, and one name for one answer."""

from datetime import date

import pytest

from mou_portal.registry import Agenda, Registry, State, agenda, obligations, reports, standing

TODAY, DUE = date(2020, 3, 2), date(2020, 3, 1)


@pytest.mark.parametrize(
    ("done", "required", "due_on", "state"),
    [
        (0, 0, DUE, State.NOT_APPLICABLE),
        (0, -1, None, State.NOT_APPLICABLE),
        (1, 1, DUE, State.FULFILLED),
        (3, 2, None, State.FULFILLED),
        (0, 1, DUE, State.OVERDUE),
        (1, 2, DUE, State.OVERDUE),
        (0, 1, TODAY, State.DUE),  # the due day itself is in time
        (1, 2, TODAY, State.PARTLY),
        (0, 1, None, State.DUE),
        (1, 2, None, State.PARTLY),
    ],
)
def test_state_follows_from_count_and_date(done: int, required: int, due_on: date | None, state: State) -> None:
    found = standing(done, required, due_on=due_on, today=TODAY)
    assert (found.state, found.done, found.required, found.due_on) == (state, done, max(required, 0), due_on)


def test_what_proves_a_duty_goes_with_it() -> None:
    assert standing(1, 1, due_on=None, today=TODAY, note="seen").note == "seen"


def test_two_answers_cannot_claim_one_name() -> None:
    held: Registry[Agenda] = Registry("agenda")
    one, other = Agenda("visits", lambda *_: []), Agenda("visits", lambda *_: [])
    assert held.register(one) is one
    assert held.register(one) is one  # a module that is imported twice
    with pytest.raises(ValueError, match="two agenda are named 'visits'"):
        held.register(other)
    assert (held.get("visits"), held.get("seminars")) == (one, None)
    assert (held.names(), list(held), len(held)) == (["visits"], [one], 1)


def test_the_apps_registered_their_answers_at_start() -> None:
    clauses = {duty.clause for duty in obligations}
    assert {"2.1", "2.2(2)", "2.2(3)", "4"} <= clauses
    assert "participant-summary" in reports.names()
    assert "names-to-check" in agenda.names()
