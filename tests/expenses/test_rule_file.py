"""The payer rule comes with the memorandum's file: loaded once, refused with its line, never changed under rulings."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.management import call_command

from expenses.models import RuleTable
from mou_portal.memorandum import MemorandumRefused, load_memorandum
from participants.models import Agreement
from tests import factories as make
from tests.expenses.the_rule import FILE, MOU_2562


def test_the_shipped_rule_is_loaded_once(db):
    call_command("load_mou", verbosity=0)
    table = RuleTable.objects.get()
    assert (table.code, table.version, table.rule_set) == ("mou-2562", 1, MOU_2562)
    call_command("load_mou", verbosity=0)
    assert table.history.count() == 1


def test_a_wrong_row_is_named_with_its_line(db, tmp_path):
    path = tmp_path / "mou.toml"
    text = FILE.read_text(encoding="utf-8")
    path.write_text(text.replace('whose_cost = ["event"]', 'whose_cost = ["events"]'), encoding="utf-8")
    with pytest.raises(MemorandumRefused) as refused:
        load_memorandum(path)
    (problem,) = refused.value.problems
    line = next(n for n, one in enumerate(path.read_text(encoding="utf-8").split("\n"), 1) if '["events"]' in one)
    assert problem.line == line
    assert not Agreement.objects.exists()


def test_a_version_that_rulings_cite_is_not_changed_by_the_file(db, tmp_path):
    call_command("load_mou", verbosity=0)
    agreement = Agreement.objects.get()
    path = tmp_path / "mou.toml"
    text = FILE.read_text(encoding="utf-8").replace('reason_en = "A local', 'reason_en = "Each local')
    path.write_text(text, encoding="utf-8")
    finance = make.make_staff("finance_staff")
    make.make_expense(make.make_seminar(agreement), by=finance, whose_cost="event")
    with pytest.raises(MemorandumRefused, match="payer_rule"):
        load_memorandum(path)
    path.write_text(text.replace("version = 1", 'version = 2\napplies_from = "1/1/2563"'), encoding="utf-8")
    load_memorandum(path)
    assert list(RuleTable.objects.order_by("version").values_list("version", "applies_from")) == [
        (1, None), (2, date(2020, 1, 1)),
    ]  # fmt: skip
