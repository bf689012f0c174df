"""Packs of reports: every party's reports of an agreement in one ZIP, made on all cores, begun again where it stopped.

The only place that moves a pack's state. Reports are set in processes of their own, several at once; threads wait for
them. What each report says is gathered here, one after the other, in the thread that has the database.
"""

from __future__ import annotations

import io
import os
import secrets
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from mou_portal.exchange import csv_response
from mou_portal.pdf import RenderError
from mou_portal.records import Conflict, DomainError, transition
from mou_portal.registry import Report, reports
from mou_portal.report_pages import document_of, pdf_of
from mou_portal.report_store import Document, find, keep, place_of, sweep
from participants.models import Agreement, PackState, Participant, ReportPack, User
from participants.permissions import can_make_packs

#: A pack that showed no sign of life for so long was cut off and may be begun again.
SILENT = timedelta(minutes=3)
#: All files of a ZIP bear this time: the same reports give the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Piece:
    """One report of a pack: of which party, under which name in the ZIP."""

    report: Report
    participant: Participant
    name: str


@dataclass
class Tally:
    """How many reports were made and how many came from the store."""

    made: int = 0
    found: int = 0


def packable() -> list[Report]:
    """The reports that are about one party, in the order in which they were registered."""
    return [report for report in reports if report.subject == "participant"]


def ask_for_pack(*, agreement: Agreement, names: Sequence[str], language: str, user: User) -> ReportPack:
    """Note that somebody wants a pack; :func:`start` begins it.

    Raises ``PermissionDenied`` and, for no or unknown reports, :class:`DomainError`.
    """
    if not can_make_packs(user, agreement):
        raise PermissionDenied
    known = [report.name for report in packable() if report.name in names]
    if not known or len(known) != len(set(names)):
        raise DomainError(_("Choose at least one report for the pack."))
    pack = ReportPack(agreement=agreement, asked_by=user, report_names=known, language=language)
    pack.full_clean()
    pack.save()
    return pack


def start(pack: ReportPack) -> None:
    """Give the pack to the background worker (where there is none, it is made now)."""
    make_pack_task.enqueue(pack.pk)


@task()
def make_pack_task(pack_id: int) -> None:
    """The background job: a pack that somebody else began meanwhile is left to them."""
    pack = ReportPack.objects.select_related("agreement", "asked_by").get(pk=pack_id)
    try:
        make_pack(pack)
    except Conflict:
        return


def begin_again(*, pack: ReportPack, user: User) -> None:
    """Put a pack that failed, was cut off or lost its file back in line; what is in the store is not made again.

    Raises ``PermissionDenied``, and :class:`Conflict` for one that is being made or is ready.
    """
    if not can_make_packs(user, pack.agreement):
        raise PermissionDenied
    sources = [PackState.FAILED, PackState.WAITING]
    if is_silent(pack):
        sources.append(PackState.MAKING)
    if is_gone(pack):
        sources.append(PackState.READY)
    transition(pack, sources=sources, target=PackState.WAITING, error="")


def is_silent(pack: ReportPack) -> bool:
    """Whether a pack is said to be in the making, and nothing was finished for long."""
    last = pack.beat_at or pack.updated_at
    return pack.state == PackState.MAKING and timezone.now() - last > SILENT


def is_gone(pack: ReportPack) -> bool:
    """Whether a pack was ready and its file was thrown away meanwhile, because nobody asked for it for long."""
    return pack.state == PackState.READY and not _place_of_file(pack).exists()


def _place_of_file(pack: ReportPack) -> Path:
    return Path(settings.REPORT_STORE_DIR) / "packs" / (pack.file_name or "none")


