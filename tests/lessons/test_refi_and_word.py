"""REFI-QDA and Word files, read back by readers that know nothing of how they were written."""

import io
import re
import zipfile

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override
from docx.oxml.ns import qn
from lxml import etree

from mou_portal.records import DomainError
from pathways.lessons.exports import refi
from pathways.lessons.exports.docx_book import SAMPLE, TemplateBroken, docx_of, fill
from pathways.lessons.exports.docx_template import FONT, built_in
from pathways.lessons.exports.making import NothingToWrite, make
from pathways.lessons.exports.selection import Selection, shown_of
from pathways.lessons.models import ReportTemplate, Theme
from pathways.lessons.services import link_evidence, set_quote_consent
from pathways.lessons.services.templates import check_template, put_in_use, store_template, take_out_of_use
from tests import factories as factory

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
GUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
#: What QDA-XML 1.0 says of the elements that are written here: what each may hold, in this order, and its attributes
#: (with * those that must be there).
STRUCTURE = {
    "Project": (["Users", "CodeBook", "Variables", "Cases", "Sources", "Notes"], "name* origin creatingUserGUID"),
    "Users": (["User"], ""),
    "User": ([], "guid* name id"),
    "CodeBook": (["Codes"], "origin"),
    "Codes": (["Code"], ""),
    "Code": (["Description", "NoteRef", "Code"], "guid* name* isCodable* color"),
    "Description": ([], ""),
    "Variables": (["Variable"], ""),
    "Variable": (["Description"], "guid* name* typeOfVariable*"),
    "Sources": (["TextSource"], ""),
    "TextSource": (
        ["Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue"],
        "guid* name richTextPath plainTextPath creatingUser",
    ),
    "PlainTextSelection": (["Description", "Coding", "NoteRef"], "guid* name startPosition* endPosition*"),
    "Coding": (["CodeRef", "NoteRef"], "guid* creatingUser creationDateTime"),
    "CodeRef": ([], "targetGUID*"),
    "VariableValue": (["VariableRef", "TextValue"], ""),
    "VariableRef": ([], "targetGUID*"),
    "TextValue": ([], ""),
}
#: What must hold something.
NOT_EMPTY = {"Users", "CodeBook", "Codes", "Variables", "Sources", "Coding", "VariableValue"}


def conforms(content, namespace):
    """Read a file and hold every element against the structure; returns the root."""
    root = etree.fromstring(content)
    guids = []
    for element in root.iter():
        name = etree.QName(element)
        assert name.namespace == namespace
        children, attributes = STRUCTURE[name.localname]
        found = [etree.QName(child).localname for child in element]
        assert set(found) <= set(children)
        assert found == sorted(found, key=children.index), name.localname
        assert found or name.localname not in NOT_EMPTY, name.localname
        known = attributes.split()
        assert set(element.attrib) <= {one.rstrip("*") for one in known}
        assert {one.rstrip("*") for one in known if one.endswith("*")} <= set(element.attrib)
        for key in ("guid", "targetGUID", "creatingUserGUID"):
            assert re.fullmatch(GUID, element.get(key, "0" * 8 + "-0000" * 3 + "-" + "0" * 12))
        if "guid" in element.attrib:
            guids.append(element.get("guid"))
        if name.localname == "Code":
            assert element.get("isCodable") in ("true", "false")
    assert len(guids) == len(set(guids))
    targets = {element.get("targetGUID") for element in root.iter() if element.get("targetGUID")}
    assert targets <= set(guids)
    return root


@pytest.fixture
def quoted(world):
    """A published lesson with two coded quotes, of which one may be shown."""
    theme = world.themes["budget"]
    body = world.a.participant
    source = factory.make_source(body, by=world.researcher, text="น้ำมาเร็ว 🌊 เราเตรียมตัวทัน และอีกคำพูดหนึ่งที่ไม่ยินยอม")
    lesson = factory.make_lesson(body, consent="named", themes=[theme], situation="ข้อความ & <แท็ก>\nบรรทัดสอง")
    for start, end, consent in ((0, 27, "named"), (27, 50, "refused")):
        excerpt = factory.make_excerpt(source, start, end)
        factory.make_coding(excerpt, theme, world.researcher)
        link_evidence(lesson=lesson, excerpt=excerpt, user=world.researcher)
        set_quote_consent(excerpt=excerpt, user=world.a.coordinator, consent=consent)
    return lesson


