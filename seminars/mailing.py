"""E-mails about seminars: invitations to coordinators and passes to delegates. Sent outside any transaction.

For each message the log's row is written first and the message sent after it, so that two people who press the button
at once send one message, and a message that failed can be sent again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from mou_portal.qr import qr_png
from mou_portal.thai.localized import localized
from participants.models import Membership, Role, User
from seminars.calendars import seminar_calendar
from seminars.models import MailKind, MailState, Seat, Seminar, SeminarMail
from seminars.passes import pass_address, pass_code

#: One press of a button sends no more than this, so that the page answers; the next press goes on.
MOST_AT_ONCE = 60
MOST_FAILURES = 3
SECONDS_FOR_THE_MAIL_SERVER = 15
#: A message that is "being sent" for longer than this was cut off, and may be sent again.
CUT_OFF = timedelta(minutes=10)


@dataclass(frozen=True)
class Sent:
    """What a run did: messages sent and failed, and how many readers still wait."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0


def not_yet_confirmed(seminar: Seminar) -> Any:
    """Seats whose delegate has an e-mail address and got no confirmation of the pass in force."""
    got = SeminarMail.objects.filter(
        kind=MailKind.CONFIRMATION, seminar=seminar, state=MailState.SENT, badge=F("seat__badge")
    )
    got = got.filter(sent_to=F("seat__delegate_email"))
    rows = Seat.objects.filter(seminar=seminar).exclude(delegate_email="").exclude(delegate_name="")
    return rows.exclude(pk__in=got.values("seat")).select_related("participant__designation", "seminar__agreement")


def not_yet_invited(seminar: Seminar) -> Any:
    """Active coordinators of the parties that have seats, who got no invitation. One query."""
    today = timezone.localdate()
    coordinates = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=today),
        role=Role.COORDINATOR,
        starts_on__lte=today,
        participant__in=Seat.objects.filter(seminar=seminar).values("participant"),
    )
    got = SeminarMail.objects.filter(kind=MailKind.INVITATION, seminar=seminar, state=MailState.SENT)
    people = User.objects.filter(is_active=True, pk__in=coordinates.values("user"))
    return people.exclude(pk__in=got.values("user")).order_by("pk")


def send_confirmation(seat: Seat, *, again: bool = False) -> bool:
    """Send a delegate the pass; says whether it went out. ``again`` sends a pass that was sent before, too."""
    outcome = _send_all([_confirmation(seat, again)], waiting=0)
    return outcome.sent == 1


def send_confirmations(seminar: Seminar) -> Sent:
    """Send the passes that nobody sent yet, a batch at a time."""
    rows = list(not_yet_confirmed(seminar)[: MOST_AT_ONCE + 1])
    more = not_yet_confirmed(seminar).count() - MOST_AT_ONCE if len(rows) > MOST_AT_ONCE else 0
    return _send_all((_confirmation(seat, False) for seat in rows[:MOST_AT_ONCE]), waiting=more)


def send_invitations(seminar: Seminar) -> Sent:
    """Invite the coordinators who were not invited yet, a batch at a time, each in their own language."""
    people = list(not_yet_invited(seminar)[: MOST_AT_ONCE + 1])
    more = not_yet_invited(seminar).count() - MOST_AT_ONCE if len(people) > MOST_AT_ONCE else 0
    return _send_all((_invitation(seminar, user) for user in people[:MOST_AT_ONCE]), waiting=more)


@dataclass(frozen=True)
class _Letter:
    row: SeminarMail
    message: EmailMultiAlternatives


