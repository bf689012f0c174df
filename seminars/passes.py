"""The portal's own codes, signed with its secret key: passes of seats, sheets of sessions, the digits on a screen."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from seminars.codes import SEAT, SHEET, Code, make_code, screen_code, screen_code_holds
from seminars.models import CheckInList, Seat, SeminarSession


def code_keys() -> list[bytes]:
    """The keys that codes may be signed with, the one in use first; former ones keep printed passes good."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [hashlib.sha256(f"seminars.codes {secret}".encode()).digest() for secret in secrets]


def pass_code(seat: Seat) -> str:
    """The code of a seat's pass. It changes with the delegate, and holds nothing about the person."""
    return make_code(Code(SEAT, seat.pk, seat.badge), code_keys()[0])


def pass_address(seat: Seat) -> str:
    """The address in the QR code of a pass: a phone's own camera opens it."""
    return settings.SITE_URL + reverse("seminars:pass-detail", args=[pass_code(seat)])


def sheet_code(session: SeminarSession) -> str:
    """The code of a session's sign-in sheet, by which staff open its roll."""
    return make_code(Code(SHEET, session.pk), code_keys()[0])


def sheet_address(session: SeminarSession) -> str:
    """The address in the QR code of a sheet."""
    return settings.SITE_URL + reverse("seminars:code-open", args=[sheet_code(session)])


def digits_on_screen(point: CheckInList) -> str:
    """The digits for self check-in at this moment."""
    return screen_code(point.pk, timezone.now().timestamp(), code_keys()[0])


def digits_hold(point: CheckInList, typed: str) -> bool:
    """Whether somebody typed the digits that are on the screen."""
    return screen_code_holds(typed, point.pk, timezone.now().timestamp(), code_keys())


def here_address(point: CheckInList, digits: str = "") -> str:
    """The address on the screen that a delegate's phone opens to check in."""
    address = settings.SITE_URL + reverse("seminars:checkin-here", args=[point.pk])
    return f"{address}?digits={digits}" if digits else address
