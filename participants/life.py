"""The life of an agreement by its dates (clause 3). Pure."""

from __future__ import annotations

from datetime import date
from enum import StrEnum


class AgreementStatus(StrEnum):
    """What an agreement is on a day; computed, never stored."""

    DRAFT = "draft"
    SIGNED = "signed"
    IN_FORCE = "in_force"
    ENDED = "ended"


def status_on(day: date, *, signed_on: date | None, starts_on: date | None, ends_on: date) -> AgreementStatus:
    """Return the status on ``day``.

    An agreement without a day of signing is a draft. It is in force from ``starts_on`` (the day of signing when none
    is given, clause 3) to ``ends_on``, both included.
    """
    if signed_on is None or day < signed_on:
        return AgreementStatus.DRAFT
    if day < (starts_on or signed_on):
        return AgreementStatus.SIGNED
    return AgreementStatus.IN_FORCE if day <= ends_on else AgreementStatus.ENDED


def within(day: date, *, starts_on: date, ends_on: date) -> bool:
    """Say whether a day lies in the agreement's period (clause 3), both ends included."""
    return starts_on <= day <= ends_on
