"""The service itself: five lists for each key, each scoped to what the key's owner sees on the pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query
from ninja.errors import AuthenticationError, HttpError, ValidationError

from mou_portal.data_service import shapes
from mou_portal.data_service.door import Key, TooOftenError
from mou_portal.exchange import csv_response
from mou_portal.pages import load
from mou_portal.registry import published
from participants.access import access_of
from participants.ledger import ledger_of
from participants.models import Agreement, DataScope, Participant
from pathways.models import Pathway, PathwayChoice

api = NinjaAPI(
    title="MOU portal: data service",
    version="1",
    description="Read-only. Rows are those that the owner of the key sees in the portal. "
    "Send the key as “Authorization: Bearer …”. At most 120 requests a minute with one key.",
    urls_namespace="api-1",
    docs_url=None,
)

ERRORS = {401: shapes.Error, 403: shapes.Error, 404: shapes.Error, 422: shapes.Error, 429: shapes.Error}
CSV = {
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, 304: {"description": "Not Modified"}}
}


def _list(path: str, row: type, scope: DataScope | None, name: str, summary: str) -> Callable[..., Any]:
    """Register a list: what it answers with, which scope opens it, and what its description says."""
    return api.get(
        path,
        auth=Key(scope),
        response={200: shapes.Page[row], **ERRORS},  # type: ignore[valid-type]  # a type made at run time
        url_name=name,
        operation_id=name,
        summary=summary,
        openapi_extra=CSV,
    )


@_list("/agreements", shapes.AgreementRow, None, "agreements", "Agreements")
def agreements(request: HttpRequest, asked: Query[shapes.Asked]) -> HttpResponseBase:
    """The agreements in which the key's owner has a part; the codes are parts of the other addresses."""
    rows = Agreement.objects.visible_to(_user(request))
    return _answer(request, asked, rows, shapes.AgreementRow, lambda found: [_agreement_row(one) for one in found])


@_list("/agreements/{code}/parties", shapes.PartyRow, DataScope.PARTIES, "parties", "Parties of an agreement")
def parties(request: HttpRequest, code: Path[str], asked: Query[shapes.Asked]) -> HttpResponseBase:
    """The parties that the key's owner sees, in the order of the memorandum."""
    rows = _parties(request, _agreement(request, code))
    return _answer(request, asked, rows, shapes.PartyRow, lambda found: [_party_row(one) for one in found])


@_list("/agreements/{code}/pathways", shapes.PathwayRow, DataScope.PATHWAYS, "pathways", "Pathways and who chose them")
def pathways(request: HttpRequest, code: Path[str], asked: Query[shapes.Asked]) -> HttpResponseBase:
    """The agreement's pathways, each with the parties that have a confirmed choice of it."""
    rows = Pathway.objects.filter(agreement=_agreement(request, code))

    def rows_of(found: Sequence[Pathway]) -> list[shapes.PathwayRow]:
        chosen = (
            PathwayChoice.objects.visible_to(_user(request))
            .confirmed()
            .filter(pathway__in=found)
            .order_by("participant__order")
            .values_list("pathway_id", "participant__local_government__code")
            .distinct()
        )
        by_pathway: dict[int, list[str]] = {}
        for pathway_id, party in chosen:
            if party not in by_pathway.setdefault(pathway_id, []):
                by_pathway[pathway_id].append(party)
        return [
            shapes.PathwayRow(
                number=one.number,
                code=one.code,
                title_th=one.title_th,
                title_en=one.title_en,
                chosen_by=by_pathway.get(one.pk, []),
            )
            for one in found
        ]

    return _answer(request, asked, rows, shapes.PathwayRow, rows_of)


@_list(
    "/agreements/{code}/ledger", shapes.LedgerRow, DataScope.LEDGER, "ledger", "The ledger: duties and how they stand"
)
def ledger(request: HttpRequest, code: Path[str], asked: Query[shapes.Asked]) -> HttpResponseBase:
    """Every duty of every party that the key's owner sees, as it stands today. A page counts parties, not duties."""
    agreement = _agreement(request, code)
    with_institute = access_of(_user(request)).staff and asked.page == 1

    def rows_of(found: Sequence[Participant]) -> list[shapes.LedgerRow]:
        grid = ledger_of(agreement, timezone.localdate(), found)
        own = grid.institute_rows if with_institute else ()
        return [
            shapes.LedgerRow(
                party=cell.participant.code if cell.participant else "",
                clause=row.obligation.clause,
                duty=row.obligation.name,
                title=str(row.obligation.title),
                state=cell.standing.state,
                done=cell.standing.done,
                required=cell.standing.required,
                due_on=cell.standing.due_on,
            )
            for row in (*grid.rows, *own)
            for cell in row.cells
        ]

    return _answer(request, asked, _parties(request, agreement), shapes.LedgerRow, rows_of)


@_list("/agreements/{code}/lessons", shapes.LessonRow, DataScope.LESSONS, "lessons", "Published lessons")
def lessons(request: HttpRequest, code: Path[str], asked: Query[shapes.Asked]) -> HttpResponseBase:
    """The lessons that everybody may read, newest first, attributed as their owners consented."""
    found = published(_agreement(request, code))
    return _answer(
        request,
        asked,
        found,
        shapes.LessonRow,
        lambda rows: [
            shapes.LessonRow(
                code=one.code,
                title=one.title,
                text=one.text,
                recommendation=one.recommendation,
                by=one.by,
                pathway=one.pathway,
                published_on=one.published_on,
                url=settings.SITE_URL + one.url if one.url.startswith("/") else one.url,
            )
            for one in rows
        ],
    )


