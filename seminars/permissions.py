"""Who may do what with seminars, presentations and field visits.

Every predicate takes a row that the person can see (``visible_to`` comes first) and says whether this step is theirs
*and* whether the row is in a state for it. Executives and finance staff read only.
"""

from __future__ import annotations

from typing import Any

from participants.access import access_of

#: Seminars that may still be changed, and presentations that their writers may still change.
OPEN_SEMINARS = ("planned", "announced")
OPEN_PRESENTATIONS = ("draft", "returned")


def is_programme_staff(user: Any, _row: Any = None) -> bool:
    """Programme staff run seminars and visits; finance staff only read them."""
    return access_of(user).programme


# --- seminars ---------------------------------------------------------------------------------
def can_view_seminar(user: Any, seminar: Any) -> bool:
    """Staff see every seminar, others those of their agreements once announced."""
    access = access_of(user)
    return access.staff or (seminar.agreement_id in access.agreement_ids and seminar.state != "planned")


def can_edit_seminar(user: Any, seminar: Any) -> bool:
    """Programme staff, until it is closed or cancelled."""
    return is_programme_staff(user) and seminar.state in OPEN_SEMINARS


def can_name_delegates(user: Any, seat: Any) -> bool:
    """The coordinator of the seat's participant and programme staff, from the announcement until the closing."""
    access = access_of(user)
    return seat.seminar.state == "announced" and (access.programme or seat.participant_id in access.coordinates)


def can_record_attendance(user: Any, session: Any) -> bool:
    """Programme staff, from the announcement until the closing."""
    return is_programme_staff(user) and session.seminar.state == "announced"


def can_print_sheet(user: Any, session: Any) -> bool:
    """Programme staff print sign-in sheets, which name every party's delegates."""
    return is_programme_staff(user) and session.seminar.state != "planned"


def can_correct_mark(user: Any, mark: Any) -> bool:
    """Who may take the roll may correct a mark on it."""
    return can_record_attendance(user, mark.session)


# --- presentations ----------------------------------------------------------------------------
def can_start_presentation(user: Any, participant: Any) -> bool:
    """The participant's coordinator."""
    return participant.pk in access_of(user).coordinates


def can_edit_presentation(user: Any, presentation: Any) -> bool:
    """The participant's coordinator, before it is handed in or after it came back."""
    return presentation.participant_id in access_of(user).coordinates and presentation.state in OPEN_PRESENTATIONS


def can_submit_presentation(user: Any, presentation: Any) -> bool:
    """Who may edit may hand in."""
    return can_edit_presentation(user, presentation)


def can_decide_presentation(user: Any, presentation: Any) -> bool:
    """Programme staff, on a submitted presentation."""
    return is_programme_staff(user) and presentation.state == "submitted"


def can_mark_presentation(user: Any, presentation: Any) -> bool:
    """Programme staff say whether an accepted presentation was given, and may correct it."""
    return is_programme_staff(user) and presentation.state in ("accepted", "given", "not_given")


# --- field visits -----------------------------------------------------------------------------
def can_request_visit(user: Any, participant: Any) -> bool:
    """The participant's coordinator."""
    return participant.pk in access_of(user).coordinates


def can_decide_visit(user: Any, visit: Any) -> bool:
    """Programme staff agree to or decline a visit that was asked for."""
    return is_programme_staff(user) and visit.state == "asked"


def can_plan_visit(user: Any, visit: Any) -> bool:
    """Programme staff set the day of a visit that was agreed to, or move one that has a day."""
    return is_programme_staff(user) and visit.state in ("agreed", "scheduled")


def can_finish_visit(user: Any, visit: Any) -> bool:
    """Programme staff say that a scheduled visit took place."""
    return is_programme_staff(user) and visit.state == "scheduled"


def can_edit_visit(user: Any, visit: Any) -> bool:
    """Programme staff, until the visit took place or was declined."""
    return is_programme_staff(user) and visit.state in ("asked", "agreed", "scheduled")


def can_report_visit(user: Any, visit: Any) -> bool:
    """An adviser or researcher who was assigned to the visit, or programme staff, once it took place."""
    if visit.state != "done":
        return False
    access = access_of(user)
    if access.programme:
        return True
    return visit.agreement_id in access.agreement_ids and any(visitor.pk == user.pk for visitor in visit.visitors.all())
