"""What each of the thirteen does in the demonstration, and what chance gives to the made-up ones beyond them."""

from __future__ import annotations

import random
from dataclasses import dataclass

from mou_portal.demo.themes import THEMES


@dataclass(frozen=True)
class ChoicePlan:
    """A choice of the story.

    ``versions`` are the states of its versions, oldest first. ``updates`` has a sign for each reporting period:
    ``A`` accepted, ``a`` accepted after a return, ``N`` accepted "nothing changed", ``S`` submitted, ``L`` submitted
    after the agreement's end with a reason, ``R`` returned, ``D`` draft, ``-`` none.
    """

    theme: str
    versions: tuple[str, ...] = ("confirmed",)
    updates: str = "-----"


@dataclass(frozen=True)
class Plan:
    """A party's whole part in the story. ``presentations``: at the last workshop and on the presentation day."""

    choices: tuple[ChoicePlan, ...] = ()
    presentations: tuple[str, str] = ("", "")
    skipped_period: int = 0
    misses_seminar: int = 0


STORY = {
    "krabi-pao": Plan((ChoicePlan("strategy", updates="AAAAS"),), ("given", "given")),
    "surat-thani-pao": Plan((ChoicePlan("flood", updates="AAaA-"),), ("", "accepted")),
    "nonthaburi": Plan(
        (ChoicePlan("complaints", updates="AAAAA"), ChoicePlan("lights", updates="-AAAS")), ("given", "given")
    ),
    "pak-kret": Plan((ChoicePlan("flood", ("superseded", "confirmed"), "AAAAL"),), ("given", "given")),
    "udon-thani": Plan(
        (ChoicePlan("open-data", ("confirmed", "submitted"), "AAAAS"), ChoicePlan("lights", updates="--AAD")),
        ("given", "given"),
    ),
    "phanat-nikhom": Plan((ChoicePlan("elderly", updates="ANNNS"),), ("", "submitted")),
    "map-ta-phut": Plan(
        (ChoicePlan("waste", updates="AAAR-"), ChoicePlan("strategy", ("draft",))), ("given", "returned")
    ),
    "roi-et": Plan((ChoicePlan("plan", updates="AAASD"), ChoicePlan("elderly", ("returned",))), ("", "submitted")),
    "lamphun": Plan((ChoicePlan("lights", updates="AaAA-"),), ("not_given", "not_given")),
    "bang-kadi": Plan((ChoicePlan("waste", updates="AAAAA"),), ("given", "given"), 0),
    "bang-pu": Plan((ChoicePlan("complaints", updates="A-AS-"), ChoicePlan("flood", ("submitted",))), ("", "draft"), 2),
    "ban-bang-muang": Plan((ChoicePlan("plan", updates="AAS--"),), ("", "accepted"), 0, 2),
    "phraek-sa": Plan((), ("", ""), 0, 2),
}

_UPDATES = ("AAAAA", "AAAAS", "AAAS-", "AAA--", "AaAR-", "AANNS", "AA-D-", "A----", "-----")
_PRESENTED = ("given", "given", "accepted", "submitted", "returned", "draft", "")


def chance(seed: int, word: str) -> random.Random:
    """Repeatable chance: the same seed and word give the same story, whatever else is told."""
    return random.Random(f"{seed}:{word}")  # noqa: S311 — made-up data needs no cryptographic chance


def plan_by_chance(dice: random.Random) -> Plan:
    """A plan for a made-up party: most have one confirmed choice, some two, a few none or one that waits."""
    kind = dice.choices(("none", "waiting", "one", "two"), (6, 6, 63, 25))[0]
    if kind == "none":
        return Plan(misses_seminar=dice.choice((0, 1, 2)))
    themes = dice.sample(list(THEMES), 2)
    # Two themes on one pathway are one choice: a participant chooses a pathway once.
    if kind == "two" and THEMES[themes[0]].pathway == THEMES[themes[1]].pathway:
        kind = "one"
    if kind == "waiting":
        return Plan((ChoicePlan(themes[0], ("submitted",)),))
    count = 2 if kind == "two" else 1
    choices = tuple(ChoicePlan(theme, updates=dice.choice(_UPDATES)) for theme in themes[:count])
    return Plan(choices, (dice.choice(("given", "", "")), dice.choice(_PRESENTED)), 0, dice.choice((0, 0, 0, 2)))
