"""Made-up local governments beyond the thirteen, to fill a large programme."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mou_portal.demo.story import chance
from mou_portal.demo.writing import dated, moment, write
from mou_portal.thai.dates import thai_digits
from mou_portal.thai.words import search_text, sort_key
from participants.models import Agreement, Designation, GovernmentKind, LocalGovernment, Participant, Province, User

_KINDS = {
    GovernmentKind.SAO: ("องค์การบริหารส่วนตำบลสาธิต", "Demo Subdistrict Administrative Organization"),
    GovernmentKind.SUBDISTRICT: ("เทศบาลตำบลสาธิต", "Demo Subdistrict Municipality"),
    GovernmentKind.TOWN: ("เทศบาลเมืองสาธิต", "Demo Town Municipality"),
    GovernmentKind.CITY: ("เทศบาลนครสาธิต", "Demo City Municipality"),
}
#: Roughly as many of each type as there are in Thailand.
_WEIGHTS = (5300, 2240, 195, 30)


def make_participants(
    agreement: Agreement, numbers: Sequence[int], provinces: Sequence[Province], seed: int, day: date, by: User
) -> list[Participant]:
    """Make a body, its name and its part in the agreement for each number; the number is also its order."""
    at = moment(day)
    bodies, designations, participants = [], [], []
    for number in numbers:
        dice = chance(seed, f"body {number}")
        kind = dice.choices(list(_KINDS), _WEIGHTS)[0]
        name_th, name_en = f"{_KINDS[kind][0]} {thai_digits(str(number))}", f"{_KINDS[kind][1]} {number}"
        code = f"demo-{number:05d}"
        body = LocalGovernment(
            code=code,
            province=dice.choice(provinces),
            is_demo=True,
            sort_key=sort_key(name_th),
            search_text=search_text(code, name_th, name_en),
        )
        designation = Designation(local_government=body, kind=kind, name_th=name_th, name_en=name_en)
        participant = Participant(
            agreement=agreement,
            local_government=body,
            designation=designation,
            order=number,
            signatory_as_printed=f"นายสมมติ สาธิต {thai_digits(str(number))} (สมมติ)",
            signatory_line_as_printed=name_th,
            signed_on=day,
        )
        bodies.append(dated(body, at, by))
        designations.append(dated(designation, at, by))
        participants.append(dated(participant, at, by))
    write(bodies)
    write(designations)
    write(participants)
    return participants
