"""Every refusal of the pure rules has its sentence."""

import re
from pathlib import Path

import pytest
from django.utils import translation

import expenses
from expenses.dry_run import Fault
from expenses.refusals import REASONS, fault_text, reason

RULES = Path(expenses.__file__).parent
LIMITS = ("not_finite", "negative", "decimals", "too_large")


def test_every_code_that_the_rules_write_has_a_sentence():
    written = set()
    for name in ("payer", "cost_facts", "shares", "dry_run"):
        source = (RULES / f"{name}.py").read_text(encoding="utf-8")
        written |= set(re.findall(r'(?:Problem|SharesError)\(\s*"(\w+)"', source))
        written |= set(re.findall(r'_fault\(\w+, [^,]+, "(\w+)"', source))
        written |= set(re.findall(r'Fault\(1, "", "(\w+)"', source))
    written |= {f"{kind}_{what}" for kind in ("amount", "weight") for what in LIMITS}
    written |= {f"amount_{code}" for code in ("empty", "unreadable", "commas")}
    assert written == set(REASONS)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_a_sentence_takes_its_parameters(code):
    names = re.findall(r"%\((\w+)\)s", REASONS[code])
    with translation.override("en"):
        assert "%" not in reason(code, dict.fromkeys(names, "x"))


def test_where_and_why():
    with translation.override("en"):
        assert (
            fault_text(Fault(3, "amount", "amount_negative")) == "line 3, column amount: an amount cannot be negative"
        )
        assert fault_text(Fault(7, "", "utf_16")) == "line 7: the file is UTF-16; save it as “CSV UTF-8”"
