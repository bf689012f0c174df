"""Seats: made when a seminar is announced, filled by the parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from mou_portal.records import Conflict, DomainError, save_revision
from mou_portal.thai.words import normalise
from participants.models import Participant
from seminars.models import Seat, Seminar, SeminarState

if TYPE_CHECKING:
    from participants.models import User

BATCH = 500


@dataclass(frozen=True)
class Delegate:
    """Who takes a seat: a name, an office, how to reach the person, and food needs where the seminar asks for them."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    food_needs: str = ""


def participants_of(seminar: Seminar) -> QuerySet[Participant]:
    """The parties that belong to the agreement on the seminar's days, in the memorandum's order."""
    return Participant.objects.filter(
        Q(joined_on=None) | Q(joined_on__lte=seminar.ends_on),
        Q(left_on=None) | Q(left_on__gte=seminar.starts_on),
        agreement_id=seminar.agreement_id,
    ).order_by("order")


def locked(seminar_id: int) -> Seminar:
    """The seminar as it is now, held until the transaction ends.

    On PostgreSQL by a row lock; on SQLite the transaction itself began as the only writer. So a seat, a mark and a
    closing never pass each other.
    """
    return Seminar.objects.select_for_update(no_key=True).get(pk=seminar_id)


def require_announced(seminar: Seminar) -> None:
    """Raise :class:`Conflict` unless the seminar is announced: seats and rolls exist only then."""
    if seminar.state != SeminarState.ANNOUNCED:
        raise Conflict(
            _("The seminar is “%(state)s”: its seats and its roll can be changed only while it is announced.")
            % {"state": seminar.get_state_display()}
        )


@transaction.atomic
def make_missing_seats(*, seminar: Seminar, user: User) -> int:
    """Give every active participant its seats; those that are there already stay. Returns how many were made.

    Calling it again, even at the same moment, makes none twice.
    """
    seminar = locked(seminar.pk)
    there = set(seminar.seats.values_list("participant_id", "number"))
    missing = [
        Seat(seminar=seminar, participant_id=participant_id, number=number)
        for participant_id in participants_of(seminar).values_list("pk", flat=True)
        for number in range(1, seminar.seats_per_participant + 1)
        if (participant_id, number) not in there
    ]
    if missing:
        bulk_create_with_history(missing, Seat, batch_size=BATCH, default_user=user)
    return len(missing)


def name_delegate(*, seat: Seat, delegate: Delegate, expected: int, user: User) -> Seat:
    """Put a person on a seat, or take the person off it with an empty name.

    ``expected`` is the seat's revision when the form was opened. Raises ``Stale`` when it was changed since and
    ``Conflict`` when the seminar is no longer open.
    """
    return _seat_person(seat, delegate, "", expected, user)


def substitute_delegate(*, seat: Seat, delegate: Delegate, on_behalf_of: str, expected: int, user: User) -> Seat:
    """Let another person come in somebody's place, up to the door: the seat is the party's, and it still counts.

    Raises ``DomainError`` without both names, ``Stale`` and ``Conflict`` as :func:`name_delegate` does.
    """
    if not delegate.name.strip() or not on_behalf_of.strip():
        raise DomainError(_("Give both the substitute's name and whose place it is."))
    return _seat_person(seat, delegate, on_behalf_of, expected, user)


@transaction.atomic
def _seat_person(seat: Seat, delegate: Delegate, on_behalf_of: str, expected: int, user: User) -> Seat:
    require_announced(locked(seat.seminar_id))
    former, badge = Seat.objects.values_list("delegate_name", "badge").get(pk=seat.pk)
    seat.delegate_name = normalise(delegate.name)
    seat.badge = badge + (bool(former) and former != seat.delegate_name)  # the former delegate's pass opens it no more
    seat.delegate_position = normalise(delegate.position) if seat.delegate_name else ""
    seat.delegate_phone = normalise(delegate.phone) if seat.delegate_name else ""
    seat.delegate_email = delegate.email.strip() if seat.delegate_name else ""
    seat.food_needs = normalise(delegate.food_needs) if seat.delegate_name and seat.seminar.asks_food else ""
    seat.on_behalf_of = normalise(on_behalf_of)
    seat._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    save_revision(seat, expected=expected)
    return seat
