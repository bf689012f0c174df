"""Packs of reports: all parties in one ZIP, from the store where nothing changed, begun again where it stopped."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.utils import timezone

from mou_portal import packs, report_store
from mou_portal.records import Conflict, DomainError
from mou_portal.registry import reports
from mou_portal.report_pages import document_of, pdf_of
from participants.models import PackState, ReportPack
from tests import factories as make
from tests.world import World

pytestmark = pytest.mark.django_db
SUMMARY = "participant-summary"


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    settings.REPORT_STORE_DIR = tmp_path / "store"
    settings.REPORT_SECONDS = 120  # a machine that does much else; the limit is tested in tests/mou_portal/pdf


def names_in(content: Any) -> list[str]:
    with content, zipfile.ZipFile(content) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_a_pack_holds_every_partys_report_and_the_second_makes_only_what_changed(world: World) -> None:
    asked = packs.ask_for_pack(agreement=world.agreement, names=[SUMMARY], language="en", user=world.programme)
    tally = packs.make_pack(asked)
    assert (tally.made, tally.found) == (2, 0)
    assert (asked.state, asked.done, asked.total) == (PackState.READY, 2, 2)
    with packs.file_of(asked) as first:
        content = first.read()
    assert names_in(io.BytesIO(content)) == [
        "1-town-a/participant-summary-town-a-en.pdf",
        "2-town-b/participant-summary-town-b-en.pdf",
        "index.csv",
    ]
    same = packs.ask_for_pack(agreement=world.agreement, names=[SUMMARY], language="en", user=world.programme)
    tally = packs.make_pack(same, processes=1)
    assert (tally.made, tally.found) == (0, 2)
    with packs.file_of(same) as second:
        assert second.read() == content, "the same reports give the same bytes"
    world.b.participant.signatory_as_printed = "คนใหม่"
    world.b.participant.save()
    changed = packs.ask_for_pack(agreement=world.agreement, names=[SUMMARY], language="en", user=world.programme)
    tally = packs.make_pack(changed)
    assert (tally.made, tally.found) == (1, 1)


def test_a_pack_that_failed_goes_on_where_it_stopped(world: World, settings: Any) -> None:
    pack = make.make_report_pack(world.agreement, world.programme, language="en")
    report_store.kept(document_of(reports.get(SUMMARY), world.a.participant, "en"), pdf_of)
    settings.REPORT_SECONDS = 0.01  # the other one is too large for the limit
    packs.make_pack(pack, processes=1)
    assert (pack.state, pack.done) == (PackState.FAILED, 1)
    assert "timeout" in pack.error
    assert packs.file_of(pack) is None
    settings.REPORT_SECONDS = 120
    with pytest.raises(Conflict):
        packs.make_pack(pack)
    packs.begin_again(pack=pack, user=world.programme)
    tally = packs.make_pack(pack)
    assert (tally.made, tally.found, pack.state, pack.error) == (1, 1, PackState.READY, "")
    with pytest.raises(Conflict):
        packs.begin_again(pack=pack, user=world.programme)


def test_a_pack_that_was_cut_off_may_be_begun_again_only_when_it_is_silent(world: World) -> None:
    now = timezone.now()
    pack = make.make_report_pack(world.agreement, world.programme, state=PackState.MAKING, total=2, beat_at=now)
    with pytest.raises(Conflict):
        packs.begin_again(pack=pack, user=world.programme)
    packs.make_pack_task.enqueue(pack.pk)  # a second worker leaves it to the first
    pack.refresh_from_db()
    assert pack.state == PackState.MAKING
    ReportPack.objects.filter(pk=pack.pk).update(beat_at=now - packs.SILENT - timedelta(seconds=1))
    pack.refresh_from_db()
    packs.begin_again(pack=pack, user=world.programme)
    assert pack.state == PackState.WAITING


def test_a_pack_whose_file_was_thrown_away_may_be_made_again(world: World, client_of: Any) -> None:
    pack = make.make_report_pack(world.agreement, world.programme, language="en")
    packs.make_pack(pack)
    (Path(report_store.settings.REPORT_STORE_DIR) / "packs" / pack.file_name).unlink()
    client = client_of("programme")
    answer = client.get(f"/reports/packs/{pack.pk}/download/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/reports/packs/{pack.pk}/"
    page = answer.content.decode()
    assert f"/reports/packs/{pack.pk}/download/" not in page
    assert client.post(f"/reports/packs/{pack.pk}/again/").status_code == 302
    pack.refresh_from_db()
    assert pack.state == PackState.READY  # without a worker it is made at once
    with packs.file_of(pack) as content:
        assert content.read(2) == b"PK"


def test_a_fault_of_ours_is_no_pack_in_the_making(world: World, settings: Any) -> None:
    pack = make.make_report_pack(world.agreement, world.programme, language="en")
    settings.REPORT_SECONDS = "soon"  # no number
    with pytest.raises(ValueError, match="soon"):
        packs.make_pack(pack, processes=1)
    pack.refresh_from_db()
    assert (pack.state, bool(pack.error)) == (PackState.FAILED, True)


def test_who_may_ask_and_for_what(world: World) -> None:
    for user in (world.finance, world.researcher, world.a.coordinator):
        with pytest.raises(PermissionDenied):
            packs.ask_for_pack(agreement=world.agreement, names=[SUMMARY], language="th", user=user)
    for names in ([], ["no-such-report"], [SUMMARY, "programme-progress"]):
        with pytest.raises(DomainError):
            packs.ask_for_pack(agreement=world.agreement, names=names, language="th", user=world.programme)
    pack = make.make_report_pack(world.agreement, world.finance, report_names=["handover-pack", SUMMARY])
    assert {piece.report.name for piece in packs.pieces_of(pack)} == {SUMMARY}  # finance reads no handover pack
    with pytest.raises(PermissionDenied):
        packs.begin_again(pack=pack, user=world.finance)


def test_the_pages_ask_show_progress_and_give_the_file(world: World, client_of: Any) -> None:
    client = client_of("programme")
    sent = {"reports": [SUMMARY], "language": "en", "form_token": "1" * 32}
    answer = client.post("/reports/packs/", sent)
    pack = ReportPack.objects.exclude(pk=world.pack.pk).get()
    assert answer["Location"] == f"/reports/packs/{pack.pk}/"
    assert client.post("/reports/packs/", sent)["Location"] == answer["Location"]
    assert ReportPack.objects.count() == 2
    assert pack.state == PackState.READY  # without a worker it is made at once
    page = client.get(answer["Location"]).content.decode()
    assert f"/reports/packs/{pack.pk}/download/" in page
    file = client.get(f"/reports/packs/{pack.pk}/download/")
    assert file["Content-Disposition"] == 'attachment; filename="reports-kpi-smart-city-2-en.zip"'
    assert len(names_in(io.BytesIO(b"".join(file.streaming_content)))) == 3
    assert client_of("finance").get(f"/reports/packs/{pack.pk}/download/").status_code == 404
    ReportPack.objects.filter(pk=pack.pk).update(state=PackState.MAKING, done=1, beat_at=timezone.now())
    page = client.get(answer["Location"]).content.decode()
    assert 'value="1" max="2"' in page
    assert "data-again" in page
    assert client.post("/reports/packs/", {"language": "en"}).status_code == 200  # nothing chosen


def test_the_command_makes_a_pack_and_goes_on(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "pack.zip"
    call_command("report_pack", "--report", SUMMARY, "--language", "en", "--output", str(out))
    assert len(names_in(out.open("rb"))) == 3
    assert "2" in capsys.readouterr().out
    call_command("report_pack", "--pack", str(world.pack.pk))
    for wrong in (
        ["--as", "nobody@example.org"],
        ["--pack", "999"],
        ["--report", "nothing"],
        ["--pack", str(world.pack.pk)],
    ):
        with pytest.raises(CommandError):
            call_command("report_pack", *wrong)


def test_a_report_is_named_by_what_it_says_and_not_by_the_day(world: World) -> None:
    report = reports.get(SUMMARY)
    one = document_of(report, world.a.participant, "th")
    other_day = report_store.Document(one.html.replace("จัดทำเมื่อ", "เมื่อวาน"), one.title, one.author, "th")
    assert "จัดทำเมื่อ" in one.html
    assert other_day.digest == one.digest
    assert document_of(report, world.b.participant, "th").digest != one.digest
    assert document_of(report, world.a.participant, "en").digest != one.digest
    assert report_store.Document(one.html + " ", one.title, one.author, "th").digest != one.digest


def test_what_nobody_asks_for_is_thrown_away(settings: Any) -> None:
    report_store.keep("ab" * 32, b"%PDF-kept")
    assert report_store.find("ab" * 32) == b"%PDF-kept"
    assert report_store.sweep() == 0
    assert report_store.sweep(older_than_days=-1) == 1
    assert report_store.find("ab" * 32) is None
