"""What the data service answers with: the shapes of its rows, and of its errors."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Generic, TypeVar

from ninja import Field, Schema

from mou_portal.registry import State

#: Rows on a page of answers.
PAGE_SIZE, LARGEST_PAGE = 100, 500
MOST_PAGES = 100_000

RowType = TypeVar("RowType")


class Format(StrEnum):
    """How rows are written."""

    JSON = "json"
    CSV = "csv"


class Asked(Schema):
    """What can be asked of every list."""

    page: Annotated[int, Field(ge=1, le=MOST_PAGES, description="Page, from 1.")] = 1
    page_size: Annotated[int, Field(ge=1, le=LARGEST_PAGE, description="Rows on a page.")] = PAGE_SIZE
    format: Annotated[Format, Field(description="json, or csv (the same rows without the envelope).")] = Format.JSON


class Page(Schema, Generic[RowType]):
    """One page of rows. ``next`` is the address of the following page, if there is one."""

    items: list[RowType]
    page: int
    pages: int
    count: int
    next: str | None


class AgreementRow(Schema):
    """An agreement that the key's owner sees."""

    code: str
    phase: int
    title_th: str
    title_en: str
    signed_on: date | None
    begins_on: date | None
    ends_on: date
    status: str
    is_current: bool


class PartyRow(Schema):
    """A party of the agreement. ``province`` is an ISO 3166-2 code."""

    code: str
    order: int
    kind: str
    name_th: str
    name_en: str
    province: str
    province_th: str
    province_en: str
    signed_on: date | None
    joined_on: date | None
    left_on: date | None


class PathwayRow(Schema):
    """A pathway, and which of the parties that the key's owner sees have a confirmed choice of it."""

    number: int
    code: str
    title_th: str
    title_en: str
    chosen_by: list[str]


class LedgerRow(Schema):
    """One duty of one party today; ``party`` is empty for the institute's own duties."""

    party: str
    clause: str
    duty: str
    title: str
    state: State
    done: int
    required: int
    due_on: date | None


class LessonRow(Schema):
    """A published lesson, attributed as its owner consented."""

    code: str
    title: str
    text: str
    recommendation: str
    by: str
    pathway: int
    published_on: date | None
    url: str


class Fault(Schema):
    """One thing that was wrong with a request."""

    where: str
    message: str


class Error(Schema):
    """What went wrong, in the caller's language (Accept-Language: th or en)."""

    detail: str
    errors: list[Fault] = []


def plain(row: Any, columns: list[str]) -> list[Any]:
    """A row's cells for CSV: lists become words with spaces between."""
    cells = [getattr(row, column) for column in columns]
    return [" ".join(cell) if isinstance(cell, list) else cell for cell in cells]
