"""The evidence gallery, the gate on every screen, and records of higher apps on a choice's page."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from mou_portal.registry import Proof, Related, related
from mou_portal.uploads import small_picture
from pathways.models import UpdateState
from pathways.reports import pathway_across_html
from tests import factories as make


def test_photos_are_shown_small_to_those_who_may_read_the_report(cast, choice, client):
    update = make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice)
    photo = make.make_evidence(
        update, file=make.make_stored_file(cast.alice, "ป้าย.png", make.png(900, 600)), caption=""
    )
    paper = make.make_evidence(update, file=make.make_stored_file(cast.alice, "แผน.png"), caption="แผนผัง")
    paper.file.content_type, paper.file.storage_name = "application/pdf", "plan.pdf"
    paper.file.save()
    client.force_login(cast.alice)
    page = client.get(choice.get_absolute_url()).content.decode()
    assert reverse("pathways:evidence-picture", args=[photo.pk]) in page
    assert reverse("pathways:evidence-picture", args=[paper.pk]) not in page
    assert 'alt="ป้าย.png"' in page
    answer = client.get(reverse("pathways:evidence-picture", args=[photo.pk]))
    assert answer["Content-Type"] == "image/jpeg"
    assert "private" in answer["Cache-Control"]
    assert Image.open(io.BytesIO(answer.content)).size == (480, 320)
    assert client.get(reverse("pathways:evidence-picture", args=[paper.pk])).status_code == 404
    client.force_login(cast.bob)
    assert client.get(reverse("pathways:evidence-picture", args=[photo.pk])).status_code == 404


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "L", "LA", "1"])
def test_pictures_of_every_mode_become_small(mode):
    out = io.BytesIO()
    Image.new(mode, (1000, 10)).save(out, "PNG")
    assert Image.open(io.BytesIO(small_picture(out.getvalue(), 100))).size == (100, 1)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x89PNG\r\n\x1a\ncut"])
def test_what_is_no_picture_is_not_made_small(content):
    with pytest.raises(ValueError, match="not a picture"):
        small_picture(content, 100)


@pytest.mark.parametrize("name", ["pathway-matrix", "choice-list", "update-list", "update-queue", "update-together"])
def test_reviewers_see_how_many_have_no_confirmed_choice(cast, choice, client, name):
    client.force_login(cast.staff)
    page = client.get(reverse(f"pathways:{name}")).content.decode()
    assert "มี 1 องค์กรที่ยังไม่มีแนวทางซึ่งได้รับการยืนยัน" in page
    client.force_login(cast.adviser)  # of the town that has one
    assert "ที่ยังไม่มีแนวทางซึ่งได้รับการยืนยัน" not in client.get(reverse(f"pathways:{name}")).content.decode()


@pytest.mark.parametrize("name", ["pathway-matrix", "choice-list", "update-list", "workbook-upload"])
def test_a_coordinator_without_a_choice_is_told_everywhere(cast, choice, client, name):
    client.force_login(cast.bob)
    assert reverse("pathways:choice-create") in client.get(reverse(f"pathways:{name}")).content.decode()


def test_records_of_higher_apps_stand_on_the_page(cast, choice, client):
    client.force_login(cast.alice)
    shown = Related("test", "choice", "บทเรียนทดสอบ", lambda user, row: [Proof(f"{user.pk}-{row.pk}", "/x/")])
    try:
        related.register(shown)
        page = client.get(choice.get_absolute_url()).content.decode()
    finally:
        del related._items["test"]
    assert "บทเรียนทดสอบ" in page
    assert f"{cast.alice.pk}-{choice.pk}" in page


def test_each_pathway_over_all_organisations_holds_what_was_accepted(cast, choice):
    other = make.make_choice(cast.other, cast.pathways[0], by=cast.bob, decided_by=cast.staff)
    make.make_indicator(choice, name="ครัวเรือนที่เตือนภัย")
    make.make_update(
        choice, cast.periods[0], state=UpdateState.ACCEPTED, by=cast.alice, reviewed_by=cast.staff, result="ผลที่รับรอง"
    )
    make.make_update(other, cast.periods[0], by=cast.bob, result="ผลที่ยังไม่รับรอง")
    source = pathway_across_html(cast.agreement, "th")
    assert "ผลที่รับรอง" in source
    assert "ครัวเรือนที่เตือนภัย" in source
    assert "เทศบาลเมืองอื่น" in source
    assert "ผลที่ยังไม่รับรอง" not in source
    assert source.count("ยังไม่มีองค์กรดำเนินการตามแนวทางนี้") == 5
