"""Progress of many participants at once, in a number of queries that does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Min, Prefetch, Q

from participants.models import Agreement, Participant
from pathways.burden import Ask, report_fields
from pathways.models import (
    ChoiceState,
    ChoiceVersion,
    Indicator,
    PathwayChoice,
    PeriodSkip,
    ProgressUpdate,
    ReportingPeriod,
    UpdateState,
)
from pathways.progress import (
    WAITING_FOR_PARTICIPANT,
    AcceptedFacts,
    DueState,
    IndicatorFacts,
    MilestoneFacts,
    PeriodFacts,
    applies,
    due_state,
    percent_done,
)
from pathways.schedule import PlannedPeriod

#: States of a choice's versions that count, or counted once.
HELD = (ChoiceState.CONFIRMED, ChoiceState.SUPERSEDED)


@dataclass(frozen=True)
class ChoiceProgress:
    """One confirmed choice: how far it is (0–100, accepted values only) and what the newest accepted update says."""

    choice: PathwayChoice
    version: ChoiceVersion
    percent: int
    accepted: int
    latest: ProgressUpdate | None = None


@dataclass(frozen=True)
class ParticipantProgress:
    """A participant's confirmed choices in the order of the memorandum, and its accepted updates over all of them."""

    choices: tuple[ChoiceProgress, ...] = ()

    @property
    def confirmed(self) -> int:
        """How many pathways are confirmed (clause 2.1 asks for at least one)."""
        return len(self.choices)

    @property
    def accepted(self) -> int:
        """How many updates were accepted."""
        return sum(one.accepted for one in self.choices)

    @property
    def latest(self) -> ProgressUpdate | None:
        """The accepted update of the latest period."""
        updates = [one.latest for one in self.choices if one.latest is not None]
        return max(updates, key=lambda update: (update.period.ends_on, update.pk), default=None)

    @property
    def percent(self) -> int:
        """The mean over the confirmed choices, rounded half up; 0 without one."""
        count = len(self.choices)
        return (2 * sum(one.percent for one in self.choices) + count) // (2 * count) if count else 0


def accepted_updates() -> Prefetch[Any]:
    """Prefetches ``choice.accepted_updates``, oldest period first, with period and values of indicators."""
    return Prefetch(
        "updates",
        ProgressUpdate.objects.filter(state=UpdateState.ACCEPTED)
        .select_related("period")
        .prefetch_related("indicator_values")
        .order_by("period__number"),
        to_attr="accepted_updates",
    )


def confirmed_choices(participant_ids: Iterable[int]) -> list[PathwayChoice]:
    """Confirmed choices with pathway, versions, plan and accepted updates with their values; six queries."""
    return list(
        PathwayChoice.objects.filter(participant_id__in=list(participant_ids))
        .confirmed()
        .select_related("pathway")
        .prefetch_related(
            "versions",
            "milestones",
            "indicators",
            accepted_updates(),
        )
        .order_by("participant", "pathway__number")
    )


def choice_percent(choice: PathwayChoice) -> int:
    """How far a choice of :func:`confirmed_choices` is, 0–100."""
    accepted: Sequence[ProgressUpdate] = choice.accepted_updates  # type: ignore[attr-defined]  # prefetched to this name
    return percent_done(
        [MilestoneFacts(one.weight, one.done_on) for one in choice.milestones.all()],
        [AcceptedFacts(one.period.ends_on, one.percent) for one in accepted],
        [IndicatorFacts(one.weight, one.baseline, one.target, value) for one, value in choice_indicators(choice)],
    )


def choice_indicators(choice: PathwayChoice) -> list[tuple[Indicator, Decimal | None]]:
    """Each indicator of a choice of :func:`confirmed_choices` with its newest accepted value, in its unit."""
    accepted: Sequence[ProgressUpdate] = choice.accepted_updates  # type: ignore[attr-defined]  # prefetched to this name
    newest = {one.indicator_id: one.value for update in accepted for one in update.indicator_values.all()}
    return [(one, newest.get(one.pk)) for one in choice.indicators.all()]


def progress_of(participants: Iterable[Participant | int]) -> dict[int, ParticipantProgress]:
    """Return each participant's progress by id (participants or ids may be given), in six queries."""
    ids = [one if isinstance(one, int) else one.pk for one in participants]
    found: dict[int, list[ChoiceProgress]] = defaultdict(list)
    for choice in confirmed_choices(ids):
        version = choice.current_version
        if version is None:
            continue
        accepted: list[ProgressUpdate] = choice.accepted_updates  # type: ignore[attr-defined]  # as above
        found[choice.participant_id].append(
            ChoiceProgress(choice, version, choice_percent(choice), len(accepted), accepted[-1] if accepted else None)
        )
    return {pk: ParticipantProgress(tuple(found.get(pk, ()))) for pk in ids}


