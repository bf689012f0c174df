"""Template filters, names in two languages, and the era in pages that are not ours."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import formats, translation

from mou_portal.thai.localized import localized

SIGNED = date(2019, 6, 17)
MOMENT = datetime(2019, 6, 17, 6, 30, tzinfo=UTC)
PATHWAY = SimpleNamespace(name_th="สิ่งแวดล้อม", name_en="Environment")
CLAUSE = SimpleNamespace(title_th="ค่าใช้จ่าย", title_en="")


def rendered(source, language, **context):
    with translation.override(language):
        return Template("{% load thai %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("source", "thai", "english"),
    [
        pytest.param("{{ day|thaidate }}", "17 มิถุนายน 2562", "17 June 2019", id="date"),
        pytest.param('{{ day|thaidate:"short" }}', "17 มิ.ย. 62", "17 Jun 2019", id="date-short"),
        pytest.param("{{ moment|thaidate }}", "17 มิถุนายน 2562", "17 June 2019", id="date-of-a-moment"),
        pytest.param("{{ late|thaidate }}", "18 มิถุนายน 2562", "18 June 2019", id="date-is-local"),
        pytest.param("{{ none|thaidate }}", "", "", id="no-date"),
        pytest.param("{{ moment|thaidatetime }}", "17 มิถุนายน 2562 เวลา 13.30 น.", "17 June 2019, 13:30", id="moment"),
        pytest.param("{{ none|thaidatetime }}", "", "", id="no-moment"),
        pytest.param("{{ day|thaimonth }}", "มิถุนายน 2562", "June 2019", id="month"),
        pytest.param("{{ none|thaimonth }}", "", "", id="no-month"),
        pytest.param("{% thairange day end %}", "17–19 มิถุนายน 2562", "17–19 June 2019", id="range"),
        pytest.param("{% thairange day %}", "17 มิถุนายน 2562", "17 June 2019", id="range-without-end"),
        pytest.param("{{ cost|baht }}", "1,234.50", "1,234.50", id="baht"),
        pytest.param("{{ none|baht }}", "", "", id="no-baht"),
        pytest.param("{{ five|baht_words }}", "ห้าบาทห้าสิบสตางค์", "five baht and fifty satang", id="baht-in-words"),
        pytest.param("{{ none|baht_words }}", "", "", id="no-baht-in-words"),
        pytest.param("{{ pathway|localized }}", "สิ่งแวดล้อม", "Environment", id="name"),
        pytest.param('{{ clause|localized:"title" }}', "ค่าใช้จ่าย", "ค่าใช้จ่าย", id="title"),
        pytest.param("{{ nobody|localized }}", "", "", id="no-object"),
    ],
)
def test_the_filters(source, thai, english):
    context = {
        "day": SIGNED,
        "end": date(2019, 6, 19),
        "moment": MOMENT,
        "late": datetime(2019, 6, 17, 20, 0, tzinfo=UTC),
        "none": None,
        "cost": Decimal("1234.5"),
        "five": Decimal("5.50"),
        "pathway": PATHWAY,
        "clause": CLAUSE,
    }
    assert rendered(source, "th", **context) == thai
    assert rendered(source, "en", **context) == english


def test_a_name_is_found_by_prefix_and_language():
    assert localized(PATHWAY, language="en") == "Environment"
    assert localized(PATHWAY, "name", "th") == "สิ่งแวดล้อม"
    assert localized(CLAUSE, language="en") == "ค่าใช้จ่าย"  # the other language when one is blank
    assert localized(SimpleNamespace(name_th="", name_en=""), language="th") == ""
    assert localized(None) == ""


def test_an_object_without_names_is_a_mistake():
    with pytest.raises(AttributeError, match="SimpleNamespace has no name_th/name_en or title_th/title_en"):
        localized(SimpleNamespace())


@pytest.mark.parametrize(
    ("source", "thai", "english"),
    [
        ("{{ day }}", "17 มิถุนายน 2562", "June 17, 2019"),
        ("{{ moment }}", "17 มิถุนายน 2562 เวลา 13.30 น.", "June 17, 2019, 1:30 p.m."),
        ("{{ day|date }}", "17 มิถุนายน 2562", "June 17, 2019"),
        ('{{ day|date:"SHORT_DATE_FORMAT" }}', "17 มิ.ย. 62", "06/17/2019"),
        ('{{ day|date:"YEAR_MONTH_FORMAT" }}', "มิถุนายน 2562", "June 2019"),
        ('{{ day|date:"Y-m-d" }}', "2019-06-17", "2019-06-17"),
    ],
)
def test_pages_that_are_not_ours_show_the_era(source, thai, english):
    assert rendered(source, "th", day=SIGNED, moment=MOMENT) == thai
    assert rendered(source, "en", day=SIGNED, moment=MOMENT) == english


def test_what_is_no_date_is_left_to_django():
    with translation.override("th"):
        assert formats.date_format(time(13, 30), "TIME_FORMAT") == "13:30"
        with pytest.raises(TypeError, match="time-related"):
            formats.date_format(SIGNED, "DATETIME_FORMAT")