def files_of(world, lesson, kind, language="th"):
    with override(language):
        shown = shown_of(world.agreement, Selection(lessons=(lesson.pk,)))
        return make(world.agreement, shown, kind, language), shown


@pytest.mark.django_db
def test_a_project_holds_lessons_and_consented_quotes_where_they_stand(world, quoted):
    made, [shown] = files_of(world, quoted, "qdpx")
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        root = conforms(archive.read("project.qde"), refi.PROJECT)
        source = root.find(".//{*}TextSource")
        text = archive.read(source.get("plainTextPath").replace("internal://", "Sources/")).decode()
        assert len(archive.namelist()) == 2
    [selection] = source.findall("{*}PlainTextSelection")
    at = slice(int(selection.get("startPosition")), int(selection.get("endPosition")))
    assert text[at] == shown.quotes[0].text
    code = root.find(".//{*}Code")
    assert code.get("name") == world.themes["budget"].name_th
    assert selection.find("{*}Coding/{*}CodeRef").get("targetGUID") == code.get("guid")
    assert "ไม่ยินยอม" not in text
    assert "ข้อความ & <แท็ก>\nบรรทัดสอง" in text
    values = [one.text for one in source.iter("{*}TextValue")]
    assert world.a.participant.name_th in values
    assert made.content == files_of(world, quoted, "qdpx")[0].content  # the same lessons, the same bytes


@pytest.mark.django_db
def test_a_codebook_is_a_tree_with_definitions(world, quoted, client_of):
    theme = world.themes["budget"]
    child = Theme.objects.create(
        codebook=theme.codebook, parent=theme, code="late-money", name_th="งบมาช้า", definition="เมื่อเงินมาไม่ทัน"
    )
    made, _shown = files_of(world, quoted, "qdc")
    root = conforms(made.content, refi.CODEBOOK)
    assert [one.get("name") for one in root.iter("{*}Code")] == [theme.name_th]
    page = client_of("researcher").get(reverse("lessons:codebook-refi", args=[theme.codebook_id]))
    whole = conforms(page.content, refi.CODEBOOK)
    [found] = whole.xpath(f"//*[local-name()='Code'][@name='{child.name_th}']")
    assert found.getparent().get("name") in (theme.name_th, theme.name_en)
    assert found.findtext("{*}Description") == child.definition
    bare = factory.make_lesson(world.a.participant, consent="anonymous")
    with pytest.raises(NothingToWrite):
        files_of(world, bare, "qdc")
    empty, _shown = files_of(world, bare, "qdpx")
    with zipfile.ZipFile(io.BytesIO(empty.content)) as archive:
        assert conforms(archive.read("project.qde"), refi.PROJECT).find("{*}CodeBook") is None


# --- Word -----------------------------------------------------------------------------------
def texts(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [one.text for one in document.paragraphs] + cells


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["th", "en"])
def test_a_word_book_says_everything_in_styles_that_word_sets_in_thai(world, quoted, language):
    made, [shown] = files_of(world, quoted, "docx", language)
    found = texts(made.content)
    for text in (*(part for name in shown.words.values() for part in name.split("\n")), f"“{shown.quotes[0].text}”"):
        assert not text or any(text in one for one in found), text
    assert not [one for one in found if "{{" in one or "{%" in one or "ไม่ยินยอม" in one]
    document = docx.Document(io.BytesIO(made.content))
    assert next(one.text for one in document.paragraphs if one.style.name == "Heading 2") == quoted.title
    for style in ("Normal", "Title", "Heading 1", "Quote"):
        run = document.styles[style].element.rPr
        assert run.find(qn("w:rFonts")).get(qn("w:cs")) == FONT
        assert run.find(qn("w:szCs")).get(qn("w:val")) == run.find(qn("w:sz")).get(qn("w:val"))
        assert run.find(qn("w:bCs")) is not None
    core = document.core_properties
    institute = world.agreement.institute_name_th if language == "th" else world.agreement.institute_name_en
    assert (core.author, core.last_modified_by) == (institute, institute)
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert b"TOC " in archive.read("word/document.xml")