def _user(request: HttpRequest) -> Any:
    return request.auth.user  # type: ignore[attr-defined]  # set by the key


def _agreement(request: HttpRequest, code: str) -> Agreement:
    if "\x00" in code:  # PostgreSQL refuses it in a text
        raise Http404
    return load(Agreement.objects.visible_to(_user(request)), _user(request), code=code)


def _parties(request: HttpRequest, agreement: Agreement) -> QuerySet[Participant]:
    return (
        Participant.objects.visible_to(_user(request)).with_names().filter(agreement=agreement).order_by("order", "pk")
    )


def _agreement_row(one: Agreement) -> shapes.AgreementRow:
    return shapes.AgreementRow(
        code=one.code,
        phase=one.phase,
        title_th=one.title_th,
        title_en=one.title_en,
        signed_on=one.signed_on,
        begins_on=one.begins_on,
        ends_on=one.ends_on,
        status=one.status().value,
        is_current=one.is_current,
    )


def _party_row(one: Participant) -> shapes.PartyRow:
    province = one.local_government.province
    return shapes.PartyRow(
        code=one.code,
        order=one.order,
        kind=one.designation.kind,
        name_th=one.name_th,
        name_en=one.name_en,
        province=province.iso,
        province_th=province.name_th,
        province_en=province.name_en,
        signed_on=one.signed_on,
        joined_on=one.joined_on,
        left_on=one.left_on,
    )


def _answer(
    request: HttpRequest,
    asked: shapes.Asked,
    rows: Any,
    row: Any,
    rows_of: Callable[[Any], list[Any]],
) -> HttpResponseBase:
    """One page of rows as JSON or CSV, with its mark (ETag): a caller that has it already gets 304 and no content."""
    count = rows.count() if isinstance(rows, QuerySet) else len(rows)
    pages = max(1, -(-count // asked.page_size))
    first = (asked.page - 1) * asked.page_size
    items = rows_of(list(rows[first : first + asked.page_size])) if first < max(count, 1) else []
    following = None
    if asked.page < pages:
        query = request.GET.copy()
        query["page"] = str(asked.page + 1)
        following = f"{request.path}?{query.urlencode()}"
    if asked.format == shapes.Format.CSV:
        columns = list(row.model_fields)
        cells = (shapes.plain(one, columns) for one in items)
        sent = csv_response(request.path.rsplit("/", 1)[-1], columns, cells)
        made = HttpResponse(b"".join(sent), headers=dict(sent.items()))
    else:
        envelope = {"items": items, "page": asked.page, "pages": pages, "count": count, "next": following}
        made = api.create_response(request, envelope, status=200)
    if following:
        made["Link"] = f'<{following}>; rel="next"'
    return _marked(request, made)


def _marked(request: HttpRequest, made: Any) -> HttpResponseBase:
    made["Cache-Control"] = "private, no-cache"  # keep it, and ask each time whether it still holds
    made["ETag"] = f'"{hashlib.sha256(made.content).hexdigest()[:32]}"'
    patch_vary_headers(made, ["Authorization"])
    found = get_conditional_response(request, etag=made["ETag"], response=made)
    return found if found is not None else made


# --- errors, in the caller's language -----------------------------------------------------------


def _error(request: HttpRequest, status: int, detail: str, errors: Sequence[dict[str, str]] = ()) -> HttpResponse:
    answer = api.create_response(request, {"detail": detail, "errors": list(errors)}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer


@api.exception_handler(AuthenticationError)
def not_let_in(request: HttpRequest, error: Any) -> HttpResponse:
    """No key, or one that is wrong, revoked or has run out: which of these is not said."""
    answer = _error(request, 401, _("Send a key that is good today as “Authorization: Bearer …”."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def refused(request: HttpRequest, error: Any) -> HttpResponse:
    """What the door refused, with the time to wait where there is one."""
    answer = _error(request, error.status_code, str(error))
    if isinstance(error, TooOftenError):
        answer["Retry-After"] = str(error.wait)
    return answer


@api.exception_handler(Http404)
def not_there(request: HttpRequest, error: Any) -> HttpResponse:
    """An agreement that is not there, or not for this key's owner."""
    return _error(request, 404, _("There is nothing at this address for this key."))


@api.exception_handler(ValidationError)
def not_understood(request: HttpRequest, error: Any) -> HttpResponse:
    """Which parts of the request were not understood."""
    faults = [{"where": ".".join(str(part) for part in one["loc"]), "message": _meaning(one)} for one in error.errors]
    return _error(request, 422, _("The request was not understood."), faults)


def _meaning(fault: dict[str, Any]) -> str:
    """A fault in words that can be acted on."""
    limits = fault.get("ctx", {})
    if fault["type"] == "greater_than_equal":
        return _("At least %(limit)s.") % {"limit": limits["ge"]}
    if fault["type"] == "less_than_equal":
        return _("At most %(limit)s.") % {"limit": limits["le"]}
    if fault["type"].startswith("int"):
        return _("A whole number.")
    if fault["type"] == "enum":
        return _("One of: %(words)s") % {"words": ", ".join(shapes.Format)}
    return _("Not understood here.")
