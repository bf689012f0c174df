"""Made-up lessons in every state and under every consent, with a codebook, a source and coded passages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from mou_portal.demo.cast import Party, Staff
from mou_portal.demo.story import chance
from mou_portal.demo.writing import dated, moment, write
from participants.models import Agreement
from pathways.lessons.models import (
    WORDS,
    Addressee,
    Codebook,
    Coding,
    Confidence,
    Consent,
    Drawn,
    Excerpt,
    Lesson,
    LessonEvent,
    LessonEvidence,
    LessonState,
    LessonTheme,
    SourceKind,
    SourceText,
    Theme,
    ValidatedText,
)
from pathways.lessons.services import reindex
from pathways.models import ProgressUpdate, UpdateState

_THEMES = (
    ("people", "คนและความร่วมมือ", "People and cooperation", "ใครเข้ามาร่วม และร่วมอย่างไร"),
    ("data", "ข้อมูล", "Data", "ข้อมูลที่เก็บ ใช้ และเปิดเผย"),
    ("money", "งบประมาณ", "Budget", "เงินที่ต้องใช้ ได้มาอย่างไร ทันหรือไม่"),
)
#: Title, situation, action, result, why, lesson, recommendation, theme.
_TOLD = (
    (
        "เครื่องวัดน้ำต้องมีคนเฝ้า",
        "น้ำท่วมตลาดทุกปีในเดือนตุลาคม แต่ไม่มีใครรู้ล่วงหน้า",
        "ติดตั้งเครื่องวัดระดับน้ำสองจุด และตั้งเวรอาสาสมัครดูค่าทุกเช้า",
        "ชาวตลาดเก็บของทันก่อนน้ำมาสองชั่วโมง",
        "ข้อมูลถึงมือคนที่ต้องใช้ ไม่ได้อยู่แต่ในสำนักงาน",
        "เครื่องวัดมีค่าเมื่อมีคนเฝ้าดูและบอกต่อ",
        "ให้ชุมชนเป็นเจ้าของข้อมูลตั้งแต่วันแรก และตั้งงบดูแลเครื่องไว้ทุกปี",
        "data",
    ),
    (
        "เริ่มจากปัญหาเดียวที่ทุกคนเห็น",
        "แผนเดิมมีสิบสองโครงการ ไม่มีโครงการใดเสร็จ",
        "เลือกเรื่องขยะเปียกเรื่องเดียวและทำให้เสร็จภายในสามเดือน",
        "ขยะที่ต้องขนลดลงหนึ่งในสี่",
        "ทุกกองเห็นเป้าหมายเดียวกันและช่วยกันได้",
        "ทำเรื่องเดียวให้เสร็จดีกว่าเริ่มหลายเรื่อง",
        "เลือกปัญหาที่ประชาชนเห็นด้วยตาก่อนเรื่องอื่น",
        "people",
    ),
    (
        "งบประมาณมาช้ากว่าฝน",
        "โครงการต้องเสร็จก่อนฤดูฝน แต่งบประมาณอนุมัติในเดือนสิงหาคม",
        "แบ่งงานเป็นส่วนที่ใช้แรงอาสาก่อน และส่วนที่ใช้เงินทีหลัง",
        "ได้งานครึ่งหนึ่งทันฤดูฝน",
        "มีแผนสำรองที่ไม่ต้องรอเงิน",
        "วางแผนตามปฏิทินฝน ไม่ใช่ปฏิทินงบประมาณ",
        "ให้หน่วยงานส่วนกลางอนุมัติงบเตือนภัยก่อนเดือนพฤษภาคม",
        "money",
    ),
    (
        "ป้ายดิจิทัลที่ไม่มีใครอ่าน",
        "ติดป้ายแจ้งฝุ่นหน้าสำนักงาน แต่คนไม่ผ่านไปทางนั้น",
        "ย้ายป้ายไปหน้าโรงเรียนและส่งค่าฝุ่นให้ผู้ปกครองทางโทรศัพท์",
        "ผู้ปกครองสองในสามเปิดอ่านทุกวัน",
        "ข้อมูลไปอยู่ในที่ที่คนตัดสินใจจริง",
        "ถามก่อนว่าใครจะอ่านและอ่านที่ไหน",
        "ทดลองหนึ่งสัปดาห์ก่อนซื้ออุปกรณ์",
        "data",
    ),
    (
        "ผู้สูงอายุสอนให้เราออกแบบใหม่",
        "แอปรับเรื่องร้องเรียนมีผู้สูงอายุใช้เพียงสามคน",
        "นั่งใช้แอปกับผู้สูงอายุสิบคน แล้วเปลี่ยนเป็นปุ่มเดียวกับโทรศัพท์",
        "เรื่องร้องเรียนจากผู้สูงอายุเพิ่มเป็นยี่สิบเท่า",
        "คนออกแบบได้เห็นกับตาว่าติดตรงไหน",
        "ให้ผู้ใช้ที่ใช้ยากที่สุดเป็นคนทดลองก่อน",
        "จัดเวลาทดลองกับผู้ใช้ไว้ในทุกสัญญาจ้าง",
        "people",
    ),
    (
        "เปิดข้อมูลแล้วมีคนช่วยตรวจ",
        "ข้อมูลไฟถนนเสียไม่ครบ ช่างไปแล้วไม่พบ",
        "เปิดแผนที่ไฟถนนให้ประชาชนแก้ไขได้",
        "ข้อมูลถูกต้องเกือบทั้งหมดภายในสองเดือน",
        "ประชาชนเห็นว่าแก้แล้วมีช่างมาซ่อมจริง",
        "เปิดข้อมูลที่ยังไม่สมบูรณ์ได้ ถ้าตอบกลับเร็ว",
        "กำหนดเวลาตอบกลับไม่เกินสามวัน",
        "data",
    ),
)
#: State and consent of each, in the order of the texts.
_STANDS = (
    (LessonState.PUBLISHED, Consent.NAMED),
    (LessonState.PUBLISHED, Consent.ANONYMOUS),
    (LessonState.PUBLISHED, Consent.PATHWAY),
    (LessonState.VALIDATED, Consent.UNASKED),
    (LessonState.SUBMITTED, Consent.UNASKED),
    (LessonState.DRAFT, Consent.UNASKED),
)
_CODE_LETTERS = "23456789BCDFGHJKMNPQRSTVWXZ"


def write_lessons(
    agreement: Agreement, parties: Sequence[Party], updates: Sequence[ProgressUpdate], staff: Staff, seed: int
) -> int:
    """Tell one lesson of each of the first parties with an accepted update; return how many."""
    at, scholar = moment(date(2020, 7, 1)), staff.researcher
    codebook = Codebook(agreement=agreement, name_th="สมุดรหัสสาธิต (สมมติ)", name_en="Demo codebook (made up)")
    write([dated(codebook, at, scholar)])
    themes = [
        dated(Theme(codebook=codebook, order=number, code=code, name_th=th, name_en=en, definition=meant), at, scholar)
        for number, (code, th, en, meant) in enumerate(_THEMES, 1)
    ]
    write(themes)
    by_code = {theme.code: theme for theme in themes}
    accepted: dict[int, ProgressUpdate] = {}
    for update in updates:
        if update.state == UpdateState.ACCEPTED and update.done:
            accepted.setdefault(update.choice.participant_id, update)
    told = [party for party in parties if party.participant.pk in accepted]
    dice = chance(seed, "lessons")
    made: list[tuple[Lesson, Any]] = []
    for party, text, (state, consent) in zip(told, _TOLD, _STANDS, strict=False):
        code = "".join(dice.choice(_CODE_LETTERS) for _place in range(8))
        lesson = _lesson(agreement, party, accepted[party.participant.pk], text[:7], staff, state, consent, code)
        made.append((dated(lesson, at, party.coordinator), by_code[text[7]]))
    write([lesson for lesson, _theme in made])
    judged = [lesson for lesson, _theme in made if lesson.validated_by is not None]
    write(
        [
            dated(ValidatedText(of=lesson, **{name: getattr(lesson, name) for name in WORDS}), at, scholar)
            for lesson in judged
        ]
    )
    write([dated(LessonTheme(lesson=lesson, theme=theme), at, scholar) for lesson, theme in made])
    LessonEvent.objects.bulk_create(
        [
            LessonEvent(lesson=lesson, state=lesson.state, consent=lesson.consent, by=lesson.created_by)
            for lesson in judged
        ]
    )
    if made:
        _evidence(made[0][0], by_code["data"], staff)
    return reindex([lesson.pk for lesson, _theme in made])


def _lesson(
    agreement: Agreement,
    party: Party,
    update: ProgressUpdate,
    words: Sequence[str],
    staff: Staff,
    state: str,
    consent: str,
    code: str,
) -> Lesson:
    at = moment(date(2020, 7, 8))
    lesson = Lesson(
        agreement=agreement,
        participant=party.participant,
        choice=update.choice,
        pathway=update.choice.pathway,
        period=update.period,
        update=update,
        addressee=Addressee.LOCAL_GOVERNMENTS,
        drawn_by=Drawn.LOCAL_GOVERNMENT,
        state=state,
        consent=consent,
        public_code=code,
        created_by=party.coordinator,
        **dict(zip(WORDS, words, strict=True)),
    )
    if state != LessonState.DRAFT:
        lesson.submitted_by, lesson.submitted_at = party.coordinator, at
    if state in (LessonState.VALIDATED, LessonState.PUBLISHED):
        lesson.validated_by, lesson.validated_at = staff.researcher, at
        lesson.confidence, lesson.confidence_note = Confidence.MEDIUM, "รายงานและการลงพื้นที่ตรงกัน (สมมติ)"
    if state == LessonState.PUBLISHED:
        lesson.published_by, lesson.published_at = staff.researcher, at
    if consent != Consent.UNASKED:
        lesson.consent_by, lesson.consent_at = party.coordinator, at
    return lesson


def _evidence(lesson: Lesson, theme: Theme, staff: Staff) -> None:
    """A made-up interview about the first lesson, with one passage that supports it, coded by two people."""
    at, scholar = moment(date(2020, 7, 3)), staff.researcher
    lines = ["ถาม: เห็นผลอย่างไร", "ตอบ: ชาวบ้านได้รับคำเตือนก่อนน้ำมาสองชั่วโมง", "ถาม: ใครดูเครื่อง", "ตอบ: อาสาสมัครผลัดกันดูทุกเช้า"]
    text = "\n".join(lines)
    source = SourceText(
        agreement=lesson.agreement,
        participant=lesson.participant,
        pathway=lesson.pathway,
        period=lesson.period,
        kind=SourceKind.INTERVIEW,
        title="บันทึกการสัมภาษณ์ (สมมติ)",
        dated_on=date(2020, 7, 2),
        text=text,
        created_by=scholar,
    )
    write([dated(source, at, scholar)])
    start = text.index("ชาวบ้าน")
    end = text.index("\n", start)
    quote = Excerpt(source=source, start=start, end=end, text=text[start:end], created_by=scholar)
    write([dated(quote, at, scholar)])
    write([dated(Coding(excerpt=quote, theme=theme, coder=coder), at, coder) for coder in (scholar, staff.staff)])
    write([dated(LessonEvidence(lesson=lesson, excerpt=quote), at, scholar)])
