"""The library at 20,000 lessons: the first results of a search, facets and all, as a researcher sees them.

Run alone: pytest -m benchmark tests/benchmarks/test_library_speed.py -s
"""

from __future__ import annotations

import random
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from pathways.lessons.models import Lesson, LessonIndex, LessonState, LessonTheme
from pathways.lessons.services.index import place_of, told_of
from tests.world import build_world

LESSONS = 20_000
#: The median of any search stays below so many milliseconds, on two cores that do nothing else.
MOST = 200
TEXT = (
    "น้ำ ท่วม ชุมชน ข้อมูล งบประมาณ โรงเรียน ขยะ อาสาสมัคร ตลาด ถนน เครื่องวัด ประชาชน เทศบาล "
    "ผู้สูงอายุ แผนที่ ระบบ เตือนภัย สุขภาพ พลังงาน รถโดยสาร กล้อง ปัญหา ความร่วมมือ นายก ปลัด ตำบล "
    "หมู่บ้าน คลอง ฝุ่น ไฟฟ้า sensor data open "
)
WORDS = TEXT.split()


@pytest.mark.benchmark
@pytest.mark.django_db(transaction=True)
def test_first_results_of_a_search(capsys):
    world = build_world()
    dice = random.Random(2562)
    template = world.a.lessons["published"]
    bodies = [world.a.participant, world.b.participant]
    pathways = list(world.agreement.pathways.all())
    rows = []
    for number in range(LESSONS):
        text = lambda: " ".join(dice.choice(WORDS) for _word in range(30))  # noqa: E731  # a lesson has six texts
        rows.append(
            Lesson(
                agreement=world.agreement,
                participant=dice.choice(bodies),
                pathway=dice.choice(pathways),
                period=dice.choice(world.periods),
                drawn_by=template.drawn_by,
                state=LessonState.PUBLISHED,
                consent="named",
                consent_by=template.consent_by,
                consent_at=template.consent_at,
                confidence="medium",
                created_by=template.created_by,
                submitted_by=template.submitted_by,
                submitted_at=template.submitted_at,
                validated_by=template.validated_by,
                validated_at=template.validated_at,
                published_by=template.published_by,
                published_at=template.published_at - timedelta(days=dice.randrange(1000)),
                title=f"บทเรียนที่ {number}" + (" หายากยิ่งนัก" if number == 77 else ""),
                situation=text(),
                action=text(),
                result=text(),
                why=text(),
                lesson=text(),
                recommendation=text(),
            )
        )
    Lesson.objects.bulk_create(rows, batch_size=500)
    from mou_portal.thai.words import search_query

    texts = [
        search_query("\n".join((row.title, row.situation, row.action, row.result, row.why, row.lesson))) for row in rows
    ]
    themes = list(world.themes.values())
    carried = [dice.sample(themes, 2) for _row in rows]
    LessonIndex.objects.bulk_create(
        [
            LessonIndex(
                lesson=row,
                place=place_of(row),
                told=told_of(row, [theme.pk for theme in two]),
                inside=text,
                outside=text,
            )
            for row, text, two in zip(rows, texts, carried, strict=True)
        ],
        batch_size=500,
    )
    LessonTheme.objects.bulk_create(
        [LessonTheme(lesson=row, theme=theme) for row, two in zip(rows, carried, strict=True) for theme in two],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        # as the database does itself in the night
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    client = Client()
    client.force_login(world.researcher)
    url = reverse("lessons:lesson-list")
    client.get(url)
    medians: dict[str, float] = {}
    for asked in (
        "",
        "?q=น้ำ",
        "?q=หายากยิ่งนัก",
        "?q=หายาก",
        "?q=sensor",
        "?q=ไม่มีคำนี้เลย",
        "?q=ฮฮ",
        "?q=น้ำ+ขยะ+data",
        f"?q=น้ำ&theme={themes[0].pk}",
        f"?q=น้ำ&pathway={pathways[0].pk}",
    ):
        times = []
        for _again in range(5):
            began = time.perf_counter()
            answer = client.get(url + asked)
            times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200
        medians[asked] = sorted(times)[2]
        with capsys.disabled():
            print(f"\n{connection.vendor} {asked or 'all'}: {medians[asked]:.0f} ms, {answer.context['total']} lessons")
    assert {asked: took for asked, took in medians.items() if took > MOST} == {}
