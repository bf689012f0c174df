"""Texts taken in from the portal and from files; passages that overlap; a codebook that changes while it is used."""

import io

import docx
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from mou_portal.records import Conflict, DomainError
from mou_portal.registry import sources
from pathways.lessons import services
from pathways.lessons.models import Coding, Excerpt, SourceText, Theme
from pathways.lessons.reading import MOST_CHARACTERS, Unreadable, read_file
from tests import factories as make


def docx_file(*paragraphs, rows=()):
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def scan():
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (60, 80), (250, 250, 250)).save(out, "PDF")
    return out.getvalue()


# --- files ----------------------------------------------------------------------------------
def test_the_text_of_a_docx_is_read_with_its_tables():
    reading = read_file("ก.docx", docx_file("น้ำท่วม", "ทำนบ", rows=[("ปี", "ครั้ง"), ("2562", "3")]))
    assert reading.text == "น้ำท่วม\nทำนบ\nปี | ครั้ง\n2562 | 3"
    assert reading.warnings == ()


def test_a_scan_says_that_it_has_no_text():
    with pytest.raises(Unreadable, match=r"scan|สแกน"):
        read_file("scan.pdf", scan())


@pytest.mark.parametrize(
    ("name", "content"), [("a.png", b"x"), ("a.docx", b"PK\x03\x04"), ("a.pdf", b"%PDF-1.7 nothing")]
)
def test_what_cannot_be_read_is_refused(name, content):
    with pytest.raises(DomainError):
        read_file(name, content)


