"""Materials to download, photographs of sheets, and a seminar's own calendar file."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.pages import act, load
from mou_portal.pdf import RenderError
from mou_portal.records import DomainError
from participants.files import serve, store_upload
from participants.once import new_token, once
from seminars.calendars import seminar_calendar
from seminars.checkin_forms import MaterialForm, PhotoForm
from seminars.models import Material, Seminar, SeminarSession, SheetPhoto
from seminars.permissions import (
    can_add_material,
    can_print_sheet,
    can_record_attendance,
    can_see_board,
    can_view_seminar,
)
from seminars.reports import attendance_pdf
from seminars.services import add_material, attach_photo, remove_material, remove_photo
from seminars.views.checkin import crumbs


@require_http_methods(["GET", "HEAD", "POST"])
def material_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to a seminar, for its people or for everybody."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_add_material, pk=pk)
    form = MaterialForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def create() -> Seminar:
            stored = store_upload(upload=said["upload"], user=request.user)
            add_material(
                seminar=seminar, title=said["title"], is_public=said["is_public"], stored=stored, user=request.user
            )
            return seminar

        try:
            return once(request, create)
        except DomainError as error:
            form.add_error("upload", str(error))
    context = {
        "form": form,
        "seminar": seminar,
        "form_token": request.POST.get("form_token") or new_token(),
        "crumbs": crumbs(seminar, (_("Add material"), "")),
    }
    return render(request, "seminars/material_form.html", context)


@login_not_required
@require_safe
def material_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A material's file: of a visible seminar, or a public one for everybody."""
    material = load(Material.objects.visible_to(request.user).select_related("file"), request.user, pk=pk)
    return serve(material.file)


@require_POST
def material_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a material away."""
    rows = Material.objects.visible_to(request.user).select_related("seminar")
    material = load(rows, request.user, lambda user, row: can_add_material(user, row.seminar), pk=pk)
    seminar = material.seminar
    return act(request, lambda: remove_material(material=material, user=request.user), done=_("Removed."), then=seminar)


@require_POST
def photo_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Attach the photograph of a signed sheet to the roll."""
    rows = SeminarSession.objects.filter(seminar__in=Seminar.objects.visible_to(request.user)).select_related("seminar")
    session = load(rows, request.user, can_record_attendance, pk=pk)
    form = PhotoForm(request.POST, request.FILES)
    back = reverse("seminars:attendance-edit", args=[session.pk])
    if not form.is_valid():
        messages.error(request, _("Choose the photograph first."))
        return redirect(back)

    def create() -> str:
        stored = store_upload(upload=form.cleaned_data["upload"], user=request.user)
        attach_photo(session=session, stored=stored, user=request.user)
        return back

    try:
        return once(request, create, done=_("The photograph is attached."))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(back)


@require_safe
def photo_download(request: HttpRequest, pk: int) -> HttpResponse:
    """A photograph of a signed sheet."""
    rows = SheetPhoto.objects.visible_to(request.user).select_related("session__seminar", "file")
    photo = load(rows, request.user, lambda user, row: can_print_sheet(user, row.session), pk=pk)
    return serve(photo.file)


@require_POST
def photo_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a photograph off that was attached by mistake."""
    rows = SheetPhoto.objects.visible_to(request.user).select_related("session__seminar")
    photo = load(rows, request.user, lambda user, row: can_record_attendance(user, row.session), pk=pk)
    back = reverse("seminars:attendance-edit", args=[photo.session_id])
    return act(request, lambda: remove_photo(photo=photo, user=request.user), done=_("Removed."), then=back)


@require_safe
def seminar_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """A seminar as a file for one's calendar; the feed of everything is on the calendar page."""
    seminar = load(Seminar.objects.visible_to(request.user), request.user, can_view_seminar, pk=pk)
    answer = HttpResponse(seminar_calendar(seminar), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="seminar-{seminar.pk}.ics"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_safe
def attendance_report(request: HttpRequest, pk: int) -> HttpResponse:
    """Who attended one seminar, as PDF, in the reader's language or the one asked for."""
    rows = Seminar.objects.visible_to(request.user).select_related("agreement")
    seminar = load(rows, request.user, can_see_board, pk=pk)
    language = "en" if (request.GET.get("language") or get_language()) == "en" else "th"
    try:
        content = attendance_pdf(seminar, language)
    except RenderError:
        messages.error(request, _("The report could not be made. Try again later."))
        return redirect(seminar)
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="attendance-{seminar.pk}-{language}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer
