"""On PostgreSQL, an index by which any part of a word is found; SQLite scans a narrow table instead."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


def find_quickly(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for column in ("inside", "outside"):
            schema_editor.execute(
                f'CREATE INDEX "lessons_index_{column}_trgm" ON "lessons_lessonindex" USING gin ("{column}" gin_trgm_ops)'
            )


class Migration(migrations.Migration):
    dependencies = [("lessons", "0001_initial")]

    operations = [
        TrigramExtension(),  # does nothing on SQLite
        migrations.RunPython(find_quickly, migrations.RunPython.noop, elidable=False),
    ]
