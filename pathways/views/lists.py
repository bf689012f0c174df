"""Lists of pathways and choices, and what every list of this app shares."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from mou_portal.listing import Column, Filter, Listing, field_filter
from mou_portal.thai.words import search_terms
from participants.access import access_of
from participants.models import Agreement, Participant
from participants.requests import PortalRequest
from pathways.models import ChoiceState, ChoiceVersion, Dimension, Pathway, PathwayChoice
from pathways.models.choices import OPEN_CHOICE_STATES


def working_agreement(request: PortalRequest) -> Agreement:
    """The agreement that the person works in; without one there is nothing here (404)."""
    agreement: Agreement | None = getattr(request, "agreement", None)
    if agreement is None:
        raise Http404
    return agreement


def unchosen(request: PortalRequest, agreement: Agreement) -> list[Participant]:
    """The person's own participants without a confirmed choice: the gate of clause 2.1."""
    own = access_of(request.user).own
    if not own:
        return []
    confirmed = PathwayChoice.objects.filter(participant_id__in=own).confirmed().values("participant_id")
    return list(Participant.objects.filter(pk__in=own, agreement=agreement).exclude(pk__in=confirmed).with_names())


def gate(request: PortalRequest, agreement: Agreement) -> dict[str, Any]:
    """What pathways/_gate.html shows: own participants without a confirmed choice, and how many others there are.

    The others are those a reviewer answers for: an adviser's, or for staff all; two queries.
    """
    access = access_of(request.user)
    mine = unchosen(request, agreement)
    others = Participant.objects.filter(agreement=agreement, left_on=None).exclude(pk__in=access.own)
    if not access.staff:
        others = others.filter(pk__in=access.advises)
    confirmed = PathwayChoice.objects.all().confirmed().values("participant_id")
    return {
        "gate": mine,
        "gate_others": others.exclude(pk__in=confirmed).count() if access.staff or access.advises else 0,
        "gate_url": reverse("pathways:pathway-matrix") + "?gate=none",
        "can_choose": any(one.pk in access.coordinates for one in mine),
        "choose_url": reverse("pathways:choice-create"),
    }


def _state_on(participant: Participant, pathway: Pathway) -> tuple[str, str] | None:
    for choice in participant.choices.all():
        if choice.pathway_id == pathway.pk:
            version = choice.current_version
            return (version.state, version.get_state_display()) if version else None
    return None


def _choice_url(participant: Participant, pathway: Pathway) -> str:
    return next(
        (choice.get_absolute_url() for choice in participant.choices.all() if choice.pathway_id == pathway.pk), ""
    )


def _pathway_column(pathway: Pathway) -> Column:
    return Column(
        title=str(pathway),
        value=lambda row: _state_on(row, pathway),
        kind="state",
        url=lambda row: _choice_url(row, pathway),
    )


