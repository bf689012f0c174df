"""What tests of seminars share: a small cast, and a day within the agreement's period."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.utils import timezone

from participants.access import FINANCE_STAFF
from participants.models import Agreement, Participant, User
from tests import factories as make

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


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """Today is 1 December 2019, in the agreement's period."""
    monkeypatch.setattr(timezone, "localdate", lambda *args, **kwargs: TODAY)
    return TODAY


@pytest.fixture
def cast(db):
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
