"""Who may do what with choices and progress updates.

Two kinds of predicates. The first kind asks only *who*: services and pages start with it, and a step that comes too
late is then explained (:class:`mou_portal.records.Conflict`) instead of refused. The second kind, ``can_…`` with a
state in it, also asks whether the step is possible now: pages use it to show buttons.

Coordinators write for their own participant; executives read. Programme staff decide on choices; programme staff and
assigned advisers review updates; finance staff read. Nobody decides on what they wrote or handed in themselves, nor
on anything of a participant to which they belong.
"""

from __future__ import annotations

from typing import Any

from participants.access import access_of

DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
CONFIRMED = "confirmed"
ACCEPTED = "accepted"
WITHDRAWN = "withdrawn"
EDITABLE = frozenset({DRAFT, RETURNED})
OPEN = frozenset({DRAFT, SUBMITTED, RETURNED})


def _author(user: Any, row: Any) -> bool:
    return user.pk in (row.created_by_id, row.submitted_by_id)


# --- choices --------------------------------------------------------------------------------
def can_choose(user: Any, participant: Any) -> bool:
    """Whether the person may choose pathways for a participant: its coordinators."""
    return participant.pk in access_of(user).coordinates


def can_write_choice(user: Any, choice: Any) -> bool:
    """Whether the person writes for the choice's participant."""
    return choice.participant_id in access_of(user).coordinates


def can_view_version(user: Any, version: Any) -> bool:
    """Own and advised participants and staff always; researchers unless it is a draft."""
    access = access_of(user)
    participant_id = version.choice.participant_id
    if access.staff or participant_id in access.own | access.advises:
        return True
    return version.state != DRAFT and version.choice.participant.agreement_id in access.researches


def can_edit_version(user: Any, version: Any) -> bool:
    """A coordinator, while the version is a draft or was returned."""
    return can_write_choice(user, version.choice) and version.state in EDITABLE


def can_withdraw_choice(user: Any, choice: Any) -> bool:
    """Who may give up a version: its coordinators, and programme staff (who alone end a confirmed one)."""
    return can_write_choice(user, choice) or access_of(user).programme


def can_withdraw_version(user: Any, version: Any) -> bool:
    """A coordinator while the version is open; programme staff when it is confirmed."""
    if version.state == CONFIRMED:
        return access_of(user).programme
    return version.state in OPEN and can_write_choice(user, version.choice)


def can_decide_version(user: Any, version: Any) -> bool:
    """Whether the person may decide on a version: programme staff, on nothing of their own."""
    access = access_of(user)
    return access.programme and version.choice.participant_id not in access.own and not _author(user, version)


def can_confirm_version(user: Any, version: Any) -> bool:
    """Whether the person may confirm the version now."""
    return version.state == SUBMITTED and can_decide_version(user, version)


def can_change_choice(user: Any, choice: Any) -> bool:
    """Whether a coordinator may begin a new version now: something was decided and nothing is open."""
    states = {version.state for version in choice.versions.all()}
    return can_write_choice(user, choice) and bool(states & {CONFIRMED, WITHDRAWN}) and not states & OPEN


def can_plan(user: Any, choice: Any) -> bool:
    """Whether the person may change the plan (milestones): coordinators and programme staff."""
    return can_write_choice(user, choice) or access_of(user).programme


# --- progress updates -----------------------------------------------------------------------
def can_report(user: Any, choice: Any) -> bool:
    """Whether the person reports progress on a choice: coordinators of its participant."""
    return can_write_choice(user, choice)


def can_write_update(user: Any, update: Any) -> bool:
    """Whether the person writes the update: coordinators of its participant."""
    return can_write_choice(user, update.choice)


def can_enter_report(user: Any, choice: Any) -> bool:
    """Whether the person may enter a report that nobody began: coordinators, and programme staff on behalf of them.

    Staff do so from a workbook, for what reached them on paper; handing in stays with the local government.
    """
    return can_report(user, choice) or (access_of(user).programme and choice.participant_id not in access_of(user).own)


def can_enter_update(user: Any, update: Any) -> bool:
    """Whether the person may save the update: coordinators; programme staff only what they began themselves.

    So staff never change, nor afterwards accept, words that a local government answers for: who began an update does
    not judge it.
    """
    return can_write_update(user, update) or (update.created_by_id == user.pk and can_enter_report(user, update.choice))


def can_use_workbook(user: Any) -> bool:
    """Whether the person fills in workbooks of open reports: coordinators and programme staff."""
    access = access_of(user)
    return bool(access.coordinates) or access.programme


def can_review_some(user: Any) -> bool:
    """Whether the person reviews updates at all: advisers and programme staff."""
    access = access_of(user)
    return bool(access.advises) or access.programme


def can_view_update(user: Any, update: Any) -> bool:
    """The participant's own people in any state; advisers, researchers and staff once it was submitted."""
    access = access_of(user)
    choice = update.choice
    if choice.participant_id in access.own:
        return True
    if update.submitted_at is None:
        return False
    return (
        access.staff or choice.participant_id in access.advises or choice.participant.agreement_id in access.researches
    )


def can_edit_update(user: Any, update: Any) -> bool:
    """A coordinator, while the update is a draft or was returned and its period is not locked."""
    return can_write_update(user, update) and update.state in EDITABLE and update.period.locked_at is None


def can_judge_update(user: Any, update: Any) -> bool:
    """Whether the person may review the update: programme staff and assigned advisers, on nothing of their own."""
    access = access_of(user)
    participant_id = update.choice.participant_id
    if participant_id in access.own or _author(user, update) or not can_view_update(user, update):
        return False
    return access.programme or participant_id in access.advises


def can_review_update(user: Any, update: Any) -> bool:
    """Whether the person may accept or return the update now."""
    return update.state == SUBMITTED and can_judge_update(user, update)


def can_discuss_update(user: Any, update: Any) -> bool:
    """Whether the person may write in the update's thread: its coordinators and those who review it."""
    return can_write_update(user, update) or can_judge_update(user, update)


def can_draw_lesson(user: Any, update: Any) -> bool:
    """Whether the person may draw a lesson from an update: own coordinators, researchers of its agreement and programme
    staff, once it is accepted."""
    access = access_of(user)
    participant = update.choice.participant
    drawn = participant.pk in access.coordinates or access.programme or participant.agreement_id in access.researches
    return update.state == ACCEPTED and drawn


def can_manage_periods(user: Any, row: Any = None) -> bool:
    """Whether the person may set reporting periods and skips: programme staff."""
    return access_of(user).programme


def can_compare_accepted(user: Any, agreement: Any) -> bool:
    """Whether the person may see what was accepted of all parties side by side: staff, and researchers."""
    access = access_of(user)
    return access.staff or agreement.pk in access.researches


def can_view_programme(user: Any, agreement: Any) -> bool:
    """Whether the person may see all parties side by side, with who is late: staff."""
    return access_of(user).staff
