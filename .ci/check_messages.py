"""Fails when a message of the source has no Thai translation, or one that does not fit.

The messages are extracted anew into a copy of the catalogue, so that the check changes nothing and
does not depend on anybody having run ``make messages``. What it refuses: a message missing from the
catalogue, an empty or fuzzy translation, placeholders that differ, a Thai msgid.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("mou_portal/locale/th/LC_MESSAGES/django.po")
SOURCES = ["manage.py", "mou_portal", "participants", "pathways", "seminars", "expenses", "templates"]
PLACEHOLDER = re.compile(r"%\([a-z_0-9]+\)[sd]|%[sd]|\{[a-z_0-9]*\}")
THAI = re.compile(r"[\u0e00-\u0e7f]")
SHOWN = 40


def extract(copy: Path) -> polib.POFile:
    """Return the catalogue as it would be after ``make messages``, made in a copy of the source."""
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy(source, copy / name)
    subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "th", "--no-wrap", "--add-location", "file"],
        cwd=copy,
        check=True,
        capture_output=True,
        text=True,
    )
    return polib.pofile(str(copy / CATALOGUE))


def faults(entry: polib.POEntry) -> list[str]:
    """Say what is wrong with one message of the catalogue."""
    translations = list(entry.msgstr_plural.values()) or [entry.msgstr]
    found = []
    if THAI.search(entry.msgid):
        found.append("the message id is Thai; ids are English")
    if not all(text.strip() for text in translations):
        found.append("no translation")
    elif entry.fuzzy:
        found.append("fuzzy: read it, correct it, and take the mark away")
    else:
        wanted = set(PLACEHOLDER.findall(entry.msgid)) | set(PLACEHOLDER.findall(entry.msgid_plural))
        given = set().union(*(PLACEHOLDER.findall(text) for text in translations))
        if differing := given ^ wanted:
            found.append(f"placeholders differ: {', '.join(sorted(differing))}")
    return found


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mou-portal-messages-") as folder:
        try:
            fresh = extract(Path(folder))
        except subprocess.CalledProcessError as error:
            print(error.stderr or error.stdout)
            return 1
    wrong = [(entry, fault) for entry in fresh if not entry.obsolete for fault in faults(entry)]
    for entry, fault in wrong[:SHOWN]:
        places = ", ".join(place for place, _line in entry.occurrences[:2])
        print(f"{fault}: {entry.msgid!r} ({places})")
    if len(wrong) > SHOWN:
        print(f"… and {len(wrong) - SHOWN} more")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
