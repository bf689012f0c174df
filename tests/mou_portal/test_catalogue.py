"""The Thai catalogues: whole, compiled, and in the words that the parties of a memorandum use."""

import importlib
from pathlib import Path
from types import ModuleType

import polib
import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation
from django.utils.translation import gettext, ngettext

from expenses.resources import ExpenseResource
from mou_portal.exchange import column_words

ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The check that ``make check`` runs."""
    monkeypatch.syspath_prepend(str(ROOT / ".ci"))
    return importlib.import_module("check_messages")


def told(wrong: list[tuple[polib.POEntry, str]]) -> list[str]:
    """Faults as lines that a person can act on."""
    return [f"{fault}: {entry.msgid!r} {entry.occurrences[:1]}" for entry, fault in wrong]


def test_every_text_of_our_code_has_its_thai(check: ModuleType, tmp_path: Path) -> None:
    fresh = check.extract(tmp_path)

    assert len(fresh) > 1000
    assert told([(entry, fault) for entry in fresh if not entry.obsolete for fault in check.faults(entry)]) == []


def test_every_text_that_libraries_leave_in_english_has_its_thai(check: ModuleType) -> None:
    assert told(check.faults_of_libraries(check.faults)) == []


@pytest.mark.parametrize("folder", settings.LOCALE_PATHS, ids=lambda folder: folder.name)
def test_the_compiled_catalogues_are_those_of_the_source(folder: Path) -> None:
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        assert compiled.exists(), f"{compiled.name} is missing in {source.parent}: make messages"
        written, made = polib.pofile(str(source)).translated_entries(), polib.mofile(str(compiled))
        assert {(e.msgctxt, e.msgid, e.msgstr) for e in made} == {(e.msgctxt, e.msgid, e.msgstr) for e in written}


@pytest.mark.parametrize("folder", settings.LOCALE_PATHS, ids=lambda folder: folder.name)
def test_thai_has_one_plural_form_and_no_message_twice(folder: Path) -> None:
    for source in folder.glob("th/LC_MESSAGES/*.po"):
        catalogue = polib.pofile(str(source), check_for_duplicates=True)
        assert catalogue.metadata["Plural-Forms"] == "nplurals=1; plural=0;"
        assert [e.msgid for e in catalogue if e.msgid_plural and list(e.msgstr_plural) != [0]] == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (polib.POEntry(msgid="Saved."), "no translation"),
        (polib.POEntry(msgid="Saved.", msgstr=" "), "no translation"),
        (polib.POEntry(msgid="Saved.", msgstr="บันทึกแล้ว", flags=["fuzzy"]), "fuzzy"),
        (polib.POEntry(msgid="บันทึกแล้ว", msgstr="บันทึกแล้ว"), "the message id is Thai"),
        (polib.POEntry(msgid="by %(day)s", msgstr="ภายใน %(date)s"), "placeholders differ: %(date)s"),
        (polib.POEntry(msgid="%(took).0f s", msgstr="วินาที"), "placeholders differ: %(took).0f"),
        (polib.POEntry(msgid="{} of {}", msgstr="{}"), "placeholders without names differ"),
        (polib.POEntry(msgid="%s and %s", msgstr="%s"), "placeholders without names differ"),
    ],
)
def test_the_check_finds_what_is_wrong(check: ModuleType, entry: polib.POEntry, fault: str) -> None:
    assert any(found.startswith(fault) for found in check.faults(entry))


def test_the_check_lets_a_good_plural_pass(check: ModuleType) -> None:
    entry = polib.POEntry(msgid="one file", msgid_plural="%(count)d files", msgstr_plural={0: "%(count)d ไฟล์"})

    assert check.faults(entry) == []


@pytest.mark.parametrize(
    ("english", "thai"),
    [
        ("agreement", "บันทึกความร่วมมือ"),
        ("clause", "ข้อ"),
        ("Party", "ภาคี"),
        ("local government organisation", "องค์กรปกครองส่วนท้องถิ่น"),
        ("local government", "อปท."),
        ("participant", "องค์กรที่ร่วมโครงการ"),
        ("pathway", "แนวทางการพัฒนา"),
        ("pathway choice", "การเลือกแนวทาง"),
        ("progress update", "รายงานความก้าวหน้า"),
        ("evidence", "หลักฐาน"),
        ("workshop seminar", "สัมมนาเชิงปฏิบัติการ"),
        ("presentation day", "วันนำเสนอผลงาน"),
        ("presentation", "การนำเสนอผลงาน"),
        ("seat", "ที่นั่ง"),
        ("delegate", "ผู้แทน"),
        ("field visit", "การลงพื้นที่"),
        ("adviser", "อาจารย์ที่ปรึกษา"),
        ("researcher", "คณะนักวิจัย"),
        ("expense line", "รายการค่าใช้จ่าย"),
        ("ruling", "ผู้รับผิดชอบค่าใช้จ่าย"),
        ("Undecided", "ต้องวินิจฉัย"),
        ("honorarium", "ค่าตอบแทนวิทยากร"),
        ("Smart Mobility", "การเดินทางและขนส่งอัจฉริยะ"),
        ("MOU portal", "พอร์ทัลบันทึกความร่วมมือ"),
    ],
)
def test_the_words_are_those_of_the_memorandum(english: str, thai: str) -> None:
    with translation.override("th"):
        assert gettext(english) == thai
    with translation.override("en"):
        assert gettext(english) == english


def test_our_texts_stand_before_those_of_the_libraries() -> None:
    with translation.override("th"):
        assert gettext("This field is required.") == "โปรดกรอกช่องนี้"
        assert gettext("Yes, I’m sure") == "ยืนยันการลบ"
        assert gettext("Incorrect password.") == "รหัสผ่านไม่ถูกต้อง"
        assert ngettext("%(num)d day", "%(num)d days", 3) % {"num": 3} == "3 วัน"


def test_the_admins_dates_show_the_years_of_the_readers_era() -> None:
    template = Template("{% load thai %}{{ text|years_of_era }}")
    with translation.override("th"):
        assert template.render(Context({"text": "มิถุนายน 2019"})) == "มิถุนายน 2562"
    with translation.override("en"):
        assert template.render(Context({"text": "June 2019"})) == "June 2019"


def test_columns_of_an_export_are_named_in_the_readers_language() -> None:
    made = ExpenseResource()
    with translation.override("th"):
        assert column_words(made, "spent_on") == "วันที่จ่าย"
        assert column_words(made, "agreement") == "บันทึกความร่วมมือ"  # the column holds its code
        assert column_words(made, "seminar") == "สัมมนาเชิงปฏิบัติการ"  # the column holds its title
        assert column_words(made, "shares") == ""  # worked out, no field behind it
