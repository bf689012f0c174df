"""Search keys in one byte a letter, and the place of a lesson in lists.

A key is looked through as a whole: no index of PostgreSQL is needed any more, and short words are as quick as long ones.
"""

from django.db import migrations, models
from django.utils import timezone

import mou_portal.thai.fields

BATCH = 500


def write_keys(apps, schema_editor):
    LessonIndex = apps.get_model("lessons", "LessonIndex")
    for start in range(0, LessonIndex.objects.count(), BATCH):
        rows = list(LessonIndex.objects.select_related("lesson").order_by("pk")[start : start + BATCH])
        for row in rows:
            lesson = row.lesson
            day = timezone.localdate(lesson.published_at or lesson.submitted_at or lesson.created_at)
            row.inside, row.outside = row.inside_text, row.outside_text
            row.place = f"{day.isoformat()} {lesson.public_code}"
        LessonIndex.objects.bulk_update(rows, ["inside", "outside", "place"])


def lay_flat(apps, schema_editor):
    """On PostgreSQL keys stay in their row as they are, neither packed nor put elsewhere, up to some 8,000 letters."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE "lessons_lessonindex" ALTER "inside" SET STORAGE EXTERNAL, ALTER "outside" SET STORAGE EXTERNAL'
        )
        schema_editor.execute('ALTER TABLE "lessons_lessonindex" SET (toast_tuple_target = 8160)')


class Migration(migrations.Migration):
    dependencies = [("lessons", "0003_editions_never_change")]

    operations = [
        migrations.RenameField("lessonindex", "inside", "inside_text"),
        migrations.RenameField("lessonindex", "outside", "outside_text"),
        migrations.AddField("lessonindex", "place", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddField("lessonindex", "inside", mou_portal.thai.fields.SearchKeyField(blank=True)),
        migrations.AddField("lessonindex", "outside", mou_portal.thai.fields.SearchKeyField(blank=True)),
        migrations.RunPython(lay_flat, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(write_keys, migrations.RunPython.noop, elidable=False),
        migrations.RemoveField("lessonindex", "inside_text"),
        migrations.RemoveField("lessonindex", "outside_text"),
        migrations.AlterField("lessonindex", "place", models.CharField(blank=True, max_length=20)),
        migrations.AddIndex(
            "lesson",
            models.Index(
                fields=[
                    *("agreement", "state", "consent", "participant", "pathway", "dimension", "period", "confidence"),
                    *("drawn_by", "submitted_at"),
                ],
                include=["id"],
                name="lesson_counted",
            ),
        ),
    ]
