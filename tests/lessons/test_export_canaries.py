"""Names planted all around an anonymous lesson: none leaves in a file, its name, its metadata or order."""

import io
import json
import re
import zipfile

import pytest
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader

from participants.models import Designation
from pathways.lessons.exports.making import FORMATS, make
from pathways.lessons.exports.selection import Selection, shown_of
from pathways.lessons.models import ExportFormat, Lesson, Theme
from pathways.lessons.services import link_evidence, reindex, set_consent
from tests import factories as factory

pytestmark = pytest.mark.django_db

TOWN, PERSON, PLACE, SOURCE = "กานารีนคร", "สมกานารีย์", "ท่ากานารา", "Qanariasource"
NAMES = (TOWN, PERSON, PLACE, SOURCE, "Qanariatown", "Qanariaman", "canary@", "town-a")


@pytest.fixture
def anonymous_lesson(world):
    """A published lesson full of names with quotes, files, codes and an example in the codebook; its organisation wants
    to be nobody, here and in its other lessons."""
    body, person = world.a.participant, world.a.coordinator
    Designation.objects.filter(pk=body.designation_id).update(
        name_th=f"เทศบาลเมือง{TOWN}", name_en="Qanariatown Town Municipality"
    )
    body.local_government.email = "canary@example.org"
    body.local_government.save()
    person.name_th, person.name_en = f"นาย{PERSON} ใจดี", "Qanariaman Jaidee"
    person.save()
    text = f"คุณ{PERSON} จากเทศบาลเมือง {TOWN} เล่าที่ {PLACE} ว่า Qanariatown เตือนภัยเอง ถาม canary@example.org"
    theme = world.themes["budget"]
    Theme.objects.filter(pk=theme.pk).update(example=text)
    source = factory.make_source(
        body, by=world.researcher, text=text, title=SOURCE, file=factory.make_stored_file(person, f"{SOURCE}.png")
    )
    lesson = factory.make_lesson(
        body,
        by=person,
        validated_by=world.researcher,
        title=f"บทเรียนของ{TOWN}",
        situation=text,
        recommendation=f"ถาม Qanariaman หรือ {PERSON}",
        confidence_note=f"{PERSON} ยืนยัน",
        themes=[theme],
        pathway=world.a.choices["confirmed"].pathway,
        dimension="environment",
    )
    excerpt = factory.make_excerpt(source, 0, len(text))
    factory.make_coding(excerpt, theme, world.researcher)
    link_evidence(lesson=lesson, excerpt=excerpt, user=world.researcher, note=PLACE)
    set_consent(lesson=lesson, user=person, consent="anonymous", hidden_words=[PLACE])
    Lesson.objects.filter(participant=body, consent="named").update(consent="anonymous")
    reindex(Lesson.objects.values_list("pk", flat=True))
    return lesson


def everything_in(content: bytes, name: str) -> str:
    """Every text of a file: what it says, what its parts are called, what it says of itself."""
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        pages = [page.extract_text() for page in reader.pages]
        return "\n".join([name, str(reader.metadata), str(reader.outline), *pages, content.decode("latin-1")])
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = [part.filename + archive.read(part).decode("utf-8", "ignore") for part in archive.infolist()]
        plain = [re.sub(r"<[^>]+>", "", part) for part in parts]  # a name may be cut by tags
        return "\n".join([name, *parts, *plain])
    return name + content.decode()


def test_no_name_leaves_in_any_format(world, anonymous_lesson):
    for language in ("th", "en"):
        with override(language):
            lessons = shown_of(world.agreement, Selection())
        assert anonymous_lesson.pk in {one.pk for one in lessons}
        for kind in ExportFormat.values:
            made = make(world.agreement, lessons, kind, language)
            found = everything_in(made.content, made.name)
            assert not [name for name in NAMES if name in found], (kind, language)
            if kind != ExportFormat.REFI_CODEBOOK:
                assert anonymous_lesson.public_code in found, kind  # it is in there, and so looked at


def test_every_format_is_under_this_test():
    assert set(FORMATS) == set(ExportFormat.values)


def test_neither_order_nor_keys_tell_of_neighbours(world, anonymous_lesson):
    beside = [factory.make_lesson(world.a.participant, title="ก" * n, consent="pathway") for n in (3, 1, 2)]
    with override("th"):
        lessons = shown_of(world.agreement, Selection())
        told = json.loads(make(world.agreement, lessons, "json", "th").content)["lessons"]
    titles = [one["title"] for one in told if one["pathway"] is None and set(one["title"]) == {"ก"}]
    assert titles == sorted(titles)
    assert len(titles) == len(beside)
    last = [one["code"] for one in told if one["pathway"] is None]
    assert anonymous_lesson.public_code in last
    keys = {key for one in told for key in one}
    assert not keys & {"pk", "id", "participant", "created_at", "updated_at"}


def test_reports_and_the_rest_of_the_portal_hold_no_name(world, anonymous_lesson, client_of):
    for name in ("lessons-book", "lessons-by-pathway"):
        for language in ("th", "en"):
            answer = client_of("coordinator_b").get(reverse("report-download", args=[name]), {"language": language})
            found = everything_in(answer.content, answer["Content-Disposition"])
            assert not [one for one in NAMES if one in found], name
    address = reverse("report-download", args=["lessons-by-participant"])
    answer = client_of("coordinator_a").get(address, {"participant": world.a.participant.code, "language": "th"})
    text = everything_in(answer.content, "")
    assert "เตือนภัยเอง" not in text  # under its name stands nothing that it wants to have said anonymously
    assert anonymous_lesson.public_code not in text
    for kind in ("bib", "ris", "json"):
        answer = client_of("anonymous").get(reverse("lessons:public-cite", args=[anonymous_lesson.public_code, kind]))
        assert not [one for one in NAMES if one in everything_in(answer.content, answer["Content-Disposition"])]
