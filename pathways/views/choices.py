"""Pages of choices: who chose what, one choice with its plan and reports, and the steps of a choice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mou_portal.editing import NoteForm
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.registry import related
from mou_portal.thai.localized import localized
from mou_portal.uploads import UploadRefused
from participants.access import access_of
from participants.files import store_upload
from participants.models import Participant
from participants.once import new_token, once
from participants.requests import PortalRequest
from participants.typed import typed
from pathways import permissions
from pathways.comparing import as_shown, compare
from pathways.forms import ChoiceForm, ChoiceStartForm, ReasonForm
from pathways.models import ChoiceState, ChoiceVersion, PathwayChoice, ProgressUpdate
from pathways.models.choices import OPEN_CHOICE_STATES
from pathways.models.progress import Evidence
from pathways.services import (
    confirm_choice,
    propose_change,
    return_choice,
    save_choice_version,
    silent_for_long,
    start_choice,
    submit_choice,
    withdraw_choice,
)
from pathways.summaries import choice_indicators, choice_percent, confirmed_choices, schedule_of
from pathways.timeline import timeline
from pathways.views.lists import working_agreement


# --- one choice -----------------------------------------------------------------------------
def _load(request: PortalRequest, pk: int, can: Any = None) -> PathwayChoice:
    rows = PathwayChoice.objects.visible_to(request.user).with_names()
    return load(rows, request.user, can, pk=pk)


def _version(choice: PathwayChoice, *states: str) -> ChoiceVersion | None:
    return next((one for one in choice.versions.all() if one.state in states), None)


def _named(choice: PathwayChoice, version: ChoiceVersion | None) -> ChoiceVersion:
    """The version, knowing its choice without another query; 404 when there is none."""
    if version is None:
        raise Http404
    version.choice = choice
    return version


def _open_version(choice: PathwayChoice) -> ChoiceVersion:
    """The version that is open, or the newest one: a step that comes too late is then explained, not hidden."""
    newest = max(choice.versions.all(), key=lambda one: one.number, default=None)
    return _named(choice, _version(choice, *OPEN_CHOICE_STATES) or newest)


def _shown_versions(request: PortalRequest, choice: PathwayChoice) -> list[dict[str, Any]]:
    """Visible versions, newest first, each with its fields and with what it changes in the one before."""
    versions = sorted(choice.versions.all(), key=lambda one: -one.number)
    for version in versions:
        version.choice = choice
    seen = [one for one in versions if permissions.can_view_version(request.user, one)]
    shown = []
    for place, version in enumerate(seen):
        before = seen[place + 1] if place + 1 < len(seen) else None
        shown.append(
            {
                "version": version,
                "fields": list(as_shown(version).items()),
                "changes": compare(before, version) if before else [],
                "before": before,
            }
        )
    return shown


@require_safe
def choice_detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One choice: what was declared (old beside new), the plan, the reports and their evidence."""
    choice = _load(request, pk)
    user, today = request.user, timezone.localdate()
    agreement = choice.participant.agreement
    shown = _shown_versions(request, choice)
    confirmed = next((one for one in shown if one["version"].state == ChoiceState.CONFIRMED), None)
    open_one = next((one for one in shown if one["version"].state in OPEN_CHOICE_STATES), None)
    reports = schedule_of(agreement, [choice.participant_id], today).reports.get(choice.pk, [])
    visible = set(ProgressUpdate.objects.visible_to(user).filter(choice=choice).values_list("pk", flat=True))
    milestones = list(choice.milestones.order_by("due_on", "pk"))
    known = next((one for one in confirmed_choices([choice.participant_id]) if one.pk == choice.pk), None)
    return render(
        request,
        "pathways/choice_detail.html",
        {
            "choice": choice,
            "participant": choice.participant,
            "shown": shown,
            "confirmed": confirmed,
            "open": open_one,
            "open_compares": open_one is not None and open_one["before"] is not None,
            "reports": [
                {"due": one, "visible": one.update is not None and one.update.pk in visible} for one in reports
            ],
            "milestones": milestones,
            "percent": choice_percent(known) if known else 0,
            "indicators": choice_indicators(known) if known else [(one, None) for one in choice.indicators.all()],
            "timeline": timeline(agreement, milestones, [one.period for one in reports], today),
            "evidence": Evidence.objects.visible_to(user)
            .filter(update__choice=choice)
            .select_related("file", "update__period"),
            "silent": silent_for_long(choice),
            "today": today,
            "related": [
                {"name": one.name, "title": one.title, "rows": rows}
                for one in related
                if one.about == "choice" and (rows := list(one.rows(user, choice)))
            ],
            "late": not agreement.covers(today),
            "can_edit": open_one is not None and permissions.can_edit_version(user, open_one["version"]),
            "can_confirm": open_one is not None and permissions.can_confirm_version(user, open_one["version"]),
            "can_withdraw_open": open_one is not None and permissions.can_withdraw_version(user, open_one["version"]),
            "can_withdraw_confirmed": confirmed is not None
            and permissions.can_withdraw_version(user, confirmed["version"]),
            "can_change": permissions.can_change_choice(user, choice),
            "can_report": permissions.can_report(user, choice) and confirmed is not None,
            "can_plan": permissions.can_plan(user, choice),
            "can_skip": permissions.can_manage_periods(user),
            "crumbs": _crumbs(choice),
        },
    )