def make_pack(pack: ReportPack, *, processes: int = 0) -> Tally:
    """Make a waiting pack, report by report, and its ZIP; a failure is noted on it and not raised.

    Raises :class:`Conflict` when the pack does not wait (any more).
    """
    pieces = pieces_of(pack)
    transition(
        pack, sources=[PackState.WAITING], target=PackState.MAKING, total=len(pieces), done=0, beat_at=timezone.now()
    )
    tally = Tally()
    try:
        digests = []
        for digest in set_all(pieces, pack.language, processes=processes or settings.REPORT_PROCESSES, tally=tally):
            digests.append(digest)
            ReportPack.objects.filter(pk=pack.pk).update(done=len(digests), beat_at=timezone.now())
        name = _write_zip(pieces, dict(digests), pack)
    except (RenderError, OSError) as error:
        transition(pack, sources=[PackState.MAKING], target=PackState.FAILED, error=str(error)[:500])
        return tally
    except Exception:
        # a fault of ours: whoever waits sees at once that it failed, and the log says why
        transition(pack, sources=[PackState.MAKING], target=PackState.FAILED, error=_("A report could not be made."))
        raise
    transition(pack, sources=[PackState.MAKING], target=PackState.READY, file_name=name, done=len(pieces))
    sweep()
    return tally


def pieces_of(pack: ReportPack) -> list[Piece]:
    """What belongs into a pack: of every party, each report that whoever asked may see."""
    parties = list(Participant.objects.visible_to(pack.asked_by).with_names().filter(agreement=pack.agreement))
    chosen = [report for report in packable() if report.name in pack.report_names]
    width = len(str(len(parties)))
    return [
        Piece(report, party, f"{place:0{width}d}-{party.code}/{report.filename(party)}-{pack.language}.pdf")
        for place, party in enumerate(sorted(parties, key=lambda one: one.order), 1)
        for report in chosen
        if report.can_view(pack.asked_by, party)
    ]


def set_all(pieces: Sequence[Piece], language: str, *, processes: int, tally: Tally) -> Iterator[tuple[int, str]]:
    """Have every piece in the store; yield its place and its digest as each is ready, in any order.

    At most as many are in the making as there are processes, and as many wait, so memory does not grow with the pack.
    Raises what setting a report raises; reports that are being set then are still finished and kept.
    """
    at_once = processes or len(os.sched_getaffinity(0))
    waiting: dict[Future[None], tuple[int, str]] = {}
    with ThreadPoolExecutor(at_once) as pool:
        for place, piece in enumerate(pieces):
            document = document_of(piece.report, piece.participant, language)
            digest = document.digest
            if find(digest) is not None:
                tally.found += 1
                yield place, digest
                continue
            waiting[pool.submit(_set_and_keep, document, digest)] = (place, digest)
            tally.made += 1
            if len(waiting) >= (2 * at_once if at_once > 1 else 1):
                yield from _finished(waiting)
        while waiting:
            yield from _finished(waiting)


def _set_and_keep(document: Document, digest: str) -> None:
    keep(digest, pdf_of(document))


def _finished(waiting: dict[Future[None], tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Wait until at least one is ready; take it off the list and yield it, or raise what went wrong with it."""
    ready, _rest = wait(waiting, return_when=FIRST_COMPLETED)
    for one in ready:
        place = waiting.pop(one)
        one.result()
        yield place


def _write_zip(pieces: Sequence[Piece], digests: dict[int, str], pack: ReportPack) -> str:
    """Write the ZIP, with a table of what is in it, beside the store; return its file name."""
    folder = Path(settings.REPORT_STORE_DIR) / "packs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    name = f"{pack.pk}-{secrets.token_hex(16)}.zip"
    part = folder / f"{name}.part"
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as archive:  # PDFs are compressed already
        for place, piece in enumerate(pieces):
            archive.writestr(zipfile.ZipInfo(piece.name, NO_TIME), place_of(digests[place]).read_bytes())
        archive.writestr(zipfile.ZipInfo("index.csv", NO_TIME), _index(pieces))
    part.replace(folder / name)
    return name


def _index(pieces: Sequence[Piece]) -> bytes:
    head = [_("Party"), _("Report"), _("File")]
    rows = ([str(piece.participant), str(piece.report.title), piece.name] for piece in pieces)
    out = io.BytesIO()
    for line in csv_response("index", head, rows).streaming_content:  # type: ignore[union-attr]  # it is synchronous
        out.write(line)
    return out.getvalue()


def file_of(pack: ReportPack) -> Any:
    """The ZIP of a ready pack, open for reading; nothing when it was thrown away meanwhile."""
    try:
        return _place_of_file(pack).open("rb")
    except OSError:
        return None
