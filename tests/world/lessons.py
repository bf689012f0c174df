"""What is drawn from the parties' texts, and what researchers make of it."""

from __future__ import annotations

from pathways.lessons.models import Consent, Drawn, LessonCase, LessonState, Stance
from pathways.lessons.services import keep_search, number_version
from pathways.models import UpdateState
from tests import factories as make

from .cast import Party, World


def add_scholarship(world: World, rows: int) -> None:
    """What belongs to no party: a codebook with themes, a synthesis, a memo."""
    codebook = make.make_codebook(world.agreement)
    for number in range(rows):
        for name in ("budget", "people"):
            theme = make.make_theme(codebook, f"{name}-{number}")
            world.themes.setdefault(name, theme)
        make.make_memo(by=world.researcher, agreement=world.agreement)
    world.codebook_version = number_version(codebook=codebook, user=world.researcher)
    world.search = keep_search(agreement=world.agreement, user=world.researcher, name="น้ำ", query="q=น้ำ")
    world.themes["under"] = make.make_theme(codebook, "satang", parent=world.themes["budget"])
    world.synthesis = make.make_synthesis(world.agreement, by=world.researcher)
    for _extra in range(rows - 1):
        make.make_statement(make.make_synthesis(world.agreement, by=world.researcher))


def add_lessons(world: World, party: Party) -> None:
    """A text that was taken from the party's report and one about it, coded; a lesson in each state."""
    body, scholar, choice = party.participant, world.researcher, party.choices["confirmed"]
    accepted = body.choices.get(pk=choice.pk).updates.get(state=UpdateState.ACCEPTED)
    taken = make.make_source(
        body,
        by=scholar,
        kind="update",
        origin=f"update:{accepted.pk}-{body.source_texts.count()}",
        pathway=choice.pathway,
        period=accepted.period,
        dimension="environment",
    )
    interview = make.make_source(body, by=scholar, file=make.make_stored_file(scholar, "บันทึก.png"))
    quotes = []
    for source in (taken, interview):
        quote = make.make_excerpt(source)
        make.make_coding(quote, world.themes["budget"], scholar)
        make.make_memo(by=scholar, agreement=world.agreement, excerpt=quote)
        quotes.append(quote)
    about = {"pathway": choice.pathway, "period": accepted.period, "dimension": "environment", "choice": choice}
    for state in sorted(
        LessonState.values, key=lambda one: one == LessonState.DRAFT
    ):  # the oldest is one staff may read
        judged = state in (LessonState.VALIDATED, LessonState.PUBLISHED)
        consent = {"consent": Consent.NAMED} if judged else {}
        if state == LessonState.PUBLISHED and party is world.a and "published" not in party.lessons:
            consent["public_code"] = "KNWNADDR"
        lesson = make.make_lesson(
            body,
            state=state,
            by=party.coordinator,
            validated_by=scholar,
            themes=[world.themes["budget"]],
            evidence=quotes if state == LessonState.VALIDATED else (),
            **about,
            **consent,
        )
        party.lessons.setdefault(state, lesson)
    drawn = make.make_lesson(
        body, state=LessonState.DRAFT, by=scholar, drawn_by=Drawn.RESEARCH, evidence=[make.make_excerpt(taken, 30, 50)]
    )
    party.lessons.setdefault("research", drawn)
    make.make_memo(by=scholar, agreement=world.agreement, lesson=drawn)
    LessonCase.objects.create(lesson=party.lessons["published"], other=drawn, stance=Stance.CONTRADICTS, note="ผลต่างกัน")
    party.sources.setdefault("taken", taken)
    party.sources.setdefault("interview", interview)


def add_desk(world: World) -> None:
    """What a researcher picked and took along."""
    lesson = world.a.lessons["published"]
    make.make_basket_item(world.researcher, lesson)
    make.make_report_template(world.programme)
    world.export = make.make_export(world.researcher, world.agreement, lessons=[lesson])
