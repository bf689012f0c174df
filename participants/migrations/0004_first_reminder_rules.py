"""Sensible rules to begin with; programme staff change them in the admin site."""

from django.db import migrations

#: Days after something is due (negative: before it); and each Monday for what is overdue or undated.
OFFSETS = (-14, -3, 0, 3, 7)
MONDAY = 0


def add_rules(apps, schema_editor):
    rule = apps.get_model("participants", "ReminderRule")
    rules = rule.objects.using(schema_editor.connection.alias)
    if rules.exists():
        return
    for days in OFFSETS:
        rules.create(area="", offset_days=days)
    rules.create(area="", weekday=MONDAY)


class Migration(migrations.Migration):
    dependencies = [("participants", "0003_reminders_and_calendar_links")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
