"""Lists of lines, of what is undecided, of decisions, and of each party's balance."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from expenses import permissions
from expenses.forms import activities_of
from expenses.models import Category, ExpenseLine, ExpenseState, PaidBy, PayerKind, Ruling, Share
from expenses.payer import CLAUSE_4_1, CLAUSE_4_2
from expenses.summaries import clause_labels, money_in
from mou_portal.listing import Column, Filter, Listing, contains, field_filter
from mou_portal.thai.words import search_query
from participants.access import access_of
from participants.models import Agreement, Participant

#: More local governments than this are found by searching, not in a drop-down.
MOST_LISTED = 60


def working_agreement(request: HttpRequest) -> Agreement:
    """The agreement that the person works in; without one there is nothing here (404)."""
    agreement: Agreement | None = getattr(request, "agreement", None)
    if agreement is None or not agreement.pk:
        raise Http404
    return agreement


# --- what stands in a cell ------------------------------------------------------------------
def payer_of(line: ExpenseLine) -> tuple[str, str]:
    """Who must pay, as a state with its word."""
    ruling = line.ruling
    return (ruling.payer, ruling.get_payer_display()) if ruling else (PayerKind.UNDECIDED, _("no ruling yet"))


def own_share(line: ExpenseLine, own: frozenset[int]) -> Decimal | None:
    """What the person's own organisations bear of a line, in baht; ``None`` when nothing is theirs."""
    amounts = [
        share.amount for share in (line.ruling.shares.all() if line.ruling else ()) if share.participant_id in own
    ]
    return sum(amounts, Decimal(0)) if amounts else None


def payers_named(line: ExpenseLine) -> str:
    """Who actually paid, by name; what was given in kind says so."""
    if line.paid_by_participant is None:
        return str(line.get_paid_by_display())
    if line.paid_by == PaidBy.IN_KIND:
        return _("%(party)s, in kind") % {"party": line.paid_by_participant}
    return str(line.paid_by_participant)


def _ruled(**conditions: Any) -> QuerySet[Ruling, Any]:
    return Ruling.objects.filter(is_current=True, **conditions).values("line_id")


