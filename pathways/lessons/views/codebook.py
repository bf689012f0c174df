"""Pages of codebooks: the tree, a theme with its passages, merge and split, numbered versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.listing import Column, Listing
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from participants.once import new_token, once
from participants.requests import PortalRequest
from pathways.lessons import permissions, services
from pathways.lessons.exports import refi
from pathways.lessons.forms import CodebookForm, ThemeForm
from pathways.lessons.models import Codebook, CodebookVersion, Coding, Theme, ThemeState
from pathways.lessons.views.lessons import digits
from pathways.views.lists import working_agreement


def _up(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Lessons"), reverse("lessons:lesson-list")),
        (_("Codebooks"), reverse("lessons:codebook-list") if more else ""),
        *more,
    ]


@require_safe
def codebook_list(request: PortalRequest) -> HttpResponse:
    """The codebooks of the agreement."""
    agreement = working_agreement(request)
    rows = Codebook.objects.visible_to(request.user).filter(agreement=agreement)
    rows = rows.annotate(number=Count("themes")).order_by("pk")
    actions = []
    if permissions.can_study(request.user, agreement):
        actions = [(_("New codebook"), reverse("lessons:codebook-create"))]
    return Listing(
        title=_("Codebooks"),
        columns=[
            Column(_("Name"), str, sort="name_th", url=lambda row: row.get_absolute_url()),
            Column(_("Themes"), lambda row: row.number, sort="number", kind="number"),
            Column(_("Last changed"), lambda row: row.updated_at, sort="updated_at", kind="datetime"),
        ],
        filename="codebooks",
        empty_text=_("A codebook holds the themes with which texts are coded."),
    ).respond(request, rows, actions=actions, crumbs=_up())


def codebook_create(request: PortalRequest) -> HttpResponse:
    """Begin a codebook."""
    agreement = working_agreement(request)
    if not permissions.can_study(request.user, agreement):
        raise PermissionDenied
    form = CodebookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return once(
                request,
                lambda: services.begin_codebook(agreement=agreement, user=request.user, **form.cleaned_data),
            )
        except DomainError as error:
            form.add_error(None, str(error))
    return _form(request, form, _("New codebook"), reverse("lessons:codebook-list"), _up((_("New codebook"), "")))


def _form(request: PortalRequest, form: Any, title: str, cancel: str, crumbs: Any, *, new: bool = True) -> HttpResponse:
    token = (request.POST.get("form_token") or new_token()) if new else ""
    context = {"form": form, "title": title, "form_token": token, "cancel_url": cancel, "crumbs": crumbs}
    return render(request, "lessons/plain_form.html", context)


def _codebook(request: PortalRequest, pk: int, can: Any = None) -> Codebook:
    return load(Codebook.objects.visible_to(request.user), request.user, can, pk=pk)


@require_safe
def codebook_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """The tree of themes with definitions and counts."""
    codebook = _codebook(request, pk)
    rows = codebook.themes.select_related("merged_into").annotate(coded=Count("codings"))
    return render(
        request,
        "lessons/codebook_detail.html",
        {
            "codebook": codebook,
            "tree": services.in_tree_order(rows),
            "versions": list(codebook.versions.select_related("created_by").defer("content")),
            "can_edit": permissions.can_edit_codebook(request.user, codebook),
            "crumbs": _up((str(codebook), "")),
        },
    )


@require_safe
def codebook_refi(request: PortalRequest, pk: int) -> HttpResponse:
    """The codebook as a REFI-QDA file for other software."""
    codebook = _codebook(request, pk)
    themes = list(codebook.themes.order_by("order", "code"))
    if not themes:
        messages.error(request, _("The codebook has no theme yet."))
        return redirect(codebook)
    answer = HttpResponse(refi.codebook(themes), content_type="application/xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="codebook-{codebook.pk}.qdc"'
    return answer


@require_POST
def version_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Number the codebook as it stands."""
    codebook = _codebook(request, pk, permissions.can_edit_codebook)
    note = request.POST.get("note", "")[:2000]
    return act(
        request,
        lambda: services.number_version(codebook=codebook, user=request.user, note=note),
        done=_("The codebook is kept under a number as it stands."),
        then=codebook,
    )


