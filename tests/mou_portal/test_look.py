"""The look: contrast, weight, no inline style or script, and the parts that every page is made of."""

import gzip
import re
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from mou_portal.exchange import PlainDiff
from mou_portal.pdf.fonts import web_fonts
from mou_portal.registry import AgendaItem, State

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text()

# --- colours --------------------------------------------------------------------------------------


def colours(dark: bool) -> dict[str, str]:
    """The tokens that are colours, as one theme sees them."""
    light, dark_part = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    return found | dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark_part)) if dark else found


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio of two colours."""

    def luminance(colour: str) -> float:
        parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("ink", "grounds"),
    [
        ("ink", ["paper", "panel", "panel-strong", "good-ground", "part-ground", "due-ground", "bad-ground"]),
        ("muted", ["paper", "panel", "panel-strong"]),
        ("accent", ["paper", "panel", "panel-strong", "accent-ground"]),
        ("accent-strong", ["paper", "panel", "panel-strong"]),
        ("good", ["paper", "panel", "good-ground"]),
        ("part", ["paper", "panel", "part-ground"]),
        ("due", ["paper", "panel", "due-ground"]),
        ("bad", ["paper", "panel", "bad-ground"]),
        ("on-accent", ["accent", "accent-strong"]),
        ("on-bad", ["bad"]),
    ],
)
def test_words_keep_aa_contrast(dark: bool, ink: str, grounds: list[str]) -> None:
    tokens = colours(dark)
    for ground in grounds:
        assert contrast(tokens[ink], tokens[ground]) >= 4.5, (ink, ground)


@pytest.mark.parametrize("dark", [False, True])
def test_edges_of_boxes_and_the_focus_ring_keep_three_to_one(dark: bool) -> None:
    tokens = colours(dark)
    for ground in ("paper", "panel"):
        assert contrast(tokens["line-strong"], tokens[ground]) >= 3
        assert contrast(tokens["accent"], tokens[ground]) >= 3


def test_colours_live_in_the_tokens_alone() -> None:
    for name in ("portal.css", "admin.css"):
        sheet = re.sub(r'url\("data:[^)]*\)', "", (ROOT / "static/css" / name).read_text())
        on_screen = sheet.split("@media print")[0]
        # white behind a picture code: cameras need it in the dark as well
        assert set(re.findall(r"#[0-9a-f]{3,8}\b(?=[;\s])", on_screen)) <= {"#ffffff"}, name


# --- Content-Security-Policy ----------------------------------------------------------------------


def test_no_template_writes_style_or_script_into_the_page() -> None:
    inline = re.compile(r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)""", re.IGNORECASE)
    faults = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if "pdf" not in path.parts and inline.search(path.read_text())
    ]
    assert faults == []


def test_the_preview_of_an_import_shows_whole_values_and_no_style() -> None:
    assert PlainDiff._change("เทศบาลตำบล", "เทศบาลเมือง") == "<del>เทศบาลตำบล</del> <ins>เทศบาลเมือง</ins>"
    assert PlainDiff._change("", "<b>") == " <ins>&lt;b&gt;</ins>"
    assert PlainDiff._change(None, "") == ""
    assert PlainDiff._change("a & b", "a & b") == "a &amp; b"


# --- weight ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_first_visit_weighs_at_most_120_kilobytes(tmp_path: Path) -> None:
    page = Client().get("/").content
    files = re.findall(rb'(?:href|src)="/static/([^"]+)"', page)
    names = {name.decode() for name in files if not name.startswith(b"fonts/")}
    assert {"bootstrap/bootstrap.min.css", "css/tokens.css", "css/portal.css", "js/portal.js"} <= names
    weight = len(gzip.compress(page))
    for name in names:
        found = finders.find(name)
        assert found, name
        weight += len(gzip.compress(Path(found).read_bytes()))
    weight += sum(path.stat().st_size for path in web_fonts(tmp_path).values())
    assert weight <= 120_000


# --- the frame of every page ----------------------------------------------------------------------


@pytest.mark.django_db
def test_language_switch_stays_on_the_page_and_is_kept() -> None:
    client = Client()
    page = client.get("/accounts/login/?next=/seminars/").content.decode()
    assert '<html lang="th">' in page
    assert 'value="/accounts/login/?next=/seminars/"' in page
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/?next=/seminars/"})
    assert answer["Location"] == "/accounts/login/?next=/seminars/"
    assert '<html lang="en">' in client.get("/").content.decode()


