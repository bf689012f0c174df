"""Lists: one mechanism that filters, searches, sorts, pages and exports every list of the portal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext

from mou_portal.exchange import csv_response, xlsx_response

PAGE_SIZE = 25


@dataclass(frozen=True)
class Column:
    """One column: ``value(row)`` gives what is shown; ``sort`` names the field to order by, if it can be ordered.

    ``kind`` is one of text, number, money, date, datetime, state; for a state, ``value`` returns ``(code, label)``.
    """

    title: Any
    value: Callable[[Any], Any]
    sort: str = ""
    kind: str = "text"
    url: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Filter:
    """A drop-down: ``options(request)`` gives ``(value, label)`` pairs; ``apply(queryset, value)`` narrows."""

    key: str
    title: Any
    options: Callable[[HttpRequest], Iterable[tuple[str, Any]]]
    apply: Callable[[QuerySet[Any], str], QuerySet[Any]]


def field_filter(key: str, title: Any, choices: Iterable[tuple[str, Any]], lookup: str = "") -> Filter:
    """A filter on a field with fixed choices."""
    fixed = [(str(value), label) for value, label in choices]
    return Filter(key, title, lambda request: fixed, lambda rows, value: rows.filter(**{lookup or key: value}))


@dataclass
class Listing:
    """A list page's description. :meth:`respond` answers a GET with the page, or with CSV or XLSX on ``?export=``."""

    title: Any
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None
    filename: str = "list"
    empty_text: Any = ""
    template: str = "listing/list.html"
    context: dict[str, Any] = field(default_factory=dict)

    def respond(self, request: HttpRequest, rows: QuerySet[Any], **context: Any) -> HttpResponse:
        """Answer the request for ``rows`` (already scoped to the user). Unknown values in the query are ignored."""
        asked = request.GET
        query = asked.get("q", "").replace("\x00", "").strip()[:200]  # PostgreSQL refuses NUL in a text
        if query and self.search:
            rows = self.search(rows, query)
        shown_filters = []
        for each in self.filters:
            options = [(str(value), label) for value, label in each.options(request)]
            chosen = asked.get(each.key, "")
            if chosen and chosen in {value for value, _label in options}:
                rows = each.apply(rows, chosen)
            else:
                chosen = ""
            shown_filters.append({"key": each.key, "title": each.title, "options": options, "selected": chosen})
        sort = asked.get("sort", "")
        key, descending = sort.removeprefix("-"), sort.startswith("-")
        if key in {column.sort for column in self.columns if column.sort}:
            rows = rows.order_by(sort, "pk")
        else:
            key = ""
        if asked.get("export") in ("csv", "xlsx"):
            return self.export(rows, asked["export"])
        page = Paginator(rows, PAGE_SIZE).get_page(asked.get("page"))
        shown = {
            "title": self.title,
            "columns": [self._heading(request, column, key, descending) for column in self.columns],
            "rows": [[self._cell(column, row) for column in self.columns] for row in page],
            "filters": shown_filters,
            "query": query,
            "searchable": self.search is not None,
            "page": page,
            "page_numbers": list(page.paginator.get_elided_page_range(page.number, on_each_side=1)),
            "page_base": _without(request, "page", "export"),
            "filtered": bool(query) or any(one["selected"] for one in shown_filters),
            "exports": [
                ("CSV", _without(request, "page", "export") + "export=csv"),
                ("Excel", _without(request, "page", "export") + "export=xlsx"),
            ],
            "empty_text": self.empty_text,
        }
        return render(request, self.template, {"listing": shown, **self.context, **context})

    def export(self, rows: QuerySet[Any], kind: str) -> HttpResponse:
        """Answer with every row that the filters leave, as CSV or XLSX with live formulas disarmed."""
        head = [str(column.title) for column in self.columns]
        body = ([_plain(column, row) for column in self.columns] for row in rows.iterator(chunk_size=500))
        return (csv_response if kind == "csv" else xlsx_response)(self.filename, head, body, title=str(self.title))

    @staticmethod
    def _heading(request: HttpRequest, column: Column, key: str, descending: bool) -> dict[str, Any]:
        active = bool(column.sort) and column.sort == key
        target = f"-{column.sort}" if active and not descending else column.sort
        return {
            "title": column.title,
            "kind": column.kind,
            "sort_url": _without(request, "sort", "page", "export") + f"sort={target}" if column.sort else "",
            "sorted": ("desc" if descending else "asc") if active else "",
        }

    @staticmethod
    def _cell(column: Column, row: Any) -> dict[str, Any]:
        return {
            "value": column.value(row),
            "kind": column.kind,
            "title": column.title,
            "url": column.url(row) if column.url else "",
        }


def contains(*fields: str, normalise: Callable[[str], str] = str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """A search in which every word must occur in one of the fields, whatever its case."""

    def search(rows: QuerySet[Any], query: str) -> QuerySet[Any]:
        for word in normalise(query).split():
            condition = Q()
            for name in fields:
                condition |= Q(**{f"{name}__icontains": word})
            rows = rows.filter(condition)
        return rows

    return search


def _plain(column: Column, row: Any) -> Any:
    """A cell's value for a file: the label of a state, ``yes``/``no`` for a boolean, else the value itself."""
    value = column.value(row)
    if column.kind == "state" and isinstance(value, tuple):
        return str(value[1])
    if isinstance(value, bool):
        return pgettext("a cell of an export", "yes") if value else pgettext("a cell of an export", "no")
    return value


def _without(request: HttpRequest, *keys: str) -> str:
    """The page's address with its query less some keys, ready for one more."""
    kept = request.GET.copy()
    for key in keys:
        kept.pop(key, None)
    encoded = kept.urlencode()
    return f"?{encoded}&" if encoded else "?"