@require_safe
def version_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A numbered version, as it was."""
    rows = CodebookVersion.objects.visible_to(request.user).select_related("codebook", "created_by")
    version = load(rows, request.user, pk=pk)
    up = _up((str(version.codebook), version.codebook.get_absolute_url()), (f"v{version.number}", ""))
    return render(request, "lessons/version_detail.html", {"version": version, "crumbs": up})


def _theme(request: PortalRequest, pk: int, can: Any = None) -> Theme:
    rows = Theme.objects.visible_to(request.user).select_related("codebook", "parent", "merged_into")
    return load(rows, request.user, can, pk=pk)


def _may_edit(user: Any, theme: Theme) -> bool:
    return permissions.can_edit_codebook(user, theme.codebook)


@require_safe
def theme_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """A theme: its definition, its passages (the evidence behind a count), and what can be done with it."""
    theme = _theme(request, pk)
    codings = theme.codings.select_related("coder", "excerpt__source__participant__designation")
    others = theme.codebook.themes.filter(state=ThemeState.ACTIVE).exclude(pk=theme.pk)
    return render(
        request,
        "lessons/theme_detail.html",
        {
            "theme": theme,
            "codings": list(codings.order_by("excerpt__source", "excerpt__start", "pk")[:200]),
            "others": list(others),
            "can_edit": _may_edit(request.user, theme),
            "crumbs": _up((str(theme.codebook), theme.codebook.get_absolute_url()), (str(theme), "")),
        },
    )


def theme_create(request: PortalRequest, pk: int) -> HttpResponse:
    """Add a theme to a codebook."""
    codebook = _codebook(request, pk, permissions.can_edit_codebook)
    form = ThemeForm(request.POST or None, instance=Theme(codebook=codebook))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: services.save_theme(theme=form.instance, user=request.user).codebook)
        except DomainError as error:
            form.add_error(None, str(error))
    up = _up((str(codebook), codebook.get_absolute_url()), (_("Add a theme"), ""))
    return _form(request, form, _("Add a theme"), codebook.get_absolute_url(), up)


def theme_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Change a theme."""
    theme = _theme(request, pk, _may_edit)
    form = ThemeForm(request.POST or None, instance=theme)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_theme(theme=form.instance, user=request.user, expected=form.expected_revision)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return redirect(theme)
    up = _up((str(theme.codebook), theme.codebook.get_absolute_url()), (str(theme), ""))
    return _form(request, form, str(theme), theme.get_absolute_url(), up, new=False)


@require_POST
def theme_remove(request: PortalRequest, pk: int) -> HttpResponse:
    """Delete a theme that was never used; retire one that was."""
    theme = _theme(request, pk, _may_edit)
    codebook = theme.codebook
    return act(
        request,
        lambda: services.remove_theme(theme=theme, user=request.user),
        done=_("A theme that was used is retired and keeps its passages; one that never was is deleted."),
        then=codebook,
    )


@require_POST
def theme_restore(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a retired theme into use again."""
    theme = _theme(request, pk, _may_edit)
    return act(
        request,
        lambda: services.restore_theme(theme=theme, user=request.user),
        done=_("The theme is in use again."),
        then=theme,
    )


@require_POST
def theme_merge(request: PortalRequest, pk: int) -> HttpResponse:
    """Merge a theme into another."""
    theme = _theme(request, pk, _may_edit)
    rows = theme.codebook.themes.select_related("codebook")
    into = load(rows, request.user, pk=digits(request.POST.get("into", "")))
    return act(
        request,
        lambda: services.merge_themes(theme=theme, into=into, user=request.user),
        done=_("The themes are merged: every passage carries the other one now."),
        then=into,
    )


@require_POST
def theme_split(request: PortalRequest, pk: int) -> HttpResponse:
    """Move chosen passages of a theme to a new one."""
    theme = _theme(request, pk, _may_edit)
    chosen = [digits(value) for value in request.POST.getlist("coding")[:1000]]
    new = Theme(
        codebook=theme.codebook,
        parent=theme.parent,
        order=theme.order,
        code=request.POST.get("code", "")[:40],
        name_th=request.POST.get("name_th", "")[:200],
    )
    codings = Coding.objects.filter(pk__in=chosen, theme=theme)
    return act(
        request,
        lambda: services.split_theme(theme=theme, user=request.user, new=new, codings=codings),
        done=_("The passages carry the new theme now."),
        then=theme,
    )
