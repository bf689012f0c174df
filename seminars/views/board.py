"""Screens of a seminar day: the board of who is here, and the changing code for self check-in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from mou_portal.pages import load
from mou_portal.qr import qr_data
from seminars.board import board_of, list_of_the_moment
from seminars.codes import ROTATION
from seminars.models import CheckInList, Seminar
from seminars.passes import digits_on_screen, here_address
from seminars.permissions import can_run_list, can_see_board
from seminars.views.checkin import crumbs, load_list


@never_cache
@require_safe
def board(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is here and who is missing on a list (``?list=``), live; ``?screen=1`` for a big screen, without names."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_see_board, pk=pk)
    asked = request.GET.get("list", "")
    points = CheckInList.objects.filter(seminar=seminar)
    if asked:
        if not asked.isdecimal() or len(asked) > 18:
            raise Http404
        point = get_object_or_404(points.select_related("session"), pk=asked)
    else:
        point = list_of_the_moment(seminar)
    context = {
        "seminar": seminar,
        "point": point,
        "points": list(points),
        "board": board_of(point) if point else None,
        "big": request.GET.get("screen") == "1",
        "now": timezone.localtime(),
        "crumbs": crumbs(
            seminar, (_("Check-in"), reverse("seminars:checkin-lists", args=[seminar.pk])), (_("Board"), "")
        ),
    }
    template = "seminars/_board.html" if request.htmx else "seminars/board.html"
    return render(request, template, context)


@never_cache
@require_safe
def checkin_screen(request: HttpRequest, pk: int) -> HttpResponse:
    """The code with which delegates check themselves in; it changes every half minute."""
    point = load_list(request, pk, can_run_list)
    if not point.self_checkin:
        raise Http404
    digits = digits_on_screen(point)
    context = {
        "point": point,
        "seminar": point.seminar,
        "digits": digits,
        "qr_image": qr_data(here_address(point, digits), scale=8),
        "address": here_address(point),
        "rotation": ROTATION,
        "crumbs": crumbs(
            point.seminar, (_("Check-in"), reverse("seminars:checkin-lists", args=[point.seminar_id])), (point, "")
        ),
    }
    template = "seminars/_screen.html" if request.htmx else "seminars/checkin_screen.html"
    return render(request, template, context)
