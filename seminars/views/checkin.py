"""Check-in: the lists of a seminar, the door where people are checked in, and who is on a list."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.listing import Column, Filter, Listing, contains
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.thai.words import search_query
from participants.once import new_token, once
from seminars.checkin_forms import CheckInListForm, SendingForm
from seminars.door import NotAdmitted, counts, find_seats, is_code, refused, seat_of_code, tell
from seminars.models import CheckIn, CheckInList, How, Seat, Seminar, SeminarState
from seminars.passes import pass_code
from seminars.permissions import can_edit_list, can_edit_seminar, can_run_list, can_see_board, can_undo_check_in
from seminars.services import check_in, make_list, make_missing_lists, save_list, undo_check_in

#: With more seats than this, a phone is not given their names for the time without a line.
MOST_IN_DIRECTORY = 2_000
LATEST = 8


def crumbs(seminar: Seminar, *more: tuple[Any, str]) -> list[tuple[Any, str]]:
    """The way up from a page of a seminar."""
    return [(_("Seminars"), reverse("seminars:seminar-list")), (seminar, seminar.get_absolute_url()), *more]


def _lists_crumb(seminar: Seminar) -> tuple[Any, str]:
    return _("Check-in"), reverse("seminars:checkin-lists", args=[seminar.pk])


def load_list(request: HttpRequest, pk: int, can: Any) -> CheckInList:
    """A check-in list with its seminar and session, when the person may do this with it."""
    rows = CheckInList.objects.visible_to(request.user).select_related("seminar__agreement", "session", "created_by")
    return load(rows, request.user, can, pk=pk)


# --- lists --------------------------------------------------------------------------------------
@require_safe
def checkin_lists(request: HttpRequest, pk: int) -> HttpResponse:
    """The check-in lists of a seminar, and how full each is."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_see_board, pk=pk)
    points = CheckInList.objects.filter(seminar=seminar).select_related("session", "seminar")
    context = {
        "seminar": seminar,
        "points": points.annotate(
            came=Count("checkins"), left=Count("checkins", filter=Q(checkins__left_at__isnull=False))
        ),
        "named": seminar.seats.exclude(delegate_name="").count(),
        "missing": seminar.sessions.filter(checkin_list=None).exists(),
        "may_edit": can_edit_seminar(request.user, seminar),
        "is_open": seminar.state == SeminarState.ANNOUNCED,
        "crumbs": crumbs(seminar, (_("Check-in"), "")),
    }
    return render(request, "seminars/checkin_lists.html", context)


@require_POST
def checkin_lists_make(request: HttpRequest, pk: int) -> HttpResponse:
    """Give each session its list."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_edit_seminar, pk=pk)
    return act(
        request,
        lambda: make_missing_lists(seminar=seminar, user=request.user),
        done=_("Every session has its list."),
        then=reverse("seminars:checkin-lists", args=[seminar.pk]),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def checkin_list_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a list: for a meal, a bus, a session."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_edit_seminar, pk=pk)
    point = CheckInList(seminar=seminar)
    form = CheckInListForm(request.POST or None, instance=point, seminar=seminar)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: make_list(point=form.instance, user=request.user))
        except DomainError as error:
            form.add_error(None, str(error))
    context = {
        "form": form,
        "seminar": seminar,
        "form_token": request.POST.get("form_token") or new_token(),
        "crumbs": crumbs(seminar, _lists_crumb(seminar), (_("New list"), "")),
    }
    return render(request, "seminars/checkin_list_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def checkin_list_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a list: open or close it, let delegates check themselves in."""
    point = load_list(request, pk, can_edit_list)
    seminar = point.seminar
    form = CheckInListForm(request.POST or None, instance=point, seminar=seminar)
    if request.method == "POST" and form.is_valid():
        try:
            save_list(point=form.instance, expected=form.expected_revision, user=request.user)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("seminars:checkin-lists", pk=seminar.pk)
    context = {"form": form, "seminar": seminar, "crumbs": crumbs(seminar, _lists_crumb(seminar), (point, ""))}
    return render(request, "seminars/checkin_list_form.html", context)


# --- the door -----------------------------------------------------------------------------------
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checkin_scan(request: HttpRequest, pk: int) -> HttpResponse:
    """The door: scan, type or search. Without script each code is a form that is sent; with it nothing reloads."""
    point = load_list(request, pk, can_run_list)
    said, found = None, None
    query = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    if request.method == "POST":
        text = request.POST.get("code", "").strip()
        if text and not is_code(text) and not request.POST.get("seat"):
            query = text[:200]
        else:
            said = _sent(request, point)
    if query:
        found = find_seats(point, query)
    latest = CheckIn.objects.filter(checkin_list=point).select_related("seat__participant__designation", "recorded_by")
    context = {
        "point": point,
        "seminar": point.seminar,
        "said": said,
        "found": found,
        "query": query,
        "counts": counts(point),
        "latest": latest.order_by("-entered_at", "-pk")[:LATEST],
        "directory": _directory(point),
        "key": uuid.uuid4(),
        "leaving": request.POST.get("leaving") == "on",
        "crumbs": crumbs(point.seminar, _lists_crumb(point.seminar), (point, "")),
    }
    return render(request, "seminars/checkin_scan.html", context)


