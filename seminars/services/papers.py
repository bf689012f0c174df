"""Materials of a seminar and photographs of its signed sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from mou_portal.records import Conflict
from mou_portal.thai.words import normalise
from participants.models import StoredFile
from seminars.models import Material, Seminar, SeminarSession, SeminarState, SheetPhoto

from .seats import locked, require_announced

if TYPE_CHECKING:
    from participants.models import User


@transaction.atomic
def add_material(*, seminar: Seminar, title: str, is_public: bool, stored: StoredFile, user: User) -> Material:
    """Offer a file to those who may see the seminar, or to everybody. Raises ``Conflict`` for a cancelled seminar.

    Materials may come after the closing: what was shown is sent around then.
    """
    if locked(seminar.pk).state == SeminarState.CANCELLED:
        raise Conflict(_("The seminar was cancelled: nothing is added to it any more."))
    material = Material(seminar=seminar, title=normalise(title)[:200], is_public=is_public, file=stored)
    material._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    material.save()
    return material


@transaction.atomic
def remove_material(*, material: Material, user: User) -> None:
    """Take a file away from the seminar; the history keeps that it was there."""
    material._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    material.delete()


@transaction.atomic
def attach_photo(*, session: SeminarSession, stored: StoredFile, user: User) -> SheetPhoto:
    """Attach the photograph of a signed sheet to its session. Raises ``Conflict`` once the seminar is closed."""
    require_announced(locked(session.seminar_id))
    photo = SheetPhoto(session=session, file=stored)
    photo._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    photo.save()
    return photo


@transaction.atomic
def remove_photo(*, photo: SheetPhoto, user: User) -> None:
    """Take a photograph off that was attached by mistake. Raises ``Conflict`` once the seminar is closed."""
    require_announced(locked(photo.session.seminar_id))
    photo._history_user = user  # type: ignore[attr-defined]  # read by simple_history
    photo.delete()
