"""The order of a seminar's presentations: which session, which place, how many minutes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from mou_portal.records import Conflict, DomainError
from seminars.models import Presentation, PresentationState, Seminar, SeminarState, Slot
from seminars.programme import MOST_MINUTES, MOST_PLACES, Placed, double_booked

from .seats import locked

if TYPE_CHECKING:
    from participants.models import User

#: Presentations that have a place in the programme: what was accepted, and what became of it.
PLACEABLE = (PresentationState.ACCEPTED, PresentationState.GIVEN, PresentationState.NOT_GIVEN)


def arrangement(seminar: Seminar) -> str:
    """The programme as it stands, as one text: a form carries it, so that nobody overwrites a change unseen."""
    rows = Slot.objects.filter(session__seminar=seminar).order_by("presentation_id")
    return ";".join(f"{row.presentation_id}:{row.session_id}:{row.number}:{row.minutes}" for row in rows)


@transaction.atomic
def arrange_programme(*, seminar: Seminar, lines: Sequence[Placed[int]], user: User, seen: str | None = None) -> None:
    """Give the named presentations (by id) their places, all at once; others of the seminar lose theirs.

    Raises ``DomainError`` for a place that two claim, for a presentation or session of another seminar or not
    accepted, and for lengths and places out of bounds; ``Conflict`` when the programme is not ``seen`` any more or
    the seminar is over. Then nothing is changed. The database refuses a double booking, too.
    """
    now = locked(seminar.pk)
    if now.state not in (SeminarState.PLANNED, SeminarState.ANNOUNCED):
        raise Conflict(_("The seminar is “%(state)s” and changes no more.") % {"state": now.get_state_display()})
    if seen is not None and seen != arrangement(now):
        raise Conflict(_("Somebody changed the programme while you were working. Compare, then save again."))
    _check(now, lines)
    there = {slot.presentation_id: slot for slot in Slot.objects.filter(session__seminar=now)}
    wanted = {line.presentation: line for line in lines}
    for pk, row in there.items():
        if pk not in wanted:
            row._history_user = user  # type: ignore[attr-defined]  # read by simple_history
            row.delete()
    moved = [
        (there[pk], line)
        for pk, line in wanted.items()
        if pk in there and (there[pk].session_id, there[pk].number, there[pk].minutes) != _where(line)
    ]
    # out of each other's way first: a swap would otherwise meet itself half-way
    Slot.objects.filter(pk__in=[slot.pk for slot, _line in moved]).update(number=F("number") + MOST_PLACES + 1)
    for slot, line in moved:
        slot.session_id, slot.number, slot.minutes = _where(line)
        slot.revision += 1
        _save(slot, user)
    for pk, line in wanted.items():
        if pk not in there:
            session_id, number, minutes = _where(line)
            _save(Slot(presentation_id=pk, session_id=session_id, number=number, minutes=minutes), user)


def _where(line: Placed[int]) -> tuple[int, int, int]:
    return int(str(line.session)), line.number, line.minutes


def _save(slot: Slot, user: User) -> None:
    slot._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    slot.save()


def _check(seminar: Seminar, lines: Sequence[Placed[int]]) -> None:
    sessions = {session.pk: session for session in seminar.sessions.all()}
    known = {row.pk: row for row in Presentation.objects.filter(seminar=seminar, state__in=PLACEABLE)}
    for line in lines:
        if line.presentation not in known:
            raise DomainError(_("A presentation of the programme was not accepted for this seminar."))
        if line.session not in sessions:
            raise DomainError(_("A session of the programme belongs to another seminar."))
        if not (1 <= line.number <= MOST_PLACES and 1 <= line.minutes <= MOST_MINUTES):
            raise DomainError(
                _("“%(title)s”: places run from 1 to %(places)d, minutes from 1 to %(minutes)d.")
                % {"title": known[line.presentation], "places": MOST_PLACES, "minutes": MOST_MINUTES}
            )
    for session, number in double_booked(lines):
        both = [str(known[line.presentation]) for line in lines if (line.session, line.number) == (session, number)]
        raise DomainError(
            _("Place %(number)d of “%(session)s” is booked twice: %(titles)s. Give one of them another place.")
            % {"number": number, "session": sessions[int(str(session))], "titles": " / ".join(both)}
        )
