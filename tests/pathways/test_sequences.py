"""Random sequences of steps: no step is skipped, nobody reviews their own work, every step is in the thread."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mou_portal.records import DomainError
from pathways.models import ChoiceState, ChoiceVersion, ProgressUpdate, UpdateState
from pathways.services import (
    Account,
    ReviewNote,
    accept_update,
    confirm_choice,
    propose_change,
    return_choice,
    return_update,
    save_update,
    start_choice,
    start_update,
    submit_choice,
    submit_update,
    withdraw_choice,
)
from tests import factories as make

ACTORS = ("alice", "anna", "bob", "mayor", "adviser", "researcher", "staff", "staff_two", "finance")
WRITERS = ("alice", "anna")
REVIEWERS = ("adviser", "staff", "staff_two")
EXAMPLES = settings(
    max_examples=max(40, settings().max_examples // 5) if settings().max_examples <= 100 else settings().max_examples,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)

update_steps = st.lists(
    st.tuples(st.sampled_from(ACTORS), st.sampled_from(["save", "submit", "accept", "return"])), min_size=1, max_size=12
)
choice_steps = st.lists(
    st.tuples(
        st.sampled_from(("alice", "anna", "bob", "adviser", "staff", "staff_two")),
        st.sampled_from(["submit", "confirm", "return", "change", "withdraw"]),
    ),
    min_size=1,
    max_size=14,
)

#: step -> (who may, from which states, to which state)
UPDATE_RULES = {
    "save": (WRITERS, {"draft", "returned"}, None),
    "submit": (WRITERS, {"draft", "returned"}, "submitted"),
    "accept": (REVIEWERS, {"submitted"}, "accepted"),
    "return": (REVIEWERS, {"submitted"}, "returned"),
}


def _update_step(name, update, user, number):
    if name == "save":
        save_update(
            update=update, user=user, expected=update.revision, account=Account(done=f"งาน {number}", percent=1)
        )
    elif name == "submit":
        submit_update(update=update, user=user)
    elif name == "accept":
        accept_update(update=update, user=user)
    else:
        return_update(update=update, user=user, review=ReviewNote("แก้"))


@EXAMPLES
@given(steps=update_steps)
def test_updates_hold_under_any_sequence(cast, steps):
    with transaction.atomic():
        choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
        update = start_update(choice=choice, period=cast.periods[0], user=cast.alice)
        state, done, events = "draft", "", ["draft"]
        for number, (actor, name) in enumerate(steps):
            who, sources, target = UPDATE_RULES[name]
            allowed = actor in who and state in sources and not (name == "submit" and not done)
            update = ProgressUpdate.objects.get(pk=update.pk)
            try:
                with transaction.atomic():
                    _update_step(name, update, getattr(cast, actor), number)
            except (DomainError, PermissionDenied):
                assert not allowed, (state, actor, name)
            else:
                assert allowed, (state, actor, name)
                state = target or state
                done = f"งาน {number}" if name == "save" else done
                events += [target] if target else []
            stored = ProgressUpdate.objects.get(pk=update.pk)
            assert (stored.state, stored.done) == (state, done)
            assert list(stored.events.values_list("state", flat=True)) == events
            if stored.state == UpdateState.ACCEPTED:
                assert stored.reviewed_by_id not in (stored.submitted_by_id, stored.created_by_id)
        transaction.set_rollback(True)


CHOICE_RULES = {
    "submit": (WRITERS, {"draft", "returned"}, "submitted"),
    "confirm": (("staff", "staff_two"), {"submitted"}, "confirmed"),
    "return": (("staff", "staff_two"), {"submitted"}, "returned"),
}


def _choice_step(name, choice, version, user):
    if name == "submit":
        submit_choice(version=version, user=user)
    elif name == "confirm":
        confirm_choice(version=version, user=user)
    elif name == "return":
        return_choice(version=version, user=user, note="แก้")
    elif name == "change":
        propose_change(choice=choice, user=user, change_reason="เปลี่ยน")
    else:
        withdraw_choice(version=version, user=user, note="เลิก")


def _after(states, actor, name):
    """The states of all versions after a step on the newest, or None when it is not allowed."""
    newest, before = states[-1], states[:-1]
    if name in CHOICE_RULES:
        who, sources, target = CHOICE_RULES[name]
        if actor not in who or newest not in sources:
            return None
        if target == "confirmed":
            before = ["superseded" if state == "confirmed" else state for state in before]
        return [*before, target]
    if name == "change":
        free = not {"draft", "submitted", "returned"} & set(states)
        return [*states, "draft"] if actor in WRITERS and free else None
    if newest == "confirmed":
        return [*before, "withdrawn"] if actor in ("staff", "staff_two") else None
    return [*before, "withdrawn"] if actor in WRITERS and newest in {"draft", "submitted", "returned"} else None


@EXAMPLES
@given(steps=choice_steps)
def test_choices_hold_under_any_sequence(cast, declaration, steps):
    with transaction.atomic():
        choice = start_choice(participant=cast.town, pathway=cast.pathways[0], user=cast.alice, declaration=declaration)
        states = ["draft"]
        for actor, name in steps:
            expected = _after(states, actor, name)
            version = choice.versions.order_by("number").last()
            try:
                with transaction.atomic():
                    _choice_step(name, choice, version, getattr(cast, actor))
            except (DomainError, PermissionDenied):
                assert expected is None, (states, actor, name)
            else:
                assert expected is not None, (states, actor, name)
                states = expected
            stored = ChoiceVersion.objects.filter(choice=choice).order_by("number")
            assert list(stored.values_list("state", flat=True)) == states
            assert states.count(ChoiceState.CONFIRMED) <= 1
            newest = stored.last()
            assert newest.history.first().state == newest.state
        transaction.set_rollback(True)
