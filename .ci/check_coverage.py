"""Fails when the tests leave too much of the portal untouched, after a run with ``--cov``.

Every line and branch of the rules that decide (pure modules and permissions), and 95 % of everything:
the figures of the design, never lowered to let a change pass.
"""

import io
import sys
from fnmatch import fnmatch
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).resolve().parent.parent
OVERALL = 95.0
WHOLE = [  # modules that decide something and touch nothing
    "*/permissions.py",
    "expenses/payer.py",
    "expenses/shares.py",
    "expenses/dry_run.py",
    "mou_portal/registry.py",
    "mou_portal/thai/date_reading.py",
    "mou_portal/thai/dates.py",
    "mou_portal/thai/digits.py",
    "mou_portal/thai/money.py",
    "mou_portal/thai/months.py",
    "mou_portal/thai/words.py",
    "pathways/progress.py",
]


def share(coverage: Coverage, files: list[str]) -> tuple[float, str]:
    """Return the covered share of lines and branches in per cent, and the table of what is missing."""
    table = io.StringIO()
    return coverage.report(morfs=files, file=table, show_missing=True, skip_covered=True), table.getvalue()


def main() -> int:
    coverage = Coverage(config_file=str(ROOT / "pyproject.toml"))
    coverage.load()
    measured = sorted(Path(name).relative_to(ROOT).as_posix() for name in coverage.get_data().measured_files())
    whole = [name for name in measured if any(fnmatch(name, pattern) for pattern in WHOLE)]
    failed = False
    for words, files, wanted in [("rules and permissions", whole, 100.0), ("the portal", measured, OVERALL)]:
        reached, table = share(coverage, [str(ROOT / name) for name in files])
        enough = reached >= wanted
        print(f"{'✓' if enough else '✗'} coverage of {words}: {reached:.1f} %, at least {wanted:g} % is needed")
        if not enough:
            print(table)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
