"""What tests of seminars share: a small cast, and a day within the agreement's period."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from participants.access import FINANCE_STAFF
from participants.models import Agreement, Participant, User
from tests import factories as make
from tests.kept_rows import kept_rows

TODAY = date(2019, 12, 1)


@dataclass
class Cast:
    """Two participants with a coordinator each, an executive and an adviser of the first, a researcher, and staff."""

    agreement: Agreement
    town: Participant
    other: Participant
    alice: User
    bob: User
    mayor: User
    adviser: User
    researcher: User
    staff: User
    finance: User


def let_it_be_today(patch):
    patch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Today is 1 December 2019, in the agreement's period."""
    let_it_be_today(monkeypatch)
    return TODAY


@pytest.fixture(scope="module")
def kept_cast(django_db_setup, django_db_blocker):
    """The rows of ``cast``, written once for the module's tests."""
    with pytest.MonkeyPatch.context() as patch:
        let_it_be_today(patch)
        with kept_rows(django_db_blocker, build_cast) as own_copy:
            patch.undo()
            yield own_copy


@pytest.fixture
def cast(kept_cast, db):
    return kept_cast()


def build_cast():
    agreement = make.make_agreement()
    town = make.make_participant("krabi-town", agreement=agreement, name_th="เทศบาลเมืองกระบี่", name_en="Krabi Town")
    other = make.make_participant("other-town", agreement=agreement, name_th="เทศบาลเมืองอื่น", name_en="Other Town")
    return Cast(
        agreement=agreement,
        town=town,
        other=other,
        alice=make.make_coordinator(town, email="alice@example.org"),
        bob=make.make_coordinator(other, email="bob@example.org"),
        mayor=make.make_executive(town, email="mayor@example.org"),
        adviser=make.make_adviser(town, email="adviser@example.org"),
        researcher=make.make_researcher(agreement, email="researcher@example.org"),
        staff=make.make_staff(email="staff@example.org"),
        finance=make.make_staff(FINANCE_STAFF, email="finance@example.org"),
    )


@pytest.fixture
def sign_in(client):
    """Sign a person in and return the client."""

    def signed_in(user):
        client.force_login(user)
        return client

    return signed_in