@pytest.mark.django_db
def test_a_page_knows_whose_drafts_it_may_give_back(client_of) -> None:  # type: ignore[no-untyped-def]  # a fixture
    assert 'data-person=""' in client_of("anonymous").get("/").content.decode()
    page = client_of("coordinator_a").get("/home/").content.decode()
    assert re.search(r'data-person="\d+"', page)
    assert "data-sign-out" in page


@pytest.mark.parametrize("template", ["400.html", "500.html", "503.html"])
def test_pages_for_the_worst_need_no_context(template: str) -> None:
    with translation.override("en"):
        page = render_to_string(template)
    assert "<h1>" in page
    assert "/static/css/portal.css" in page


@pytest.mark.django_db
def test_error_pages_say_how_to_go_on() -> None:
    page = Client().get("/nowhere/").content.decode()
    assert 'data-page="error"' in page
    assert 'class="btn btn-primary"' in page


@pytest.mark.django_db
def test_error_page_for_lost_csrf_is_ours() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(reverse("set_language"), {"language": "en"})
    assert answer.status_code == 403
    assert "btn-primary" in answer.content.decode()


# --- components -----------------------------------------------------------------------------------


def workflow_states() -> set[str]:
    """Every code that a column named ``state`` of our own models can hold."""
    ours = {"participants", "pathways", "seminars", "expenses"}
    return {
        str(code)
        for model in apps.get_models()
        if model._meta.app_label in ours
        for column in model._meta.fields
        if column.name == "state" and column.choices
        for code, _label in column.flatchoices
    }


#: States that mean "no longer counts": a plain dash, in grey.
QUIET = {"not_applicable", "superseded", "withdrawn", "cancelled", "skipped", "not_yet_due"}


def test_every_state_has_sign_word_and_colour() -> None:
    for code in {str(state) for state in State} | workflow_states():
        html = render_to_string("components/state.html", {"state": code, "label": "word"})
        assert "word" in html
        sign = re.search(r'aria-hidden="true">(.)<', html)
        assert sign, code
        assert (sign[1] == "–") == (code in QUIET), f"{code} needs a sign in components/state.html"


class Visit(forms.Form):
    """A form with one field of each difficult kind."""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label="Title")
    way = forms.ChoiceField(label="Way", widget=forms.RadioSelect, choices=[("a", "A"), ("b", "B")])
    proof = forms.FileField(label="Proof", required=False)


def test_form_leads_from_each_error_to_its_field() -> None:
    form = Visit({"revision": "3"})
    form.add_error(None, "Somebody saved before you.")
    html = render_to_string("components/form.html", {"form": form, "form_token": "t0", "autosave": True})
    assert 'href="#id_title"' in html
    assert 'href="#div_id_way"' in html
    assert 'id="div_id_way"' in html
    assert html.count("Somebody saved before you.") == 1
    assert 'name="revision" value="3"' in html
    assert 'name="form_token" value="t0"' in html
    assert 'enctype="multipart/form-data"' in html
    assert "data-bound" in html


def test_stale_form_shows_what_the_row_holds_now() -> None:
    form = Visit({"title": "mine"})
    form.theirs = [("Title", "theirs")]  # type: ignore[attr-defined]  # as RevisionForm.show_stale leaves it
    html = render_to_string("components/form.html", {"form": form})
    assert "theirs" in html
    assert 'value="mine"' in html


def test_what_is_typed_by_people_is_escaped_in_every_component() -> None:
    evil = "<img src=x>"
    item = AgendaItem(title=evil, url="/x/", action=evil, detail=evil)
    pages = [
        render_to_string("components/agenda.html", {"items": [item]}),
        render_to_string("components/facts.html", {"facts": [(evil, evil)]}),
        render_to_string("components/thread.html", {"events": [{"what": evil, "note": evil, "who": evil}]}),
        render_to_string("components/file_list.html", {"files": [{"name": evil, "url": "/x/", "remove_url": "/y/"}]}),
        render_to_string("components/card.html", {"title": evil, "text": evil, "meta": evil}),
        render_to_string("components/post_button.html", {"url": "/x/", "label": evil, "confirm": evil}),
    ]
    assert all("<img" not in page and "&lt;img" in page for page in pages)