def _crumbs(choice: PathwayChoice, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Pathways"), reverse("pathways:pathway-matrix")),
        (localized(choice.participant.designation), choice.get_absolute_url() if more else ""),
        *more,
    ]


def _uploaded(form: ChoiceForm, request: PortalRequest) -> Any:
    """Store the authorising document, if one came, before anything is written; a refusal lands on its field."""
    upload = form.cleaned_data.get("document")
    if upload is None:
        return None
    try:
        return store_upload(upload=upload, user=request.user)
    except UploadRefused as error:
        form.add_error("document", str(error))
        return None


#: What a person reads after choosing, by whether the choice was handed in; it also lets go of what the device kept.
_SAID: dict[bool, Any] = {
    True: lambda: _("Submitted. The institute will confirm the choice or return it with a note."),
    False: lambda: _("Saved as a draft. It is not handed in yet."),
}


def choice_create(request: PortalRequest) -> HttpResponse:
    """Choose a pathway: the first version as a draft, handed in at once when the person says so."""
    agreement = working_agreement(request)
    if not Participant.objects.filter(pk__in=access_of(request.user).coordinates, agreement=agreement).exists():
        raise PermissionDenied
    form = ChoiceStartForm(
        request.POST or None,
        request.FILES or None,
        agreement=agreement,
        user=request.user,
        initial={"chosen_on": timezone.localdate(), "pathway": request.GET.get("pathway"), **typed(request)},
    )
    if request.method == "POST" and form.is_valid():
        document = _uploaded(form, request)
        if not form.errors:

            def create() -> PathwayChoice:
                choice = start_choice(
                    participant=form.cleaned_data["participant"],
                    pathway=form.cleaned_data["pathway"],
                    user=request.user,
                    declaration=form.declaration,
                    document=document,
                )
                if request.POST.get("step") == "submit":
                    submit_choice(version=choice.versions.get(), user=request.user)
                return choice

            try:
                return once(request, create, done=_SAID[request.POST.get("step") == "submit"]())
            except DomainError as error:
                form.add_error(None, str(error))
    return render(
        request,
        "pathways/choice_form.html",
        {
            "form": form,
            "form_token": request.POST.get("form_token") or new_token(),
            "cancel_url": reverse("pathways:pathway-matrix"),
            "crumbs": [(_("Pathways"), reverse("pathways:pathway-matrix")), (_("Choose a pathway"), "")],
        },
    )