# --- what is due ----------------------------------------------------------------------------
@dataclass(frozen=True)
class ReportDue:
    """One report: a confirmed choice, a period, how it stands, and the update if it was begun."""

    choice: PathwayChoice
    period: ReportingPeriod
    state: DueState
    update: ProgressUpdate | None = None
    skip_reason: str = ""

    @property
    def asks(self) -> bool:
        """Whether something is left to do for the participant, and can be done: the period is not locked."""
        return self.state in WAITING_FOR_PARTICIPANT and not self.period.is_locked


@dataclass
class Schedule:
    """Reports of many choices, by choice id, in the order of the periods."""

    reports: dict[int, list[ReportDue]] = field(default_factory=dict)

    def __iter__(self) -> Any:
        for rows in self.reports.values():
            yield from rows


def schedule_of(agreement: Agreement, participant_ids: Iterable[int], today: date) -> Schedule:
    """Return every report that confirmed choices of these participants owe or made; five queries."""
    ids = list(participant_ids)
    periods = list(agreement.reporting_periods.order_by("number"))
    choices = list(
        PathwayChoice.objects.filter(participant_id__in=ids, participant__agreement=agreement)
        .confirmed()
        .select_related("pathway", "participant__designation")
        .prefetch_related("versions")
        .order_by("participant__order", "pathway__number")
    )
    updates = {
        (one.choice_id, one.period_id): one
        for one in ProgressUpdate.objects.filter(choice__in=[choice.pk for choice in choices])
    }
    skips = {
        (one.participant_id, one.period_id): one.reason
        for one in PeriodSkip.objects.filter(participant_id__in=ids, period__agreement=agreement)
    }
    schedule = Schedule()
    for choice in choices:
        rows = schedule.reports.setdefault(choice.pk, [])
        for period in periods:
            update = updates.get((choice.pk, period.pk))
            if update is None and not _applies(choice, period):
                continue
            skip = skips.get((choice.participant_id, period.pk))
            facts = PeriodFacts(
                period.starts_on, period.ends_on, period.due_on, skip is not None, update.state if update else ""
            )
            rows.append(ReportDue(choice, period, due_state(facts, today), update, skip or ""))
    return schedule


def _applies(choice: PathwayChoice, period: ReportingPeriod | PlannedPeriod) -> bool:
    chosen = [version.chosen_on for version in choice.versions.all() if version.state in HELD]
    return applies(
        period_starts_on=period.starts_on,
        period_ends_on=period.ends_on,
        chosen_on=min(chosen, default=None),
        joined_on=choice.participant.joined_on,
        left_on=choice.participant.left_on,
    )


# --- what is asked --------------------------------------------------------------------------
def asks_of(
    agreement: Agreement,
    planned: Iterable[PlannedPeriod] = (),
    *,
    asks_indicators: bool = True,
    more_indicators: Mapping[int, int] | None = None,
) -> list[Ask]:
    """Every report that the agreement's confirmed choices are asked for, with its fields; three queries.

    ``planned`` periods count as if they were published (with ``asks_indicators``), and ``more_indicators``, by choice
    id, as if they were planned. A skipped period is not asked.
    """
    choices = (
        PathwayChoice.objects.filter(participant__agreement=agreement)
        .confirmed()
        .annotate(
            indicator_count=Count("indicators", distinct=True),
            chosen_on=Min("versions__chosen_on", filter=Q(versions__state__in=HELD)),
        )
        .order_by("pk")
        .values_list(
            "pk", "participant_id", "participant__joined_on", "participant__left_on", "indicator_count", "chosen_on"
        )
    )
    periods: list[tuple[ReportingPeriod | PlannedPeriod, bool]] = [
        (one, one.asks_indicators) for one in agreement.reporting_periods.all()
    ]
    periods += [(one, asks_indicators) for one in planned]
    skips = set(PeriodSkip.objects.filter(period__agreement=agreement).values_list("participant_id", "period_id"))
    asks = []
    for pk, participant_id, joined_on, left_on, planned_indicators, chosen_on in choices:
        indicators = planned_indicators + (more_indicators or {}).get(pk, 0)
        for period, asking in periods:
            if isinstance(period, ReportingPeriod) and (participant_id, period.pk) in skips:
                continue
            if applies(
                period_starts_on=period.starts_on,
                period_ends_on=period.ends_on,
                chosen_on=chosen_on,
                joined_on=joined_on,
                left_on=left_on,
            ):
                asks.append(Ask(participant_id, period.due_on, report_fields(indicators, asks_indicators=asking)))
    return asks
