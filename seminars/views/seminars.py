"""Pages of seminars, seats and rolls."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Filter, Listing, contains, field_filter
from mou_portal.pages import load
from mou_portal.pdf import RenderError
from mou_portal.records import DomainError, Stale
from mou_portal.thai.words import search_query
from participants.access import access_of
from participants.once import new_token
from seminars.forms import RollLineForm, SeatForm
from seminars.mailing import not_yet_confirmed, not_yet_invited
from seminars.models import (
    ATTENDED,
    Attendance,
    Presentation,
    Seat,
    Seminar,
    SeminarKind,
    SeminarSession,
    SeminarState,
)
from seminars.passes import pass_code
from seminars.permissions import (
    can_add_material,
    can_name_delegates,
    can_print_sheet,
    can_read_feedback,
    can_record_attendance,
    can_see_board,
    can_send_mails,
    can_start_presentation,
    can_view_seminar,
    is_programme_staff,
)
from seminars.reports import sign_in_sheet_pdf
from seminars.services import everybody_came, name_delegate, record_attendance, substitute_delegate
from seminars.views.mails import tell_confirmation

#: Seats on one page of a roll: three fields each, well under Django's limit of 1,000 fields in a form.
ROLL_PAGE = 100

SEMINARS = Listing(
    title=gettext_lazy("Seminars"),
    filename="seminars",
    empty_text=gettext_lazy("A seminar appears here when the institute announces it."),
    search=contains("title_th", "title_en", "place"),
    filters=[
        field_filter("kind", gettext_lazy("Kind"), SeminarKind.choices),
        field_filter("state", gettext_lazy("State"), SeminarState.choices),
    ],
    columns=[
        Column(gettext_lazy("Title"), str, url=lambda row: row.get_absolute_url()),
        Column(gettext_lazy("Kind"), lambda row: row.get_kind_display(), sort="kind"),
        Column(gettext_lazy("From"), lambda row: row.starts_on, sort="starts_on", kind="date"),
        Column(gettext_lazy("Until"), lambda row: row.ends_on, sort="ends_on", kind="date"),
        Column(gettext_lazy("Venue"), lambda row: row.place or row.get_venue_display(), sort="venue"),
        Column(gettext_lazy("Required"), lambda row: row.required, sort="required", kind="yesno"),
        Column(gettext_lazy("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state"),
    ],
)


def _seats(user: Any) -> Listing:
    """The list of seats; a seat leads to its form for those who may name its delegate."""
    return Listing(
        title=_("Seats"),
        filename="seats",
        empty_text=_("Seats are made when the seminar is announced."),
        search=contains("participant__local_government__search_text", "delegate_name", normalise=search_query),
        filters=[
            Filter(
                "delegate",
                _("Delegate"),
                lambda request: [("named", _("named")), ("free", _("free"))],
                lambda rows, value: (
                    rows.exclude(delegate_name="") if value == "named" else rows.filter(delegate_name="")
                ),
            )
        ],
        columns=[
            Column(
                _("Organisation"),
                lambda row: str(row.participant),
                sort="participant__local_government__sort_key",
                url=lambda row: reverse("seminars:seat-edit", args=[row.pk]) if can_name_delegates(user, row) else "",
            ),
            Column(_("Seat"), lambda row: row.number, sort="number", kind="number"),
            Column(_("Delegate"), lambda row: row.delegate_name, sort="delegate_name"),
            Column(_("Position"), lambda row: row.delegate_position),
            Column(_("On behalf of"), lambda row: row.on_behalf_of),
            Column(_("Telephone"), lambda row: row.delegate_phone),
            Column(_("Sessions attended"), lambda row: row.sessions_attended, kind="number"),
        ],
    )


def _crumbs(*more: tuple[Any, str]) -> list[tuple[Any, str]]:
    return [(_("Seminars"), reverse("seminars:seminar-list")), *more]


@require_safe
def seminar_list(request: HttpRequest) -> HttpResponse:
    """The seminars of the agreement worked in."""
    rows = Seminar.objects.visible_to(request.user).filter(agreement=request.agreement)
    actions = [(_("Presentations"), reverse("seminars:presentation-list"))]
    if is_programme_staff(request.user):
        actions.append((_("Plan a seminar"), reverse("admin:seminars_seminar_add")))
    return SEMINARS.respond(request, rows, actions=actions)


@require_safe
def seminar_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A seminar: its programme, one's own seats, and for staff how far seats and rolls are filled."""
    user = request.user
    seminar = load(Seminar.objects.visible_to(user).select_related("agreement"), user, can_view_seminar, pk=pk)
    access = access_of(user)
    own = list(
        Seat.objects.visible_to(user)
        .filter(seminar=seminar, participant_id__in=access.own)
        .select_related("participant__designation", "seminar")
        .prefetch_related("attendance__session")
    )
    for seat in own:
        seat.may_name = can_name_delegates(user, seat)  # type: ignore[attr-defined]  # for the template
        seat.pass_code = pass_code(seat)  # type: ignore[attr-defined]  # for the template
    sees_all = access.staff or bool(access.advises) or seminar.agreement_id in access.researches
    seats = Seat.objects.visible_to(user).filter(seminar=seminar)
    sessions = list(
        seminar.sessions.annotate(
            marked=Count("attendance"), came=Count("attendance", filter=Q(attendance__state__in=ATTENDED))
        ).order_by("day", "order")
    )
    mine = seminar.agreement.participants.filter(pk__in=access.coordinates)
    return render(
        request,
        "seminars/seminar_detail.html",
        {
            "seminar": seminar,
            "crumbs": _crumbs((seminar, "")),
            "sessions": sessions,
            "own_seats": own,
            "seats": seats.aggregate(all=Count("pk"), named=Count("pk", filter=~Q(delegate_name="")))
            if sees_all
            else None,
            "presentations": Presentation.objects.visible_to(user)
            .filter(seminar=seminar)
            .select_related("participant__designation")[:100],
            "after_links": _after(user, seminar),
            "is_programme": is_programme_staff(user),
            "materials": seminar.materials.select_related("file").order_by("pk"),
            "may_add_material": can_add_material(user, seminar),
            "sees_board": can_see_board(user, seminar),
            "uninvited": not_yet_invited(seminar).count() if can_send_mails(user, seminar) else 0,
            "unconfirmed": not_yet_confirmed(seminar).count() if can_send_mails(user, seminar) else 0,
            "may_present": seminar.state == SeminarState.ANNOUNCED
            and any(can_start_presentation(user, participant) for participant in mine),
        },
    )


