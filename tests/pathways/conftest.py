"""What tests of pathways share: a small cast, a choice with a report, and a day within the agreement's period."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from participants.models import Agreement, Participant, User
from pathways.models import Pathway, ReportingPeriod, UpdateState
from pathways.services import Declaration
from tests import factories as make
from tests.kept_rows import kept_rows

TODAY = date(2019, 12, 1)


@dataclass
class Cast:
    """Two participants; one coordinator each (the first has a second one), an adviser of the first, and staff."""

    agreement: Agreement
    pathways: list[Pathway]
    periods: list[ReportingPeriod]
    town: Participant
    other: Participant
    alice: User
    anna: User
    bob: User
    mayor: User
    adviser: User
    researcher: User
    staff: User
    staff_two: User
    finance: User


def let_it_be_today(patch):
    patch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)


@pytest.fixture
def within_the_period(monkeypatch):
    """Today is 1 December 2019, in the agreement's period."""
    let_it_be_today(monkeypatch)


def build_cast():
    agreement = make.make_agreement()
    town = make.make_participant("krabi-town", agreement=agreement, name_th="เทศบาลเมืองกระบี่", name_en="Krabi Town")
    other = make.make_participant("other-town", agreement=agreement, name_th="เทศบาลเมืองอื่น", name_en="Other Town")
    return Cast(
        agreement=agreement,
        pathways=make.make_pathways(agreement),
        periods=[make.make_period(agreement, number) for number in range(1, 6)],
        town=town,
        other=other,
        alice=make.make_coordinator(town, email="alice@example.org"),
        anna=make.make_coordinator(town, email="anna@example.org"),
        bob=make.make_coordinator(other, email="bob@example.org"),
        mayor=make.make_executive(town, email="mayor@example.org"),
        adviser=make.make_adviser(town, email="adviser@example.org"),
        researcher=make.make_researcher(agreement, email="researcher@example.org"),
        staff=make.make_staff(email="staff@example.org"),
        staff_two=make.make_staff(email="staff-two@example.org"),
        finance=make.make_staff("finance_staff", email="finance@example.org"),
    )


@pytest.fixture(scope="module")
def kept_cast(django_db_setup, django_db_blocker):
    """The rows of ``cast``, written once for the module's tests."""
    with pytest.MonkeyPatch.context() as patch:
        let_it_be_today(patch)
        with kept_rows(django_db_blocker, build_cast) as own_copy:
            patch.undo()
            yield own_copy


@pytest.fixture
def cast(kept_cast, db, within_the_period):
    return kept_cast()


@pytest.fixture
def choice(cast):
    """The first participant's choice of a pathway, confirmed."""
    return make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)


@pytest.fixture
def draft(cast, choice):
    """Its report on the first period, begun."""
    return make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice, done="- ทำแล้ว\n- ทำต่อ")


@pytest.fixture
def declaration():
    return Declaration(
        chosen_on=date(2019, 7, 1),
        reason="น้ำท่วมทุกปี",
        expected_result="แจ้งเตือนได้ทัน",
        dimensions=("environment", "people"),
    )
