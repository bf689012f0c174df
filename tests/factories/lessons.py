"""Lessons with what they are drawn from, and what is made of them: syntheses, editions, exports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import translation

from participants.models import Agreement, Participant, User
from pathways.lessons.edition_facts import content_of
from pathways.lessons.editions import digest
from pathways.lessons.exports.selection import Selection, fingerprint, shown_of
from pathways.lessons.models import (
    WORDS,
    Addressee,
    BasketItem,
    Chapter,
    Codebook,
    Coding,
    Confidence,
    Drawn,
    Edition,
    Excerpt,
    ExportFormat,
    ExportJob,
    JobState,
    Lesson,
    LessonEvent,
    LessonEvidence,
    LessonState,
    LessonTheme,
    Memo,
    ReportTemplate,
    SourceKind,
    SourceText,
    Stance,
    Statement,
    StatementLesson,
    Synthesis,
    Theme,
    ValidatedText,
)

from .base import MOMENT, make_stored_file
from .people import make_coordinator, make_staff

SOURCE_TEXT = (
    "น้ำท่วมตลาดทุกปีในเดือนตุลาคม\nเราติดตั้งสถานีวัดระดับน้ำสองแห่ง\nชาวบ้านได้รับคำเตือนก่อนน้ำมาสองชั่วโมง\nงบประมาณมาช้าไปสามเดือน"
)


def make_codebook(agreement: Agreement, **fields: Any) -> Codebook:
    """A codebook without themes."""
    return Codebook.objects.create(
        agreement=agreement, **{"name_th": "สมุดรหัสหลัก", "name_en": "Main codebook", **fields}
    )


def make_theme(codebook: Codebook, code: str = "budget", **fields: Any) -> Theme:
    """One theme."""
    values = {
        "order": codebook.themes.count() + 1,
        "name_th": f"หัวเรื่อง {code}",
        "name_en": f"Theme {code}",
        "definition": "สิ่งที่เกี่ยวกับเงิน",
        **fields,
    }
    return Theme.objects.create(codebook=codebook, code=code, **values)


def make_source(participant: Participant | None, *, by: User, **fields: Any) -> SourceText:
    """A text of a participant, as an interview that was uploaded unless told otherwise."""
    values = {
        "agreement": participant.agreement if participant else Agreement.objects.current(),
        "kind": SourceKind.INTERVIEW,
        "title": "บันทึกการสัมภาษณ์",
        "text": SOURCE_TEXT,
        "dated_on": date(2020, 2, 1),
        **fields,
    }
    return SourceText.objects.create(participant=participant, created_by=by, **values)


def make_excerpt(source: SourceText, start: int = 0, end: int = 20, **fields: Any) -> Excerpt:
    """A passage; marked by who took the source in."""
    values = {"created_by": source.created_by, "text": source.text[start:end], **fields}
    return Excerpt.objects.create(source=source, start=start, end=end, **values)


def make_coding(excerpt: Excerpt, theme: Theme, coder: User) -> Coding:
    """A code."""
    return Coding.objects.create(excerpt=excerpt, theme=theme, coder=coder)


def make_memo(*, by: User, agreement: Agreement, **fields: Any) -> Memo:
    """A memo, on the thing that is named if any."""
    return Memo.objects.create(agreement=agreement, created_by=by, **{"text": "น่าเทียบกับกรณีอื่น", **fields})


def make_lesson(
    participant: Participant,
    *,
    state: str = LessonState.PUBLISHED,
    by: User | None = None,
    validated_by: User | None = None,
    themes: Sequence[Theme] = (),
    evidence: Sequence[Excerpt] = (),
    **fields: Any,
) -> Lesson:
    """A lesson in a state, with validated words beside the original where the state has them, and its events."""
    by = by or make_coordinator(participant)
    values: dict[str, Any] = {
        "title": "เตือนภัยน้ำท่วมด้วยสถานีวัดระดับน้ำ",
        "situation": "น้ำท่วมตลาดทุกปี",
        "action": "ติดตั้งสถานีวัดระดับน้ำสองแห่ง",
        "result": "ชาวบ้านเก็บของทัน",
        "why": "ข้อมูลถึงมือคนที่ต้องใช้",
        "lesson": "เครื่องวัดมีค่าเมื่อมีคนเฝ้าดู",
        "recommendation": "ให้ชุมชนเป็นเจ้าของข้อมูล",
        "addressee": Addressee.LOCAL_GOVERNMENTS,
        "drawn_by": Drawn.LOCAL_GOVERNMENT,
        **fields,
    }
    judged = state in (LessonState.VALIDATED, LessonState.PUBLISHED)
    if state not in (LessonState.DRAFT, LessonState.WITHDRAWN):
        values = {"submitted_by": by, "submitted_at": MOMENT, **values}
    if judged:
        validated_by = validated_by or make_staff()
        values = {
            "validated_by": validated_by,
            "validated_at": MOMENT,
            "confidence": Confidence.MEDIUM,
            "confidence_note": "สองแหล่งตรงกัน",
            **values,
        }
    if state == LessonState.PUBLISHED:
        values = {"published_by": validated_by, "published_at": MOMENT, **values}
    if values.get("consent", "unasked") != "unasked":
        values = {"consent_by": by, "consent_at": MOMENT, **values}
    lesson = Lesson.objects.create(
        agreement=participant.agreement, participant=participant, state=state, created_by=by, **values
    )
    if judged:
        words = {name: getattr(lesson, name) for name in WORDS}
        ValidatedText.objects.create(of=lesson, **words)
    for theme in themes:
        LessonTheme.objects.create(lesson=lesson, theme=theme)
    for excerpt in evidence:
        LessonEvidence.objects.create(lesson=lesson, excerpt=excerpt, note="ตรงกับที่เขียน")
    LessonEvent.objects.create(lesson=lesson, state=state, by=by, note="ขอบคุณ")
    return lesson


def make_synthesis(agreement: Agreement, *, by: User, **fields: Any) -> Synthesis:
    """A synthesis without chapters."""
    values = {"title_th": "บทสังเคราะห์", "title_en": "Synthesis", "authors": ["คณะนักวิจัย"], **fields}
    return Synthesis.objects.create(agreement=agreement, created_by=by, **values)


def make_statement(synthesis: Synthesis, lessons: Sequence[Lesson] = (), **fields: Any) -> Statement:
    """A statement in the synthesis' last chapter (a new one where there is none), supported by lessons."""
    chapter = synthesis.chapters.last() or Chapter.objects.create(synthesis=synthesis, title="ข้อมูลเพื่อการเตือนภัย")
    statement = Statement.objects.create(
        chapter=chapter, **{"order": chapter.statements.count() + 1, "text": "ข้อมูลมีค่าเมื่อมีคนใช้", **fields}
    )
    for lesson in lessons:
        StatementLesson.objects.create(statement=statement, lesson=lesson, stance=Stance.SUPPORTS, note="ตรงกัน")
    return statement