def _after(user: Any, seminar: Seminar) -> list[tuple[str, str]]:
    """Pages about a seminar that has been announced, for whom they concern."""
    if seminar.state not in (SeminarState.ANNOUNCED, SeminarState.CLOSED):
        return []
    links = [(_("Programme of presentations"), reverse("seminars:programme-detail", args=[seminar.pk]))]
    links.append((_("Certificates"), reverse("seminars:certificate-list", args=[seminar.pk])))
    if can_read_feedback(user, seminar):
        links.append((_("Feedback"), reverse("seminars:feedback-results", args=[seminar.pk])))
    return links


@require_safe
def seat_list(request: HttpRequest, pk: int) -> HttpResponse:
    """The seats of a seminar that the person may see, to search and take along."""
    user = request.user
    seminar = load(Seminar.objects.visible_to(user), user, can_view_seminar, pk=pk)
    rows = (
        Seat.objects.visible_to(user)
        .filter(seminar=seminar)
        .select_related("participant__designation", "seminar")
        .annotate(sessions_attended=Count("attendance", filter=Q(attendance__state__in=ATTENDED)))
        .order_by("participant__order", "number")
    )
    return _seats(user).respond(
        request, rows, crumbs=_crumbs((seminar, seminar.get_absolute_url()), (_("Seats"), "")), lead=str(seminar)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a delegate for a seat, free it, or send a substitute."""
    rows = Seat.objects.visible_to(request.user).select_related("seminar__agreement", "participant__designation")
    seat = load(rows, request.user, can_name_delegates, pk=pk)
    seminar = seat.seminar
    form = SeatForm(request.POST or None, instance=seat)
    if request.method == "POST" and form.is_valid():
        expected = form.expected_revision
        try:
            if form.cleaned_data.get("substitute"):
                substitute_delegate(
                    seat=seat, delegate=form.delegate, on_behalf_of=form.former, expected=expected, user=request.user
                )
            else:
                name_delegate(seat=seat, delegate=form.delegate, expected=expected, user=request.user)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            if seat.delegate_email and not_yet_confirmed(seminar).filter(pk=seat.pk).exists():
                tell_confirmation(request, seat)
            door = request.GET.get("list", "")
            known = door.isdecimal() and len(door) < 19 and seminar.checkin_lists.filter(pk=door).exists()
            return redirect(reverse("seminars:checkin-scan", args=[door]) if known else seminar)
    crumbs = _crumbs((seminar, seminar.get_absolute_url()), (_("Seat %(number)d") % {"number": seat.number}, ""))
    return render(
        request, "seminars/seat_edit.html", {"form": form, "seat": seat, "seminar": seminar, "crumbs": crumbs}
    )


def _session(request: HttpRequest, pk: int) -> SeminarSession:
    rows = SeminarSession.objects.filter(seminar__in=Seminar.objects.visible_to(request.user)).select_related("seminar")
    return load(rows, request.user, can_record_attendance, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The roll of a session: everybody named stands as present, so that only exceptions are ticked."""
    session = _session(request, pk)
    seats: Any = Seat.objects.filter(seminar=session.seminar).select_related("participant__designation")
    query = request.GET.get("q", "").strip()[:200]
    if query:
        seats = contains("participant__local_government__search_text", "delegate_name", normalise=search_query)(
            seats, query
        )
    page = Paginator(seats.order_by("participant__order", "number"), ROLL_PAGE).get_page(request.GET.get("page"))
    said_before = Attendance.objects.filter(session=session, seat__in=[s.pk for s in page])
    marks = {mark.seat_id: mark for mark in said_before.select_related("recorded_by")}
    sent = request.POST if request.method == "POST" else None
    lines = [RollLineForm(sent, seat=seat, mark=marks.get(seat.pk)) for seat in page]
    problem = ""
    valid = [line.is_valid() for line in lines]  # all of them, so that every line shows its own error
    if sent is not None and all(valid):
        said = {line.seat.pk: line.said for line in lines}
        try:
            count = record_attendance(
                session=session, marks={pk: mark for pk, mark in said.items() if mark is not None}, user=request.user
            )
        except DomainError as error:
            problem = str(error)
        else:
            messages.success(
                request, ngettext("%(count)d mark recorded.", "%(count)d marks recorded.", count) % {"count": count}
            )
            return redirect(request.get_full_path())
    return render(
        request,
        "seminars/attendance_edit.html",
        {
            "session": session,
            "seminar": session.seminar,
            "crumbs": _crumbs((session.seminar, session.seminar.get_absolute_url()), (session, "")),
            "lines": lines,
            "page": page,
            "query": query,
            "problem": problem,
            "failed": bool(sent),
            "photos": session.photos.select_related("file"),
            "form_token": new_token(),
        },
    )


@require_safe
def sign_in_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet that people sign at the door, as PDF, in the reader's language or the one asked for."""
    rows = SeminarSession.objects.filter(seminar__in=Seminar.objects.visible_to(request.user))
    session = load(rows.select_related("seminar__agreement"), request.user, can_print_sheet, pk=pk)
    language = "en" if (request.GET.get("language") or get_language()) == "en" else "th"
    try:
        content = sign_in_sheet_pdf(session, language)
    except RenderError:
        messages.error(request, _("The sheet could not be made. Try again later."))
        return redirect(session.seminar)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="sign-in-{session.pk}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def attendance_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark every seat of the session that has no mark yet: present when a delegate is named, else absent."""
    session = _session(request, pk)
    marked = set(session.attendance.values_list("seat_id", flat=True))
    marks = {seat_id: mark for seat_id, mark in everybody_came(session).items() if seat_id not in marked}
    try:
        count = record_attendance(session=session, marks=marks, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, ngettext("%(count)d mark recorded.", "%(count)d marks recorded.", count) % {"count": count}
        )
    return redirect("seminars:attendance-edit", pk=session.pk)
