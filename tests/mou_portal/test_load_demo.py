"""``manage.py load_demo``: made up, repeatable, only states that the rules allow, and never where DEBUG is off."""

from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.db.models import F, Q, Sum
from django.test import RequestFactory, override_settings
from django.utils import translation

from expenses.models import (
    ClassDecision,
    ExpenseLine,
    ExpenseState,
    OverrideState,
    PayerKind,
    Ruling,
    RulingMark,
    RulingOverride,
    SettlementLine,
)
from expenses.services import rule
from mou_portal.demo import writing
from mou_portal.management.commands.load_demo import DEFAULT_PASSWORD
from participants.access import access_of
from participants.models import Agreement, Designation, LocalGovernment, Participant, User
from participants.notice import has_acknowledged
from pathways.models import (
    ChoiceState,
    ChoiceVersion,
    Evidence,
    PathwayChoice,
    ProgressUpdate,
    UpdateEvent,
    UpdateState,
)
from seminars.models import (
    Attendance,
    AttendanceState,
    FieldVisit,
    Presentation,
    PresentationState,
    Seat,
    Seminar,
    SeminarKind,
    SeminarState,
    VisitState,
)
from tests.mou_portal.database_dump import database_dump

APPS = ("participants", "pathways", "seminars", "expenses")


@contextmanager
def development() -> Generator[None, None, None]:
    """As on a developer's machine: DEBUG on, no password in the environment."""
    with pytest.MonkeyPatch.context() as monkeypatch, override_settings(DEBUG=True):
        monkeypatch.delenv("PORTAL_DEMO_PASSWORD", raising=False)
        yield


@pytest.fixture
def empty(db: None) -> Generator[None, None, None]:
    """An empty portal on a developer's machine."""
    with development():
        yield


@pytest.fixture(scope="class")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Generator[dict[str, set[Any]], None, None]:
    """The demonstration with 40 parties, loaded once for a class; gives the keys that were there before, by model."""
    with (
        django_db_blocker.unblock(),
        development(),
        transaction.atomic(),
    ):
        before = {model.__name__: set(model._default_manager.values_list("pk", flat=True)) for model in all_models()}
        assert "40 of 40" in run("--local-governments", "40")
        yield before
        transaction.set_rollback(True)


def run(*arguments: str) -> str:
    """Run the command; return what it printed, in English."""
    out = StringIO()
    with translation.override("en"):
        call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


def all_models() -> list[type[models.Model]]:
    """The models of the four apps that people know, without the history's."""
    found = [model for app in APPS for model in apps.get_app_config(app).get_models()]
    return [model for model in found if not model.__name__.startswith("Historical")]


# --- what it refuses, and that it happens once ----------------------------------------------------


@pytest.mark.usefixtures("empty")
def test_it_refuses_when_debug_is_off(settings: Any) -> None:
    settings.DEBUG = False
    before = database_dump()
    with pytest.raises(CommandError, match="DEBUG"):
        run()
    assert database_dump() == before


@pytest.mark.parametrize("wrong", ["12", "0", "-5", "20001", "many"])
@pytest.mark.usefixtures("empty")
def test_an_impossible_number_is_refused(wrong: str) -> None:
    with pytest.raises(CommandError, match="local-governments"):
        run(f"--local-governments={wrong}")
    assert not Agreement.objects.exists()


@pytest.mark.usefixtures("empty")
def test_accounts_without_the_data_are_refused() -> None:
    User.objects.create_user("staff@demo.example", "x", name_th="ก")
    with pytest.raises(CommandError, match=r"staff@demo\.example"):
        run()
    assert User.objects.count() == 1
    assert not Agreement.objects.get().has_demo_data


#: Not part of the story: keys, salts, names of files, and when load_mou ran.
NOT_TOLD = {"id", "password", "storage_name", "uploaded_at", "created_at", "updated_at", "history_date"}


