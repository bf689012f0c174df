"""Who may do what with agreements, parties, people and documents. Predicates over loaded objects; no models."""

from __future__ import annotations

from typing import Any

from participants.access import access_of


def can_view_participant(user: Any, participant: Any) -> bool:
    """Own people, assigned advisers, researchers of the agreement, and staff."""
    access = access_of(user)
    return (
        access.staff or participant.pk in access.own | access.advises or participant.agreement_id in access.researches
    )


def can_view_every_participant(user: Any, agreement: Any) -> bool:
    """Staff, and researchers of the agreement: what the institute did for each party names the parties."""
    access = access_of(user)
    return access.staff or agreement.pk in access.researches


def can_edit_contact(user: Any, participant: Any) -> bool:
    """A participant's coordinators keep its address and telephone; so do programme staff."""
    access = access_of(user)
    return access.programme or participant.pk in access.coordinates


def can_hand_over(user: Any, participant: Any) -> bool:
    """Whether the person reads the pack for a successor: the participant's own people and programme staff."""
    access = access_of(user)
    return access.programme or participant.pk in access.own


def can_manage_agreement(user: Any, agreement: Any) -> bool:
    """Programme staff."""
    return access_of(user).programme


def can_invite(user: Any, invitation: Any = None) -> bool:
    """Programme staff invite portal people; only an administrator invites staff."""
    access = access_of(user)
    if invitation is not None and invitation.staff_group:
        return access.administrator
    return access.programme


def can_edit_person(user: Any, person: Any) -> bool:
    """Programme staff keep portal people's names; accounts of staff and administrators only an administrator."""
    access = access_of(user)
    return access.administrator or (access.programme and not person.is_staff and not person.is_superuser)


def can_view_document(user: Any, document: Any) -> bool:
    """As the participant it belongs to; a document of the whole agreement by everybody with a part in it."""
    access = access_of(user)
    if document.participant_id is None:
        return access.staff or document.agreement_id in access.agreement_ids
    return can_view_participant(user, document.participant)


def can_revoke_token(user: Any, token: Any) -> bool:
    """One's own keys of the data service; programme staff close anybody's."""
    return token.user_id == user.pk or access_of(user).programme


def can_make_packs(user: Any, agreement: Any) -> bool:
    """Programme staff: a pack holds every party's reports."""
    return access_of(user).programme


def can_read_annual_report(user: Any, agreement: Any) -> bool:
    """The institute's staff: it shows every party's standing and money."""
    return access_of(user).staff


def can_decide_proof(user: Any, _proof: Any = None) -> bool:
    """Programme staff say whether something proves a duty by hand."""
    return access_of(user).programme


def can_prove(user: Any, duty: Any, participant: Any) -> bool:
    """Programme staff for any party; a party's coordinators for their own."""
    access = access_of(user)
    return access.programme or (participant is not None and participant.pk in access.coordinates)