def restyled(change):
    document = docx.Document(io.BytesIO(built_in()))
    change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.django_db
def test_staff_restyle_it_and_what_cannot_be_filled_in_is_refused(world, quoted, client_of):
    def upload(content, name="แม่แบบ.docx"):
        return SimpleUploadedFile(name, content, WORD)

    good = restyled(lambda document: setattr(document.paragraphs[0], "text", "ตราสถาบัน {{ institute }}"))
    stored = store_template(upload=upload(good), user=world.programme)
    template = ReportTemplate.objects.create(name="ใหม่", file=stored)
    other = factory.make_report_template(world.programme, in_use=True)
    put_in_use(template=template, user=world.programme)
    other.refresh_from_db()
    assert not other.in_use
    made, _shown = files_of(world, quoted, "docx")
    assert any(one.startswith("ตราสถาบัน ") for one in texts(made.content))
    take_out_of_use(template=template, user=world.programme)
    made, _shown = files_of(world, quoted, "docx")
    assert not any(one.startswith("ตราสถาบัน ") for one in texts(made.content))
    broken = restyled(lambda document: setattr(document.paragraphs[0], "text", "{{ institute "))
    nothing = restyled(lambda document: [one._p.getparent().remove(one._p) for one in document.paragraphs])
    for content in (broken, nothing):
        with pytest.raises(DomainError):
            store_template(upload=upload(content), user=world.programme)
    with pytest.raises(DomainError):
        store_template(upload=upload(b"%PDF-", "x.pdf"), user=world.programme)
    url = reverse("admin:lessons_reporttemplate_add")
    page = client_of("programme").post(url, {"name": "ชำรุด", "upload": upload(broken)})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors["upload"]
    assert not ReportTemplate.objects.filter(name="ชำรุด").exists()
    assert client_of("programme").post(url, {"name": "ดี", "upload": upload(good)}).status_code == 302
    assert ReportTemplate.objects.get(name="ดี").file.original_name == "แม่แบบ.docx"
    start = client_of("programme").get(reverse("admin:lessons_reporttemplate_built_in"))
    check_template(start.content)
    assert client_of("finance").get(reverse("admin:lessons_reporttemplate_built_in")).status_code == 403


@pytest.mark.django_db
def test_nobody_but_programme_staff_styles_reports(world):
    template = factory.make_report_template(world.programme)
    file = SimpleUploadedFile("x.docx", built_in(), WORD)
    for person in (world.finance, world.researcher, world.a.coordinator):
        for step in (
            lambda person=person: store_template(upload=file, user=person),
            lambda person=person: put_in_use(template=template, user=person),
            lambda person=person: take_out_of_use(template=template, user=person),
        ):
            with pytest.raises(PermissionDenied):
                step()
    template.refresh_from_db()
    assert not template.in_use


@pytest.mark.parametrize(
    "expression",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ title.__init__.__globals__ }}",
        "{{ 1 / 0 }}",
        "{% for n in range(999999999) %}{% endfor %}",
    ],
)
def test_a_template_runs_in_a_sandbox(expression):
    template = restyled(lambda document: setattr(document.paragraphs[0], "text", expression))
    try:
        found = "\n".join(texts(fill(template, SAMPLE, title="-", author="-")))
    except TemplateBroken:
        return
    assert "class" not in found
    assert "globals" not in found


@pytest.mark.django_db
def test_many_lessons_make_one_word_book(world):
    lessons = tuple(factory.make_lesson(world.a.participant, consent="named").pk for _number in range(3))
    with override("th"):
        shown = shown_of(world.agreement, Selection(lessons=lessons))
        found = texts(docx_of(built_in(), world.agreement, shown, "th"))
    assert sum(one == shown[0].title for one in found) == 3
