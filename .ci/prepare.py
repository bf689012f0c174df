"""Makes fonts, translations and data ready, in one process: a second `make run` then takes seconds.

    prepare.py files            the PDF and browser fonts, and the compiled translations
    prepare.py run [--demo]     these, then the database, the memorandum and the demonstration data

Settings come from the environment, as for ``manage.py``.
"""

import argparse
import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from time import monotonic

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import translation

ROOT = Path(__file__).resolve().parent.parent
DEMO_DOMAIN = "@demo.example"


def step(number: str, words: str, work: Callable[[], None]) -> None:
    """Say what is done and do it; every five seconds say that it goes on."""
    print(f"[{number}] {words}", flush=True)
    done = Event()

    def tell() -> None:
        began = monotonic()
        while not done.wait(5):
            print(f"      … {monotonic() - began:.0f} s", flush=True)

    Thread(target=tell, daemon=True).start()
    try:
        work()
    finally:
        done.set()


def make_fonts() -> None:
    """Make the fonts, unless those that are there were made by the same code from the same packages."""
    sources = [*sorted((ROOT / "mou_portal" / "pdf").glob("*.py")), ROOT / "requirements" / "base.txt"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    folders = [Path(settings.VAR_DIR) / "static" / "fonts", Path(settings.PDF_FONT_DIR)]
    stamps = [folder / f".made-from-{digest}" for folder in folders]
    if not all(stamp.exists() for stamp in stamps):
        call_command("build_fonts")
        for stamp in stamps:
            stamp.touch()


def make_files() -> None:
    """Fonts and compiled translations, each only when something changed."""
    make_fonts()
    call_command("compilemessages", ignore_patterns=[".venv", "var"], verbosity=0)


def make_database() -> None:
    """Bring the tables up to date."""
    call_command("migrate", interactive=False, verbosity=0)


def load_demonstration() -> None:
    """Load the made-up data once: a second run must lose nothing of what people did with it."""
    from django.contrib.auth import get_user_model

    if get_user_model().objects.filter(email__endswith=DEMO_DOMAIN).exists():
        print("      there already: left as it is", flush=True)
    else:
        call_command("load_demo")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["files", "run"])
    parser.add_argument("--demo", action="store_true")
    parser.add_argument("--step", default="", help="number of the step, as 4/6")
    # an empty word is what a shell passes for an option left out
    options = parser.parse_args([word for word in sys.argv[1:] if word])

    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    django.setup()
    translation.activate("en")  # the language of the other lines that `make` prints
    try:
        if options.what == "files":
            step(options.step or "1/1", "Fonts and translations", make_files)
            return 0
        step("4/8", "Fonts and translations", make_files)
        step("5/8", "Database", make_database)
        step("6/8", "The memorandum", lambda: call_command("load_mou"))
        if options.demo:
            step("7/8", "Demonstration data, made up", load_demonstration)
        else:
            print("[7/8] Demonstration data: left out (DEMO=0)", flush=True)
    except CommandError as error:
        print(f"\nStopped: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