def _confirmation(seat: Seat, again: bool) -> _Letter | None:
    """A delegate's message in Thai and English, for nobody knows the delegate's language; None when it was sent."""
    said = {"seminar_id": seat.seminar_id, "kind": MailKind.CONFIRMATION, "user": None}
    row = _claim({"seat": seat, "badge": seat.badge, "sent_to": seat.delegate_email}, said, again)
    if row is None:
        return None
    context = {"seat": seat, "seminar": seat.seminar, "address": pass_address(seat), "code": pass_code(seat)}
    subject, body = _words("confirmation", context, ("th", "en"))
    message = EmailMultiAlternatives(subject, body, to=[seat.delegate_email], headers=_HEADERS)
    with translation.override("th"):
        message.attach_alternative(render_to_string("seminars/email/confirmation.html", context), "text/html")
    picture = MIMEImage(qr_png(pass_address(seat), scale=8), "png")
    picture.add_header("Content-ID", "<pass>")
    picture.add_header("Content-Disposition", "inline", filename="pass.png")
    message.attach(picture)  # the page shows it, and programs that show no pages attach it
    message.attach("seminar.ics", seminar_calendar(seat.seminar), "text/calendar")
    return _Letter(row, message)


def _invitation(seminar: Seminar, user: User) -> _Letter | None:
    said = {"kind": MailKind.INVITATION, "seat": None, "sent_to": user.email}
    row = _claim({"seminar": seminar, "user": user}, said, False)
    if row is None:
        return None
    context = {"person": user, "seminar": seminar, "address": settings.SITE_URL + seminar.get_absolute_url()}
    subject, body = _words("invitation", context, (user.language,))
    message = EmailMultiAlternatives(subject, body, to=[user.email], headers=_HEADERS)
    with translation.override(user.language):
        message.attach("seminar.ics", seminar_calendar(seminar), "text/calendar")
    return _Letter(row, message)


_HEADERS = {"Auto-Submitted": "auto-generated"}  # nobody's out-of-office note answers it


def _words(kind: str, context: dict[str, Any], languages: tuple[str, ...]) -> tuple[str, str]:
    subject, parts = "", []
    for language in languages:
        with translation.override(language):
            title = localized(context["seminar"], "title")
            words = render_to_string(f"seminars/email/{kind}_subject.txt", {**context, "title": title})
            subject = subject or " ".join(words.split())
            parts.append(render_to_string(f"seminars/email/{kind}.txt", {**context, "title": title}).strip())
    return subject, "\n\n---\n\n".join(parts) + "\n"


def _claim(key: dict[str, Any], said: dict[str, Any], again: bool) -> SeminarMail | None:
    """The log's row of a message, if it is ours to send: new, failed, cut off, or asked for again."""
    try:
        with transaction.atomic():
            return SeminarMail.objects.create(**key, **said)
    except IntegrityError:
        rows = SeminarMail.objects.filter(**key, kind=said["kind"])
        free = Q(state=MailState.FAILED) | Q(state=MailState.SENDING, asked_at__lt=timezone.now() - CUT_OFF)
        if again:
            free |= Q(state=MailState.SENT)
        if not rows.filter(free).update(state=MailState.SENDING, error="", asked_at=timezone.now()):
            return None
        return rows.first()


def _send_all(letters: Iterable[_Letter | None], *, waiting: int) -> Sent:
    connection = get_connection(timeout=SECONDS_FOR_THE_MAIL_SERVER)
    sent = failed = 0
    for letter in letters:
        if letter is None:
            continue
        if failed >= MOST_FAILURES:  # the mail server is down: the rest waits for the next press
            SeminarMail.objects.filter(pk=letter.row.pk).update(state=MailState.FAILED, error="")
            waiting += 1
            continue
        if _send(letter, connection):
            sent += 1
        else:
            failed += 1
    connection.close()
    return Sent(sent, failed, waiting)


def _send(letter: _Letter, connection: Any) -> bool:
    logged = SeminarMail.objects.filter(pk=letter.row.pk)
    letter.message.connection = connection
    try:
        letter.message.send()
    except (OSError, ValueError) as error:  # the server or the line; an address that cannot be written
        logged.update(state=MailState.FAILED, error=f"{type(error).__name__}: {error}"[:500])
        connection.close()
        return False
    logged.update(state=MailState.SENT, error="")
    return True
