"""Keeps the Thai texts of the libraries whole: the messages that they show and do not translate themselves.

    library_messages.py         take messages of a new library release into the catalogues, empty ones to be translated

Django's Thai catalogues are unfinished, some libraries have none. ``mou_portal/locale_libraries`` fills the gaps and
replaces what reads badly. It is a folder of its own, because ``makemessages`` takes out of ``mou_portal/locale`` what
our source does not say. ``check_messages.py`` uses :func:`faults_of_libraries`.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
FOLDER = Path("mou_portal/locale_libraries/th/LC_MESSAGES")
#: Libraries with a catalogue of all their messages, as (package, domain).
SHIPPED = [
    ("django.conf", "django"),
    ("django.contrib.admin", "django"),
    ("django.contrib.admin", "djangojs"),
    ("django.contrib.auth", "django"),
    ("django.contrib.contenttypes", "django"),
    ("django.contrib.humanize", "django"),
    ("django.contrib.postgres", "django"),
    ("django.contrib.sessions", "django"),
    ("allauth", "django"),
]
#: Libraries whose source is read for messages, because they bring no complete catalogue.
READ = [
    "crispy_bootstrap5", "crispy_forms", "django_htmx", "django_tasks", "django_tasks_db", "import_export",
    "simple_history",
]  # fmt: skip
#: Where messages are that no page of the portal shows: names of languages, Django's page of a first installation.
LEFT_OUT = ("conf/global_settings.py", "views/templates/default_urlconf.html")

Key = tuple[str | None, str]


def package_folder(package: str) -> Path:
    """Return where a package is installed. Raises ``RuntimeError`` when it is not."""
    spec = find_spec(package)
    if spec is None or not spec.origin:
        raise RuntimeError(f"{package} is not installed")
    return Path(spec.origin).parent


def key(entry: polib.POEntry) -> Key:
    """What a translation is found by."""
    return entry.msgctxt, entry.msgid


def untranslated(messages: polib.POFile, thai: Path) -> list[polib.POEntry]:
    """The messages that the library's own Thai catalogue lacks."""
    own = {key(e) for e in polib.pofile(str(thai)) if e.translated()} if thai.exists() else set()
    shown = [e for e in messages if not (e.occurrences and all(place.endswith(LEFT_OUT) for place, _ in e.occurrences))]
    return [e for e in shown if not e.obsolete and key(e) not in own]


def read_source(package: str) -> polib.POFile:
    """Extract a library's messages from a copy of its source."""
    with tempfile.TemporaryDirectory(prefix="mou-portal-library-") as folder:
        copy = Path(folder) / package
        shutil.copytree(package_folder(package), copy, ignore=shutil.ignore_patterns("locale", "tests", "*.pyc"))
        (Path(folder) / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "--locale", "th", "--no-wrap"]
        without_settings = {"PATH": str(Path(shutil.which("xgettext") or "/usr/bin/xgettext").parent)}
        subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True, env=without_settings)
        made = Path(folder) / "locale/th/LC_MESSAGES/django.po"
        return polib.pofile(made.read_text(encoding="utf-8")) if made.exists() else polib.POFile()


def messages_of_libraries(domain: str) -> tuple[dict[Key, tuple[str, polib.POEntry]], set[Key]]:
    """Return the messages to translate, each with its library, and the keys of all messages there are."""
    wanted: dict[Key, tuple[str, polib.POEntry]] = {}
    known: set[Key] = set()
    sources = [(name, "shipped") for name, shipped in SHIPPED if shipped == domain]
    sources += [(name, "read") for name in READ if domain == "django"]
    for package, how in sources:
        locale = package_folder(package) / "locale"
        messages = (
            polib.pofile(str(locale / f"en/LC_MESSAGES/{domain}.po")) if how == "shipped" else read_source(package)
        )
        known |= {key(e) for e in messages if not e.obsolete}
        for entry in untranslated(messages, locale / f"th/LC_MESSAGES/{domain}.po"):
            wanted.setdefault(key(entry), (package, entry))
    return wanted, known


def faults_of_libraries(faults_of_entry: Callable[[polib.POEntry], list[str]]) -> list[tuple[polib.POEntry, str]]:
    """Say what is missing from the libraries' catalogues, or wrong in them."""
    wrong = []
    for domain in ("django", "djangojs"):
        wanted, known = messages_of_libraries(domain)
        catalogue = {key(e): e for e in polib.pofile(str(ROOT / FOLDER / f"{domain}.po"))}
        wrong += [(entry, f"not in {FOLDER}") for k, (_library, entry) in wanted.items() if k not in catalogue]
        wrong += [(entry, "no library says this") for k, entry in catalogue.items() if k not in known]
        wrong += [(entry, fault) for entry in catalogue.values() for fault in faults_of_entry(entry)]
    return wrong


def update(domain: str) -> str:
    """Write the catalogue anew: what is translated stays, what is missing comes in empty, what is gone goes."""
    wanted, known = messages_of_libraries(domain)
    path = ROOT / FOLDER / f"{domain}.po"
    catalogue = polib.pofile(str(path), wrapwidth=0)
    there = {key(e) for e in catalogue}
    for k, (library, entry) in wanted.items():
        if k not in there:
            catalogue.append(
                polib.POEntry(
                    msgctxt=entry.msgctxt,
                    msgid=entry.msgid,
                    msgid_plural=entry.msgid_plural,
                    msgstr_plural={0: ""} if entry.msgid_plural else {},
                    comment=library,
                )
            )
    for entry in list(catalogue):
        if key(entry) not in known:
            catalogue.remove(entry)
    catalogue.save(str(path))
    return f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {len(catalogue.untranslated_entries())} to translate"


if __name__ == "__main__":
    for each in ("django", "djangojs"):
        print(update(each))
