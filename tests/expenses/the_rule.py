"""The memorandum's payer rule as it is shipped: read from its file, without Django and without a database."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from expenses.payer import RuleSet

FILE = Path(__file__).resolve().parents[2] / "mou_portal" / "data" / "mou-2562.toml"
CONDITIONS = ("activity", "venue", "arranged_by", "whose_cost", "category")


def shipped() -> dict[str, Any]:
    """The rule as JSON values, rows numbered and conditions that are left out written as ``any``."""
    with FILE.open("rb") as stream:
        data = tomllib.load(stream)["payer_rule"]
    rows = [
        {"number": number, **dict.fromkeys(CONDITIONS, "any"), "clause": "", **row}
        for number, row in enumerate(data["rows"], start=1)
    ]
    return {"code": data["code"], "version": data["version"], "rules": rows}


MOU_2562 = RuleSet.from_mapping(shipped())
