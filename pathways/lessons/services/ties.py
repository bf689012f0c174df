"""How one row stands to another: a passage or a case to a lesson, a lesson to a statement."""

from __future__ import annotations

from typing import TypeVar

from django.db import IntegrityError, transaction

from mou_portal.thai.words import normalise
from pathways.lessons.models import LessonCase, LessonEvidence, StatementLesson
from pathways.services.guards import checked

Tie = TypeVar("Tie", LessonEvidence, LessonCase, StatementLesson)


def tie(model: type[Tie], *, stance: str, note: str, **ends: object) -> Tie:
    """Save that the two ``ends`` (fields of the model) stand to each other in this way; a second time changes how.

    Of two people at the same moment the first one's word stays.
    """
    row = model._default_manager.filter(**ends).first() or model(**ends)
    row.stance, row.note = stance, normalise(note)
    checked(row)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return model._default_manager.get(**ends)
    return row
