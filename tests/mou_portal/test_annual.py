"""The annual report: its figures are those of the ledger and of the apps' summaries."""

from __future__ import annotations

import pytest
from django.utils import translation

from expenses.summaries import money_in
from mou_portal.annual import annual_context, annual_html
from mou_portal.registry import State
from participants.ledger import CLOSED
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db


def test_its_figures_are_those_of_ledger_and_summaries(world: World) -> None:
    with translation.override("en"):
        found = annual_context(world.agreement, "en")
        html = annual_html(world.agreement, "en")
    assert found["party_count"] == len(found["years"]) == 2
    assert found["choice_count"] == 2
    assert [row["count"] for row in found["bars"]["rows"]] == [2, 0, 0, 0, 0, 0]
    money = money_in(world.agreement, [world.a.participant.pk, world.b.participant.pk])
    assert found["due"] == sum(one.due for one in money.values()) > 0
    for year in found["years"]:
        assert year.closed + len(year.open) == year.duties > 0
        assert all(cell.standing.state not in CLOSED for _row, cell in year.open)
        assert year.overdue == sum(cell.standing.state == State.OVERDUE for _row, cell in year.open)
    assert sum(count for _state, _sign, _label, count in found["states"]) == sum(year.duties for year in found["years"])
    assert "Town A" in html
    assert len(found["lessons"]) == 2
    assert "No lesson has been published yet." not in html


def test_an_agreement_without_parties_has_its_report() -> None:
    agreement = make.make_agreement("without-parties", current=False)
    with translation.override("th"):
        assert "รายงานประจำปี" in annual_html(agreement, "th")
    with translation.override("en"):
        assert "No lesson has been published yet." in annual_html(agreement, "en")
