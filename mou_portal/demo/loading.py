"""The demonstration as a whole: loaded once, the same for the same seed, and larger when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib.auth.hashers import make_password
from django.db import reset_queries, transaction
from django.utils.translation import gettext as _

from mou_portal.demo.cast import DOMAIN, Party, Staff, find_staff, make_coordinators, make_staff
from mou_portal.demo.door import write_door
from mou_portal.demo.gatherings import write_presentations, write_seats, write_visits
from mou_portal.demo.lessons import write_lessons
from mou_portal.demo.many import make_participants
from mou_portal.demo.money import write_story_expenses, write_usual_expenses
from mou_portal.demo.progress import draw_evidence, write_choices, write_updates
from mou_portal.demo.schedule import Schedule, find_schedule, make_schedule
from mou_portal.demo.settlements import write_settlements
from mou_portal.demo.stage import write_stage
from mou_portal.demo.story import STORY, Plan, chance, plan_by_chance
from mou_portal.demo.syntheses import write_syntheses
from mou_portal.demo.writing import REASON
from mou_portal.records import DomainError, save_revision
from participants.models import Agreement, Participant, Province, User
from pathways.models import Pathway

DEFAULT_SEED = 2562
#: The agreement whose story is told: that of 17 June 2562.
AGREEMENT = "smart-city-2"
MOST = 20_000
_CHUNK = 500


@dataclass(frozen=True)
class Loaded:
    """What a run did: how many parties it added, and how many there are now."""

    added: int
    parties: int
    seed: int


@transaction.atomic
def load_demonstration(
    *, local_governments: int, seed: int | None, password: str, said: Callable[[str], None]
) -> Loaded:
    """Fill the memorandum with a made-up story, and with made-up local governments up to the number asked for.

    A second call adds only what is missing. ``said`` is told how far it is. Raises :class:`DomainError` when it was
    loaded with another seed, when somebody else has an account of the demonstration's, or when people changed it so
    that it cannot grow; then nothing is written.
    """
    agreement = Agreement.objects.get(code=AGREEMENT)
    before = _seed_of(agreement)
    if before is None:
        _refuse_strangers()
        seed = DEFAULT_SEED if seed is None else seed
        telling = _begin(agreement, seed, password)
        said(_("the story of the %(count)d parties") % {"count": telling.tell_story()})
        agreement.has_demo_data = True
        agreement._change_reason = f"{REASON} seed={seed}"  # type: ignore[attr-defined]  # simple-history reads it
        save_revision(agreement, expected=agreement.revision)
        added = agreement.participants.count()
    else:
        if seed not in (None, before):
            raise DomainError(
                _("It is there already, made with seed %(seed)d. For another one begin with an empty database.")
                % {"seed": before}
            )
        seed, added = before, 0
        telling = None
    parties = agreement.participants.count()
    if local_governments > parties:
        telling = telling or _resume(agreement, seed, password)
        added += telling.grow(local_governments, said)
        parties = agreement.participants.count()
    return Loaded(added, parties, seed)


def _seed_of(agreement: Agreement) -> int | None:
    """The seed of the demonstration in the database, from the agreement's history; None when there is none."""
    if not agreement.has_demo_data:
        return None
    rows = Agreement.history.filter(id=agreement.pk, history_change_reason__startswith=f"{REASON} seed=")
    row = rows.order_by("history_id").first()
    return int(row.history_change_reason.rpartition("=")[2]) if row else DEFAULT_SEED


def _refuse_strangers() -> None:
    there = list(User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("email", flat=True)[:3])
    if there:
        raise DomainError(
            _("There are accounts of the demonstration without its data (%(emails)s): begin with an empty database.")
            % {"emails": ", ".join(there)}
        )


def _begin(agreement: Agreement, seed: int, password: str) -> _Telling:
    # Argon2 is slow on purpose: one hash serves every account of the demonstration.
    password_hash = make_password(password)
    staff = make_staff(agreement, password_hash, _first_day(agreement))
    return _Telling(agreement, seed, password_hash, staff, make_schedule(agreement, staff))


