"""The basket, and exports that take long: asked for, made in the background, given out while they still hold.

The only place that moves an export's state.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from mou_portal.pdf import RenderError
from mou_portal.records import Conflict, DomainError
from participants.models import Agreement, StoredFile, User
from pathways.lessons.exports.docx_book import TemplateBroken
from pathways.lessons.exports.making import FORMATS, Made, NothingToWrite, make
from pathways.lessons.exports.selection import Selection, fingerprint, shown_of
from pathways.lessons.models import BasketItem, ExportJob, JobState, Lesson

MOST_IN_BASKET = 1_000
#: So many exports are kept for each person, the newest.
MOST_KEPT = 20
#: An export that was begun so long ago and is not done was cut off.
SILENT = timedelta(minutes=15)


# --- the basket -----------------------------------------------------------------------------
@transaction.atomic
def put_into_basket(*, lesson: Lesson, user: User) -> None:
    """Put a lesson that the person reads into the basket; a second time changes nothing."""
    if BasketItem.objects.filter(user=user).count() >= MOST_IN_BASKET:
        raise DomainError(_("The basket is full (%(most)d lessons). Empty it first.") % {"most": MOST_IN_BASKET})
    BasketItem.objects.get_or_create(user=user, lesson=lesson)


def take_from_basket(*, item: BasketItem) -> None:
    """Take a lesson out of the basket (of the person's own, as loaded)."""
    item.delete()


def empty_basket(*, agreement: Agreement, user: User) -> int:
    """Take everything of an agreement out of the person's basket; returns how many there were."""
    number, _by_model = BasketItem.objects.filter(user=user, lesson__agreement=agreement).delete()
    return number


# --- exports --------------------------------------------------------------------------------
def ask_for_export(
    *, agreement: Agreement, user: User, kind: str, language: str, selection: Selection, total: int
) -> ExportJob:
    """Note that somebody wants a long export; :func:`start` begins it. Older ones beyond the newest few go."""
    job = ExportJob(
        user=user, agreement=agreement, format=kind, language=language, selection=selection.as_json(), total=total
    )
    job.full_clean()
    job.save()
    for old in ExportJob.objects.filter(user=user).select_related("file")[MOST_KEPT:]:
        _drop_file(old)
        old.delete()
    return job


def start(job: ExportJob) -> None:
    """Give the export to the background worker (where there is none, it is made now)."""
    make_export_task.enqueue(job.pk)


@task()
def make_export_task(job_id: int) -> None:
    """The background job: an export that somebody else began meanwhile is left to them."""
    job = ExportJob.objects.select_related("agreement", "user").filter(pk=job_id).first()
    if job is None:
        return
    try:
        make_export(job)
    except Conflict:
        return


def _move(job: ExportJob, sources: tuple[str, ...], target: str, **changes: object) -> None:
    """One conditional UPDATE. Raises :class:`Conflict` where somebody else was there first."""
    moved = ExportJob.objects.filter(pk=job.pk, state__in=sources).update(state=target, **changes)
    job.refresh_from_db()
    if not moved:
        raise Conflict(_("This export is already being made, or it is done. Reload the page."))


def make_export(job: ExportJob) -> None:
    """Make a waiting export; a failure is noted on it and not raised. Raises :class:`Conflict` if it does not wait."""
    _move(job, (JobState.WAITING,), JobState.RUNNING, done=0, error="")
    selection = Selection.from_json(job.selection)
    try:
        with override(job.language):
            lessons = shown_of(job.agreement, selection)
            ExportJob.objects.filter(pk=job.pk).update(total=2 * len(lessons), done=len(lessons))
            made = make(job.agreement, lessons, job.format, job.language)
            print_ = fingerprint(lessons)
        stored = _store(made, job.user)
    except (RenderError, TemplateBroken, NothingToWrite, OSError, MemoryError) as error:
        _move(job, (JobState.RUNNING,), JobState.FAILED, error=str(error)[:500], finished_at=timezone.now())
        return
    kept = selection.as_json() | {"made": {"lessons": [one.pk for one in lessons], "print": print_}}
    try:
        _move(
            job,
            (JobState.RUNNING,),
            JobState.DONE,
            file=stored,
            selection=kept,
            done=2 * len(lessons),
            finished_at=timezone.now(),
        )
    except Conflict:
        default_storage.delete(stored.storage_name)
        stored.delete()
        raise


def _store(made: Made, user: User) -> StoredFile:
    ending = made.name.rsplit(".", 1)[-1]
    name = default_storage.save(f"{uuid.uuid4().hex}.{ending}", ContentFile(made.content))
    return StoredFile.objects.create(
        storage_name=name,
        original_name=made.name,
        content_type=made.content_type,
        size=len(made.content),
        sha256=hashlib.sha256(made.content).hexdigest(),
        uploaded_by=user,
    )


def _drop_file(job: ExportJob) -> None:
    if job.file is not None:
        stored, job.file = job.file, None
        ExportJob.objects.filter(pk=job.pk).update(file=None)
        name = stored.storage_name
        stored.delete()
        default_storage.delete(name)


def is_silent(job: ExportJob) -> bool:
    """Whether an export is said to be in the making, and was begun so long ago that it must have been cut off."""
    return job.state == JobState.RUNNING and timezone.now() - job.created_at > SILENT


def still_holds(job: ExportJob) -> bool:
    """Whether everything in a made file is shown today as it was then: no consent and no text has changed since."""
    made = job.selection.get("made")
    if job.state != JobState.DONE or made is None:
        return False
    with override(job.language):
        now = shown_of(job.agreement, Selection(lessons=tuple(made["lessons"])))
    return bool(fingerprint(now) == made["print"])


def give_out(*, job: ExportJob) -> StoredFile:
    """The file of an export. Raises :class:`DomainError` when it is not done, is gone or no longer holds; a file that
    no longer holds is thrown away at once."""
    if job.state != JobState.DONE or job.file is None:
        raise DomainError(_("There is no file yet, or no longer. Have it made anew."))
    if not still_holds(job):
        _drop_file(job)
        raise DomainError(
            _("Since this file was made, something in it may no longer be shown in that way. Have it made anew.")
        )
    return job.file


def begin_again(*, job: ExportJob) -> None:
    """Put an export that failed, was cut off, or no longer holds back in line.

    Raises :class:`Conflict` for one that is being made.
    """
    sources: tuple[str, ...] = (JobState.FAILED, JobState.WAITING, JobState.DONE)
    if is_silent(job):
        sources += (JobState.RUNNING,)
    selection = {name: value for name, value in job.selection.items() if name != "made"}
    _drop_file(job)
    _move(job, sources, JobState.WAITING, error="", selection=selection, created_at=timezone.now(), finished_at=None)


def refusal(error: RenderError | TemplateBroken | NothingToWrite) -> str:
    """Why a file could not be made, in words."""
    if isinstance(error, NothingToWrite):
        return str(error)
    if isinstance(error, TemplateBroken):
        return gettext("The Word template that is in use cannot be filled in. Ask the staff to put another one in use.")
    if error.code == "failed":
        return gettext("The file could not be made. The staff have been told.")
    return gettext("The file is too large to be made. Choose fewer lessons.")


__all__ = [
    "FORMATS",
    "ask_for_export",
    "begin_again",
    "empty_basket",
    "give_out",
    "is_silent",
    "make_export",
    "make_export_task",
    "put_into_basket",
    "refusal",
    "start",
    "still_holds",
    "take_from_basket",
]