def choice_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Write on the open version of a choice; save it as a draft, or save and hand in."""
    choice = _load(request, pk, permissions.can_write_choice)
    version = _open_version(choice)
    if request.method != "POST" and not permissions.can_edit_version(request.user, version):
        return redirect(choice)
    form = ChoiceForm(
        request.POST or None,
        request.FILES or None,
        instance=version,
        agreement=choice.participant.agreement,
        initial=typed(request),
    )
    if request.method == "POST" and form.is_valid():
        document = _uploaded(form, request)
        if not form.errors and _save_version(request, form, version, document):
            if request.POST.get("step") == "submit":
                return act(
                    request,
                    lambda: submit_choice(version=version, user=request.user),
                    done=_("Submitted. The institute will confirm the choice or return it with a note."),
                    then=choice,
                )
            messages.success(request, _SAID[False]())
            return redirect(choice)
    return render(
        request,
        "pathways/choice_form.html",
        {
            "form": form,
            "choice": choice,
            "version": version,
            "cancel_url": choice.get_absolute_url(),
            "crumbs": _crumbs(choice, (_("Edit"), "")),
        },
    )


def _save_version(request: PortalRequest, form: ChoiceForm, version: ChoiceVersion, document: Any) -> bool:
    try:
        save_choice_version(
            version=version,
            user=request.user,
            expected=form.expected_revision,
            declaration=form.declaration,
            change_reason=form.cleaned_data.get("change_reason"),
            document=document,
        )
    except Stale as error:
        form.show_stale(error)
    except DomainError as error:
        form.add_error(None, str(error))
    else:
        return True
    return False


@require_POST
def choice_submit(request: PortalRequest, pk: int) -> HttpResponse:
    """Hand the open version in."""
    choice = _load(request, pk, permissions.can_write_choice)
    version = _open_version(choice)
    return act(
        request,
        lambda: submit_choice(version=version, user=request.user),
        done=_("Submitted. The institute will confirm the choice or return it with a note."),
        then=choice,
    )


def _decidable(request: PortalRequest, pk: int) -> tuple[PathwayChoice, ChoiceVersion]:
    choice = _load(request, pk)
    version = _open_version(choice)
    if not permissions.can_decide_version(request.user, version):
        raise PermissionDenied
    return choice, version


@require_POST
def choice_confirm(request: PortalRequest, pk: int) -> HttpResponse:
    """Confirm the version that was handed in."""
    choice, version = _decidable(request, pk)
    return act(
        request,
        lambda: confirm_choice(version=version, user=request.user),
        done=_("The choice is confirmed."),
        then=choice,
    )


def choice_return(request: PortalRequest, pk: int) -> HttpResponse:
    """Send the version back with a note."""
    choice, version = _decidable(request, pk)
    return _with_note(
        request,
        NoteForm(request.POST or None, initial=typed(request)),
        choice,
        title=_("Return the choice"),
        submit=_("Return"),
        do=lambda note: return_choice(version=version, user=request.user, note=note),
        done=_("Returned with your note."),
    )


def choice_change(request: PortalRequest, pk: int) -> HttpResponse:
    """Begin a new version: first the reason, then the form."""
    choice = _load(request, pk, permissions.can_write_choice)
    return _with_note(
        request,
        ReasonForm(request.POST or None, initial=typed(request)),
        choice,
        title=_("Change the choice"),
        submit=_("Begin a new version"),
        do=lambda note: propose_change(choice=choice, user=request.user, change_reason=note),
        done=_("A new version is open. The confirmed one holds until the new one is confirmed."),
        then=reverse("pathways:choice-edit", args=[choice.pk]),
    )


def choice_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    """Give up the open version (coordinator), or end a confirmed choice (programme staff), with the reason."""
    choice = _load(request, pk, permissions.can_withdraw_choice)
    own = permissions.can_write_choice(request.user, choice)
    version = _open_version(choice) if own else _named(choice, _version(choice, ChoiceState.CONFIRMED))
    return _with_note(
        request,
        ReasonForm(request.POST or None, initial=typed(request)),
        choice,
        title=_("Withdraw the choice"),
        submit=_("Withdraw"),
        do=lambda note: withdraw_choice(version=version, user=request.user, note=note),
        done=_("Withdrawn. Its history stays."),
    )


def _with_note(
    request: PortalRequest,
    form: Any,
    choice: PathwayChoice,
    *,
    title: str,
    submit: str,
    do: Any,
    done: str,
    then: Any = None,
) -> HttpResponse:
    """A page that asks for a note and runs one service with it."""
    if request.method == "POST" and form.is_valid():
        return act(request, lambda: do(form.cleaned_data["note"]), done=done, then=then or choice)
    return render(
        request,
        "pathways/note_form.html",
        {
            "form": form,
            "choice": choice,
            "title": title,
            "submit": submit,
            "cancel_url": choice.get_absolute_url(),
            "crumbs": _crumbs(choice, (title, "")),
        },
    )