def find_participants(prefix: str) -> Any:
    """A search of names that forgives tone marks; ``prefix`` leads to the participant."""

    def search(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        for term in search_terms(query):
            rows = rows.filter(**{f"{prefix}local_government__search_text__icontains": term})
        return rows

    return search


@require_safe
def pathway_matrix(request: PortalRequest) -> HttpResponse:
    """Who chose which of the six pathways: a row for each participant, a column for each pathway."""
    agreement = working_agreement(request)
    pathways = list(agreement.pathways.all())
    visible = PathwayChoice.objects.visible_to(request.user)
    versions = ChoiceVersion.objects.visible_to(request.user)
    rows = (
        Participant.objects.visible_to(request.user)
        .filter(agreement=agreement)
        .with_names()
        .prefetch_related(Prefetch("choices", visible.prefetch_related(Prefetch("versions", versions))))
        .order_by("order")
    )
    chosen = [(str(pathway.pk), str(pathway)) for pathway in pathways]
    return Listing(
        title=_("Pathways"),
        columns=[
            Column(_("Organisation"), str, sort="local_government__sort_key", url=lambda row: row.get_absolute_url()),
            *[_pathway_column(pathway) for pathway in pathways],
        ],
        filters=[
            Filter(
                "pathway",
                _("Pathway"),
                lambda request: chosen,
                lambda found, value: found.filter(
                    pk__in=PathwayChoice.objects.filter(pathway_id=value).confirmed().values("participant_id")
                ),
            ),
            Filter("gate", _("Choice"), lambda request: _GATE, _apply_gate),
        ],
        search=find_participants(""),
        filename="pathways",
        empty_text=_("No organisation takes part yet."),
        template="pathways/pathway_matrix.html",
    ).respond(request, rows, pathways=pathways, **{**gate(request, agreement), **_choose_button(request, agreement)})


_GATE = [
    ("none", gettext_lazy("no confirmed choice")),
    ("some", gettext_lazy("at least one confirmed choice")),
]


def _apply_gate(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    confirmed = PathwayChoice.objects.all().confirmed().values("participant_id")
    return rows.filter(pk__in=confirmed) if value == "some" else rows.exclude(pk__in=confirmed)


def _choose_button(request: PortalRequest, agreement: Agreement) -> dict[str, Any]:
    own = Participant.objects.filter(pk__in=access_of(request.user).coordinates, agreement=agreement)
    return {"can_choose": own.exists(), "choose_url": reverse("pathways:choice-create")}


#: More participants than this are found by the search of a list, not chosen from a filter.
MOST_IN_A_FILTER = 60


def few_participants(request: PortalRequest, agreement: Agreement, lookup: str) -> list[Filter]:
    """A filter by organisation, where the person sees several and not too many; one query."""
    seen = Participant.objects.visible_to(request.user).filter(agreement=agreement).order_by("order")
    places = list(seen.select_related("designation")[: MOST_IN_A_FILTER + 1])
    if not 1 < len(places) <= MOST_IN_A_FILTER:
        return []
    return [field_filter("organisation", _("Organisation"), [(str(one.pk), str(one)) for one in places], lookup=lookup)]


def touching(dimension: str) -> QuerySet[Any]:
    """Keys of the choices whose confirmed version touches a dimension."""
    return ChoiceVersion.objects.filter(state=ChoiceState.CONFIRMED, dimensions__icontains=f'"{dimension}"').values(
        "choice_id"
    )


def _current(choice: PathwayChoice) -> ChoiceVersion | None:
    return choice.current_version


def _state_of(choice: PathwayChoice) -> tuple[str, str] | None:
    version = choice.current_version
    return (version.state, version.get_state_display()) if version else None


@require_safe
def choice_list(request: PortalRequest) -> HttpResponse:
    """All visible choices, with filters by pathway, state and dimension."""
    agreement = working_agreement(request)
    versions = ChoiceVersion.objects.visible_to(request.user)
    rows = (
        PathwayChoice.objects.visible_to(request.user)
        .filter(participant__agreement=agreement)
        .select_related("pathway", "participant__designation", "participant__local_government__province")
        .prefetch_related(Prefetch("versions", versions))
        .order_by("participant__order", "pathway__number")
    )
    pathways = [(str(one.pk), str(one)) for one in agreement.pathways.all()]
    return Listing(
        title=_("Pathway choices"),
        columns=[
            Column(_("Organisation"), lambda row: str(row.participant), sort="participant__local_government__sort_key"),
            Column(
                _("Pathway"),
                lambda row: str(row.pathway),
                sort="pathway__number",
                url=lambda row: row.get_absolute_url(),
            ),
            Column(_("State"), _state_of, kind="state"),
            Column(_("Version"), lambda row: getattr(_current(row), "number", None), kind="number"),
            Column(_("Chosen on"), lambda row: getattr(_current(row), "chosen_on", None), kind="date"),
            Column(
                _("Dimensions"), lambda row: ", ".join(version.dimension_labels()) if (version := _current(row)) else ""
            ),
        ],
        filters=[
            field_filter("pathway", _("Pathway"), pathways),
            *few_participants(request, agreement, "participant"),
            Filter(
                "state",
                _("State"),
                lambda request: ChoiceState.choices,
                lambda found, value: found.filter(pk__in=versions.filter(state=value).values("choice_id")),
            ),
            Filter(
                "dimension",
                _("Dimension"),
                lambda request: Dimension.choices,
                lambda found, value: found.filter(
                    pk__in=versions.filter(
                        dimensions__icontains=value, state__in=[ChoiceState.CONFIRMED, *OPEN_CHOICE_STATES]
                    ).values("choice_id")
                ),
            ),
        ],
        search=find_participants("participant__"),
        filename="pathway-choices",
        empty_text=_("No pathway has been chosen yet. Each organisation chooses at least one of the six (clause 2.1)."),
        template="pathways/choice_list.html",
    ).respond(request, rows, **{**gate(request, agreement), **_choose_button(request, agreement)})


def search_reports(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
    """Updates in which every word occurs in the organisation's name or in one of the texts."""
    texts = ("done", "result", "obstacles", "next_step")
    for term in search_terms(query):
        condition = Q(choice__participant__local_government__search_text__icontains=term)
        for name in texts:
            condition |= Q(**{f"{name}__icontains": term})
        rows = rows.filter(condition)
    return rows
