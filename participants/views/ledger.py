"""Pages of one cell of the ledger, of duties by hand, of what proves them, and of waivers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mou_portal.editing import NoteForm
from mou_portal.listing import Column, Filter, Listing, contains
from mou_portal.pages import act, load
from mou_portal.records import DomainError, Stale
from mou_portal.thai.localized import localized
from participants.files import serve
from participants.ledger import INSTITUTE_CODE, Cell, Row, cell_url, ledger_of
from participants.ledger_forms import DayForm, DutyForm, ProofForm, WaiverForm
from participants.models import DUTY_PREFIX, Agreement, Duty, DutyProof, Obliged, Participant, ProofState, Waiver
from participants.once import new_token, once
from participants.permissions import (
    can_decide_proof,
    can_manage_agreement,
    can_prove,
    can_view_every_participant,
    can_view_participant,
)
from participants.services import (
    accept_proof,
    add_duty,
    end_waiver,
    hand_in_proof,
    reject_proof,
    save_duty,
    waive,
    withdraw_duty,
)

FORM = ["GET", "HEAD", "POST"]


def asked_day(request: HttpRequest) -> tuple[date | None, DayForm]:
    """The past day that the address asks for (nothing for today, the future and what is no day), and its form."""
    form = DayForm(request.GET)
    day = form.cleaned_data["day"] if form.is_valid() else None
    return (day if day and day < timezone.localdate() else None), form


class CellPlace:
    """The cell that an address names: agreement, party (none: the institute), row and standing on a day."""

    def __init__(self, request: HttpRequest, agreement: str, duty: str, code: str) -> None:
        self.agreement = load(Agreement.objects.visible_to(request.user), request.user, code=agreement)
        self.participant: Participant | None = None
        if code != INSTITUTE_CODE:
            rows = Participant.objects.visible_to(request.user).with_names().filter(agreement=self.agreement)
            self.participant = load(rows, request.user, can_view_participant, local_government__code=code)
        self.asked, self.day_form = asked_day(request)
        parties = [self.participant] if self.participant else []
        ledger = ledger_of(self.agreement, self.asked or timezone.localdate(), parties, only=duty)
        found = [
            (row, cell)
            for row in (*ledger.rows, *ledger.institute_rows)
            for cell in row.cells
            if cell.participant == self.participant
        ]
        if not found:
            raise Http404
        self.row: Row = found[0][0]
        self.cell: Cell = found[0][1]
        self.day = ledger.day
        self.name = duty

    @property
    def party_name(self) -> str:
        """The party's name, or the institute's."""
        return localized(self.participant) if self.participant else localized(self.agreement, "institute_name")

    @property
    def url(self) -> str:
        """The cell's page, of today."""
        return cell_url(self.agreement, self.name, self.participant)

    @property
    def duty(self) -> Duty | None:
        """The duty by hand behind the row, if it is one."""
        if not self.name.startswith(DUTY_PREFIX):
            return None
        return Duty.objects.select_related("agreement").get(pk=self.name.removeprefix(DUTY_PREFIX))

    def crumbs(self, *more: str) -> list[tuple[str, str]]:
        """The way up from the cell, or from a page below it."""
        way = [(_("Ledger"), reverse("ledger:ledger-detail"))]
        if self.participant:
            way.append((self.party_name, self.participant.get_absolute_url()))
        way.append((str(self.row.obligation.title), self.url if more else ""))
        return way + [(title, "") for title in more]

    def context(self, **more: Any) -> dict[str, Any]:
        """What every page about the cell shows."""
        return {"place": self, "row": self.row, "cell": self.cell, "crumbs": self.crumbs()} | more


@require_safe
def cell_detail(request: HttpRequest, agreement: str, duty: str, code: str) -> HttpResponse:
    """One cell: how the party stands on the duty, by when, and the records that prove it; ``?day=`` asks for a day."""
    place = CellPlace(request, agreement, duty, code)
    by_hand = place.duty
    proofs: list[DutyProof] = []
    if by_hand is not None:
        proofs = list(
            DutyProof.objects.visible_to(request.user)
            .filter(duty=by_hand, participant=place.participant)
            .select_related("file", "created_by")
        )
    waivers = place.agreement.waivers.filter(duty_name=duty, participant=place.participant).select_related("created_by")
    return render(
        request,
        "participants/cell_detail.html",
        place.context(
            by_hand=by_hand,
            proofs=proofs,
            may_read_proofs=place.participant is not None or can_view_every_participant(request.user, place.agreement),
            waivers=list(waivers),
            may_prove=by_hand is not None
            and not by_hand.withdrawn_on
            and can_prove(request.user, by_hand, place.participant),
            may_decide=can_decide_proof(request.user),
            may_manage=can_manage_agreement(request.user, place.agreement),
        ),
    )


