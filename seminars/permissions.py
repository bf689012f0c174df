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
#: Presentations that reviewers judge.
REVIEWABLE = ("submitted", "accepted", "given")


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


def can_read_rolls(user: Any, _agreement: Any) -> bool:
    """Rolls of everybody, with reasons of excuses, are read by programme staff."""
    return is_programme_staff(user)


def can_correct_mark(user: Any, mark: Any) -> bool:
    """Who may take the roll may correct a mark on it."""
    return can_record_attendance(user, mark.session)


# --- check-in ---------------------------------------------------------------------------------
def can_run_list(user: Any, point: Any) -> bool:
    """Programme staff check people in while the seminar is announced."""
    return is_programme_staff(user) and point.seminar.state == "announced"


def can_edit_list(user: Any, point: Any) -> bool:
    """Programme staff, until the seminar is closed or cancelled."""
    return can_edit_seminar(user, point.seminar)


def can_see_board(user: Any, seminar: Any) -> bool:
    """Programme staff see who is here and who is missing, from the announcement on."""
    return is_programme_staff(user) and seminar.state != "planned"


def can_send_mails(user: Any, seminar: Any) -> bool:
    """Programme staff invite and confirm while the seminar is announced."""
    return is_programme_staff(user) and seminar.state == "announced"


def can_copy_seminar(user: Any, seminar: Any) -> bool:
    """Programme staff copy any seminar that they see."""
    return is_programme_staff(user)


def can_add_material(user: Any, seminar: Any) -> bool:
    """Programme staff, also after the closing, when the slides come in."""
    return is_programme_staff(user) and seminar.state != "cancelled"


def can_undo_check_in(user: Any, row: Any) -> bool:
    """Who may check in may take it back."""
    return can_run_list(user, row.checkin_list)


# --- certificates and feedback ------------------------------------------------------------------
def can_issue_certificates(user: Any, seminar: Any) -> bool:
    """Programme staff, of a seminar that is announced or closed."""
    return is_programme_staff(user) and seminar.state in ("announced", "closed")


def can_withdraw_certificate(user: Any, certificate: Any) -> bool:
    """Programme staff, as long as it holds."""
    return is_programme_staff(user) and certificate.state == "valid"


def can_print_certificate(_user: Any, certificate: Any) -> bool:
    """Whoever sees a certificate may print it as long as it holds."""
    return bool(certificate.state == "valid")


def can_read_feedback(user: Any, seminar: Any) -> bool:
    """Programme staff, and the researchers of the agreement."""
    access = access_of(user)
    return access.programme or seminar.agreement_id in access.researches


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


def can_renew_slides(user: Any, presentation: Any) -> bool:
    """The participant's coordinator, until the presentation was given."""
    over = presentation.state in ("given", "not_given")
    return presentation.participant_id in access_of(user).coordinates and not over


def can_arrange_programme(user: Any, seminar: Any) -> bool:
    """Programme staff, until the seminar is closed or cancelled."""
    return can_edit_seminar(user, seminar)


def can_chair(user: Any, session: Any) -> bool:
    """Programme staff and the reviewers of the seminar see the chair's clock."""
    return session.seminar.state != "planned" and (
        is_programme_staff(user) or any(one.user_id == user.pk for one in session.seminar.reviewers.all())
    )


def can_review(user: Any, presentation: Any) -> bool:
    """A reviewer of its seminar who does not belong to the party, once the presentation was handed in."""
    access = access_of(user)
    return (
        presentation.state in REVIEWABLE
        and presentation.participant_id not in access.own
        and (access.staff or presentation.seminar.agreement_id in access.agreement_ids)
        and any(one.user_id == user.pk for one in presentation.seminar.reviewers.all())
    )


def can_send_feedback(user: Any, presentation: Any) -> bool:
    """Programme staff, of a presentation that reviewers judge."""
    return is_programme_staff(user) and presentation.state in REVIEWABLE


def can_read_sent_feedback(user: Any, presentation: Any) -> bool:
    """Who belongs to the party or sees it as adviser, researcher or staff reads the words that were sent to it."""
    access = access_of(user)
    participant = presentation.participant
    return (
        access.staff or participant.pk in access.own | access.advises or participant.agreement_id in access.researches
    )


def can_answer_feedback(user: Any, review: Any) -> bool:
    """The party's coordinator, once, when the feedback was sent."""
    mine = review.presentation.participant_id in access_of(user).coordinates
    return mine and review.sent_at is not None and not review.answer


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


# --- findings and follow-up actions -------------------------------------------------------------
def can_write_findings(user: Any, visit: Any) -> bool:
    """An adviser or researcher who was assigned to the visit, or programme staff, once it took place."""
    access = access_of(user)
    if visit.state not in ("done", "reported"):
        return False
    return access.programme or (
        visit.agreement_id in access.agreement_ids and any(visitor.pk == user.pk for visitor in visit.visitors.all())
    )


def can_print_visit(_user: Any, visit: Any) -> bool:
    """Whoever sees a visit may print it once it took place."""
    return visit.state in ("done", "reported")


def can_edit_finding(user: Any, finding: Any) -> bool:
    """Who may write findings may change one."""
    return can_write_findings(user, finding.visit)


def can_finish_action(user: Any, action: Any) -> bool:
    """The person who was asked to do it, as long as it is to do."""
    return bool(action.assignee_id == user.pk and action.state == "open")


def can_verify_action(user: Any, action: Any) -> bool:
    """The person who was named to verify it, once it was done."""
    return bool(action.verifier_id == user.pk and action.state == "done")