def _resume(agreement: Agreement, seed: int, password: str) -> _Telling:
    changed = DomainError(_("The demonstration was changed by hand and cannot grow: begin with an empty database."))
    schedule = find_schedule(agreement)
    if schedule is None:
        raise changed
    try:
        staff = find_staff()
    except User.DoesNotExist as error:
        raise changed from error
    return _Telling(agreement, seed, make_password(password), staff, schedule)


def _first_day(agreement: Agreement) -> date:
    """The day of signing; an agreement without one has no story yet."""
    if agreement.signed_on is None:
        raise DomainError(_("The agreement has no day of signing."))
    return agreement.signed_on


class _Telling:
    """Everything that a part of the story needs to be written."""

    def __init__(self, agreement: Agreement, seed: int, password_hash: str, staff: Staff, schedule: Schedule) -> None:
        self.agreement, self.seed, self.password_hash = agreement, seed, password_hash
        self.staff, self.schedule = staff, schedule
        self.pathways = {pathway.number: pathway for pathway in Pathway.objects.filter(agreement=agreement)}

    def tell_story(self) -> int:
        """Write the story of the parties of the memorandum; return how many there are."""
        participants = list(self.agreement.participants.with_names().order_by("order"))
        parties = self._parties(participants)
        self._write(parties, story=True)
        write_door(self.schedule, self.staff, self.seed)
        by_code = {party.participant.code: party for party in parties}
        visits = write_visits(self.agreement, by_code, self.staff)
        write_stage(self.agreement, self.schedule, visits, self.staff, self.seed)
        write_story_expenses(self.agreement, by_code, self.schedule, visits, self.staff)
        write_settlements(self.agreement, by_code, self.staff)
        return len(parties)

    def grow(self, wanted: int, said: Callable[[str], None]) -> int:
        """Add made-up local governments until there are as many as wanted; return how many were added."""
        there = self.agreement.participants.count()
        first = self.agreement.participants.order_by("-order").values_list("order", flat=True)[0] + 1
        provinces = list(Province.objects.order_by("iso"))
        missing = wanted - there
        for start in range(0, missing, _CHUNK):
            numbers = range(first + start, first + min(start + _CHUNK, missing))
            participants = make_participants(
                self.agreement, numbers, provinces, self.seed, _first_day(self.agreement), self.staff.staff
            )
            parties = self._parties(participants)
            self._write(parties, story=False)
            write_usual_expenses(self.agreement, parties, self.schedule, self.staff)
            reset_queries()  # with DEBUG on, Django remembers the text of every query: gigabytes here
            said(
                _("%(count)d of %(wanted)d local governments")
                % {"count": there + start + len(numbers), "wanted": wanted}
            )
        return missing

    def _parties(self, participants: list[Participant]) -> list[Party]:
        users = make_coordinators(participants, self.password_hash, _first_day(self.agreement), self.staff.staff)
        advised = set(self.staff.adviser.adviser_assignments.values_list("participant_id", flat=True))
        parties = []
        for participant, user in zip(participants, users, strict=True):
            dice = chance(self.seed, participant.code)
            made_up = participant.local_government.is_demo
            plan = plan_by_chance(dice) if made_up else STORY.get(participant.code, Plan())
            reviewer = self.staff.adviser if participant.pk in advised else self.staff.staff
            parties.append(Party(participant, user, reviewer, dice, plan))
        return parties

    def _write(self, parties: list[Party], *, story: bool) -> None:
        rows = write_choices(parties, self.pathways, self.staff)
        updates = write_updates(rows, self.schedule, self.staff)
        if story:
            draw_evidence(updates)
            write_lessons(self.agreement, parties, updates, self.staff, self.seed)
            write_syntheses(self.agreement, self.staff)
        write_seats(parties, self.schedule, self.staff)
        write_presentations(parties, rows, self.schedule, self.staff)
