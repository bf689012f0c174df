"""The cast of the tests about money."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from expenses.models import Category, ExpenseLine, PaidBy, WhoseCost
from participants.access import FINANCE_STAFF
from participants.models import Agreement, Participant, User
from seminars.models import ArrangedBy, FieldVisit, Seminar, Venue, VisitState
from tests import factories as make
from tests.kept_rows import kept_rows


@dataclass
class Cast:
    """One agreement with three parties, two seminars, two visits, and the people around the money."""

    agreement: Agreement
    krabi: Participant
    nan: Participant
    trang: Participant
    at_institute: Seminar
    elsewhere: Seminar
    scheduled: FieldVisit
    requested: FieldVisit
    alice: User  # finance staff: enters
    bob: User  # finance staff: approves
    programme: User
    coordinator: User  # of Krabi
    stranger: User  # coordinator of Nan

    def line(self, activity: Any = None, **fields: Any) -> ExpenseLine:
        """An unsaved line: the delegates' travel to the seminar at the institute unless told otherwise."""
        activity = activity or self.at_institute
        values = {
            "whose_cost": WhoseCost.DELEGATES,
            "category": Category.TRAVEL,
            "description": "ค่าเดินทางผู้แทน",
            "amount": Decimal("1000.00"),
            "spent_on": date(2019, 8, 21),
            "paid_by": PaidBy.NOBODY,
            **fields,
        }
        place = {"seminar": activity} if isinstance(activity, Seminar) else {"visit": activity}
        return ExpenseLine(agreement=self.agreement, **place, **values)


@pytest.fixture(scope="module")
def kept_cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[], Cast]]:
    """The rows of ``cast``, written once for the module's tests."""
    with kept_rows(django_db_blocker, build_cast) as own_copy:
        yield own_copy


@pytest.fixture
def cast(kept_cast: Callable[[], Cast], db: None) -> Cast:
    """Rows that could leak, and people who could take them."""
    return kept_cast()


def build_cast() -> Cast:
    """Write the cast's rows."""
    agreement = make.make_agreement()
    make.make_clauses(agreement)
    krabi, nan, trang = (
        make.make_participant(code, agreement=agreement, name_th=name, name_en=code)
        for code, name in (("krabi-pao", "อบจ.กระบี่"), ("nan-town", "เทศบาลเมืองน่าน"), ("trang-city", "เทศบาลนครตรัง"))
    )
    alice = make.make_staff(FINANCE_STAFF, name_en="Alice", name_th="อลิซ")
    return Cast(
        agreement,
        krabi,
        nan,
        trang,
        make.make_seminar(agreement),
        make.make_seminar(agreement, venue=Venue.ELSEWHERE, title_th="สัมมนาสัญจร", title_en="Seminar on the road"),
        make.make_visit(krabi, nan, by=alice, state=VisitState.DONE),
        make.make_visit(
            krabi, nan, by=alice, state=VisitState.DONE, arranged_by=ArrangedBy.LOCAL_GOVERNMENT, purpose="ขอคำปรึกษา"
        ),
        alice,
        make.make_staff(FINANCE_STAFF, name_en="Bob", name_th="บ็อบ"),
        make.make_staff(),
        make.make_coordinator(krabi),
        make.make_coordinator(nan),
    )
