"""What a code opens: a delegate's pass, a sheet's roll, and self check-in with the digits on the screen."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mou_portal.qr import qr_data
from mou_portal.records import DomainError
from seminars.checkin_forms import DigitsForm
from seminars.codes import SEAT, SHEET, Code, CodeRefused, make_code, read_code
from seminars.door import REFUSED, tell
from seminars.models import CheckIn, CheckInList, Seat, SeminarState
from seminars.passes import code_keys, digits_hold, pass_address
from seminars.permissions import is_programme_staff
from seminars.services import check_in_oneself

#: The cookie by which a phone remembers the pass that it opened, so that the screen's code finds it.
COOKIE = "seminar_pass"
COOKIE_DAYS = 30


def _seat_of(token: str) -> tuple[Seat, bool]:
    """The seat that a pass opens and whether the pass is the one in force; 404 for anything that is no pass."""
    try:
        code = read_code(token, code_keys())
    except CodeRefused as refusal:
        raise Http404 from refusal
    if code.kind != SEAT:
        raise Http404
    rows = Seat.objects.select_related("seminar__agreement", "participant__designation")
    seat = get_object_or_404(rows.exclude(seminar__state=SeminarState.PLANNED), pk=code.number)
    return seat, seat.badge == code.badge


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def pass_detail(request: HttpRequest, token: str) -> HttpResponse:
    """A pass: for its holder the code to show at the door, for staff the person and the lists to check in on.

    It needs no account and shows no name to strangers. A pass of a former delegate answers 410 and opens nothing.
    """
    seat, holds = _seat_of(token)
    seminar = seat.seminar
    if not holds:
        return render(request, "seminars/pass_gone.html", {"seat": seat, "seminar": seminar}, status=410)
    staff = is_programme_staff(request.user)
    points = list(CheckInList.objects.filter(seminar=seminar, is_open=True).select_related("session"))
    if seminar.state != SeminarState.ANNOUNCED:
        points = []
    rows = {row.checkin_list_id: row for row in CheckIn.objects.filter(seat=seat).select_related("recorded_by")}
    own = [point for point in points if point.self_checkin]
    asked = request.POST.get("list") or request.GET.get("list", "")
    chosen = next((point for point in own if str(point.pk) == asked), own[0] if len(own) == 1 else None)
    form = DigitsForm(
        request.POST if request.method == "POST" else None,
        initial={"key": uuid.uuid4(), "digits": request.GET.get("digits", "")[:12]},
    )
    if (
        request.method == "POST"
        and chosen is not None
        and form.is_valid()
        and _digits_right(request, form, chosen, seat)
    ):
        try:
            answer = check_in_oneself(point=chosen, seat=seat, key=form.cleaned_data["key"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            said = tell(answer)
            messages.success(request, f"{said['word']} {said['detail']}".strip())
            return redirect(request.path)
    context = {
        "seat": seat,
        "seminar": seminar,
        "token": token,
        "staff": staff,
        "key": uuid.uuid4(),
        "points": [(point, rows.get(point.pk)) for point in points],
        "own": own,
        "chosen": chosen,
        "form": form,
        "qr_image": qr_data(pass_address(seat), scale=8),
        "materials": seminar.materials.filter(is_public=True).select_related("file"),
    }
    answer = render(request, "seminars/pass_detail.html", context)
    if not staff:
        age = COOKIE_DAYS * 24 * 3600
        answer.set_cookie(
            COOKIE, token, max_age=age, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return answer


def _digits_right(request: HttpRequest, form: DigitsForm, point: CheckInList, seat: Seat) -> bool:
    if not ratelimit.consume(request, action="screen_digits", key=str(seat.pk)):
        form.add_error("digits", _("Too many wrong codes. Wait five minutes, or ask the staff at the door."))
        return False
    if not digits_hold(point, form.cleaned_data["digits"]):
        form.add_error("digits", _("These are not the digits on the screen now. They change every half minute."))
        return False
    ratelimit.clear(request, action="screen_digits", key=str(seat.pk))
    return True


@never_cache
@login_not_required
@require_safe
def checkin_here(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the code on the screen leads: to the pass that this phone opened before, or to a box for its code."""
    rows = CheckInList.objects.select_related("seminar").filter(
        self_checkin=True, is_open=True, seminar__state=SeminarState.ANNOUNCED
    )
    point = get_object_or_404(rows, pk=pk)
    digits = "".join(letter for letter in request.GET.get("digits", "") if letter.isdecimal())[:6]
    typed = request.GET.get("code", "").strip()
    problem = ""
    for text in filter(None, (typed, request.COOKIES.get(COOKIE, ""))):
        try:
            code = read_code(text, code_keys())
        except CodeRefused as refusal:
            problem = REFUSED[refusal.reason]()["word"] if text == typed else problem
            continue
        if code.kind == SEAT and Seat.objects.filter(pk=code.number, seminar=point.seminar, badge=code.badge).exists():
            return redirect(_pass_page(code, point, digits))
        problem = _("This pass is not for this seminar.") if text == typed else problem
    context = {"point": point, "seminar": point.seminar, "digits": digits, "typed": typed, "problem": problem}
    return render(request, "seminars/checkin_here.html", context)


def _pass_page(code: Code, point: CheckInList, digits: str) -> str:
    path = reverse("seminars:pass-detail", args=[make_code(code, code_keys()[0])])
    return f"{path}?list={point.pk}&digits={digits}"


@require_safe
def code_open(request: HttpRequest, token: str = "") -> HttpResponse:
    """Open what a code stands for, scanned or typed: a sheet's roll, or a pass."""
    text = token or request.GET.get("code", "").strip()[:500]
    said: dict[str, Any] | None = None
    if text:
        try:
            code = read_code(text, code_keys())
        except CodeRefused as refusal:
            said = REFUSED[refusal.reason]()
        else:
            if code.kind == SHEET:
                return redirect("seminars:attendance-edit", pk=code.number)
            return redirect("seminars:pass-detail", token=make_code(code, code_keys()[0]))
    status = 404 if token else 200
    return render(request, "seminars/code_open.html", {"said": said, "text": text}, status=status)
