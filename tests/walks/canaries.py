"""Canary words in everything that belongs to one party: whoever else sees one has found a leak."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models
from pypdf import PdfReader

from participants.models import Participant, StoredFile
from tests.world import World

#: How planted words begin: of party A's rows; of what A has not handed in; of a choice that was not handed in, which
#: advisers and staff may read.
PARTY, DRAFT, CHOICE = "Qanaria", "Qandraft", "Qanhoice"
#: Who must not read which of them, anywhere.
KEPT_FROM = {
    "anonymous": (PARTY, DRAFT, CHOICE),
    "coordinator_b": (PARTY, DRAFT, CHOICE),
    "executive_b": (PARTY, DRAFT, CHOICE),
    "adviser": (DRAFT,),
    "researcher": (DRAFT, CHOICE),
    "finance": (DRAFT,),
    "programme": (DRAFT,),
}
_PLANTED = re.compile(rf"({PARTY}|{DRAFT}|{CHOICE})\d+")

#: How each model leads to the party that a row belongs to. A model that leads to a party must stand here or below.
OWNED_BY: dict[str, str] = {
    "participants.participant": "pk",
    "participants.partydocument": "participant",
    "participants.invitation": "participant",
    "participants.localgovernment": "participations",
    "participants.dutyproof": "participant",
    "participants.waiver": "participant",
    "pathways.pathwaychoice": "participant",
    "pathways.choiceversion": "choice__participant",
    "pathways.milestone": "choice__participant",
    "pathways.indicator": "choice__participant",
    "pathways.indicatorvalue": "indicator__choice__participant",
    "pathways.periodskip": "participant",
    "pathways.progressupdate": "choice__participant",
    "pathways.evidence": "update__choice__participant",
    "pathways.updateevent": "update__choice__participant",
    "lessons.sourcetext": "participant",
    "lessons.excerpt": "source__participant",
    "lessons.memo": "lesson__participant",
    "lessons.lesson": "participant",
    "lessons.validatedtext": "of__participant",
    "lessons.lessonevidence": "lesson__participant",
    "lessons.lessoncase": "lesson__participant",
    "lessons.lessonevent": "lesson__participant",
    "lessons.statementlesson": "lesson__participant",
    "seminars.seat": "participant",
    "seminars.attendance": "seat__participant",
    "seminars.checkin": "seat__participant",
    "seminars.seminarmail": "seat__participant",
    "seminars.presentation": "participant",
    "seminars.fieldvisit": "parts__participant",
    "seminars.finding": "visit__parts__participant",
    "seminars.followupaction": "finding__visit__parts__participant",
    "seminars.certificate": "participant",
    "seminars.formerslides": "presentation__participant",
    "seminars.review": "presentation__participant",
    "seminars.feedbackresponse": "participant",
    "seminars.feedbackanswer": "response__participant",
    "expenses.expenseline": "visit__parts__participant",
    "expenses.ruling": "line__visit__parts__participant",
    "expenses.rulingoverride": "line__visit__parts__participant",
    "expenses.settlement": "participant",
    "expenses.settlementline": "participant",
    "expenses.linedispute": "line__participant",
    "expenses.settlementsignature": "settlement__participant",
    "expenses.settlementpayment": "settlement__participant",
}
#: Models that lead to a party and hold no words of it, or words that everybody may read, and why.
NOT_PLANTED: dict[str, str] = {
    "participants.membership": "links alone; the person's name is planted by itself",
    "participants.adviserassignment": "links alone",
    "participants.dutyparty": "links alone",
    "lessons.coding": "links alone",
    "lessons.lessontheme": "links alone",
    "lessons.basketitem": "links alone",
    "lessons.lessonindex": "what is searched in, never shown; tests/lessons plants it",
    "seminars.visitparticipant": "links alone",
    "seminars.checkinsending": "links, moments and a key alone",
    "seminars.slot": "links and figures alone",
    "seminars.score": "links and figures alone",
    "expenses.expenseparty": "links alone",
    "expenses.share": "links and figures alone",
    "expenses.approval": "links and figures alone",
    "expenses.budgetline": "links and figures alone",
    "expenses.expensereceipt": "links alone; the file is planted by itself",
}
#: Columns that are public by design or not words: names of organisations, keys, states, what is sorted by.
PUBLIC = {
    "participants.localgovernment": {"code", "sort_key", "search_text"},
    "participants.invitation": {"token_hash", "email", "staff_group"},
    "participants.waiver": {"duty_name"},
    "seminars.certificate": {"code"},
    "expenses.ruling": {"clause", "rule_code"},
    "expenses.settlementline": {"clause"},
    "lessons.lesson": {"public_code"},
}
#: Rows that everybody reads, with the consent of the party: their own tests see to what is shown of them.
PUBLISHED = {
    "lessons.lesson": {"state": "published"},
    "lessons.validatedtext": {"of__state": "published"},
    "lessons.excerpt": {"lesson_links__lesson__state": "published"},
}
#: Columns that a constraint ties to another one: planted where that one is filled.
TIED = {
    ("participants.dutyproof", "note"): "note",
    ("participants.waiver", "end_reason"): "ended_on",
    ("expenses.expenseline", "cut_reason"): "sanctioned_amount",
    ("seminars.review", "answer"): "answered_at",
    ("seminars.feedbackanswer", "text"): "text",
    ("seminars.certificate", "withdrawn_reason"): "withdrawn_on",
    ("expenses.ruling", "decision_reason"): "decided_by_id",
    ("expenses.settlement", "correction_reason"): "replaces_id",
    ("expenses.settlementline", "dispute_reason"): "dispute_reason",
    ("expenses.linedispute", "answer"): "answered_by_id",
}


@dataclass(frozen=True)
class Canaries:
    """The words that were planted: ``word`` begins each of them."""

    word: str
    planted: int


def plant(party: Participant, word: str) -> Canaries:
    """Put ``word`` with a number of its own into every text column of the party's rows, their history and files."""
    number = 0
    for label, path in OWNED_BY.items():
        model = apps.get_model(label)
        rows = model._base_manager.filter(**{path: party.pk}).distinct()
        if label in PUBLISHED:
            rows = rows.exclude(**PUBLISHED[label])
        for row in rows:
            changed = {}
            for column in _words(model, label):
                if not getattr(row, TIED.get((label, column.name), "pk")):
                    continue
                number += 1
                changed[column.name] = _canary(column, word, number)
            if changed:
                model._base_manager.filter(pk=row.pk).update(**changed)
                if hasattr(model, "history"):
                    model.history.filter(id=row.pk).update(**changed)
    number += _people(party, word, number)
    number += _files(party, word, number)
    return Canaries(word, number)