def _story(*arguments: str) -> dict[str, list[Any]]:
    """Load, list what every table of the apps tells, and undo."""
    dump: dict[str, list[Any]] = {}
    with transaction.atomic():
        run(*arguments)
        for app in APPS:
            for model in apps.get_app_config(app).get_models():
                fields = [field for field in model._meta.concrete_fields if not field.is_relation]
                names = [field.name for field in fields if not field.primary_key and field.name not in NOT_TOLD]
                dump[model.__name__] = sorted(map(repr, model._default_manager.values_list(*names)))
                if model in (ProgressUpdate, ExpenseLine, Seat):
                    history = model.history.values_list("history_date", "updated_at")
                    dump[f"{model.__name__}, history"] = sorted(history)
                    times = model._default_manager.values_list("created_at", "updated_at")
                    dump[f"{model.__name__}, times"] = sorted(times)
        transaction.set_rollback(True)
    return dump


@pytest.mark.usefixtures("empty")
def test_the_same_seed_gives_the_same_rows_and_another_does_not() -> None:
    first = _story("--local-governments", "16")
    assert _story("--local-governments", "16") == first
    assert _story("--local-governments", "16", "--seed", "7") != first


@pytest.mark.usefixtures("empty")
def test_growing_later_gives_the_same_rows_as_growing_at_once() -> None:
    at_once = _story("--local-governments", "16")
    with transaction.atomic():
        run()
        in_two_steps = _story("--local-governments", "16")
        transaction.set_rollback(True)
    assert in_two_steps == at_once


@pytest.mark.usefixtures("empty")
def test_the_database_itself_writes_the_history_that_the_library_would(monkeypatch: pytest.MonkeyPatch) -> None:
    by_library = _story("--local-governments", "16")
    monkeypatch.setattr(writing, "MANY", 0)
    assert _story("--local-governments", "16") == by_library


@pytest.mark.usefixtures("empty")
def test_the_password_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_DEMO_PASSWORD", "another-password")
    run()
    assert User.objects.get(email="staff@demo.example").check_password("another-password")