@require_POST
def checkin_send(request: HttpRequest, pk: int) -> HttpResponse:
    """One sending of a phone, answered as JSON. What cannot be taken is answered, too: the phone need not try again."""
    point = load_list(request, pk, can_run_list)
    said = _sent(request, point)
    now = counts(point)
    return JsonResponse(said | {"here": now.here, "named": now.named})


def _sent(request: HttpRequest, point: CheckInList) -> dict[str, Any]:
    form = SendingForm(request.POST)
    if not form.is_valid():
        errors = [str(error) for each in form.errors.values() for error in each]
        return refused(_("Nothing was sent"), errors[0])
    sent = form.cleaned_data
    try:
        if sent["code"]:
            seat = seat_of_code(point, sent["code"])
            how = How.TYPED if sent["typed"] else How.SCANNED
        else:
            found = Seat.objects.filter(seminar=point.seminar_id, pk=sent["seat"]).first()
            if found is None:
                return refused(_("No such seat"), _("Search by name, or look at the pass again."))
            seat, how = found, How.CHOSEN
        answer = check_in(
            point=point,
            seat=seat,
            key=sent["key"],
            how=how,
            user=request.user,
            at=sent["at"],
            leaving=sent["leaving"],
            came=sent["came"],
        )
    except NotAdmitted as refusal:
        return refusal.said
    except DomainError as error:
        return refused(_("Not checked in"), str(error))
    return tell(answer)


def _directory(point: CheckInList) -> dict[str, list[Any]] | None:
    """Codes with seat, name and party, for a phone that loses its line; nothing for very large seminars."""
    seats = list(
        Seat.objects.filter(seminar=point.seminar_id)
        .select_related("participant__designation")
        .order_by("participant__order", "number")[: MOST_IN_DIRECTORY + 1]
    )
    if len(seats) > MOST_IN_DIRECTORY:
        return None
    return {
        pass_code(seat): [
            seat.pk,
            seat.delegate_name,
            str(seat.participant),
            seat.number,
            f"{seat.participant.order}-{seat.number}",
        ]
        for seat in seats
    }


# --- who is on a list -----------------------------------------------------------------------------
PEOPLE = Listing(
    title=gettext_lazy("Who was checked in"),
    filename="check-in",
    empty_text=gettext_lazy("People appear here when they are checked in."),
    search=contains("participant__local_government__search_text", "delegate_name", normalise=search_query),
    filters=[
        Filter(
            "here",
            gettext_lazy("Check-in"),
            lambda request: [("came", _("came")), ("missing", _("missing")), ("left", _("left again"))],
            lambda rows, value: {
                "came": rows.filter(entered__isnull=False),
                "missing": rows.filter(entered=None),
                "left": rows.filter(left__isnull=False),
            }[value],
        )
    ],
    columns=[
        Column(
            gettext_lazy("Organisation"),
            lambda row: str(row.participant),
            sort="participant__local_government__sort_key",
        ),
        Column(gettext_lazy("Seat"), lambda row: row.number, sort="number", kind="number"),
        Column(gettext_lazy("Who came"), lambda row: row.on_list[0].came if row.on_list else row.delegate_name),
        Column(gettext_lazy("Came at"), lambda row: row.entered, sort="entered", kind="datetime"),
        Column(gettext_lazy("Left at"), lambda row: row.left, sort="left", kind="datetime"),
        Column(gettext_lazy("How"), lambda row: row.on_list[0].get_how_display() if row.on_list else ""),
        Column(
            gettext_lazy("Recorded by"),
            lambda row: str(row.on_list[0].recorded_by or "") if row.on_list else "",
        ),
        Column(gettext_lazy("Food needs"), lambda row: row.food_needs),
    ],
)


@require_safe
def checkin_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Every seat of a list's seminar: who came when and who is missing, to filter and to take along."""
    point = load_list(request, pk, lambda user, row: can_see_board(user, row.seminar))
    mine = CheckIn.objects.filter(checkin_list=point)
    rows = (
        Seat.objects.filter(seminar=point.seminar)
        .select_related("participant__designation")
        .prefetch_related(Prefetch("checkins", mine.select_related("recorded_by"), to_attr="on_list"))
        .annotate(
            entered=_of(mine, "entered_at"),
            left=_of(mine, "left_at"),
        )
        .order_by("participant__order", "number")
    )
    return PEOPLE.respond(
        request,
        rows,
        lead=f"{point} · {point.seminar}",
        crumbs=crumbs(point.seminar, _lists_crumb(point.seminar), (point, "")),
    )


def _of(rows: Any, column: str) -> Any:
    return Subquery(rows.filter(seat=OuterRef("pk")).values(column)[:1])


@require_POST
def checkin_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a check-in that was a mistake."""
    rows = CheckIn.objects.visible_to(request.user).select_related("checkin_list__seminar")
    row = load(rows, request.user, can_undo_check_in, pk=pk)
    return act(
        request,
        lambda: undo_check_in(row=row, user=request.user),
        done=_("The check-in was taken back."),
        then=row.checkin_list,
    )
