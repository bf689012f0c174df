"""A report saved while it is written, and the scripts that do it, in real Chromium."""

import io
import json

import pytest
from django.urls import reverse
from PIL import Image

from pathways.models import ProgressUpdate, UpdateEvent, UpdateState
from pathways.services import save_update
from pathways.services.updates import Account
from tests import factories as make


@pytest.fixture
def draft(cast):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    return make.make_update(choice, cast.periods[0], state=UpdateState.DRAFT, by=cast.alice)


def autosave(client, user, update, **data):
    client.force_login(user)
    given = {
        "done": "กำลังพิมพ์",
        "result": "",
        "obstacles": "",
        "next_step": "",
        "percent": "40",
        "revision": "1",
        **data,
    }
    return client.post(reverse("pathways:update-autosave", args=[update.pk]), given)


def test_saves_without_a_new_row_or_step(cast, draft, client):
    answer = autosave(client, cast.alice, draft)
    assert answer.status_code == 200
    assert answer.json()["revision"] == 2
    assert "น." in answer.json()["message"]
    assert ProgressUpdate.objects.get().done == "กำลังพิมพ์"
    assert UpdateEvent.objects.count() == 1
    assert autosave(client, cast.alice, draft, revision="2", done="ต่อ").json()["revision"] == 3


def test_somebody_elses_newer_words_stay(cast, draft, client):
    save_update(update=draft, user=cast.anna, expected=1, account=Account(done="ของแอนนา"))
    answer = autosave(client, cast.alice, draft)
    assert (answer.status_code, answer.json()["revision"]) == (409, 2)
    assert ProgressUpdate.objects.get().done == "ของแอนนา"


@pytest.mark.parametrize("state", [UpdateState.SUBMITTED, UpdateState.ACCEPTED])
def test_after_handing_in_nothing_changes(cast, client, state):
    choice = make.make_choice(cast.town, cast.pathways[0], by=cast.alice, decided_by=cast.staff)
    update = make.make_update(choice, cast.periods[0], state=state, by=cast.alice, reviewed_by=cast.staff)
    answer = autosave(client, cast.alice, update)
    assert (answer.status_code, answer.json()["state"]) == (409, state)
    assert ProgressUpdate.objects.get().revision == 1


@pytest.mark.parametrize("data", [{"percent": "101"}, {"percent": ""}, {"revision": ""}, {"done": "ก" * 8001}])
def test_what_cannot_be_taken_is_said(cast, draft, client, data):
    assert autosave(client, cast.alice, draft, **data).status_code == 422
    assert ProgressUpdate.objects.get().revision == 1


def test_closed_to_others(cast, draft, client):
    answers = [autosave(client, one, draft).status_code for one in (cast.mayor, cast.bob, cast.adviser, cast.staff)]
    assert answers == [403, 404, 404, 404]
    client.logout()
    assert client.post(reverse("pathways:update-autosave", args=[draft.pk])).status_code == 302
    assert client.get(reverse("pathways:update-autosave", args=[draft.pk])).status_code in (302, 405)
    assert ProgressUpdate.objects.get().revision == 1


# --- in the browser -------------------------------------------------------------------------
SITE = "http://portal.test"
FORM = """<!doctype html><meta charset="utf-8"><body data-person="7">
<script src="/portal.js" defer></script><script src="/photos.js" defer></script>
<form method="post" enctype="multipart/form-data" data-autosave data-autosave-url="/autosave/">
<input type="hidden" name="revision" value="1"><label>Words <textarea name="done"></textarea></label>
<label>Files <input type="file" name="attachments" multiple></label><button name="step" value="save">Send</button>
<p data-autosave-server></p></form>"""


@pytest.fixture
def portal(page, settings):
    state = {"status": 200, "answers": [], "sent": []}

    def serve(route):
        path = route.request.url.removeprefix(SITE)
        if path.endswith(".js"):
            script = settings.BASE_DIR / "static/js" / path.rsplit("/", 1)[-1]
            route.fulfill(body=script.read_text(), content_type="text/javascript")
        elif path == "/autosave/":
            state["answers"].append(route.request.post_data_buffer)
            body = {"revision": len(state["answers"]) + 1, "message": f"Saved {len(state['answers'])}"}
            route.fulfill(status=state["status"], body=json.dumps(body), content_type="application/json")
        elif route.request.method == "POST":
            state["sent"].append(route.request.post_data_buffer)
            route.fulfill(body="done", content_type="text/html")
        else:
            route.fulfill(body=FORM, content_type="text/html")

    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}/new/")
    return state


@pytest.mark.browser
def test_the_form_saves_itself_and_carries_the_new_revision(page, portal):
    page.get_by_label("Words").fill("น้ำท่วม")
    page.get_by_text("Saved 1").wait_for()
    assert page.locator("[name=revision]").input_value() == "2"
    page.get_by_label("Words").fill("น้ำท่วมแล้ว")
    page.get_by_text("Saved 2").wait_for()
    assert b'name="revision"\r\n\r\n2' in portal["answers"][1]


@pytest.mark.browser
def test_after_a_conflict_the_form_no_longer_saves_itself(page, portal):
    portal["status"] = 409
    page.get_by_label("Words").fill("น้ำท่วม")
    page.get_by_text("Saved 1").wait_for()
    page.get_by_label("Words").fill("น้ำท่วมแล้ว")
    page.wait_for_timeout(2000)
    assert len(portal["answers"]) == 1
    assert page.locator("[name=revision]").input_value() == "1"


@pytest.mark.browser
def test_photos_get_smaller_and_small_ones_stay(page, portal):
    out, small = io.BytesIO(), io.BytesIO()
    Image.effect_noise((3000, 750), 80).convert("RGB").save(out, "PNG")
    Image.new("RGB", (8, 8)).save(small, "PNG")
    page.get_by_label("Files").set_input_files(
        [
            {"name": "ภาพ.png", "mimeType": "image/png", "buffer": out.getvalue()},
            {"name": "small.png", "mimeType": "image/png", "buffer": small.getvalue()},
            {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-"},
        ]
    )
    page.wait_for_function("document.querySelector('[type=file]').files[0].type === 'image/jpeg'")
    files = page.evaluate("[...document.querySelector('[type=file]').files].map((one) => [one.name, one.size])")
    assert [name for name, _size in files] == ["ภาพ.jpg", "small.png", "plan.pdf"]
    assert files[0][1] < len(out.getvalue())
    width = page.evaluate(
        "createImageBitmap(document.querySelector('[type=file]').files[0]).then((one) => [one.width, one.height])"
    )
    assert width == [2048, 512]