# --- the story -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.usefixtures("loaded")
class TestStory:
    """What is there after loading; what a test changes is undone after it."""

    def test_the_memorandum_was_loaded_first_and_is_marked(self) -> None:
        assert Agreement.objects.get().has_demo_data

    def test_a_second_run_a_smaller_number_and_the_memorandum_again_change_nothing(self) -> None:
        before = database_dump()
        assert "there already, with 40 parties (seed 2562)" in run()
        assert "there already" in run("--local-governments", "15", "--seed", "2562")
        out = StringIO()
        with translation.override("en"):
            call_command("load_mou", stdout=out)
        assert "27 made-up participants" in out.getvalue()
        assert database_dump() == before

    def test_another_seed_is_refused_once_it_is_there(self) -> None:
        before = database_dump()
        with pytest.raises(CommandError, match="seed 2562"):
            run("--seed", "7")
        assert database_dump() == before

    def test_it_does_not_grow_over_what_people_took_away(self) -> None:
        Seminar.objects.filter(kind=SeminarKind.PRESENTATION_DAY).update(title_th="อื่น")
        before = database_dump()
        with pytest.raises(CommandError, match="changed by hand"):
            run("--local-governments", "41")
        assert database_dump() == before

    def test_the_accounts_of_the_contract_can_sign_in_and_are_what_they_are_called(self) -> None:
        request = RequestFactory().post("/")
        roles: dict[str, Callable[[Any], Any]] = {
            "admin": lambda access: access.administrator,
            "staff": lambda access: access.programme and not access.administrator and not access.finance,
            "finance": lambda access: access.finance and not access.administrator and not access.programme,
            "adviser": lambda access: len(access.advises) == 5 and not access.staff,
            "researcher": lambda access: access.researches and not access.staff,
        }
        password_hash = User.objects.get(email="admin@demo.example").password
        for word, is_role in roles.items():
            user = User.objects.get(email=f"{word}@demo.example")
            assert user.password == password_hash
            assert is_role(access_of(user)), word
            assert user.is_staff == (word in ("admin", "staff", "finance"))
            assert has_acknowledged(user)
        for participant in Participant.objects.all():
            user = User.objects.get(email=f"{participant.code}@demo.example")
            assert user.password == password_hash  # so it is the same password
            assert access_of(user).coordinates == {participant.pk}
            assert not user.is_staff
        assert authenticate(request, email="krabi-pao@demo.example", password=DEFAULT_PASSWORD)
        assert all("สมมติ" in user.name_th for user in User.objects.all())

    def test_the_story_shows_every_state(self) -> None:
        confirmed = PathwayChoice.objects.confirmed().filter(participant__local_government__is_demo=False)
        per_party = Counter(confirmed.values_list("participant", flat=True))
        assert len(per_party) == 12
        assert set(per_party.values()) == {1, 2}
        assert set(ChoiceVersion.objects.values_list("state", flat=True)) == set(ChoiceState.values) - {"withdrawn"}
        assert ChoiceVersion.objects.filter(number=2, state=ChoiceState.CONFIRMED).count() == 1
        assert set(ProgressUpdate.objects.values_list("state", flat=True)) == set(UpdateState.values)
        assert set(Attendance.objects.values_list("state", flat=True)) == set(AttendanceState.values)
        assert set(Presentation.objects.values_list("state", flat=True)) == set(PresentationState.values)
        assert set(FieldVisit.objects.values_list("state", flat=True)) == set(VisitState.values)
        assert set(ExpenseLine.objects.values_list("state", flat=True)) == set(ExpenseState.values)
        assert set(Ruling.objects.values_list("rule_number", flat=True)) == {1, 2, 3, 4, 5, 6}
        assert ExpenseLine.objects.count() >= 40
        assert Seminar.objects.filter(kind=SeminarKind.PRESENTATION_DAY).count() == 1
        assert Seminar.objects.count() == 4
        assert Ruling.objects.filter(is_current=True, payer=PayerKind.UNDECIDED).count() >= 5
        assert Ruling.objects.filter(is_current=True, decided_by__isnull=False).count() == 4

    def test_money_shows_a_cut_an_override_a_decision_for_a_class_and_what_was_given_in_kind(self) -> None:
        cut = ExpenseLine.objects.get(sanctioned_amount__lt=F("amount"))
        assert cut.state == ExpenseState.APPROVED
        assert cut.cut_reason
        decision = ClassDecision.objects.get(is_standing=True)
        assert decision.rulings.filter(is_current=True).count() == 2
        override = RulingOverride.objects.get()
        assert (override.state, override.proposed_by == override.answered_by) == (OverrideState.CONFIRMED, False)
        stated = SettlementLine.objects.filter(holds=True)
        assert stated.filter(mark=RulingMark.OVERRIDDEN, expense=override.line).count() == 1
        assert stated.filter(mark=RulingMark.DECIDED).exists()
        assert stated.filter(in_kind__gt=0).count() == 2
        assert stated.filter(expense=cut, amount=cut.sanctioned_amount).exists()
        settled = ExpenseLine.objects.filter(state=ExpenseState.SETTLED)
        assert all(line.settlement_lines.filter(settlement__state="closed").exists() for line in settled)

    def test_evidence_is_a_real_picture_in_the_store(self) -> None:
        assert Evidence.objects.count() == 6
        for evidence in Evidence.objects.select_related("file"):
            with default_storage.open(evidence.file.storage_name) as stream:
                assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
            assert "สาธิต" in evidence.caption

    def test_only_states_that_the_rules_allow(self) -> None:
        agreement = Agreement.objects.get()
        # progress is reported on confirmed choices only, by the party's people, in the period or with a reason
        assert not ProgressUpdate.objects.exclude(choice__in=PathwayChoice.objects.confirmed()).exists()
        for update in ProgressUpdate.objects.exclude(state=UpdateState.DRAFT):
            assert agreement.covers(update.submitted_at.date()) or update.late_reason
            assert update.submitted_by.memberships.get().participant_id == update.choice.participant_id
            assert update.done or update.nothing_changed
        # the last step of a thread is the report's state
        for update in ProgressUpdate.objects.all():
            events = list(update.events.order_by("at", "pk"))
            assert events[-1].state == update.state
            assert events[0].state == UpdateState.DRAFT
        assert not UpdateEvent.objects.filter(state=UpdateState.RETURNED, note="").exists()
        # an open version and a confirmed one at most, in the order of their numbers
        assert not ChoiceVersion.objects.filter(number__gt=1, change_reason="").exists()
        # every party has its seats; the roll of closed seminars is complete
        for seminar in Seminar.objects.all():
            assert seminar.seats.count() == 40 * seminar.seats_per_participant
            if seminar.state == SeminarState.CLOSED:
                assert (
                    Attendance.objects.filter(session__seminar=seminar).count()
                    == seminar.seats.count() * seminar.sessions.count()
                )
        assert not Attendance.objects.filter(~Q(session__seminar=F("seat__seminar"))).exists()
        # what belongs together belongs to the same party and agreement
        assert not Presentation.objects.exclude(choice__participant=F("participant")).exists()
        assert not Presentation.objects.filter(
            state__in=["accepted", "given", "not_given", "returned"], decided_by=None
        ).exists()
        assert all(agreement.covers(day) for day in ExpenseLine.objects.values_list("spent_on", flat=True))
        assert not ExpenseLine.objects.filter(approved_by=F("created_by")).exists()

    def test_rulings_and_shares_are_those_of_the_portal_itself(self) -> None:
        for line in ExpenseLine.objects.all():
            current = line.rulings.get(is_current=True)
            assert rule(line=line) == current  # ruling anew changes nothing
            total = current.shares.aggregate(total=Sum("amount"))["total"]
            assert total == (None if current.payer == PayerKind.UNDECIDED else line.counted_amount)
        assert Ruling.objects.count() == ExpenseLine.objects.count() + 4

    def test_every_row_is_valid_by_its_model_and_has_a_history(self, loaded: dict[str, set[Any]]) -> None:
        for model in all_models():
            rows = list(model._default_manager.exclude(pk__in=loaded[model.__name__]))
            for row in rows[:: max(1, len(rows) // 40)]:
                fields = model._meta.fields
                empty = {field.name for field in fields if field.null and field.value_from_object(row) is None}
                row.full_clean(exclude={"password", *empty}, validate_unique=False)
            if hasattr(model, "history"):
                told = set(model.history.values_list("id", flat=True)) - loaded[model.__name__]
                assert told == {row.pk for row in rows}, model

    def test_the_story_lies_in_its_own_time(self) -> None:
        for model in (ProgressUpdate, Seat, ExpenseLine):
            assert model.objects.aggregate(last=models.Max("updated_at"))["last"].date() < date(2020, 12, 31)
            assert model.history.aggregate(last=models.Max("history_date"))["last"].date() < date(2020, 12, 31)
        # and the clock of the tables runs on as before
        row = Seat.objects.first()
        row.save()
        assert row.updated_at.year > 2024

    def test_beyond_thirteen_made_up_local_governments_take_part(self) -> None:
        agreement = Agreement.objects.get()
        made_up = LocalGovernment.objects.filter(is_demo=True)
        assert made_up.count() == 27
        assert agreement.participants.count() == 40
        assert sorted(made_up.values_list("code", flat=True))[0] == "demo-00014"
        assert all(
            "สาธิต" in name
            for name in Designation.objects.filter(local_government__in=made_up).values_list("name_th", flat=True)
        )
        assert Designation.objects.get(local_government__code="demo-00014").name_th.endswith("๑๔")
        assert not made_up.filter(Q(sort_key="") | Q(search_text="")).exists()
        body = made_up.first()
        before = (body.sort_key, body.search_text)
        body.designations.get().save()
        body.refresh_from_db()
        assert (body.sort_key, body.search_text) == before
        assert User.objects.filter(email__regex=r"^demo-\d{5}@demo\.example$").count() == 27
        assert PathwayChoice.objects.filter(participant__local_government__in=made_up).count() >= 20
        assert ExpenseLine.objects.filter(parties__participant__local_government__in=made_up).count() == 54
