"""Fails when a message of the source has no Thai translation, or one that does not fit.

The messages are extracted anew into a copy of the catalogue, so that the check changes nothing and
does not depend on anybody having run ``make messages``. What it refuses: a message missing from the
catalogue, an empty or fuzzy translation, placeholders that differ, a Thai msgid; and the same for the
messages of libraries that they do not translate themselves.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import polib
from library_messages import faults_of_libraries

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("mou_portal/locale/th/LC_MESSAGES/django.po")
SOURCES = ["manage.py", "mou_portal", "participants", "pathways", "seminars", "expenses", "templates"]
NAMED = re.compile(r"%\(\w+\)[-+#0-9.]*[a-zA-Z]|\{\w+\}")
BY_PLACE = re.compile(r"%[sdr]|\{\}")
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
        for text in translations:
            found += differing_placeholders(entry, text)
    return found


def differing_placeholders(entry: polib.POEntry, text: str) -> list[str]:
    """Compare by name the placeholders that have one, by number those that are filled in order.

    A plural form may leave out a placeholder of the other form, as "one file" does.
    """
    wanted = set(NAMED.findall(entry.msgid)) | set(NAMED.findall(entry.msgid_plural))
    found = [f"placeholders differ: {one}" for one in sorted(wanted ^ set(NAMED.findall(text)))]
    originals = [entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid]
    if Counter(BY_PLACE.findall(text)) not in [Counter(BY_PLACE.findall(original)) for original in originals]:
        found.append("placeholders without names differ")
    return found


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="mou-portal-messages-") as folder:
        try:
            fresh = extract(Path(folder))
        except subprocess.CalledProcessError as error:
            print(error.stderr or error.stdout)
            return 1
    wrong = [(entry, fault) for entry in fresh if not entry.obsolete for fault in faults(entry)]
    wrong += faults_of_libraries(faults)
    for entry, fault in wrong[:SHOWN]:
        places = ", ".join(place for place, _line in entry.occurrences[:2])
        print(f"{fault}: {entry.msgid!r} ({places})")
    if len(wrong) > SHOWN:
        print(f"… and {len(wrong) - SHOWN} more")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
