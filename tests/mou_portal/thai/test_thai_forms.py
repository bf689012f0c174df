"""The fields and widgets, as a browser without script uses them."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.contrib import admin
from django.db import models
from django.test import RequestFactory
from django.utils import translation

from mou_portal.thai.dates import DateError
from mou_portal.thai.forms import (
    THAI_FORMFIELD_OVERRIDES,
    AmountField,
    AmountInput,
    ThaiDateField,
    ThaiDateTimeField,
    ThaiDateTimeWidget,
    ThaiDateWidget,
    thai_formfield,
)
from mou_portal.thai.messages import _AMOUNT_MESSAGES, _DATE_MESSAGES, amount_error_message, date_error_message
from mou_portal.thai.money import AmountError

BANGKOK = ZoneInfo("Asia/Bangkok")
SIGNED = date(2019, 6, 17)


class VisitForm(forms.Form):
    """A form with one field of each kind."""

    day = ThaiDateField(label="Day of the visit", help_text="As planned")
    starts = ThaiDateTimeField(required=False)
    cost = AmountField(required=False, max_digits=14, decimal_places=2)


def boxes(day="", month="", year="", **more):
    return {"day_day": day, "day_month": month, "day_year": year, **more}


@pytest.fixture(params=["th", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def thai():
    with translation.override("th"):
        yield


# --- dates ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(boxes("17", "6", "2562"), id="boxes-be"),
        pytest.param(boxes("17", "6", "2019"), id="boxes-ce"),
        pytest.param(boxes("๑๗", "6", "๒๕๖๒"), id="thai-digits"),
        pytest.param(boxes("17 มิ.ย. 2562"), id="pasted-into-the-day"),
        pytest.param({"day": "2019-06-17"}, id="one-value"),
        pytest.param({"day": "17/06/2562"}, id="one-value-be"),
    ],
)
def test_a_date_is_taken(language, data):
    form = VisitForm(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == SIGNED


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param({}, "This field is required.", id="nothing-sent"),
        pytest.param(boxes(), "This field is required.", id="blank"),
        pytest.param(boxes("17", "", "2562"), "The month is missing.", id="no-month"),
        pytest.param(boxes("", "6", "2562"), "The day is missing.", id="no-day"),
        pytest.param(boxes("17", "6"), "The year is missing.", id="no-year"),
        pytest.param(boxes("17", "6", "62"), "The year “62” could mean two things.", id="two-digits"),
        pytest.param(
            boxes("31", "2", "2562"), "There is no 31 February 2019: that month has 28 days.", id="31-february"
        ),
        pytest.param(boxes("1", "6", "2019"[:3]), "“201” is not a year.", id="three-digits"),
        pytest.param(boxes("1", "6", "3562"), "The year 3562 is a century or more off.", id="a-millennium-off"),
        pytest.param(boxes("soon"), "“soon” cannot be read as a date.", id="words"),
        pytest.param(boxes("1", "13", "2562"), "“13” is not a month.", id="no-such-month"),
    ],
)
def test_a_wrong_date_is_refused_by_name(english, data, message):
    form = VisitForm(data)
    assert not form.is_valid()
    assert form.errors["day"][0].startswith(message)


def test_the_month_and_year_of_an_error_are_the_readers_own(thai):
    form = VisitForm(boxes("31", "2", "2562"))
    assert "31" in form.errors["day"][0]
    assert "กุมภาพันธ์ 2562" in form.errors["day"][0]


def test_what_was_typed_is_kept_after_an_error(thai):
    html = VisitForm(boxes("31", "2", "๒๕๖๒"))["day"].as_widget()
    assert 'name="day_day" value="31"' in html
    assert '<option value="2" selected>กุมภาพันธ์</option>' in html
    assert 'name="day_year" value="๒๕๖๒"' in html
    assert "is-invalid" in html


def test_a_whole_date_is_laid_out_in_the_boxes(thai):
    html = VisitForm(boxes("17 June 2019"))["day"].as_widget()
    assert 'name="day_day" value="17"' in html
    assert 'name="day_year" value="2562"' in html


def test_a_stored_date_stands_in_the_readers_era(language):
    html = VisitForm(initial={"day": SIGNED})["day"].as_widget()
    month, year = ("มิถุนายน", 2562) if language == "th" else ("June", 2019)
    assert f'value="6" selected>{month}<' in html
    assert f'name="day_year" value="{year}"' in html


def test_the_boxes_are_named_for_everyone(english):
    html = VisitForm()["day"].as_widget()
    assert 'role="group" aria-label="Day of the visit"' in html
    for part, caption in [("", "Day"), ("_month", "Month"), ("_year", "Year (CE)")]:
        assert f'id="id_day{part}" aria-label="Day of the visit: {caption}"' in html
    assert VisitForm()["day"].label_tag().startswith('<label for="id_day">')
    assert html.count('autocomplete="off"') == 3
    assert html.count('aria-describedby="id_day_helptext"') == 1


def test_a_pasted_date_is_not_held_up_by_empty_boxes(english):
    html = VisitForm()["day"].as_widget()
    assert html.count(" required") == 1  # on the day; the others carry aria-required
    assert html.count('aria-required="true"') == 2


def test_the_widget_needs_no_script_or_style(language):
    html = VisitForm().as_p()
    assert "<script" not in html
    assert "style=" not in html
    assert not VisitForm().media._js


def test_the_widget_works_without_a_form(english):
    html = ThaiDateWidget().render("day", None)
    assert 'aria-label="Day"' in html
    assert "id=" not in html
    assert '<option value="" selected>—</option>' in html


@pytest.mark.parametrize(
    ("data", "changed"),
    [
        (boxes("17", "6", "2562"), []),
        (boxes("18", "6", "2562"), ["day"]),
        (boxes("x", "6", "2562"), ["day"]),
        (boxes("17", "6", "2562", cost="1,234.5"), []),
        (boxes("17", "6", "2562", cost="5"), ["cost"]),
    ],
)
def test_only_real_changes_count(thai, data, changed):
    form = VisitForm({"cost": "1234.50", **data}, initial={"day": SIGNED, "cost": Decimal("1234.50")})
    assert form.changed_data == changed


def test_omitted_data_are_seen():
    widget = ThaiDateWidget()
    assert widget.value_omitted_from_data({}, {}, "day")
    assert not widget.value_omitted_from_data({"day": "x"}, {}, "day")
    assert not widget.value_omitted_from_data({"day_month": "6"}, {}, "day")


# --- moments --------------------------------------------------------------------------------


def moment(day="", month="", year="", time=""):
    return {"day": "17/06/2562", "starts_day": day, "starts_month": month, "starts_year": year, "starts_time": time}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(moment("17", "6", "2562", "13:30"), id="boxes"),
        pytest.param(moment("17", "6", "2019", "13.30 น."), id="boxes-ce"),
        pytest.param(moment("17 มิ.ย. 2562", time="13:30"), id="date-in-the-day"),
        pytest.param(moment("17 มิถุนายน 2562 เวลา 13.30 น."), id="all-in-the-day"),
        pytest.param({"day": "17/06/2562", "starts": "2019-06-17 13:30:00"}, id="one-value"),
    ],
)
def test_a_moment_is_taken(thai, data):
    form = VisitForm(data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] == datetime(2019, 6, 17, 13, 30, tzinfo=BANGKOK)


def test_a_moment_may_be_left_out(thai):
    form = VisitForm(moment())
    assert form.is_valid(), form.errors
    assert form.cleaned_data["starts"] is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(moment("17", "6", "2562"), "The time is missing.", id="no-time"),
        pytest.param(moment("17/06/2562"), "The time is missing.", id="no-time-pasted"),
        pytest.param(moment(time="13:30"), "The day is missing.", id="time-only"),
        pytest.param(moment("17", "6", "2562", "25:00"), "“25:00” is not a time of day.", id="no-such-time"),
        pytest.param(moment("31", "2", "2562", "13:30"), "There is no 31 February", id="no-such-day"),
    ],
)
def test_a_wrong_moment_is_refused_by_name(english, data, message):
    form = VisitForm(data)
    assert form.errors["starts"][0].startswith(message)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        pytest.param(datetime(2019, 6, 17, 6, 30, tzinfo=ZoneInfo("UTC")), ["17", "6", "2562", "13:30"], id="aware"),
        pytest.param(SIGNED, ["17", "6", "2562", ""], id="date-only"),
        pytest.param("soon", ["soon", "", "", ""], id="unread"),
        pytest.param(None, ["", "", "", ""], id="none"),
    ],
)
def test_a_stored_moment_stands_in_local_time(thai, value, shown):
    assert ThaiDateTimeWidget().decompress(value) == shown


def test_the_time_has_a_box_of_its_own(english):
    html = VisitForm(initial={"starts": datetime(2019, 6, 17, 13, 30, tzinfo=BANGKOK)})["starts"].as_widget()
    assert '<input type="time" name="starts_time" value="13:30"' in html
    assert 'for="id_starts_time"' in html


def test_fields_take_plain_text_and_any_widget(thai):
    class HiddenForm(forms.Form):
        day = ThaiDateField(widget=forms.HiddenInput)
        starts = ThaiDateTimeField(widget=forms.HiddenInput)

    form = HiddenForm({"day": "2019-06-17", "starts": "2019-06-17 13:30:00"})
    assert form["day"].as_widget() == '<input type="hidden" name="day" value="2019-06-17" id="id_day">'
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"day": SIGNED, "starts": datetime(2019, 6, 17, 13, 30, tzinfo=BANGKOK)}


# --- amounts --------------------------------------------------------------------------------


def test_an_amount_is_taken_and_shown():
    form = VisitForm(boxes("17", "6", "2562", cost="฿1,234.50"))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["cost"] == Decimal("1234.50")
    html = VisitForm(initial={"cost": Decimal("1234.5")})["cost"].as_widget()
    assert 'value="1,234.50"' in html
    assert 'inputmode="decimal"' in html


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("-5", "An amount cannot be negative."),
        ("1,23", "The commas in “1,23” do not separate thousands."),
        ("1.005", "“1.005” has more than two decimals."),
        ("NaN", "“nan” cannot be read as an amount."),
        ("1000000000000", "The amount has more than 12 digits before the point."),
    ],
)
def test_a_wrong_amount_is_refused_by_name(english, typed, message):
    form = VisitForm(boxes("17", "6", "2562", cost=typed))
    assert form.errors["cost"][0].startswith(message)
    assert f'value="{typed}"' in form["cost"].as_widget()


def test_a_required_amount_must_be_given(english):
    with pytest.raises(forms.ValidationError, match="required"):
        AmountField().clean("")


# --- messages -------------------------------------------------------------------------------


def test_every_trouble_has_its_words(language):
    params = {"text": "x", "year": 2562, "month": 2, "day": 31, "last_day": 28, "digits": 12}
    for code in _DATE_MESSAGES:
        assert date_error_message(DateError(code, **params))
    for code in _AMOUNT_MESSAGES:
        assert amount_error_message(AmountError(code, **params))


# --- models and the admin -------------------------------------------------------------------


class Errand(models.Model):
    """A model that exists in this file only; it has no table."""

    due_on = models.DateField()
    starts_at = models.DateTimeField(null=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2)
    latitude = models.DecimalField(max_digits=9, decimal_places=6)
    round_number = models.IntegerField()
    quarter_start = models.DateField(choices=[(date(2019, 10, 1), "Q1")])

    class Meta:
        app_label = "thai_kit_tests"

    def __str__(self):
        return f"errand of {self.due_on}"


class ErrandForm(forms.ModelForm):
    """The errand's form, with the kit's fields."""

    class Meta:
        model = Errand
        fields = ("due_on", "starts_at", "cost", "latitude", "round_number", "quarter_start")
        formfield_callback = thai_formfield


def test_a_model_form_gets_the_fields():
    kinds = {name: type(field) for name, field in ErrandForm.base_fields.items()}
    assert kinds == {
        "due_on": ThaiDateField,
        "starts_at": ThaiDateTimeField,
        "cost": AmountField,
        "latitude": forms.DecimalField,
        "round_number": forms.IntegerField,
        "quarter_start": forms.TypedChoiceField,
    }


def test_the_admin_gets_the_fields():
    class ErrandAdmin(admin.ModelAdmin):
        formfield_overrides = THAI_FORMFIELD_OVERRIDES
        fields = ("due_on", "starts_at", "cost", "latitude")

    form = ErrandAdmin(Errand, admin.AdminSite()).get_form(RequestFactory().get("/"))
    widgets = {name: type(field.widget) for name, field in form.base_fields.items()}
    assert widgets == {
        "due_on": ThaiDateWidget,
        "starts_at": ThaiDateTimeWidget,
        "cost": AmountInput,
        "latitude": forms.NumberInput,
    }