def make_edition(synthesis: Synthesis, *, by: User, **fields: Any) -> Edition:
    """An edition of the synthesis as it stands."""
    content = content_of(synthesis).as_json()
    values = {
        "number": synthesis.editions.count() + 1,
        "published_on": date(2020, 9, 1),
        "content": content,
        "sha256": digest(content),
        **fields,
    }
    return Edition.objects.create(synthesis=synthesis, published_by=by, **values)


def make_basket_item(user: User, lesson: Lesson) -> BasketItem:
    """A lesson in somebody's basket."""
    return BasketItem.objects.create(user=user, lesson=lesson)


def make_report_template(user: User, **fields: Any) -> ReportTemplate:
    """A Word template that is not in use (its file is no Word file: nothing is made by it)."""
    values = {"name": "แม่แบบของสถาบัน", "file": make_stored_file(user, "template.png"), **fields}
    return ReportTemplate.objects.create(**values)


def make_export(user: User, agreement: Agreement, *, lessons: Sequence[Lesson] = (), **fields: Any) -> ExportJob:
    """A long export that is done, of lessons as they are shown now."""
    keys = [lesson.pk for lesson in lessons]
    with translation.override("th"):
        told = fingerprint(shown_of(agreement, Selection(lessons=tuple(keys))))
    values = {
        "format": ExportFormat.JSON,
        "state": JobState.DONE,
        "selection": {"lessons": keys, "made": {"lessons": keys, "print": told}},
        "file": make_stored_file(user, "lessons.png"),
        "finished_at": MOMENT,
        **fields,
    }
    return ExportJob.objects.create(user=user, agreement=agreement, **values)
