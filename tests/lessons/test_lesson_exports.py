"""Files of lessons: what is in them, what is not and why, and when a made file is no longer given out."""

import csv
import dataclasses
import io
import json
import zipfile

import openpyxl
import pytest
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import override

from mou_portal.pdf import RenderError
from mou_portal.records import Conflict, DomainError
from participants.models import StoredFile
from pathways.lessons.exports.making import FORMATS, make
from pathways.lessons.exports.selection import Selection, left_out, shown_of
from pathways.lessons.models import BasketItem, ExportJob, Lesson
from pathways.lessons.services import exports as services
from pathways.lessons.services import set_consent
from tests import factories as factory

pytestmark = pytest.mark.django_db
LIST = reverse("lessons:export-list")


def take(client, **data):
    return client.post(LIST, {"what": "search", "format": "json", "language": "en", **data})


def test_a_file_holds_what_is_published_and_consented_and_nothing_else(world, client_of):
    factory.make_lesson(world.b.participant, title="ไม่ยินยอม", consent="refused")
    answer = take(client_of("programme"))
    assert answer["Content-Disposition"] == f'attachment; filename="lessons-{world.agreement.code}-en.json"'
    found = json.loads(answer.content)["lessons"]
    public = Lesson.objects.public().filter(agreement=world.agreement)
    assert {one["code"] for one in found} == set(public.values_list("public_code", flat=True))
    assert "ไม่ยินยอม" not in answer.content.decode()
    nothing = take(client_of("programme"), search="q=no-such-word-anywhere")
    assert nothing.status_code == 200
    assert nothing.context["form"].errors["what"]


def test_the_page_says_what_stays_behind_and_why(world, client_of):
    factory.make_lesson(world.a.participant, consent="refused")
    page = client_of("coordinator_a").get(LIST, headers={"Accept-Language": "en"})
    reasons = {one.why: one.number for one in page.context["left_out"]}
    assert reasons["the organisation does not want it shown outside"] == 1
    assert reasons["not published yet"] >= 3
    assert reasons["withdrawn"] == 1
    # of others nothing is told, not even how much there is
    assert client_of("coordinator_b").get(LIST).context["left_out"] != page.context["left_out"]
    mine = left_out(world.agreement, Selection(), world.b.coordinator)
    assert (
        sum(one.number for one in mine)
        == Lesson.objects.visible_to(world.b.coordinator).exclude(state="published").count()
    )


def test_the_basket_is_filled_and_emptied_by_buttons_alone(world, client_of):
    client, lesson = client_of("coordinator_b"), world.a.lessons["published"]
    draft = world.a.lessons["draft"]
    assert client.post(reverse("lessons:basket-add"), {"lesson": draft.public_code}).status_code == 404
    for _twice in range(2):
        back = client.post(reverse("lessons:basket-add"), {"lesson": lesson.public_code, "back": "/lessons/?q=a"})
        assert back["Location"] == "/lessons/?q=a"
    elsewhere = client.post(reverse("lessons:basket-add"), {"lesson": lesson.public_code, "back": "//evil.example"})
    assert elsewhere["Location"] == reverse("lessons:basket-list")
    assert BasketItem.objects.filter(user=world.b.coordinator).count() == 1
    page = client.get(reverse("lessons:basket-list"))
    assert [one["leaves"] for one in page.context["entries"]] == [True]
    found = json.loads(take(client, what="basket").content)["lessons"]
    assert [one["code"] for one in found] == [lesson.public_code]
    set_consent(lesson=lesson, user=world.a.coordinator, consent="refused")
    page = client.get(reverse("lessons:basket-list"))
    assert page.context["entries"] == []
    assert page.context["gone"] == [lesson.public_code]
    assert lesson.title not in page.content.decode()
    assert take(client, what="basket").context["form"].errors["what"]
    client.post(reverse("lessons:basket-remove"), {"lesson": lesson.public_code})
    assert not BasketItem.objects.filter(user=world.b.coordinator).exists()
    own = world.b.lessons["validated"]
    client.post(reverse("lessons:basket-add"), {"lesson": own.public_code})
    assert [one["leaves"] for one in client.get(reverse("lessons:basket-list")).context["entries"]] == [False]
    client.post(reverse("lessons:basket-empty"))
    assert not BasketItem.objects.filter(user=world.b.coordinator).exists()


@pytest.mark.parametrize("size", [1, 4])
def test_basket_and_form_cost_the_same_however_much_there_is(world, client_of, django_assert_max_num_queries, size):
    client = client_of("researcher")
    for _number in range(size):
        factory.make_basket_item(world.researcher, factory.make_lesson(world.a.participant, consent="pathway"))
    client.get(LIST)
    for url in (LIST, reverse("lessons:basket-list")):
        with django_assert_max_num_queries(24):
            assert client.get(url).status_code == 200


