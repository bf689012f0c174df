"""What the library counts of a lesson stands beside what it is found by: one look finds and counts."""

from collections import defaultdict

from django.db import migrations, models

COUNTED = ("pathway_id", "dimension", "period_id", "state", "confidence", "consent", "participant_id")
BATCH = 500


def write_told(apps, schema_editor):
    links = apps.get_model("lessons", "LessonTheme").objects.order_by("theme_id").values_list("lesson_id", "theme_id")
    themes = defaultdict(list)
    for lesson, theme in links:
        themes[lesson].append(str(theme))
    LessonIndex = apps.get_model("lessons", "LessonIndex")
    entries = []
    for pk, *values in LessonIndex.objects.values_list("pk", *(f"lesson__{column}" for column in COUNTED)):
        words = ["" if value is None else str(value) for value in values]
        entries.append(LessonIndex(pk=pk, told="|".join([*words, " ".join(themes[pk])])))
    LessonIndex.objects.bulk_update(entries, ["told"], batch_size=BATCH)


class Migration(migrations.Migration):
    dependencies = [("lessons", "0004_compact_search_keys")]

    operations = [
        migrations.AddField("lessonindex", "told", models.TextField(blank=True, default=""), preserve_default=False),
        migrations.RunPython(write_told, migrations.RunPython.noop, elidable=False),
        migrations.AddIndex("lessonindex", models.Index(fields=["place", "lesson", "told"], name="lesson_listed")),
    ]
