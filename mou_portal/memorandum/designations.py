"""Which name and type a local government has in an agreement: found, or begun on the day of signing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from mou_portal.memorandum.merging import Merge
from participants.models import Designation, LocalGovernment, Participant

if TYPE_CHECKING:
    from mou_portal.memorandum.reading import Entry

_DAY = timedelta(days=1)
KIND_OF_ROW = "designation"


class DatesClash(ValueError):
    """The file's name cannot hold on its day beside the names that other agreements bear witness to; translated."""


def same_name(designation: Designation, entry: Entry) -> bool:
    """Whether a designation is what the file says."""
    return all(getattr(designation, column) == entry[column] for column in ("kind", "name_th", "name_en"))


def designation_for(
    body: LocalGovernment, entry: Entry, signed_on: date, merge: Merge, *, own: Participant | None = None
) -> Designation:
    """The body's designation on the day of signing, begun on that day when the name or the type is new.

    The one before ends the day before. When an older agreement is loaded after a newer one, the newer name keeps
    the days from the first agreement that bears witness to it; ``own``, the participant whose line changed, bears none.
    Raises DatesClash.
    """
    there = body.designation_on(signed_on)
    if there is None:
        later = sorted(row.starts_on for row in body.designations.all() if row.starts_on and row.starts_on > signed_on)
        return _begin(
            body, entry, signed_on if body.designations.exists() else None, later[0] - _DAY if later else None, merge
        )
    if same_name(there, entry):
        return there
    witnesses = Participant.objects.filter(designation=there)
    if own is not None:
        witnesses = witnesses.exclude(pk=own.pk)
    attested = sorted(day for day in witnesses.values_list("agreement__signed_on", flat=True) if day)
    if not attested or attested[-1] < signed_on:
        if there.starts_on == signed_on:
            raise DatesClash(_("from that very day it already has another name or type: “%(name)s”") % {"name": there})
        end = there.ends_on
        merge.change(there, {"ends_on": signed_on - _DAY}, kind=KIND_OF_ROW, name=str(there))
        return _begin(body, entry, signed_on, end, merge)
    if attested[0] > signed_on:
        start = there.starts_on
        merge.change(there, {"starts_on": attested[0]}, kind=KIND_OF_ROW, name=str(there))
        return _begin(body, entry, start, attested[0] - _DAY, merge)
    raise DatesClash(_("another agreement shows that it was called “%(name)s” on that day") % {"name": there})


def renamed(participant: Participant, entry: Entry, signed_on: date, merge: Merge) -> Designation:
    """The designation of a participant whose line in the file changed since it was loaded.

    A designation of this agreement alone is corrected where it stands; one that other agreements share is not
    touched, and another is begun. Raises DatesClash.
    """
    designation = participant.designation
    if same_name(designation, entry):
        return designation
    shared = Participant.objects.filter(designation=designation).exclude(agreement=participant.agreement).exists()
    if shared:
        return designation_for(participant.local_government, entry, signed_on, merge, own=participant)
    values = {column: entry[column] for column in ("kind", "name_th", "name_en")}
    merge.change(designation, values, kind=KIND_OF_ROW, name=str(designation))
    return designation


def _begin(body: LocalGovernment, entry: Entry, start: date | None, end: date | None, merge: Merge) -> Designation:
    row = Designation(
        local_government=body,
        kind=entry["kind"],
        name_th=entry["name_th"],
        name_en=entry["name_en"],
        starts_on=start,
        ends_on=end,
    )
    if start is not None:
        before = body.designations.filter(ends_on=start - _DAY).first()
        if before is not None:
            merge.report.changed.append(
                _("%(old)s is called “%(new)s” from %(day)s") % {"old": before, "new": row, "day": start.isoformat()}
            )
    return merge.create(row, kind=KIND_OF_ROW)