@require_http_methods(FORM)
def proof_create(request: HttpRequest, agreement: str, duty: str, code: str) -> HttpResponse:
    """Hand in what proves a duty by hand."""
    place = CellPlace(request, agreement, duty, code)
    by_hand = place.duty
    if by_hand is None:
        raise Http404
    if not can_prove(request.user, by_hand, place.participant):
        raise PermissionDenied
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.stored(request.user)
        if not form.errors:
            said = form.cleaned_data

            def create() -> str:
                hand_in_proof(
                    duty=by_hand,
                    participant=place.participant,
                    label=said["label"],
                    proved_on=said["proved_on"],
                    file=file,
                    user=request.user,
                )
                return place.url

            try:
                return once(request, create, done=_("Handed in."))
            except DomainError as error:
                form.add_error(None, str(error))
    return _form(request, place, form, _("Hand in a proof"))


@require_http_methods(FORM)
def waiver_create(request: HttpRequest, agreement: str, duty: str, code: str) -> HttpResponse:
    """Waive a duty for a party, with reason and signature."""
    place = CellPlace(request, agreement, duty, code)
    if not can_manage_agreement(request.user, place.agreement):
        raise PermissionDenied
    form = WaiverForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.stored(request.user)
        if not form.errors:
            said = {name: value for name, value in form.cleaned_data.items() if name != "upload"}

            def create() -> str:
                waive(
                    agreement=place.agreement,
                    participant=place.participant,
                    duty_name=place.name,
                    file=file,
                    user=request.user,
                    **said,
                )
                return place.url

            try:
                return once(request, create, done=_("The duty is waived for this party."))
            except DomainError as error:
                form.add_error(None, str(error))
    return _form(request, place, form, _("Waive this duty"))


def _form(request: HttpRequest, place: CellPlace, form: Any, title: str) -> HttpResponse:
    context = place.context(
        form=form, title=title, form_token=request.POST.get("form_token") or new_token(), cancel_url=place.url
    )
    return render(request, "participants/cell_form.html", context | {"crumbs": place.crumbs(title)})


def _place_of(row: DutyProof | Waiver) -> str:
    """The page of the cell that a proof or a waiver belongs to."""
    name = row.duty_name if isinstance(row, Waiver) else row.duty.name
    agreement = row.agreement if isinstance(row, Waiver) else row.duty.agreement
    return cell_url(agreement, name, row.participant)


def _proof(request: HttpRequest, pk: int, can: Any = None) -> DutyProof:
    rows = DutyProof.objects.visible_to(request.user).select_related(
        "file", "duty__agreement", "participant__local_government"
    )
    return load(rows, request.user, can, pk=pk)


@require_safe
def proof_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The file of a proof."""
    proof = _proof(request, pk)
    if proof.file is None:
        raise Http404
    return serve(proof.file)


@require_POST
def proof_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a proof count."""
    proof = _proof(request, pk, can_decide_proof)
    return act(
        request, lambda: accept_proof(proof=proof, user=request.user), done=_("Accepted."), then=_place_of(proof)
    )


@require_http_methods(FORM)
def proof_reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse a proof, with the reason."""
    proof = _proof(request, pk, can_decide_proof)
    return _note(
        request,
        title=_("Do not accept this proof"),
        about=proof.label,
        back=_place_of(proof),
        do=lambda note: reject_proof(proof=proof, user=request.user, note=note),
    )


def _waiver(request: HttpRequest, pk: int, can: Any = None) -> Waiver:
    rows = Waiver.objects.visible_to(request.user).select_related("file", "agreement", "participant__local_government")
    return load(rows, request.user, can, pk=pk)


@require_safe
def waiver_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The signed document of a waiver."""
    waiver = _waiver(request, pk)
    if waiver.file is None:
        raise Http404
    return serve(waiver.file)


