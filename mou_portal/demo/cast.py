"""The people of the demonstration. Every name says that it is made up; all share one password."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from django.contrib.auth.models import Group

from mou_portal.demo.story import Plan
from mou_portal.demo.writing import dated, moment, write
from participants.access import FINANCE_STAFF, PROGRAMME_STAFF
from participants.models import AdviserAssignment, Agreement, Membership, NoticeAcknowledgement, Participant, Role, User
from participants.notice import VERSION

DOMAIN = "demo.example"
#: Whose updates the made-up adviser reviews.
ADVISED = ("nonthaburi", "pak-kret", "ban-bang-muang", "bang-kadi", "phanat-nikhom")

_FIRST = ("สมมติ", "ตัวอย่าง", "ทดลอง", "สาธิต", "จำลอง", "นิรนาม")
_LAST = ("ใจสาธิต", "ดีตัวอย่าง", "งามสมมติ", "มั่นจำลอง", "สุขทดลอง", "แสงนิรนาม", "ทองสมมุติ")
_TITLES = ("นาย", "นาง", "นางสาว")
POSITIONS = (
    "ผู้อำนวยการกองยุทธศาสตร์และงบประมาณ",
    "นักวิเคราะห์นโยบายและแผน",
    "นักวิชาการคอมพิวเตอร์",
    "หัวหน้าฝ่ายแผนงานและงบประมาณ",
)


@dataclass
class Party:
    """A participant of the story with its coordinator, the person who reviews it, its chance and its plan."""

    participant: Participant
    coordinator: User
    reviewer: User
    dice: Random
    plan: Plan


@dataclass(frozen=True)
class Staff:
    """The people of the institute and its advisers."""

    admin: User
    staff: User
    finance: User
    adviser: User
    researcher: User


def address(word: str) -> str:
    """The demonstration's e-mail address of an account: ``staff@demo.example``, ``krabi-pao@demo.example``."""
    return f"{word}@{DOMAIN}"


def made_up_name(dice: Random) -> str:
    """A person's name that nobody can take for real."""
    return f"{dice.choice(_TITLES)}{dice.choice(_FIRST)} {dice.choice(_LAST)} (สมมติ)"


def make_staff(agreement: Agreement, password_hash: str, day: date) -> Staff:
    """Make the five accounts that belong to no local government."""
    people = {
        "admin": ("ผู้ดูแลระบบสาธิต (สมมติ)", "Demo administrator (made up)", "ผู้ดูแลระบบ", "Administrator"),
        "staff": ("เจ้าหน้าที่โครงการสาธิต (สมมติ)", "Demo officer (made up)", "เจ้าหน้าที่โครงการ", "Programme officer"),
        "finance": ("เจ้าหน้าที่การเงินสาธิต (สมมติ)", "Demo finance officer (made up)", "เจ้าหน้าที่การเงิน", "Finance officer"),
        "adviser": ("อาจารย์ที่ปรึกษาสาธิต (สมมติ)", "Demo adviser (made up)", "อาจารย์ที่ปรึกษาโครงการ", "Adviser"),
        "researcher": ("นักวิจัยสาธิต (สมมติ)", "Demo researcher (made up)", "นักวิจัย", "Researcher"),
    }  # fmt: skip
    at = moment(day, 8)
    made = {}
    for word, (name_th, name_en, position_th, position_en) in people.items():
        user = User(
            email=address(word),
            name_th=name_th,
            name_en=name_en,
            position_th=position_th,
            position_en=position_en,
            password=password_hash,
            is_staff=word in ("admin", "staff", "finance"),
            is_superuser=word == "admin",
            date_joined=at,
        )
        made[word] = dated(user, at)
    write(list(made.values()))
    made["staff"].groups.add(Group.objects.get_or_create(name=PROGRAMME_STAFF)[0])
    made["finance"].groups.add(Group.objects.get_or_create(name=FINANCE_STAFF)[0])
    _acknowledge(list(made.values()), day)
    roles = {"adviser": Role.ADVISER, "researcher": Role.RESEARCHER}
    write(
        [
            dated(Membership(user=made[word], role=role, agreement=agreement, starts_on=day), at, made["staff"])
            for word, role in roles.items()
        ]
    )
    advised = agreement.participants.filter(local_government__code__in=ADVISED)
    write(
        [
            dated(AdviserAssignment(user=made["adviser"], participant=row, starts_on=day), at, made["staff"])
            for row in advised
        ]
    )
    return Staff(**made)


def find_staff() -> Staff:
    """The five accounts that an earlier run made. Raises ``User.DoesNotExist`` when one is gone."""
    words = ("admin", "staff", "finance", "adviser", "researcher")
    return Staff(**{word: User.objects.get(email=address(word)) for word in words})


def make_coordinators(participants: Sequence[Participant], password_hash: str, day: date, by: User) -> list[User]:
    """Make one coordinator for each participant, with the role from the day of signing."""
    at = moment(day, 8, 30)
    users = []
    for participant in participants:
        user = User(
            email=address(participant.code),
            name_th=f"ผู้ประสานงานสาธิต {participant.name_th} (สมมติ)",
            name_en=f"Demo coordinator, {participant.name_en} (made up)",
            position_th="นักวิเคราะห์นโยบายและแผน",
            position_en="Policy and plan analyst",
            password=password_hash,
            date_joined=at,
        )
        users.append(dated(user, at, by))
    write(users)
    _acknowledge(users, day)
    write(
        [
            dated(Membership(user=user, role=Role.COORDINATOR, participant=participant, starts_on=day), at, by)
            for user, participant in zip(users, participants, strict=True)
        ]
    )
    return users


def _acknowledge(users: Sequence[User], day: date) -> None:
    write([NoticeAcknowledgement(user=user, version=VERSION, acknowledged_at=moment(day, 9)) for user in users])
