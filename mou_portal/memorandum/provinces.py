"""The 77 provinces of Thailand with their ISO 3166-2 codes, names and regions (the six of the geographers)."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from participants.models import Province

FILE = Path(__file__).resolve().parent.parent / "data" / "provinces.csv"


@dataclass(frozen=True)
class ProvinceRow:
    """A province as the file has it."""

    iso: str
    name_th: str
    name_en: str
    region: str


@cache
def known_provinces() -> dict[str, ProvinceRow]:
    """The provinces by ISO code, in the order of the codes."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return {row["iso"]: ProvinceRow(**row) for row in csv.DictReader(lines)}


def load_provinces() -> tuple[int, int]:
    """Bring the table of provinces in step with the file; say how many were added and how many changed."""
    there = {province.iso: province for province in Province.objects.all()}
    added = [Province(**asdict(row)) for iso, row in known_provinces().items() if iso not in there]
    changed = []
    for iso, row in known_provinces().items():
        province = there.get(iso)
        if province is not None and any(getattr(province, name) != value for name, value in asdict(row).items()):
            for name, value in asdict(row).items():
                setattr(province, name, value)
            changed.append(province)
    Province.objects.bulk_create(added)
    Province.objects.bulk_update(changed, ["name_th", "name_en", "region"])
    return len(added), len(changed)