@require_http_methods(FORM)
def waiver_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a waived duty hold again, with the reason."""
    waiver = _waiver(request, pk, lambda user, row: can_manage_agreement(user, row.agreement))
    return _note(
        request,
        title=_("Take the waiver back"),
        about=waiver.reason,
        back=_place_of(waiver),
        do=lambda note: end_waiver(waiver=waiver, user=request.user, reason=note),
    )


def _note(request: HttpRequest, *, title: str, about: str, back: str, do: Any) -> HttpResponse:
    """A page that asks for the reason of a step and takes it."""
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            do(form.cleaned_data["note"])
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect(back)
    crumbs = [(_("Ledger"), reverse("ledger:ledger-detail")), (_("The duty"), back), (title, "")]
    return render(
        request,
        "participants/note_form.html",
        {"form": form, "title": title, "about": about, "cancel_url": back, "crumbs": crumbs},
    )


# --- duties by hand -----------------------------------------------------------------------------
DUTIES = Listing(
    title=gettext_lazy("Duties by hand"),
    filename="duties",
    empty_text=gettext_lazy(
        "What the memorandum asks for is in the ledger by itself. Add here what is agreed on beside it."
    ),
    search=contains("title_th", "title_en"),
    filters=[
        Filter(
            "obliged",
            gettext_lazy("Obliged"),
            lambda _request: [choice for choice in Obliged.choices if choice[0] != Obliged.ALL],
            lambda rows, value: rows.filter(obliged=value),
        ),
    ],
    columns=[
        Column(gettext_lazy("Duty"), str, sort="title_th", url=lambda row: reverse("ledger:duty-edit", args=[row.pk])),
        Column(gettext_lazy("Clause"), lambda row: localized(row.clause, "label"), sort="clause__order"),
        Column(gettext_lazy("Obliged"), lambda row: row.get_obliged_display(), sort="obliged"),
        Column(gettext_lazy("Holds from"), lambda row: row.added_on, sort="added_on", kind="date"),
        Column(gettext_lazy("Due on"), lambda row: row.due_on, sort="due_on", kind="date"),
        Column(gettext_lazy("Withdrawn on"), lambda row: row.withdrawn_on, sort="withdrawn_on", kind="date"),
        Column(
            gettext_lazy("Waiting proofs"),
            lambda row: sum(proof.state == ProofState.SUBMITTED for proof in row.proofs.all()),
            kind="number",
        ),
    ],
)


def _manager_only(request: HttpRequest, agreement: Agreement | None) -> Agreement:
    if agreement is None or not can_manage_agreement(request.user, agreement):
        raise PermissionDenied
    return agreement


@require_safe
def duty_list(request: HttpRequest) -> HttpResponse:
    """The duties that staff wrote into the ledger of the agreement."""
    agreement = _manager_only(request, request.agreement)
    rows = Duty.objects.filter(agreement=agreement).select_related("clause").prefetch_related("proofs")
    return DUTIES.respond(
        request,
        rows,
        actions=[(_("Add a duty"), reverse("ledger:duty-create"))],
        crumbs=[(_("Ledger"), reverse("ledger:ledger-detail")), (_("Duties by hand"), "")],
    )


@require_http_methods(FORM)
def duty_create(request: HttpRequest) -> HttpResponse:
    """Write a duty into the ledger."""
    agreement = _manager_only(request, request.agreement)
    form = DutyForm(request.POST or None, agreement=agreement)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data

        def create() -> str:
            add_duty(
                clause=said["clause"],
                obliged=said["obliged"],
                title_th=said["title_th"],
                title_en=said["title_en"],
                due_on=said["due_on"],
                added_on=said["added_on"],
                participants=said["parties"],
                user=request.user,
            )
            return reverse("ledger:duty-list")

        try:
            return once(request, create, done=_("The duty stands in the ledger."))
        except DomainError as error:
            form.add_error(None, str(error))
    return _duty_page(request, form, _("Add a duty"), form_token=request.POST.get("form_token") or new_token())


def _duty_page(request: HttpRequest, form: DutyForm, title: str, **more: Any) -> HttpResponse:
    up = reverse("ledger:duty-list")
    crumbs = [(_("Ledger"), reverse("ledger:ledger-detail")), (_("Duties by hand"), up), (title, "")]
    return render(
        request,
        "participants/duty_form.html",
        {"form": form, "title": title, "cancel_url": up, "crumbs": crumbs} | more,
    )


def _duty(request: HttpRequest, pk: int) -> Duty:
    rows = Duty.objects.filter(agreement__in=Agreement.objects.visible_to(request.user)).select_related("agreement")
    return load(rows, request.user, lambda user, row: can_manage_agreement(user, row.agreement), pk=pk)


@require_http_methods(FORM)
def duty_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a duty's words or days, or withdraw it."""
    duty = _duty(request, pk)
    form = DutyForm(request.POST or None, instance=duty, agreement=duty.agreement)
    if request.method == "POST" and form.is_valid():
        try:
            save_duty(duty=form.instance, user=request.user, expected=form.expected_revision)
        except Stale as error:
            form.show_stale(error)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("ledger:duty-list")
    return _duty_page(request, form, _("Change a duty"), duty=duty)


@require_POST
def duty_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a duty out of the ledger from today on."""
    duty = _duty(request, pk)
    return act(
        request,
        lambda: withdraw_duty(duty=duty, user=request.user),
        done=_("Withdrawn. The ledger of earlier days still shows it."),
        then=reverse("ledger:duty-list"),
    )