def test_five_hundred_pages_are_read_and_more_than_the_most_are_refused():
    long = docx_file(*["เราเตือนกันเองด้วยเครื่องวัดน้ำ " * 60] * 500)
    assert len(read_file("ยาว.docx", long).text) > 800_000
    with pytest.raises(Unreadable):
        read_file("ยาวมาก.docx", docx_file(*["ก" * 100_000] * (MOST_CHARACTERS // 100_000 + 1)))


def test_sara_am_that_a_file_took_apart_is_whole_again_and_broken_thai_is_named():
    assert read_file("ก.docx", docx_file("การน\u0e4dา น\u0e49\u0e4dา")).text == "การนำ น้ำ"
    assert read_file("ก.docx", docx_file("\uf70a \uf70b \uf70c \uf70d ก")).warnings == ("thai_broken",)


@pytest.mark.django_db
def test_an_upload_becomes_a_source_and_a_scan_leaves_nothing(world, client_of):
    client, url = client_of("researcher"), reverse("lessons:source-upload")
    data = {"kind": "interview", "participant": world.a.participant.pk}
    file = SimpleUploadedFile("บันทึก.docx", docx_file("ชาวบ้านเล่าว่า"))
    client.post(url, {**data, "file": file})
    source = SourceText.objects.latest("pk")
    assert (source.text, source.title, source.participant) == ("ชาวบ้านเล่าว่า", "บันทึก.docx", world.a.participant)
    before = SourceText.objects.count()
    answer = client.post(url, {**data, "file": SimpleUploadedFile("scan.pdf", scan())})
    assert "scan.pdf" in answer.content.decode()
    assert SourceText.objects.count() == before


# --- from the portal ------------------------------------------------------------------------
@pytest.mark.django_db
def test_texts_of_the_portal_are_taken_in_once_and_frozen(world, client_of):
    update = world.a.updates["accepted"]
    client = client_of("researcher")
    for _twice in range(2):
        client.post(reverse("lessons:source-take", args=["update", update.pk]))
    [source] = SourceText.objects.filter(origin=f"update:{update.pk}")
    assert update.done in source.text
    assert (source.pathway, source.period, source.dimension) == (update.choice.pathway, update.period, "environment")
    assert {one.name for one in sources} >= {"update", "presentation", "visit"}
    for kind in ("update", "presentation", "visit"):
        page = client.get(reverse("lessons:source-available") + f"?kind={kind}")
        assert page.context["found"], kind
    with pytest.raises(DomainError):
        services.take_in(
            agreement=world.agreement,
            provider=sources.get("update"),
            pk=world.a.updates["draft"].pk,
            user=world.researcher,
        )
    with pytest.raises(PermissionDenied):
        services.take_in(
            agreement=world.agreement, provider=sources.get("update"), pk=update.pk, user=world.a.coordinator
        )


# --- passages -------------------------------------------------------------------------------
@pytest.mark.django_db
def test_passages_are_marked_with_or_without_scripts_and_may_overlap(world, client_of):
    source, client = world.a.sources["interview"], client_of("researcher")
    url, budget, people = (
        reverse("lessons:source-detail", args=[source.pk]),
        world.themes["budget"],
        world.themes["people"],
    )
    client.post(url, {"passage": "งบประมาณมาช้า", "themes": [budget.pk, people.pk]})
    marked = Excerpt.objects.get(source=source, text="งบประมาณมาช้า")
    assert set(marked.codings.values_list("theme", flat=True)) == {budget.pk, people.pk}
    client.post(url, {"start": marked.start - 1, "end": marked.end + 3, "themes": [budget.pk]})  # a blank before it
    wider = Excerpt.objects.get(source=source, start=marked.start, end=marked.end + 3)
    assert wider.text.startswith(marked.text)
    page = client.get(url)
    assert "".join(piece.text for piece in page.context["pieces"]) == source.text
    for words in ("", "ไม่มีในนั้น", "น้ำ"):  # nothing, nowhere, more than once
        answer = client.post(url, {"passage": words})
        assert answer.context["form"].errors["passage"], words
    for start, end in ((5, 5), (5, 9_999), (-1, 3)):
        with pytest.raises(DomainError):
            services.mark_passage(source=source, start=start, end=end, user=world.researcher)
    coding = marked.codings.get(theme=people)
    services.take_code(coding=coding, user=world.researcher)
    services.take_code(coding=marked.codings.get(), user=world.researcher)
    assert not Excerpt.objects.filter(pk=marked.pk).exists()


@pytest.mark.django_db
def test_two_coders_see_how_far_they_agree(world, client_of):
    source, budget = world.a.sources["interview"], world.themes["budget"]
    services.mark_passage(source=source, start=0, end=20, user=world.programme, themes=[budget])
    page = client_of("researcher").get(reverse("lessons:source-detail", args=[source.pk]))
    assert page.context["agreed"].units == 4
    assert [pair["kappa"] for pair in page.context["pairs"]] == [pytest.approx(1)]


# --- the codebook ---------------------------------------------------------------------------
@pytest.mark.django_db
def test_a_theme_in_use_is_retired_and_its_codes_stay(world):
    budget, unused, scholar = world.themes["budget"], world.themes["people"], world.researcher
    with pytest.raises(DomainError):  # there is one below it
        services.remove_theme(theme=budget, user=scholar)
    assert services.remove_theme(theme=world.themes["under"], user=scholar)
    before = Coding.objects.filter(theme=budget).count()
    assert not services.remove_theme(theme=budget, user=scholar)
    assert Coding.objects.filter(theme=budget).count() == before > 0
    quote = world.a.sources["taken"].excerpts.first()
    with pytest.raises(DomainError, match="budget"):  # somebody else's page still offered it
        services.give_code(excerpt=quote, theme=Theme.objects.get(pk=budget.pk), user=world.programme)
    services.restore_theme(theme=budget, user=scholar)
    services.give_code(excerpt=quote, theme=budget, user=world.programme)
    assert services.remove_theme(theme=unused, user=scholar)


@pytest.mark.django_db
def test_merge_and_split_move_every_code(world):
    scholar, book = world.researcher, world.themes["budget"].codebook
    money, coins = make.make_theme(book, "money"), make.make_theme(book, "coins")
    source = world.a.sources["interview"]
    first = services.mark_passage(source=source, start=0, end=8, user=scholar, themes=[money, coins])
    second = services.mark_passage(source=source, start=9, end=15, user=scholar, themes=[coins])
    lesson = make.make_lesson(world.a.participant, themes=[coins])
    assert services.merge_themes(theme=coins, into=money, user=scholar) == 2
    assert set(money.codings.values_list("excerpt", flat=True)) == {first.pk, second.pk}
    assert list(lesson.themes.all()) == [money]
    coins.refresh_from_db()
    assert (coins.state, coins.merged_into) == ("merged", money)
    with pytest.raises(DomainError):
        services.merge_themes(theme=money, into=coins, user=scholar)
    with pytest.raises(Conflict):
        services.merge_themes(theme=coins, into=money, user=scholar)
    new = Theme(code="notes", name_th="ธนบัตร")
    services.split_theme(theme=money, user=scholar, new=new, codings=second.codings.all())
    assert list(new.codings.values_list("excerpt", flat=True)) == [second.pk]
    assert list(money.codings.values_list("excerpt", flat=True)) == [first.pk]
    version = services.number_version(codebook=book, user=scholar, note="แยกแล้ว")
    services.remove_theme(theme=new, user=scholar)
    version.refresh_from_db()
    assert version.number == 2
    assert "notes" in {theme["code"] for theme in version.content}
    top = Theme(codebook=book, code="top", name_th="บน", parent=money)
    services.save_theme(theme=top, user=scholar)
    money.parent = top
    with pytest.raises(DomainError):
        services.save_theme(theme=money, user=scholar, expected=money.revision)
