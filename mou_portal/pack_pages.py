"""Pages of the packs of reports: ask for one, watch it being made, fetch it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.packs import ask_for_pack, begin_again, file_of, is_gone, is_silent, packable, start
from mou_portal.pages import load
from mou_portal.records import DomainError
from participants.models import PackState, ReportPack
from participants.once import new_token, once
from participants.permissions import can_make_packs

#: So many packs are listed, the newest.
MOST_LISTED = 30


class PackForm(forms.Form):
    """Which reports go into the pack, and in which language."""

    reports = forms.MultipleChoiceField(label=gettext_lazy("Reports"), widget=forms.CheckboxSelectMultiple)
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=[("th", "ไทย"), ("en", "English")], widget=forms.RadioSelect
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reports"].choices = [(report.name, report.title) for report in packable()]
        self.fields["reports"].initial = ["participant-summary"]
        self.fields["language"].initial = "en" if translation.get_language() == "en" else "th"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def pack_list(request: HttpRequest) -> HttpResponse:
    """The packs of the agreement worked in, and the form that asks for another. For programme staff."""
    agreement = request.agreement
    if agreement is None or not can_make_packs(request.user, agreement):
        raise PermissionDenied
    form = PackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data

        def create() -> str:
            pack = ask_for_pack(
                agreement=agreement, names=asked["reports"], language=asked["language"], user=request.user
            )
            request.new_pack = pack
            return reverse("pack-detail", args=[pack.pk])

        try:
            answer = once(request, create, done=_("The pack is asked for."))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if hasattr(request, "new_pack"):
                start(request.new_pack)
            return answer
    packs = ReportPack.objects.filter(agreement=agreement).select_related("asked_by")[:MOST_LISTED]
    return render(request, "packs/pack_list.html", {"form": form, "form_token": new_token(), "packs": packs})


def _pack(request: HttpRequest, pk: int) -> ReportPack:
    pack: ReportPack = load(ReportPack.objects.select_related("agreement", "asked_by"), request.user, pk=pk)
    if not can_make_packs(request.user, pack.agreement):
        raise Http404  # others need not know which packs there are
    return pack


@never_cache
@require_safe
def pack_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a pack is; without script the page is reloaded by hand."""
    pack = _pack(request, pk)
    titles = {report.name: report.title for report in packable()}
    return render(
        request,
        "packs/pack_detail.html",
        {
            "pack": pack,
            "titles": [titles.get(name, name) for name in pack.report_names],
            "under_way": pack.state in (PackState.WAITING, PackState.MAKING) and not is_silent(pack),
            "gone": is_gone(pack),
            "can_begin_again": pack.state in (PackState.WAITING, PackState.FAILED) or is_silent(pack) or is_gone(pack),
        },
    )


@require_POST
def pack_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a pack again that failed or was cut off."""
    pack = _pack(request, pk)
    try:
        begin_again(pack=pack, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        start(pack)
    return redirect("pack-detail", pk=pk)


@never_cache
@require_safe
def pack_download(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The ZIP of a ready pack."""
    pack = _pack(request, pk)
    content = file_of(pack)
    if content is None and pack.state != PackState.READY:
        raise Http404
    if content is None:
        messages.info(request, _("The file was thrown away because nobody asked for it for long. Make it again."))
        return redirect("pack-detail", pk=pk)
    name = f"reports-{pack.agreement.code}-{pack.language}.zip"
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
