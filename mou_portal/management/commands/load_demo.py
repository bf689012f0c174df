"""``manage.py load_demo``: a made-up story around the memorandum, for trying the portal out."""

from __future__ import annotations

import os
from argparse import ArgumentTypeError
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from mou_portal.demo import AGREEMENT, DEFAULT_SEED, MOST, load_demonstration
from mou_portal.demo.cast import address
from mou_portal.records import DomainError
from participants.models import Agreement

DEFAULT_PASSWORD = "demo-portal-2562"  # noqa: S105 — public on purpose: it opens made-up accounts only
LEAST = 13


def _count(text: str) -> int:
    try:
        number = int(text)
    except ValueError as error:
        raise ArgumentTypeError(_("a whole number is expected")) from error
    if not LEAST <= number <= MOST:
        raise ArgumentTypeError(_("from %(least)d to %(most)d are possible") % {"least": LEAST, "most": MOST})
    return number


class Command(BaseCommand):
    """Load made-up data and accounts; a second run leaves what is there as it is."""

    help = (
        "Loads a made-up demonstration around the memorandum, with accounts. Only while DEBUG is on. "
        "A second run changes nothing; a larger --local-governments adds what is missing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--local-governments",
            type=_count,
            default=LEAST,
            metavar="N",
            help="how many take part; beyond 13 made-up ones",
        )
        parser.add_argument("--seed", type=int, metavar="S", help=f"another story by chance (default {DEFAULT_SEED})")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(_("Made-up data and its public password do not belong on this portal: DEBUG is off."))
        loud = options["verbosity"] > 0
        if not Agreement.objects.filter(code=AGREEMENT).exists():
            call_command("load_mou", verbosity=options["verbosity"], stdout=self.stdout)
        began = monotonic()
        password = os.environ.get("PORTAL_DEMO_PASSWORD") or DEFAULT_PASSWORD
        try:
            loaded = load_demonstration(
                local_governments=options["local_governments"],
                seed=options["seed"],
                password=password,
                said=self._say if loud else lambda words: None,
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        if loud:
            self._report(loaded.added, loaded.parties, loaded.seed, monotonic() - began)

    def _say(self, words: str) -> None:
        self.stdout.write(f"  {words}")
        self.stdout.flush()

    def _report(self, added: int, parties: int, seed: int, seconds: float) -> None:
        if not added:
            self.stdout.write(
                _("The demonstration is there already, with %(count)d parties (seed %(seed)d); it was left as it is.")
                % {"count": parties, "seed": seed}
            )
            return
        self.stdout.write(
            _("Made-up data for %(count)d parties (seed %(seed)d) in %(seconds).0f s.")
            % {"count": parties, "seed": seed, "seconds": seconds}
        )
        accounts = ", ".join(
            address(word) for word in ("admin", "staff", "finance", "adviser", "researcher", "krabi-pao")
        )
        self.stdout.write(
            _("Accounts: %(accounts)s … one for each local government by its code.") % {"accounts": accounts}
        )
