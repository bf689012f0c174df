"""What waits for people about seminars, presentations and field visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from mou_portal.registry import Agenda, AgendaItem, agenda
from participants.access import access_of
from seminars.models import (
    ActionState,
    FieldVisit,
    FollowUpAction,
    Presentation,
    PresentationState,
    Review,
    Seat,
    Seminar,
    SeminarKind,
    SeminarState,
    VisitState,
)
from seminars.permissions import REVIEWABLE

#: From this many days before a seminar its unnamed seats are pressing.
SOON = timedelta(days=7)


def for_coordinators(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """Seats without a delegate, presentations that came back, and presentation days without a presentation."""
    coordinates = access_of(user).coordinates
    if not coordinates:
        return
    mine = frozenset(agreement.participants.filter(pk__in=coordinates).values_list("pk", flat=True))
    yield from _seats_to_fill(mine, agreement, today)
    yield from _presentations_to_mend(mine, agreement)
    yield from _presentations_to_write(mine, agreement, today)
    yield from _feedback_to_answer(mine, agreement)


def _feedback_to_answer(mine: frozenset[int], agreement: Any) -> Iterator[AgendaItem]:
    waiting = Review.objects.filter(
        presentation__participant_id__in=mine,
        presentation__seminar__agreement=agreement,
        sent_at__isnull=False,
        answer="",
    ).exclude(comment="")
    for review in waiting.select_related("presentation", "reviewer"):
        yield AgendaItem(
            title=_("Answer the feedback on “%(title)s”") % {"title": review.presentation},
            detail=str(review.reviewer),
            url=reverse("seminars:review-answer", args=[review.pk]),
            action=_("Write an answer"),
            participant_id=review.presentation.participant_id,
        )


def _seats_to_fill(mine: frozenset[int], agreement: Any, today: date) -> Iterator[AgendaItem]:
    empty = (
        Seat.objects.filter(
            participant_id__in=mine,
            seminar__agreement=agreement,
            seminar__state=SeminarState.ANNOUNCED,
            seminar__starts_on__gte=today,
            delegate_name="",
        )
        .order_by("participant_id", "seminar_id")
        .values("participant_id", "seminar_id")
        .annotate(count=Count("pk"))
    )
    rows = list(empty)
    seminars = Seminar.objects.in_bulk({row["seminar_id"] for row in rows})
    for row in rows:
        seminar = seminars[row["seminar_id"]]
        yield AgendaItem(
            title=_("Name your delegates: %(seminar)s") % {"seminar": seminar},
            detail=ngettext("%(count)d seat is still free.", "%(count)d seats are still free.", row["count"])
            % {"count": row["count"]},
            url=seminar.get_absolute_url(),
            action=_("Name delegates"),
            due_on=seminar.starts_on,
            participant_id=row["participant_id"],
            urgent=seminar.starts_on - today <= SOON,
        )


def _presentations_to_mend(mine: frozenset[int], agreement: Any) -> Iterator[AgendaItem]:
    rows = Presentation.objects.filter(
        participant_id__in=mine, seminar__agreement=agreement, state=PresentationState.RETURNED
    ).select_related("seminar")
    for row in rows:
        yield AgendaItem(
            title=_("Presentation returned: %(title)s") % {"title": row.title},
            detail=row.note,
            url=reverse("seminars:presentation-edit", args=[row.pk]),
            action=_("Change and submit"),
            due_on=row.seminar.starts_on,
            participant_id=row.participant_id,
            urgent=True,
        )


def _presentations_to_write(mine: frozenset[int], agreement: Any, today: date) -> Iterator[AgendaItem]:
    days = list(
        Seminar.objects.filter(
            agreement=agreement,
            kind=SeminarKind.PRESENTATION_DAY,
            state=SeminarState.ANNOUNCED,
            ends_on__gte=today,
        ).order_by("starts_on")
    )
    if not days:
        return
    begun = {
        (row.participant_id, row.seminar_id): row
        for row in Presentation.objects.filter(participant_id__in=mine, seminar__in=days)
    }
    for day in days:
        for participant_id in sorted(mine):
            row = begun.get((participant_id, day.pk))
            if row is not None and row.state != PresentationState.DRAFT:
                continue
            yield AgendaItem(
                title=_("Hand in a presentation: %(seminar)s") % {"seminar": day},
                detail=row.title if row else "",
                url=reverse("seminars:presentation-detail", args=[row.pk])
                if row
                else f"{reverse('seminars:presentation-create')}?seminar={day.pk}",
                action=_("Go on") if row else _("Write"),
                due_on=day.starts_on,
                participant_id=participant_id,
            )


def for_visitors(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """For advisers and researchers: visits that took place and that they have yet to report."""
    access = access_of(user)
    if agreement.pk not in access.agreement_ids:
        return
    for visit in FieldVisit.objects.filter(agreement=agreement, state=VisitState.DONE, visitors=user):
        yield AgendaItem(
            title=_("Report the field visit: %(visit)s") % {"visit": visit},
            url=reverse("seminars:visit-report", args=[visit.pk]),
            action=_("Write the report"),
            due_on=visit.visit_on,
        )


def for_programme_staff(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """Visits to decide, to give a day and to mark done; presentations to review; seminars to close."""
    if not access_of(user).programme:
        return
    for visit in FieldVisit.objects.filter(
        agreement=agreement, state__in=[VisitState.ASKED, VisitState.AGREED, VisitState.SCHEDULED]
    ):
        title, action = _visit_step(visit, today)
        if action:
            yield AgendaItem(
                title=title % {"visit": visit},
                url=reverse("seminars:visit-decide", args=[visit.pk])
                if visit.state == VisitState.ASKED
                else visit.get_absolute_url(),
                action=action,
                due_on=visit.visit_on or visit.wished_on,
            )
    waiting = Presentation.objects.filter(seminar__agreement=agreement, state=PresentationState.SUBMITTED)
    for row in waiting.select_related("seminar"):
        yield AgendaItem(
            title=_("Review a presentation: %(title)s") % {"title": row.title},
            detail=str(row.seminar),
            url=reverse("seminars:presentation-decide", args=[row.pk]),
            action=_("Review"),
            due_on=row.seminar.starts_on,
            participant_id=row.participant_id,
        )
    for seminar in Seminar.objects.filter(agreement=agreement, state=SeminarState.ANNOUNCED, ends_on__lt=today):
        yield AgendaItem(
            title=_("Complete the roll and close: %(seminar)s") % {"seminar": seminar},
            url=seminar.get_absolute_url(),
            action=_("Open the roll"),
            due_on=seminar.ends_on,
        )


def _visit_step(visit: FieldVisit, today: date) -> tuple[str, str]:
    """What staff do next with a visit, as title and action; nothing while its day is still to come."""
    if visit.state == VisitState.ASKED:
        return _("Field visit asked for: %(visit)s"), _("Decide")
    if visit.state == VisitState.AGREED:
        return _("Give the field visit a day: %(visit)s"), _("Set the day")
    if visit.visit_on and visit.visit_on <= today:
        return _("Did the field visit take place? %(visit)s"), _("Record it")
    return "", ""


def for_reviewers(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """For reviewers: presentations of their seminars that they have yet to review, seminar by seminar."""
    access = access_of(user)
    if not access.staff and agreement.pk not in access.agreement_ids:
        return
    waiting = (
        Presentation.objects.filter(seminar__agreement=agreement, seminar__reviewers__user=user, state__in=REVIEWABLE)
        .exclude(reviews__reviewer=user)
        .exclude(participant_id__in=access.own)
        .order_by()
        .values("seminar_id")
        .annotate(count=Count("pk"))
    )
    rows = list(waiting)
    seminars = Seminar.objects.in_bulk({row["seminar_id"] for row in rows})
    for row in rows:
        seminar = seminars[row["seminar_id"]]
        yield AgendaItem(
            title=_("Review presentations: %(seminar)s") % {"seminar": seminar},
            detail=ngettext(
                "%(count)d presentation waits for your scores.",
                "%(count)d presentations wait for your scores.",
                row["count"],
            )
            % {"count": row["count"]},
            url=f"{reverse('seminars:review-list')}?mine=open",
            action=_("Review"),
            due_on=seminar.ends_on,
        )


def follow_up(user: Any, agreement: Any, today: date) -> Iterable[AgendaItem]:
    """Follow-up actions that a person does or verifies."""
    rows = FollowUpAction.objects.visible_to(user).filter(finding__visit__agreement=agreement)
    for action in rows.filter(assignee=user, state=ActionState.OPEN):
        yield AgendaItem(
            title=_("Follow-up action: %(action)s") % {"action": action},
            detail=action.verifier_note if action.adequate is False else "",
            url=reverse("seminars:action-finish", args=[action.pk]),
            action=_("Say that it is done"),
            due_on=action.due_on,
            urgent=action.overdue_on(today),
        )
    for action in rows.filter(verifier=user, state=ActionState.DONE).select_related("assignee"):
        yield AgendaItem(
            title=_("Is it adequate? %(action)s") % {"action": action},
            detail=str(action.assignee),
            url=reverse("seminars:action-verify", args=[action.pk]),
            action=_("Verify"),
        )


agenda.register(Agenda("seminars-follow-up", follow_up))
agenda.register(Agenda("seminars-reviewers", for_reviewers))
agenda.register(Agenda("seminars-coordinators", for_coordinators))
agenda.register(Agenda("seminars-visitors", for_visitors))
agenda.register(Agenda("seminars-programme", for_programme_staff))
