"""Reports of progress, in both languages: accepted things only, everything escaped, tagged, in few queries."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from mou_portal.pdf import render_pdf_limited
from mou_portal.registry import reports
from pathways.models import IndicatorValue, UpdateState
from pathways.reports import pathway_progress_context, programme_progress_context
from tests import factories as make
from tests.pdf_checks import accessibility_findings, extract_text, holds_text, structure

#: At any number of participants.
PROGRAMME_QUERIES = 13

EVIL = "น้ำใช้ <b>หนัก</b> & ลำคลอง"


@pytest.fixture
def story(cast):
    """The town's choice with plan, an accepted, a submitted and an overdue report; nothing of the other."""
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff, reason=EVIL)
    make.make_milestone(choice, title="สำรวจลำน้ำ", weight=2, done_on=date(2019, 7, 1))
    indicator = make.make_indicator(choice)
    accepted = make.make_update(
        choice, cast.periods[0], state=UpdateState.ACCEPTED, by=cast.alice, reviewed_by=cast.staff, done=EVIL
    )
    IndicatorValue.objects.create(update=accepted, indicator=indicator, value=Decimal("50.5"))
    make.make_evidence(accepted, by=cast.alice)
    waiting = make.make_update(choice, cast.periods[1], by=cast.alice, done="ยังไม่ตรวจ")
    IndicatorValue.objects.create(update=waiting, indicator=indicator, value=Decimal(190))
    return choice


def test_a_participants_report_holds_what_was_accepted_only(cast, story):
    (one,) = pathway_progress_context(cast.town, "th")["choices"]
    assert one["percent"] == 63  # (2 × 1 + 2 × 50.5 ÷ 200) ÷ 4
    assert [value for _indicator, value in one["indicators"]] == [Decimal("50.5")]
    assert [len(part["evidence"]) for part in one["updates"]] == [1]
    assert [due.period for due in one["late"]] == cast.periods[2:]
    html = reports.get("pathway-progress").html(cast.town, "th")
    assert "ยังไม่ตรวจ" not in html
    assert "<b>" not in html
    assert "&lt;b&gt;" in html


def test_the_programmes_report_counts_over_everybody(cast, story):
    context = programme_progress_context(cast.agreement, "th")
    assert [row["cells"][:2] for row in context["matrix"]] == [[63, None], [None, None]]
    assert context["unchosen"] == [cast.other]
    first = context["summaries"][0]
    assert (first["count"], first["mean"], first["accepted"], first["finished"], first["late"]) == (1, 63, 1, 0, 3)
    assert context["summaries"][1]["mean"] is None
    assert len(context["late"]) == 3


def test_who_may_read_them(cast, story):
    progress, programme = reports.get("pathway-progress"), reports.get("programme-progress")
    for name in ("alice", "mayor", "adviser", "researcher", "staff", "finance"):
        assert progress.can_view(getattr(cast, name), cast.town)
    assert not progress.can_view(cast.bob, cast.town)
    for name in ("alice", "bob", "mayor", "adviser", "researcher"):
        assert not programme.can_view(getattr(cast, name), cast.agreement)
    assert programme.can_view(cast.staff, cast.agreement)
    assert programme.can_view(cast.finance, cast.agreement)


@pytest.mark.parametrize("many", [1, 6])
def test_queries_do_not_grow_with_participants(cast, story, many, django_assert_num_queries):
    for number in range(many):
        body = make.make_participant(f"more-{number}", agreement=cast.agreement)
        choice = make.make_choice(body, cast.pathways[1], by=cast.alice, decided_by=cast.staff)
        make.make_milestone(choice)
        make.make_indicator(choice)
        make.make_update(choice, cast.periods[0], state=UpdateState.ACCEPTED, by=cast.alice, reviewed_by=cast.staff)
    agreement = type(cast.agreement).objects.get(pk=cast.agreement.pk)
    with django_assert_num_queries(PROGRAMME_QUERIES):
        reports.get("programme-progress").html(agreement, "th")


@pytest.mark.parametrize("name", ["pathway-progress", "programme-progress"])
@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pdf_is_tagged_and_its_text_is_true(cast, story, settings, name, language):
    report = reports.get(name)
    subject = cast.town if report.subject == "participant" else cast.agreement
    with translation.override(language):
        html, title = report.html(subject, language), str(report.title)
    pdf = render_pdf_limited(
        html,
        title=title,
        author="KPI",
        language=language,
        font_dir=settings.PDF_FONT_DIR,
        wall_seconds=settings.REPORT_SECONDS,
        memory_bytes=settings.REPORT_MEMORY_MIB * 1024 * 1024,
    )
    assert accessibility_findings(pdf) == []
    facts = structure(pdf)
    assert facts["tagged"]
    assert facts["language"].startswith(language)
    text = extract_text(pdf, "poppler")
    assert holds_text(text, EVIL if name == "pathway-progress" else "63 %")
