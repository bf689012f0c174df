"""Make the shared cache's table, so that ``migrate`` alone prepares a database."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("participants", "0001_initial")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop, elidable=False)]
