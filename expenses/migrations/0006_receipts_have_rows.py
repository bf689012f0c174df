from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("expenses", "0005_first_rule_and_receipts")]

    operations = [
        migrations.RemoveField(model_name="expenseline", name="receipt"),
        migrations.RemoveField(model_name="historicalexpenseline", name="receipt"),
    ]
