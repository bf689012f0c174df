"""Five hundred check-ins from ten phones at once, with repeats and lines that break: exactly one row a seat."""

from __future__ import annotations

import random
import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.utils import translation

from participants.models import User
from seminars.models import Attendance, CheckIn, CheckInList, CheckInSending, Seat
from seminars.services import check_in
from tests import factories as make

PHONES, SENDINGS, PART = 10, 50, 15
SEATS = PHONES * PART  # each phone has a part that is surely scanned, and scans in the parts of others


class LineBroke(Exception):
    """The line broke before the server had committed."""


def until_answered(send: Callable[[], Any]) -> Any:
    """Send as the door's script does: a server too busy to answer is asked again with the same key."""
    while True:
        try:
            return send()
        except OperationalError:
            continue


@transaction.atomic
def break_off(sending: dict[str, Any]) -> None:
    """Check in, and lose the line before it is committed."""
    check_in(**sending)
    raise LineBroke


@pytest.fixture
def crowd(transactional_db: None, tmp_path: Path) -> Iterator[Callable[[Callable[[int], Any]], list[Any]]]:
    """Runs a function for each phone in a thread with a connection of its own, on a real database file."""
    settings = connections.settings["default"]
    name = settings["NAME"]

    def run(phone: Callable[[int], Any]) -> list[Any]:
        if connection.vendor == "sqlite" and settings["NAME"] == name:
            path = tmp_path / "portal.sqlite3"
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
            with closing(sqlite3.connect(path)) as fresh:
                fresh.execute("PRAGMA journal_mode=WAL")
            settings["NAME"] = str(path)
        start = Barrier(PHONES)

        def one(number: int) -> Any:
            try:
                start.wait()
                with translation.override("th"):
                    return phone(number)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(PHONES) as pool:
            return list(pool.map(one, range(PHONES)))

    yield run
    settings["NAME"] = name


@pytest.mark.long(10)
def test_five_hundred_check_ins_from_ten_phones_give_one_row_a_seat(crowd, transactional_db):
    agreement = make.make_agreement()
    seminar = make.make_seminar(agreement, starts_on=make.SIGNED)
    session = make.make_session(seminar)
    staff = [make.make_staff() for _phone in range(PHONES)]
    point = make.make_checkin_list(seminar, session=session, by=staff[0])
    parties = [make.make_participant(agreement=agreement) for _party in range(6)]
    seats = Seat.objects.bulk_create(
        Seat(seminar=seminar, participant=parties[number % 6], number=number // 6 + 1, delegate_name=f"ผู้แทน {number}")
        for number in range(SEATS)
    )
    ids = [seat.pk for seat in seats]
    people = [one.pk for one in staff]

    def phone(number: int) -> Counter[str]:
        """Fifty sendings: of seats that other phones scan, too, some sent again, some with a line that breaks."""
        dice = random.Random(number)
        user, answers = User.objects.get(pk=people[number]), Counter[str]()
        wanted = dice.sample(ids, SENDINGS - PART) + ids[number * PART : (number + 1) * PART]
        for step, seat_id in enumerate(wanted):
            sending = {
                "point": CheckInList.objects.select_related("session").get(pk=point.pk),
                "seat": Seat(pk=seat_id),
                "key": uuid.UUID(int=number * 1_000 + step),
                "how": "scanned",
                "user": user,
            }
            if step % 10 == 0:  # the line breaks before the answer is written
                with pytest.raises(LineBroke):
                    until_answered(lambda sending=sending: break_off(sending))
            first = until_answered(lambda sending=sending: check_in(**sending).outcome)
            if step % 5 == 0:  # the answer is lost on its way back: the phone sends it again
                assert until_answered(lambda sending=sending: check_in(**sending).outcome) == first
            answers[first] += 1
        return answers

    answers = sum(crowd(phone), Counter[str]())
    assert answers.total() == PHONES * SENDINGS

    def kept(number: int) -> tuple[Any, ...]:
        rows = CheckIn.objects.filter(checkin_list=point)
        return (
            rows.count(),
            rows.values("seat").distinct().count(),
            Attendance.objects.filter(session=session).count(),
            CheckInSending.objects.count(),
            CheckIn.history.count(),
        )

    scanned = answers["in"]
    assert scanned == SEATS  # every seat is in some phone's part
    assert answers["again"] == PHONES * SENDINGS - SEATS
    assert crowd(kept)[0] == (SEATS, SEATS, SEATS, PHONES * SENDINGS, SEATS)


def test_two_phones_scan_one_person_at_once(crowd, transactional_db):
    seminar = make.make_seminar(make.make_agreement())
    staff = make.make_staff()
    point = make.make_checkin_list(seminar, by=staff)
    seat = make.make_seat(seminar, make.make_participant(agreement=seminar.agreement)).pk

    def phone(number: int) -> str:
        sending = {"point": CheckInList.objects.get(pk=point.pk), "seat": Seat(pk=seat), "key": uuid.uuid4()}
        user = User.objects.get(pk=staff.pk)
        return str(until_answered(lambda: check_in(**sending, how="scanned", user=user).outcome))

    assert Counter(crowd(phone)) == {"in": 1, "again": PHONES - 1}
