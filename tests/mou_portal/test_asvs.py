"""The self-assessment sheet names only what is there, and each requirement once."""

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHEET = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| .+ \| (met|open) \| (.+) \|$", SHEET, re.MULTILINE)
LEFT_OUT = re.findall(r"\d+\.\d+\.\d+", SHEET.split("## Not applicable")[1])


def test_each_requirement_stands_there_once_and_the_sums_are_right() -> None:
    numbers = [number for number, _level, _state, _where in ROWS] + LEFT_OUT
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    levels, states = Counter(row[1] for row in ROWS), Counter(row[2] for row in ROWS)
    told = " ".join(SHEET.split())
    assert len(numbers) == 253
    assert f"{len(ROWS)} apply ({levels['1']} of level 1, {levels['2']} of level 2)" in told
    assert f"{states['met']} are met, {states['open']} are open, and {len(LEFT_OUT)} do not apply" in told


def test_every_module_and_test_that_is_named_is_there() -> None:
    named = {word for _n, _l, _s, where in ROWS for word in re.findall(r"`([\w./-]+)`", where)}
    files = {word for word in named if re.search(r"\.(py|txt|md|toml|html|js|example)$", word)}
    assert len(files) > 60
    assert [name for name in sorted(files) if not (ROOT / name).exists()] == []
    settings = (ROOT / "mou_portal" / "settings.py").read_text(encoding="utf-8")
    capitals = {word for word in named if re.fullmatch(r"[A-Z_]+", word)}
    assert [name for name in sorted(capitals) if name not in settings] == []
