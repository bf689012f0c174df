"""The database itself refuses to change a published edition, whoever asks and by whatever way.

A later migration that has SQLite build the table anew must make the trigger again.
"""

from django.db import migrations

REFUSAL = "A published edition never changes."
POSTGRESQL = f"""
CREATE FUNCTION lessons_edition_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER lessons_edition_never_changes BEFORE UPDATE ON lessons_edition
FOR EACH ROW EXECUTE FUNCTION lessons_edition_never_changes();
"""
SQLITE = f"""
CREATE TRIGGER lessons_edition_never_changes BEFORE UPDATE ON lessons_edition
BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END
"""


def guard(apps, schema_editor):
    schema_editor.execute(POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE)


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TRIGGER lessons_edition_never_changes ON lessons_edition")
        schema_editor.execute("DROP FUNCTION lessons_edition_never_changes()")
    else:
        schema_editor.execute("DROP TRIGGER lessons_edition_never_changes")


class Migration(migrations.Migration):
    dependencies = [("lessons", "0002_find_quickly")]

    operations = [migrations.RunPython(guard, unguard)]