def plant_world(world: World) -> list[models.Model]:
    """Plant every word where it belongs in party A; gives the rows that nobody has handed in."""
    assert plant(world.a.participant, PARTY).planted > 150
    update, talk, choice = world.a.updates["draft"], world.a.presentations["draft"], world.a.choices["draft"]
    version = choice.versions.get()
    columns: dict[models.Model, tuple[str, Iterable[str]]] = {
        update: (DRAFT, ("done", "result", "obstacles", "next_step")),
        talk: (DRAFT, ("title", "abstract", "presenters")),
        **dict.fromkeys(update.evidence.all(), (DRAFT, ("caption",))),
        version: (CHOICE, ("reason", "expected_result", "signed_by")),
    }
    for row, (word, names) in columns.items():
        changed = dict.fromkeys(names, f"{word}{row.pk}")
        type(row)._base_manager.filter(pk=row.pk).update(**changed)
        if hasattr(row, "history"):
            row.history.update(**changed)
    return [*columns, choice]


def leaks(text: str) -> dict[str, str]:
    """By planted word the first place where a text holds it."""
    found: dict[str, str] = {}
    for hit in _PLANTED.finditer(text):
        found.setdefault(hit[1], text[max(0, hit.start() - 60) : hit.end()])
    return found


def _words(model: type[models.Model], label: str) -> list[models.Field]:
    """Text columns that people fill: without choices, and not public."""
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, (models.CharField, models.TextField))
        and not one.choices
        and not isinstance(one, models.SlugField)
        and one.name not in PUBLIC.get(label, ())
    ]


def _canary(column: models.Field, word: str, number: int) -> str:
    if isinstance(column, models.EmailField):
        return f"{word}{number}@example.org"
    return f"{word}{number}"[: column.max_length or 60]


def _people(party: Participant, word: str, number: int) -> int:
    """Names, positions and telephones of the party's own people."""
    count = 0
    for membership in party.memberships.select_related("user"):
        for name in ("name_th", "name_en", "position_th", "position_en", "phone"):
            count += 1
            setattr(membership.user, name, f"{word}{number + count}")
        membership.user.save()
    return count


def _files(party: Participant, word: str, number: int) -> int:
    """Names and contents of the files that the party's rows refer to."""
    ids: set[int] = set()
    for label, path in OWNED_BY.items():
        model = apps.get_model(label)
        for column in model._meta.concrete_fields:
            if column.related_model is StoredFile:
                rows = model._base_manager.filter(**{path: party.pk, f"{column.name}__isnull": False})
                ids |= set(rows.values_list(column.attname, flat=True))
    count = 0
    for stored in StoredFile.objects.filter(pk__in=ids):
        count += 1
        content = f"{word}{number + count}".encode()
        # beside the file that was there, which comes back with the rows when they are no longer planted
        name = default_storage.save(stored.storage_name, ContentFile(content))
        StoredFile.objects.filter(pk=stored.pk).update(
            original_name=f"{word}{number + count}.png", storage_name=name, size=len(content)
        )
    return count


def text_of(response: object) -> str:
    """Everything that a response says: its head, and its body as text, workbooks and PDFs unpacked."""
    streaming = getattr(response, "streaming", False)
    body = b"".join(response) if streaming else response.content  # type: ignore[attr-defined,call-overload]  # an HttpResponse
    head = " ".join(f"{name}: {value}" for name, value in response.items())  # type: ignore[attr-defined]  # as above
    if body.startswith(b"%PDF"):
        return head + _text_of_pdf(body)
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return head + " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return head + body.decode("utf-8", "replace")


@lru_cache(maxsize=256)
def _text_of_pdf(body: bytes) -> str:
    """The words of a PDF: the same one is often handed to many people."""
    reader = PdfReader(io.BytesIO(body))
    return " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
