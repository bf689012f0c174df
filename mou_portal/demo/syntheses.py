"""A made-up synthesis of the made-up lessons: two chapters, one statement that lessons dispute, one without any, and
two editions."""

from __future__ import annotations

from datetime import date

from mou_portal.demo.cast import Staff
from mou_portal.demo.writing import dated, moment, write
from participants.models import Agreement
from pathways.lessons.edition_facts import content_of
from pathways.lessons.editions import digest
from pathways.lessons.models import (
    Chapter,
    Edition,
    Lesson,
    LessonState,
    LessonTheme,
    Stance,
    Statement,
    StatementLesson,
    Synthesis,
    Theme,
)

_CHAPTERS = (
    ("ข้อมูลที่มีคนใช้", "บทนี้ว่าด้วยข้อมูลที่ไปถึงมือคนตัดสินใจ (สมมติ)"),
    ("เริ่มให้เล็ก ทำให้เสร็จ", ""),
)
#: Chapter, statement, discussion, and the titles of lessons for and against.
_STATEMENTS: tuple[tuple[int, str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (
        0,
        "ข้อมูลมีค่าเมื่อไปถึงมือคนที่ต้องตัดสินใจ ไม่ใช่เมื่อเก็บได้มาก",
        "ทั้งเครื่องวัดน้ำและป้ายแจ้งฝุ่นให้ผลเมื่อย้ายข้อมูลไปหาผู้ใช้ ข้อค้นพบนี้มาจากองค์กรขนาดต่างกัน (สมมติ)",
        ("เครื่องวัดน้ำต้องมีคนเฝ้า", "ป้ายดิจิทัลที่ไม่มีใครอ่าน"),
        (),
    ),
    (0, "การเปิดข้อมูลต้องรอให้ข้อมูลครบถ้วนก่อน", "", (), ("ป้ายดิจิทัลที่ไม่มีใครอ่าน",)),
    (
        1,
        "โครงการเล็กที่ทำเสร็จสร้างความร่วมมือได้ดีกว่าแผนใหญ่",
        "มีทั้งกรณีที่สนับสนุนและกรณีที่ต้องแบ่งงานเพราะงบประมาณ (สมมติ)",
        ("เริ่มจากปัญหาเดียวที่ทุกคนเห็น",),
        ("งบประมาณมาช้ากว่าฝน",),
    ),
    (1, "ผู้บริหารที่ลงพื้นที่เองทำให้โครงการเดินเร็วขึ้น", "ยังไม่มีบทเรียนรองรับ ต้องเก็บข้อมูลเพิ่ม (สมมติ)", (), ()),
)  # fmt: skip
#: Second themes of lessons, so that the matrix has something to compare.
_MORE_THEMES = (
    ("เครื่องวัดน้ำต้องมีคนเฝ้า", "people"),
    ("งบประมาณมาช้ากว่าฝน", "people"),
    ("ป้ายดิจิทัลที่ไม่มีใครอ่าน", "people"),
    ("ป้ายดิจิทัลที่ไม่มีใครอ่าน", "money"),
)
_NOTES = ("", "เพิ่มบทที่ 2 จากบทเรียนเรื่องการเริ่มให้เล็ก (สมมติ)")


def write_syntheses(agreement: Agreement, staff: Staff) -> int:
    """Write the synthesis where its lessons are told; return how many statements it has."""
    lessons = {lesson.title: lesson for lesson in Lesson.objects.filter(agreement=agreement)}
    if not any(lesson.state == LessonState.PUBLISHED for lesson in lessons.values()):
        return 0
    scholar, at = staff.researcher, moment(date(2020, 8, 3))
    themes = {theme.code: theme for theme in Theme.objects.filter(codebook__agreement=agreement)}
    more = [(lessons[title], themes[code]) for title, code in _MORE_THEMES if title in lessons and code in themes]
    write([dated(LessonTheme(lesson=lesson, theme=theme), at, scholar) for lesson, theme in more])
    synthesis = Synthesis(
        agreement=agreement,
        title_th="บทเรียนสู่เมืองอัจฉริยะที่ยั่งยืน: สิ่งที่ท้องถิ่นบอกตรงกัน (สมมติ)",
        title_en="Towards sustainable smart cities: what local governments agree on (made up)",
        authors=[scholar.name_th, staff.staff.name_th],
        summary="บทสังเคราะห์สาธิตนี้รวมบทเรียนที่แต่งขึ้นของท้องถิ่นหลายแห่ง เพื่อให้เห็นว่าข้อสรุปหนึ่งมีบทเรียนใดสนับสนุนหรือขัดแย้ง",
        method_note="อ่านบทเรียนที่ตรวจสอบแล้วทุกเรื่อง จัดกลุ่มตามหัวเรื่อง แล้วตรวจข้อสรุปกับบทเรียนที่ขัดแย้ง (สมมติ)",
        created_by=scholar,
    )
    write([dated(synthesis, at, scholar)])
    written = 0
    for number, (title, introduction) in enumerate(_CHAPTERS):
        chapter = Chapter(synthesis=synthesis, order=number + 1, title=title, introduction=introduction)
        write([dated(chapter, at, scholar)])
        told = [one for one in _STATEMENTS if one[0] == number]
        for order, (_chapter, text, discussion, supports, contradicts) in enumerate(told, 1):
            statement = Statement(chapter=chapter, order=order, text=text, discussion=discussion)
            write([dated(statement, at, scholar)])
            sides = [(Stance.SUPPORTS, title) for title in supports]
            sides += [(Stance.CONTRADICTS, title) for title in contradicts]
            links = [
                StatementLesson(statement=statement, lesson=lessons[title], stance=stance)
                for stance, title in sides
                if title in lessons
            ]
            write([dated(link, at, scholar) for link in links])
            written += 1
        _publish(synthesis, number + 1, date(2020, 8, 10 + 10 * number), staff)
    return written


def _publish(synthesis: Synthesis, number: int, day: date, staff: Staff) -> None:
    """Freeze the synthesis as it stands, dated in the story."""
    content = content_of(synthesis).as_json()
    edition = Edition(
        synthesis=synthesis,
        number=number,
        published_on=day,
        note=_NOTES[number - 1],
        content=content,
        sha256=digest(content),
        published_by=staff.researcher,
        created_at=moment(day),
    )
    write([edition])
