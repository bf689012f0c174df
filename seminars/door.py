"""What is said at the door: a scanned or typed text becomes a seat, and an answer becomes words, a sign and a tone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mou_portal.thai.words import search_terms
from seminars.codes import SHEET, CodeRefused, looks_like_code, read_code
from seminars.models import CheckIn, CheckInList, Outcome, Seat
from seminars.passes import code_keys
from seminars.services import Answer

#: A search by name shows no more seats than this.
MOST_FOUND = 12


class NotAdmitted(Exception):
    """A code that checks nobody in; ``said`` is what the phone shows."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__(said["word"])
        self.said = said


@dataclass(frozen=True)
class Counts:
    """How full a list is: seats with a delegate, how many of them came, how many of those left again."""

    named: int
    came: int
    left: int

    @property
    def here(self) -> int:
        """Those who came and did not leave."""
        return self.came - self.left


def counts(point: CheckInList) -> Counts:
    """Count a list in two queries."""
    named = Seat.objects.filter(seminar=point.seminar_id).exclude(delegate_name="").count()
    rows = CheckIn.objects.filter(checkin_list=point)
    return Counts(named, rows.count(), rows.exclude(left_at=None).count())


def seat_of_code(point: CheckInList, text: str) -> Seat:
    """The seat whose pass was scanned at a list. Raises :class:`NotAdmitted` with a clear answer for anything else."""
    try:
        code = read_code(text, code_keys())
    except CodeRefused as refusal:
        raise NotAdmitted(REFUSED[refusal.reason]()) from refusal
    if code.kind == SHEET:
        where = reverse("seminars:code-open", args=[text.strip().rstrip("/").rsplit("/", 1)[-1]])
        raise NotAdmitted(refused(_("This is a sign-in sheet"), _("Open its roll instead."), url=where))
    seat = Seat.objects.select_related("participant__designation", "seminar").filter(pk=code.number).first()
    if seat is None:
        raise NotAdmitted(REFUSED["foreign"]())
    if seat.seminar_id != point.seminar_id:
        raise NotAdmitted(
            refused(_("Pass of another seminar"), _("It is for “%(seminar)s”.") % {"seminar": seat.seminar}, party=seat)
        )
    if seat.badge != code.badge:
        detail = _("The pass was replaced when the delegate changed. The seat is now %(name)s's.")
        said = refused(
            _("Former pass"), detail % {"name": seat.delegate_name or "–"}, name=seat.delegate_name, party=seat
        )
        raise NotAdmitted(said | {"seat": seat.pk if seat.delegate_name else None})
    return seat


def find_seats(point: CheckInList, text: str) -> list[Seat]:
    """Seats of the list's seminar by the delegate's name, the organisation, or ``12-1`` (organisation and seat)."""
    seats = Seat.objects.filter(seminar=point.seminar_id).select_related("participant__designation")
    order, _dash, number = text.strip().partition("-")
    if order.isdecimal() and number.isdecimal() and len(order) < 7 and len(number) < 5:
        seats = seats.filter(participant__order=int(order), number=int(number))
    else:
        for word in search_terms(text) or [""]:
            seats = seats.filter(
                Q(delegate_name__icontains=word) | Q(participant__local_government__search_text__icontains=word)
            )
    return list(seats.order_by("participant__order", "number")[:MOST_FOUND])


def is_code(text: str) -> bool:
    """Whether what was typed is meant as a code; anything with an address in it is one, too."""
    return looks_like_code(text) or "://" in text


# --- words --------------------------------------------------------------------------------------
def tell(answer: Answer) -> dict[str, Any]:
    """An answer as the phone shows it: tone and sign, one word, the name, the organisation, and when and by whom."""
    row, seat = answer.row, answer.seat
    said: dict[str, Any] = {
        "outcome": answer.outcome,
        "name": row.came if row else seat.delegate_name,
        "party": _party(seat),
        "seat": seat.pk,
        "url": "",
        "substitute": _("on behalf of %(name)s") % {"name": seat.on_behalf_of} if seat.on_behalf_of else "",
    }
    if answer.outcome == Outcome.ENTERED:
        return said | {"tone": "good", "sign": "✓", "word": _("Checked in"), "detail": ""}
    if answer.outcome == Outcome.LEFT:
        return said | {"tone": "good", "sign": "→", "word": _("Left"), "detail": ""}
    if answer.outcome == Outcome.AGAIN:
        return said | {"tone": "again", "sign": "!", "word": _("Already checked in"), "detail": when_and_by(row)}
    return said | {
        "tone": "again",
        "sign": "!",
        "word": _("Not checked in"),
        "detail": _("Nobody came for this seat before."),
    }


def when_and_by(row: CheckIn | None) -> str:
    """When a seat was checked in and by whom; empty when it is not (it was taken back meanwhile)."""
    if row is None:
        return ""
    local = timezone.localtime(row.entered_at)
    who = str(row.recorded_by) if row.recorded_by else _("themselves")
    return _("at %(time)s by %(who)s") % {"time": local.strftime("%H:%M"), "who": who}


def refused(word: str, detail: str, *, name: str = "", party: Seat | None = None, url: str = "") -> dict[str, Any]:
    """A refusal as the phone shows it."""
    return {
        "outcome": "refused",
        "tone": "bad",
        "sign": "×",
        "word": word,
        "name": name,
        "party": _party(party) if party else "",
        "detail": detail,
        "seat": None,
        "url": url,
        "substitute": "",
    }


def _party(seat: Seat) -> str:
    number = _("seat %(number)d") % {"number": seat.number}
    return f"{seat.participant} · {number}"


def _foreign() -> dict[str, Any]:
    return refused(_("Not a code of this portal"), _("Search by name, or look at the pass again."))


def _forged() -> dict[str, Any]:
    return refused(_("The code is not genuine"), _("It looks like a pass and was not made by this portal."))


REFUSED = {"foreign": _foreign, "forged": _forged}