# --- filters --------------------------------------------------------------------------------
def _by_activity(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    kind, _dash, key = value.partition("-")
    return rows.filter(**{f"{kind}_id": key})


def _activity_filter(agreement: Agreement) -> Filter:
    options = [pair for _group, pairs in activities_of(agreement) for pair in pairs]
    return Filter("activity", _("Activity"), lambda request: options, _by_activity)


def _clause_filter(labels: dict[str, str]) -> Filter:
    options = [("4.1", labels[CLAUSE_4_1]), ("4.2", labels[CLAUSE_4_2])]
    numbers = {"4.1": CLAUSE_4_1, "4.2": CLAUSE_4_2}
    return Filter(
        "clause",
        _("Clause"),
        lambda request: options,
        lambda rows, value: rows.filter(pk__in=_ruled(clause=numbers[value])),
    )


def _state_filter() -> Filter:
    options = [*ExpenseState.choices, ("counted", _("approved or settled"))]
    return Filter(
        "state",
        _("State"),
        lambda request: options,
        lambda rows, value: rows.counted() if value == "counted" else rows.filter(state=value),
    )


def _payer_filter() -> Filter:
    return Filter(
        "payer",
        _("Who must pay"),
        lambda request: PayerKind.choices,
        lambda rows, value: rows.filter(pk__in=_ruled(payer=value)),
    )


def _participant_options(request: HttpRequest) -> list[tuple[str, str]]:
    """The agreement's local governments; of very many only the one that the address names."""
    rows = Participant.objects.visible_to(request.user).filter(agreement=request.agreement).with_names()  # type: ignore[attr-defined]  # set by AgreementMiddleware
    found = list(rows[: MOST_LISTED + 1])
    if len(found) > MOST_LISTED:
        found = list(rows.filter(local_government__code=request.GET.get("participant", "")))
    return [(row.code, str(row)) for row in found]


def _of_participant(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    bears = Share.objects.filter(ruling__is_current=True, participant__local_government__code=code)
    return rows.filter(Q(pk__in=bears.values("ruling__line_id")) | Q(paid_by_participant__local_government__code=code))


# --- pages ----------------------------------------------------------------------------------
def _line_columns(labels: dict[str, str]) -> list[Column]:
    return [
        Column(_("Date"), lambda row: row.spent_on, sort="spent_on", kind="date"),
        Column(
            _("Description"), lambda row: row.description, sort="description", url=lambda row: row.get_absolute_url()
        ),
        Column(_("Activity"), lambda row: str(row.activity)),
        Column(_("Category"), lambda row: row.get_category_display(), sort="category"),
        Column(_("Amount (baht)"), lambda row: row.counted_amount, sort="amount", kind="money"),
        Column(_("Who must pay"), payer_of, kind="state"),
        Column(_("Clause"), lambda row: labels.get(row.ruling.clause, "") if row.ruling else ""),
    ]


def _share_column(own: frozenset[int]) -> Callable[[Any], Any]:
    return lambda row: own_share(row, own)


@require_safe
def expense_list(request: HttpRequest) -> HttpResponse:
    """The lines of the agreement: staff see all, a local government's people the approved ones that are theirs."""
    agreement = working_agreement(request)
    access = access_of(request.user)
    labels = clause_labels(agreement)
    rows = ExpenseLine.objects.visible_to(request.user).filter(agreement=agreement).with_ruling()
    columns = _line_columns(labels)
    filters = [
        _payer_filter(),
        _clause_filter(labels),
        field_filter("category", _("Category"), Category.choices),
    ]
    if access.staff:
        columns += [Column(_("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state")]
        filters = [_state_filter(), *filters, _activity_filter(agreement)]
        filters += [Filter("participant", _("Local government"), _participant_options, _of_participant)]
    else:
        columns += [Column(_("Our share (baht)"), _share_column(access.own), kind="money")]
    columns += [Column(_("Actually paid by"), payers_named)]
    actions = [(_("Statements"), reverse("expenses:settlement-list"))]
    if access.staff:
        actions += [
            (_("Balances"), reverse("expenses:balance-list")),
            (_("Undecided"), reverse("expenses:undecided-list")),
            (_("The rule"), reverse("expenses:rule-list")),
            (_("Try a file out"), reverse("expenses:split-costs")),
            (_("Register (Excel, with totals)"), reverse("expenses:register-xlsx")),
            (_("For accounting (CSV)"), reverse("expenses:register-csv")),
        ]
    actions += [(_("Budget"), reverse("expenses:budget-list"))]
    if access.finance:
        actions += [
            (_("Settings"), reverse("expenses:settings-edit")),
            (_("Approve"), reverse("expenses:approval-list")),
            (_("Import"), reverse("expenses:import-create")),
            (_("A pile of receipts"), reverse("expenses:grid-create")),
        ]
    if permissions.can_add_expense(request.user, agreement):
        actions += [(_("Enter an expense"), reverse("expenses:expense-create"))]
    return Listing(
        title=_("Expenses"),
        columns=columns,
        filters=filters,
        search=contains("description", "payee"),
        filename="expenses",
        empty_text=_(
            "An expense appears here when finance staff enter it, and for a local government once it is approved."
        ),
    ).respond(request, rows, actions=actions)


def staff_only(request: HttpRequest) -> Agreement:
    """The agreement that the person works in, for staff of the institute."""
    agreement = working_agreement(request)
    if not permissions.can_view_costs(request.user, agreement):
        raise PermissionDenied
    return agreement


@require_safe
def undecided_list(request: HttpRequest) -> HttpResponse:
    """Lines on which the memorandum is silent and nobody has decided: each leads to its decision."""
    agreement = staff_only(request)
    rows = ExpenseLine.objects.undecided().filter(agreement=agreement).with_ruling()
    can = permissions.is_finance_staff(request.user)
    return Listing(
        title=_("Undecided: the memorandum is silent"),
        columns=[
            Column(_("Date"), lambda row: row.spent_on, sort="spent_on", kind="date"),
            Column(
                _("Description"),
                lambda row: row.description,
                sort="description",
                url=lambda row: reverse("expenses:ruling-decide", args=[row.pk]) if can else row.get_absolute_url(),
            ),
            Column(_("Activity"), lambda row: str(row.activity)),
            Column(_("Whose cost"), lambda row: row.get_whose_cost_display(), sort="whose_cost"),
            Column(_("Category"), lambda row: row.get_category_display(), sort="category"),
            Column(_("Amount (baht)"), lambda row: row.amount, sort="amount", kind="money"),
            Column(_("State"), lambda row: (row.state, row.get_state_display()), sort="state", kind="state"),
        ],
        filters=[field_filter("category", _("Category"), Category.choices), _activity_filter(agreement)],
        search=contains("description", "payee"),
        filename="undecided-expenses",
        empty_text=_("The memorandum answers for every line that was entered, or somebody has decided."),
    ).respond(
        request,
        rows,
        lead=_(
            "A named person decides each line with a written reason; "
            "together they are the agenda for the next memorandum."
        ),
        actions=[
            (_("Decisions so far"), reverse("expenses:decision-list")),
            (_("Class by class"), reverse("expenses:class-list")),
        ],
    )


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What people decided where the memorandum is silent, and what two of them set aside: by whom, when and why."""
    agreement = staff_only(request)
    rows = (
        Ruling.objects.filter(is_current=True, decided_by__isnull=False, line__agreement=agreement)
        .select_related("line__seminar", "line__visit", "decided_by", "confirmed_by")
        .order_by("-created_at", "-pk")
    )
    return Listing(
        title=_("Decisions of named persons"),
        columns=[
            Column(_("Decided on"), lambda row: row.created_at, sort="created_at", kind="datetime"),
            Column(_("Description"), lambda row: row.line.description, url=lambda row: row.line.get_absolute_url()),
            Column(_("Activity"), lambda row: str(row.line.activity)),
            Column(_("Whose cost"), lambda row: row.line.get_whose_cost_display(), sort="line__whose_cost"),
            Column(_("Category"), lambda row: row.line.get_category_display(), sort="line__category"),
            Column(_("Amount (baht)"), lambda row: row.line.amount, sort="line__amount", kind="money"),
            Column(_("Who must pay"), lambda row: (row.payer, row.get_payer_display()), sort="payer", kind="state"),
            Column(_("Reason"), lambda row: row.decision_reason),
            Column(_("Decided by"), lambda row: ", ".join(map(str, filter(None, (row.decided_by, row.confirmed_by))))),
        ],
        filters=[field_filter("category", _("Category"), Category.choices, "line__category")],
        search=contains("line__description", "decision_reason"),
        filename="decisions",
        empty_text=_("Nobody has had to decide anything yet."),
    ).respond(
        request,
        rows,
        lead=_("Where the memorandum is silent one person decides; to set aside what it says takes two."),
        actions=[(_("Undecided"), reverse("expenses:undecided-list"))],
    )


@require_safe
def balance_list(request: HttpRequest) -> HttpResponse:
    """What each local government must bear, has paid and still owes; its own people see their own row."""
    agreement = working_agreement(request)
    labels = clause_labels(agreement)
    access = access_of(request.user)
    parties = Participant.objects.filter(agreement=agreement).with_names()
    if not access.staff:
        parties = parties.filter(pk__in=access.own)
    money = money_in(agreement, parties.values_list("pk", flat=True))

    def column(title: str, name: str, kind: str = "money") -> Column:
        return Column(title, lambda row: getattr(money[row.pk], name), kind=kind)

    return Listing(
        title=_("Balances"),
        columns=[
            Column(
                _("Organisation"),
                str,
                sort="local_government__sort_key",
                url=lambda row: f"{reverse('expenses:expense-list')}?participant={row.code}",
            ),
            column(_("%(clause)s (baht)") % {"clause": labels[CLAUSE_4_1]}, "due_4_1"),
            column(_("%(clause)s (baht)") % {"clause": labels[CLAUSE_4_2]}, "due_4_2"),
            column(_("By decision (baht)"), "due_decided"),
            column(_("To be borne (baht)"), "due"),
            column(_("Actually paid (baht)"), "paid"),
            column(_("Balance (baht)"), "balance"),
            column(_("Lines"), "lines", "number"),
            column(_("Undecided lines"), "undecided", "number"),
        ],
        search=contains("local_government__search_text", normalise=search_query),
        filename="balances",
        empty_text=_("No organisation of yours takes part in this agreement."),
    ).respond(
        request,
        parties.order_by("order"),
        lead=_("Approved lines. A balance above zero is still to be paid; below zero the organisation paid too much."),
    )
