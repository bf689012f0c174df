"""The parties of an agreement on the map: by how many there are, or by how they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from mou_portal.province_map import Entry, ProvinceMap, most_pressing
from mou_portal.thai.localized import localized
from participants.ledger import STATE_LABELS, STATE_SIGNS, Ledger
from participants.models import Participant


def map_of_parties(parties: Iterable[Participant], *, title: Any = None, linked: bool = True) -> ProvinceMap:
    """Where the parties (``with_names()``) are; ``linked`` leads to their pages, which the public cannot open."""
    return ProvinceMap(
        title=title or _("Where the parties are"),
        entries=[_entry(party, linked=linked) for party in parties],
    )


def map_of_states(
    ledger: Ledger, *, title: Any = None, province_urls: Mapping[str, str] | None = None, linked: bool = True
) -> ProvinceMap:
    """How the parties of a ledger stand: each by its most pressing duty, each province by its most pressing party."""
    columns = list(zip(*(row.cells for row in ledger.rows), strict=True)) or [() for _party in ledger.participants]
    return ProvinceMap(
        title=title or _("How the parties stand, by province"),
        entries=[
            _entry(party, linked=linked, state=most_pressing([cell.standing.state for cell in cells]))
            for party, cells in zip(ledger.participants, columns, strict=True)
        ],
        by="state",
        words=STATE_LABELS,
        signs=STATE_SIGNS,
        province_urls=province_urls or {},
    )


def _entry(party: Participant, *, linked: bool, **extra: Any) -> Entry:
    return Entry(
        iso=party.local_government.province.iso,
        name=localized(party.designation),
        url=party.get_absolute_url() if linked else "",
        **extra,
    )
