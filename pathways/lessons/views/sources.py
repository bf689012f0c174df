"""Pages of sources: take in, upload, read, mark passages and code them, compare two coders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from mou_portal.listing import Column, Listing, field_filter
from mou_portal.pages import act, load
from mou_portal.records import DomainError
from mou_portal.registry import sources as providers
from participants.files import serve
from participants.models import Agreement
from participants.requests import PortalRequest
from pathways.lessons import permissions, services
from pathways.lessons.coders import Code
from pathways.lessons.coders import agreement as agreement_of
from pathways.lessons.forms import PassageForm, TextForm, UploadForm
from pathways.lessons.models import Coding, Lesson, SourceKind, SourceText
from pathways.lessons.passages import pieces
from pathways.models import Dimension
from pathways.views.lists import find_participants, working_agreement

PAGE_SIZE = 25
#: Characters of a text on one page of the reading desk: 500 pages of DOCX stay quick.
PART = 12_000


def _up(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Lessons"), reverse("lessons:lesson-list")),
        (_("Sources"), reverse("lessons:source-list") if more else ""),
        *more,
    ]


@require_safe
def source_list(request: PortalRequest) -> HttpResponse:
    """Texts that were taken in."""
    agreement = working_agreement(request)
    rows = SourceText.objects.visible_to(request.user).filter(agreement=agreement).with_names().defer("text")
    actions = []
    if permissions.can_study(request.user, agreement):
        actions = [
            (_("Take in from the portal"), reverse("lessons:source-available")),
            (_("Upload a document"), reverse("lessons:source-upload")),
        ]
    by_name = find_participants("participant__")
    return Listing(
        title=_("Sources"),
        columns=[
            Column(_("Title"), str, sort="title", url=lambda row: row.get_absolute_url()),
            Column(_("Kind"), lambda row: row.get_kind_display(), sort="kind"),
            Column(_("Organisation"), lambda row: str(row.participant or ""), sort="participant__order"),
            Column(_("Pathway"), lambda row: str(row.pathway or "")),
            Column(_("Period"), lambda row: str(row.period or "")),
            Column(_("Dimension"), lambda row: row.get_dimension_display()),
            Column(_("Date"), lambda row: row.dated_on, sort="dated_on", kind="date"),
        ],
        filters=[
            field_filter("kind", _("Kind"), SourceKind.choices),
            field_filter("dimension", _("Dimension"), Dimension.choices),
            field_filter(
                "pathway", _("Pathway"), [(str(one.pk), str(one)) for one in agreement.pathways.all()], "pathway"
            ),
        ],
        search=lambda found, query: found.filter(title__icontains=query) | by_name(found, query),
        filename="sources",
        empty_text=_("Take in an accepted report, a presentation or a visit report, or upload interview notes."),
    ).respond(request, rows, actions=actions, crumbs=_up())


def _studied(request: PortalRequest) -> Agreement:
    """The agreement worked in, for its scholars."""
    agreement = working_agreement(request)
    if not permissions.can_study(request.user, agreement):
        raise PermissionDenied
    return agreement


@require_safe
def source_available(request: PortalRequest) -> HttpResponse:
    """Texts of the portal that can be taken in, kind by kind."""
    agreement = _studied(request)
    kinds = list(providers)
    chosen = providers.get(request.GET.get("kind", "")) or kinds[0]
    paginator = Paginator(chosen.rows(request.user, agreement), PAGE_SIZE)
    page = paginator.get_page(request.GET.get("page"))
    found = [(row, chosen.text(row)) for row in page]
    keys = [text.key for _row, text in found]
    taken = dict(SourceText.objects.filter(origin__in=keys).values_list("origin", "pk"))
    return render(
        request,
        "lessons/source_available.html",
        {
            "kinds": kinds,
            "chosen": chosen,
            "page": page,
            "page_numbers": list(paginator.get_elided_page_range(page.number, on_each_side=1)),
            "found": [(row, text, taken.get(text.key)) for row, text in found],
            "page_base": f"?kind={chosen.name}&",
            "crumbs": _up((_("Take in from the portal"), "")),
        },
    )


@require_POST
def source_take(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    """Take a text in and open it."""
    agreement = _studied(request)
    provider = providers.get(kind)
    if provider is None:
        raise Http404
    try:
        source = services.take_in(agreement=agreement, provider=provider, pk=pk, user=request.user)
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("lessons:source-available")
    return redirect(source)


def source_upload(request: PortalRequest) -> HttpResponse:
    """Upload a document; its text is taken out of it."""
    agreement = _studied(request)
    form = UploadForm(request.POST or None, request.FILES or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            source = services.upload_source(agreement=agreement, user=request.user, upload=data.pop("file"), **data)
        except DomainError as error:
            form.add_error("file", str(error))
        else:
            messages.success(request, _("The text was taken in."))
            return redirect(source)
    return render(
        request,
        "lessons/plain_form.html",
        {
            "form": form,
            "title": _("Upload a document"),
            "lead": _("The text is taken out of the file and frozen. The file itself stays private."),
            "submit_label": _("Take the text in"),
            "cancel_url": reverse("lessons:source-list"),
            "crumbs": _up((_("Upload a document"), "")),
        },
    )


def load_source(request: PortalRequest, pk: int, can: Any = None) -> SourceText:
    """A visible source with its names; 404 or 403 otherwise."""
    return load(SourceText.objects.visible_to(request.user).with_names(), request.user, can, pk=pk)


def source_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """Read a source and code it: select a passage (mouse, touch, keyboard) or copy its words into the form."""
    source, user = load_source(request, pk), request.user
    can_code = permissions.can_code(user, source)
    form = PassageForm(request.POST or None, agreement=source.agreement, text=source.text) if can_code else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            data = form.cleaned_data
            try:
                excerpt = services.mark_passage(
                    source=source, start=data["start"], end=data["end"], user=user, themes=data["themes"]
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                part = excerpt.start // PART + 1
                then = f"{reverse('lessons:source-detail', args=[source.pk])}?part={part}#x{excerpt.pk}"
                return act(request, lambda: None, done=_("The passage is marked."), then=then)
    return render(request, "lessons/source_detail.html", _desk(request, source, form, can_code=can_code))


def _part_of(request: PortalRequest, parts: int) -> int:
    asked = request.GET.get("part", "1")
    return min(max(int(asked), 1), parts) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 1


def _desk(request: PortalRequest, source: SourceText, form: Any, *, can_code: bool) -> dict[str, Any]:
    """One part of a text with its passages, codes and coders."""
    parts = max(1, -(-len(source.text) // PART))
    part = _part_of(request, parts)
    first, last = (part - 1) * PART, min(part * PART, len(source.text))
    context = {
        "source": source,
        "form": form,
        "can_code": can_code,
        "part": part,
        "parts": parts,
        "first": first,
        "warnings": [_WARNINGS[one] for one in source.warnings if one in _WARNINGS],
        "crumbs": _up((source.title, "")),
    }
    if not can_code:
        return context | {"pieces": pieces(source.text, first, last, [])}
    excerpts = list(source.excerpts.all())
    codings = list(
        Coding.objects.filter(excerpt__source=source).select_related("theme", "coder").order_by("theme__order", "pk")
    )
    here = [one for one in excerpts if one.start < last and first < one.end]
    by_excerpt: dict[int, list[Coding]] = {}
    for coding in codings:
        by_excerpt.setdefault(coding.excerpt_id, []).append(coding)
    lessons = Lesson.objects.visible_to(request.user).filter(agreement=source.agreement).exclude(state="withdrawn")
    return (
        context
        | _agreed(source, excerpts, codings)
        | {
            "pieces": pieces(source.text, first, last, [(one.pk, one.start, one.end) for one in here]),
            "passages": [
                {
                    "excerpt": one,
                    "codings": [
                        (code, permissions.can_remove_coding(request.user, code)) for code in by_excerpt.get(one.pk, [])
                    ],
                }
                for one in here
            ],
            "lessons": list(lessons.select_related("validated").order_by("-pk")[:50]),
            "memos": list(source.memos.select_related("created_by")),
        }
    )


def _agreed(source: SourceText, excerpts: Any, codings: list[Coding]) -> dict[str, Any]:
    spans = {one.pk: (one.start, one.end) for one in excerpts}
    agreed = agreement_of(source.text, [Code(one.coder_id, one.theme_id, *spans[one.excerpt_id]) for one in codings])
    coders = {one.coder_id: one.coder for one in codings}
    themes = {one.theme_id: one.theme for one in codings}
    pairs = [
        {
            "first": coders[pair.first],
            "second": coders[pair.second],
            "kappa": pair.kappa,
            "themes": [(themes[row.theme], row) for row in pair.themes],
        }
        for pair in (agreed.pairs if agreed else ())
    ]
    return {"agreed": agreed, "pairs": pairs}


_WARNINGS = {
    "thai_broken": gettext_lazy(
        "Some Thai letters of this file cannot be right: compare with the file before you quote from it."
    ),
    "pages_without_text": gettext_lazy("Some pages of this file hold pictures only: their text is missing here."),
}


@require_safe
def source_file(request: PortalRequest, pk: int) -> HttpResponse:
    """The uploaded file itself, for scholars."""
    source = load_source(request, pk, permissions.can_code)
    if source.file is None:
        raise Http404
    return serve(source.file)


@require_POST
def source_memo(request: PortalRequest, pk: int) -> HttpResponse:
    """Write a memo on a source."""
    source = load_source(request, pk, permissions.can_code)
    form = TextForm(request.POST)
    text = form.cleaned_data["note"] if form.is_valid() else ""
    return act(
        request,
        lambda: services.write_memo(agreement=source.agreement, user=request.user, text=text, source=source),
        done=_("Saved."),
        then=source,
    )


@require_POST
def coding_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a code off."""
    rows = Coding.objects.visible_to(request.user).select_related("excerpt__source", "theme")
    coding = load(rows, request.user, permissions.can_remove_coding, pk=pk)
    source = coding.excerpt.source
    return act(
        request,
        lambda: services.take_code(coding=coding, user=request.user),
        done=_("The code is taken off."),
        then=source,
    )
