"""Who may do what with sources, codes, lessons and syntheses.

Researchers of an agreement, and programme staff, are its *scholars*: they read every source, code it, write, validate
and publish. A local government's own people write lessons from their own work and decide, alone, how the world may
see them (consent). Assigned advisers read what was handed in. Everybody else reads what is published, as consented.
"""

from __future__ import annotations

from typing import Any

from participants.access import access_of

DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
VALIDATED = "validated"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"
EDITABLE = frozenset({DRAFT, RETURNED})
LOCAL_GOVERNMENT = "local_government"


def can_study(user: Any, agreement: Any) -> bool:
    """Whether the person is a scholar of the agreement: its researchers, and programme staff."""
    access = access_of(user)
    return access.programme or agreement.pk in access.researches


def can_study_row(user: Any, row: Any) -> bool:
    """Whether the person is a scholar of the agreement that a row (with ``agreement_id``) belongs to."""
    access = access_of(user)
    return access.programme or bool(row.agreement_id in access.researches)


def can_style_reports(user: Any) -> bool:
    """Whether the person may upload Word templates and put one in use: programme staff."""
    return access_of(user).programme


# --- sources and codes ----------------------------------------------------------------------
def can_code(user: Any, source: Any) -> bool:
    """Whether the person may mark passages of a source and code them."""
    return can_study_row(user, source)


def can_remove_coding(user: Any, coding: Any) -> bool:
    """A code is taken off by who gave it; programme staff may take off any."""
    return bool(coding.coder_id == user.pk) or access_of(user).programme


def can_edit_codebook(user: Any, codebook: Any) -> bool:
    """Whether the person may change the themes of a codebook."""
    return can_study_row(user, codebook)


def can_consent_quote(user: Any, excerpt: Any) -> bool:
    """Whether the person decides how a quote may be shown: the people of the local government that said it."""
    participant_id = excerpt.source.participant_id
    return participant_id is not None and participant_id in access_of(user).own


# --- lessons --------------------------------------------------------------------------------
def _near(user: Any, lesson: Any) -> bool:
    access = access_of(user)
    return lesson.participant_id in access.own


def can_write_lesson(user: Any, lesson: Any) -> bool:
    """Who writes a lesson: its local government's coordinators, or (where scholars draw it) any scholar."""
    if lesson.drawn_by == LOCAL_GOVERNMENT:
        return lesson.participant_id in access_of(user).coordinates
    return can_study_row(user, lesson)


def can_edit_lesson(user: Any, lesson: Any) -> bool:
    """Whether the person may change the lesson's own words now."""
    return lesson.state in EDITABLE and can_write_lesson(user, lesson)


def can_judge_lesson(user: Any, lesson: Any) -> bool:
    """Whether the person may validate or return a lesson: scholars, on nothing that they handed in or belongs to
    their own local government."""
    return can_study_row(user, lesson) and not _near(user, lesson) and user.pk != lesson.submitted_by_id


def can_validate_lesson(user: Any, lesson: Any) -> bool:
    """Whether the person may validate or return the lesson now."""
    return lesson.state == SUBMITTED and can_judge_lesson(user, lesson)


def can_revise_lesson(user: Any, lesson: Any) -> bool:
    """Whether the person may change the validated words now; the original never changes."""
    return lesson.state in (VALIDATED, PUBLISHED) and can_judge_lesson(user, lesson)


def can_publish_lesson(user: Any, lesson: Any) -> bool:
    """Whether the person may publish the lesson now, consent given."""
    return lesson.state == VALIDATED and can_study_row(user, lesson)


def can_withdraw_lesson(user: Any, lesson: Any) -> bool:
    """Whether the person may withdraw the lesson: its writers, its local government's people, and scholars."""
    if lesson.state == WITHDRAWN:
        return False
    if lesson.state in EDITABLE:
        return can_write_lesson(user, lesson)
    return can_study_row(user, lesson) or _near(user, lesson)


def can_consent(user: Any, lesson: Any) -> bool:
    """Whether the person decides how the lesson may be shown: its own local government's people, nobody else."""
    return _near(user, lesson)


def can_tighten(user: Any, lesson: Any) -> bool:
    """Whether the person may make the consent stricter, as when a local government calls: programme staff."""
    return access_of(user).programme


def can_link(user: Any, lesson: Any) -> bool:
    """Whether the person may tie evidence, themes and cases to a lesson: scholars, until it is withdrawn."""
    return lesson.state != WITHDRAWN and can_study_row(user, lesson)


# --- syntheses ------------------------------------------------------------------------------
def can_write_synthesis(user: Any, row: Any) -> bool:
    """Whether the person may write a synthesis (or a chapter, a statement of it) and publish it: scholars."""
    return can_study_row(user, row)