def test_formulas_are_disarmed_and_the_tables_are_whole(world):
    theme = world.themes["budget"]
    lesson = factory.make_lesson(
        world.a.participant, title="=1+1", lesson="＝cmd|'/c calc'!A0", consent="named", themes=[theme]
    )
    with override("en"):
        shown = shown_of(world.agreement, Selection(lessons=(lesson.pk,)))
        made = make(world.agreement, shown, "xlsx", "en")
        packed = make(world.agreement, shown, "csv", "en")
    book = openpyxl.load_workbook(io.BytesIO(made.content))
    assert book.sheetnames == ["Lessons", "Quotes", "Themes"]
    head, row = [[cell.value for cell in line] for line in book["Lessons"].iter_rows()]
    told = dict(zip(head, row, strict=True))
    assert told["Title"] == "'=1+1"
    assert told["Organisation"] == world.a.participant.name_en
    assert told["Published on"].year == lesson.published_at.year
    assert book["Themes"]["A2"].value == theme.code
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.namelist() == ["lessons.csv", "quotes.csv", "themes.csv"]
        rows = list(csv.reader(io.StringIO(archive.read("lessons.csv").decode("utf-8-sig"))))
    assert rows[1][1] == "'=1+1"
    assert not [cell for cell in rows[1] if cell.startswith(("=", "＝", "+", "@"))]


def test_a_long_export_is_made_meanwhile_and_fetched(world, client_of, monkeypatch):
    client = client_of("coordinator_b")
    long = {**FORMATS, "json": dataclasses.replace(FORMATS["json"], long=0)}
    monkeypatch.setattr("pathways.lessons.views.exports.FORMATS", long)
    token = "0" * 32
    answer = take(client, form_token=token)
    job = ExportJob.objects.get(user=world.b.coordinator)
    assert answer["Location"] == job.get_absolute_url()
    assert take(client, form_token=token)["Location"] == job.get_absolute_url()  # sent twice, made once
    assert job.state == "done"
    page = client.get(job.get_absolute_url())
    assert page.context["holds"]
    file = client.get(reverse("lessons:export-file", args=[job.pk]))
    assert json.loads(b"".join(file.streaming_content))["lessons"]
    assert client_of("programme").get(job.get_absolute_url()).status_code == 404


def job_of(world, **fields):
    selection = Selection(query="")
    return services.ask_for_export(
        agreement=world.agreement,
        user=world.researcher,
        **{"kind": "json", "language": "th", "selection": selection, "total": 2, **fields},
    )


def test_a_file_is_given_out_only_while_no_consent_in_it_has_changed(world, client_of):
    job, lesson = job_of(world), world.a.lessons["published"]
    services.make_export(job)
    stored = services.give_out(job=job)
    factory.make_lesson(world.b.participant, consent="named")  # one more lesson takes nothing back
    assert services.give_out(job=job) == stored
    set_consent(lesson=lesson, user=world.a.coordinator, consent="anonymous")
    client = client_of("researcher")
    page = client.get(job.get_absolute_url())
    assert page.context["outdated"]
    assert page.context["can_begin_again"]
    answer = client.get(reverse("lessons:export-file", args=[job.pk]))
    assert answer["Location"] == job.get_absolute_url()
    assert not StoredFile.objects.filter(pk=stored.pk).exists()
    assert not default_storage.exists(stored.storage_name)
    client.post(reverse("lessons:export-again", args=[job.pk]))
    job.refresh_from_db()
    with default_storage.open(services.give_out(job=job).storage_name) as file:
        assert world.a.participant.name_th not in file.read().decode()


def test_a_failure_says_so_and_can_be_begun_again(world, client_of, monkeypatch):
    def fails(*_anything):
        raise RenderError("memory")

    job = job_of(world)
    with monkeypatch.context() as broken:
        broken.setattr(services, "make", fails)
        services.start(job)
    job.refresh_from_db()
    assert (job.state, job.file) == ("failed", None)
    client = client_of("researcher")
    assert "data-again" not in client.get(job.get_absolute_url()).content.decode()
    with pytest.raises(DomainError):
        services.give_out(job=job)
    client.post(reverse("lessons:export-again", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "done"
    ExportJob.objects.filter(pk=job.pk).update(state="running")
    job.refresh_from_db()
    with pytest.raises(Conflict):  # it is being made
        services.begin_again(job=job)
    ExportJob.objects.filter(pk=job.pk).update(created_at=job.created_at - 2 * services.SILENT)
    job.refresh_from_db()
    assert client.get(job.get_absolute_url()).context["can_begin_again"]
    services.begin_again(job=job)
    assert job.state == "waiting"


def test_only_the_newest_exports_are_kept(world, monkeypatch):
    monkeypatch.setattr(services, "MOST_KEPT", 2)
    first = job_of(world)
    services.make_export(first)
    name = first.file.storage_name
    for _more in range(3):
        job_of(world)
    assert ExportJob.objects.filter(user=world.researcher).count() == 2
    assert not default_storage.exists(name)
