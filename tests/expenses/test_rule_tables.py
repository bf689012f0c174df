"""The payer rule is data of an agreement, in versions; rulings keep the version they were made under."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from expenses.models import RuleTable
from expenses.payer import RuleSet
from expenses.services import add_rule_table, enter_expense, rule
from mou_portal.records import DomainError
from tests import factories as make
from tests.expenses.the_rule import MOU_2562, shipped


def rows_without(*numbers):
    kept = [row for row in shipped()["rules"] if row["number"] not in numbers]
    return [row | {"number": number} for number, row in enumerate(kept, start=1)]


def test_an_agreement_without_a_rule_is_undecided_never_guessed(cast):
    RuleTable.objects.all().delete()
    ruling = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice).rulings.get()
    assert (ruling.payer, ruling.rule_code, ruling.clause) == ("undecided", "no-rule", "")


def test_a_new_version_rules_what_is_spent_from_its_day_on(cast):
    before = enter_expense(line=cast.line(), parties=[cast.krabi], user=cast.alice)
    table = add_rule_table(
        agreement=cast.agreement, rows=rows_without(3), basis="มติ", applies_from=date(2019, 9, 1), user=cast.alice
    )
    assert (table.version, table.code, table.created_by) == (2, cast.agreement.code, cast.alice)
    after = enter_expense(line=cast.line(spent_on=date(2019, 9, 1)), parties=[cast.krabi], user=cast.alice)
    assert rule(line=before).rule_version == 1
    assert (after.rulings.get().rule_version, after.rulings.get().payer) == (2, "undecided")


def test_a_version_that_cannot_be_is_refused_with_its_rows(cast):
    add = {"agreement": cast.agreement, "basis": "", "applies_from": date(2019, 9, 1), "user": cast.alice}
    for asked in (
        {"rows": rows_without(6)},
        {"rows": [shipped()["rules"][0] | {"clause": ""}, *rows_without(1)]},
        {"rows": rows_without(), "applies_from": None},
    ):
        with pytest.raises(DomainError):
            add_rule_table(**{**add, **asked})
    with pytest.raises(PermissionDenied):
        add_rule_table(**{**add, "rows": rows_without(), "user": cast.programme})
    assert RuleTable.objects.count() == 1


def test_another_agreement_has_a_rule_of_its_own(cast):
    other = make.make_agreement("other", current=False)
    RuleTable.objects.filter(agreement=other).delete()
    assert RuleTable.objects.newest(other) is None
    assert RuleTable.objects.newest(cast.agreement).rule_set == MOU_2562


def test_the_pages_show_the_rule_and_write_the_next_version(client, cast):
    client.force_login(cast.alice)
    assert "4.2" in client.get(reverse("expenses:rule-list")).content.decode()
    url = reverse("expenses:rule-create")
    page = client.get(url)
    form, formset = page.context["form"], page.context["formset"]
    data = {
        "silent_th": form["silent_th"].value(),
        "silent_en": form["silent_en"].value(),
        "basis": "บันทึกเพิ่มเติม",
        "applies_from_day": "1",
        "applies_from_month": "1",
        "applies_from_year": "2563",
        "form-TOTAL_FORMS": len(formset.forms),
        "form-INITIAL_FORMS": 0,
    }
    for row in formset:
        for field in row:
            if field.value():
                data[field.html_name] = field.value()
    data["form-0-payer"] = ""  # the first row is left out
    assert client.post(url, data).status_code == 302
    table = RuleTable.objects.newest(cast.agreement)
    assert (table.version, table.applies_from) == (2, date(2020, 1, 1))
    assert RuleSet.from_mapping({"code": "c", "version": 2, "rules": table.rules}).rules == RuleSet.from_mapping(
        {"code": "c", "version": 2, "rules": rows_without(1)}
    ).rules  # fmt: skip
    del data["silent_en"]
    assert client.post(url, data).context["form"].errors
