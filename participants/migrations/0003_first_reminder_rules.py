"""Sensible rules to begin with; programme staff change them in the admin site."""

from django.db import migrations
from django.utils import timezone

#: Days after something is due (negative: before it); and each Monday for what is overdue or undated.
OFFSETS = (-14, -3, 0, 3, 7)
MONDAY = 0


def add_rules(apps, schema_editor):
    rule = apps.get_model("participants", "ReminderRule")
    rules = rule.objects.using(schema_editor.connection.alias)
    if rules.exists():
        return
    made = [rules.create(area="", offset_days=days) for days in OFFSETS]
    made.append(rules.create(area="", weekday=MONDAY))
    # a row's past begins when it is made, also when no person makes it
    past = apps.get_model("participants", "HistoricalReminderRule")
    columns = [field.attname for field in rule._meta.concrete_fields]
    past.objects.using(schema_editor.connection.alias).bulk_create(
        past(**{name: getattr(row, name) for name in columns}, history_date=timezone.now(), history_type="+")
        for row in made
    )


class Migration(migrations.Migration):
    dependencies = [("participants", "0002_cache_table")]

    operations = [migrations.RunPython(add_rules, migrations.RunPython.noop)]
