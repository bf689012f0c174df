"""The rule of the first memorandum moves from the code into the database, and each line's receipt into a row of its own."""

from django.db import migrations
from django.utils import timezone

#: What rulings under the code "mou-2562", version 1, were made by.
RULES = [{'number': 1,
  'activity': ['seminar'],
  'venue': ['institute'],
  'arranged_by': 'any',
  'whose_cost': ['event'],
  'category': 'any',
  'payer': 'institute',
  'clause': '2.2(4)4.1',
  'reason_th': 'ค่าจัดสัมมนาเชิงปฏิบัติการที่จัดขึ้นที่สถาบัน สถาบันเป็นผู้รับผิดชอบ',
  'reason_en': 'The institute bears the cost of running a seminar held at the institute.'},
 {'number': 2,
  'activity': ['seminar'],
  'venue': ['institute'],
  'arranged_by': 'any',
  'whose_cost': ['advisers'],
  'category': ['honorarium', 'meals'],
  'payer': 'institute',
  'clause': '2.2(4)4.1',
  'reason_th': 'ค่าตอบแทนและค่าอาหารของอาจารย์ที่ปรึกษาและคณะนักวิจัยในสัมมนาที่จัดขึ้นที่สถาบัน '
               'สถาบันเป็นผู้รับผิดชอบ',
  'reason_en': 'The institute bears honoraria and meals of advisers and researchers at a seminar held at the '
               'institute.'},
 {'number': 3,
  'activity': ['seminar'],
  'venue': 'any',
  'arranged_by': 'any',
  'whose_cost': ['delegates'],
  'category': 'any',
  'payer': 'local_government',
  'clause': '2.2(4)4.1',
  'reason_th': 'ค่าใช้จ่ายของผู้แทนองค์กรปกครองส่วนท้องถิ่นในการร่วมสัมมนา '
               'องค์กรปกครองส่วนท้องถิ่นนั้นเป็นผู้รับผิดชอบ',
  'reason_en': 'A local government bears what its own delegates spend around a seminar.'},
 {'number': 4,
  'activity': ['field_visit'],
  'venue': 'any',
  'arranged_by': ['institute'],
  'whose_cost': ['advisers'],
  'category': 'any',
  'payer': 'institute',
  'clause': '2.2(4)4.1',
  'reason_th': 'ค่าใช้จ่ายของอาจารย์ที่ปรึกษาและคณะนักวิจัยในการลงพื้นที่ตามกำหนดของสถาบัน สถาบันเป็นผู้รับผิดชอบ',
  'reason_en': 'The institute bears the costs of advisers and researchers on a field visit within its schedule.'},
 {'number': 5,
  'activity': ['field_visit'],
  'venue': 'any',
  'arranged_by': ['local_government'],
  'whose_cost': ['advisers'],
  'category': ['honorarium', 'travel', 'lodging'],
  'payer': 'local_government',
  'clause': '2.2(4)4.2',
  'reason_th': 'ค่าตอบแทน ค่าเดินทาง '
               'และค่าที่พักของอาจารย์ที่ปรึกษาและคณะนักวิจัยในการลงพื้นที่นอกเหนือจากกำหนดของสถาบัน '
               'องค์กรปกครองส่วนท้องถิ่นที่ขอเป็นผู้รับผิดชอบ',
  'reason_en': "The local government that asks for a field visit beyond the schedule bears the advisers' and "
               "researchers' honoraria, travel and lodging."},
 {'number': 6,
  'activity': 'any',
  'venue': 'any',
  'arranged_by': 'any',
  'whose_cost': 'any',
  'category': 'any',
  'payer': 'undecided',
  'clause': '',
  'reason_th': 'บันทึกข้อตกลงไม่ได้กำหนดผู้รับผิดชอบค่าใช้จ่ายนี้ ต้องวินิจฉัย',
  'reason_en': 'The memorandum does not say who bears this cost; it must be decided.'}]


def with_a_past(apps, schema_editor, name, rows):
    """Save rows; a row's past begins when it is made, also when no person makes it."""
    model, past = apps.get_model("expenses", name), apps.get_model("expenses", f"Historical{name}")
    alias = schema_editor.connection.alias
    made = [row for row in rows if row.save(using=alias) is None]
    columns = [field.attname for field in model._meta.concrete_fields]
    past.objects.using(alias).bulk_create(
        past(**{column: getattr(row, column) for column in columns}, history_date=timezone.now(), history_type="+")
        for row in made
    )


def move(apps, schema_editor):
    alias = schema_editor.connection.alias
    table = apps.get_model("expenses", "RuleTable")
    agreements = apps.get_model("participants", "Agreement").objects.using(alias)
    ruled = agreements.filter(expense_lines__rulings__rule_code="mou-2562").distinct()
    with_a_past(
        apps,
        schema_editor,
        "RuleTable",
        [table(agreement=one, code="mou-2562", version=1, basis="ข้อ 2.2 (4) 4.1 และ 4.2", rules=RULES) for one in ruled],
    )
    receipt = apps.get_model("expenses", "ExpenseReceipt")
    lines = apps.get_model("expenses", "ExpenseLine").objects.using(alias).filter(receipt__isnull=False)
    with_a_past(
        apps, schema_editor, "ExpenseReceipt", [receipt(line=line, file_id=line.receipt_id) for line in lines]
    )


def back(apps, schema_editor):
    alias = schema_editor.connection.alias
    for receipt in apps.get_model("expenses", "ExpenseReceipt").objects.using(alias).order_by("-pk"):
        apps.get_model("expenses", "ExpenseLine").objects.using(alias).filter(pk=receipt.line_id).update(
            receipt_id=receipt.file_id
        )


class Migration(migrations.Migration):
    dependencies = [("expenses", "0004_rules_receipts_budgets_and_approvals")]

    operations = [migrations.RunPython(move, back)]
