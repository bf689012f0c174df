"""Dates in both eras: written, read back, and refused when they make no sense."""

import math
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.thai import dates
from mou_portal.thai.dates import (
    DateError,
    arabic_digits,
    date_from_parts,
    format_date,
    format_datetime,
    format_month,
    format_range,
    from_be,
    parse_date,
    parse_datetime,
    parse_time,
    thai_digits,
    to_be,
)

SIGNED = date(2019, 6, 17)
days = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("language", "style", "expected"),
    [
        pytest.param("th", "long", "17 มิถุนายน 2562", id="thai-long"),
        pytest.param("th-TH", "long", "17 มิถุนายน 2562", id="thai-with-region"),
        pytest.param("th", "short", "17 มิ.ย. 62", id="thai-short"),
        pytest.param("th", "official", "๑๗ มิถุนายน ๒๕๖๒", id="thai-official"),
        pytest.param("th", "numeric", "17/06/2562", id="thai-numeric"),
        pytest.param("en", "long", "17 June 2019", id="english-long"),
        pytest.param("en", "short", "17 Jun 2019", id="english-short"),
        pytest.param("en", "official", "17 June 2019", id="english-official"),
        pytest.param("en", "numeric", "17/06/2019", id="english-numeric"),
    ],
)
def test_a_date_is_written(language, style, expected):
    assert format_date(SIGNED, language, style) == expected


@pytest.mark.parametrize("write", [format_date, format_month], ids=["date", "month"])
def test_an_unknown_style_is_refused(write):
    with pytest.raises(ValueError, match="unknown date style 'iso'"):
        write(SIGNED, "th", "iso")


@pytest.mark.parametrize(
    ("language", "style", "expected"),
    [
        ("th", "long", "17 มิถุนายน 2562 เวลา 13.30 น."),
        ("th", "official", "๑๗ มิถุนายน ๒๕๖๒ เวลา ๑๓.๓๐ น."),
        ("en", "long", "17 June 2019, 13:30"),
    ],
)
def test_a_moment_is_written(language, style, expected):
    assert format_datetime(datetime(2019, 6, 17, 13, 30, tzinfo=dates.BANGKOK), language, style) == expected


@pytest.mark.parametrize(
    ("start", "end", "language", "style", "expected"),
    [
        pytest.param(SIGNED, SIGNED, "th", "long", "17 มิถุนายน 2562", id="one-day"),
        pytest.param(SIGNED, date(2019, 6, 19), "th", "long", "17–19 มิถุนายน 2562", id="one-month"),
        pytest.param(SIGNED, date(2019, 6, 19), "th", "official", "๑๗–๑๙ มิถุนายน ๒๕๖๒", id="official"),
        pytest.param(SIGNED, date(2019, 7, 2), "th", "short", "17 มิ.ย. – 2 ก.ค. 62", id="two-months"),
        pytest.param(SIGNED, date(2019, 7, 2), "en", "long", "17 June – 2 July 2019", id="two-months-english"),
        pytest.param(SIGNED, date(2020, 9, 30), "th", "long", "17 มิถุนายน 2562 – 30 กันยายน 2563", id="two-years"),
        pytest.param(SIGNED, date(2019, 6, 19), "th", "numeric", "17/06/2562 – 19/06/2562", id="numeric"),
    ],
)
def test_a_range_repeats_nothing(start, end, language, style, expected):
    assert format_range(start, end, language, style) == expected


def test_a_range_cannot_end_before_it_starts():
    with pytest.raises(ValueError, match="cannot end before it starts"):
        format_range(SIGNED, date(2019, 6, 16))


@pytest.mark.parametrize(
    ("language", "style", "expected"),
    [
        ("th", "long", "มิถุนายน 2562"),
        ("th", "short", "มิ.ย. 62"),
        ("th", "official", "มิถุนายน ๒๕๖๒"),
        ("th", "numeric", "06/2562"),
        ("en", "short", "Jun 2019"),
    ],
)
def test_a_month_is_written(language, style, expected):
    assert format_month(SIGNED, language, style) == expected


READ = {
    "iso": "2019-06-17",
    "iso-be": "2562-06-17",
    "iso-with-empty-time": "2019-06-17 00:00:00",
    "iso-t-empty-time": "2019-06-17T00:00",
    "year-first-slashes": "2562/6/17",
    "slashes-be": "17/06/2562",
    "slashes-ce": "17/6/2019",
    "dashes": "17-06-2562",
    "dots": "17.6.2562",
    "blanks-around": "  17 / 6 / 2562 ",
    "thai-digits": "๑๗/๐๖/๒๕๖๒",
    "thai-long": "17 มิถุนายน 2562",
    "thai-everyday": "17 มิถุนา 2562",
    "thai-official": "๑๗ มิถุนายน ๒๕๖๒",
    "thai-no-blanks": "17มิถุนายน2562",
    "thai-short": "17 มิ.ย. 2562",
    "thai-short-no-dots": "17 มิย 2562",
    "thai-short-half-dots": "17 มิ.ย 2562",
    "thai-short-two-digits": "17 มิ.ย. 62",
    "thai-dashes": "17-มิ.ย.-2562",
    "thai-ce-year": "17 มิถุนายน 2019",
    "phrase": "วันที่ 17 เดือน มิถุนายน พ.ศ. 2562",
    "era-thai": "17 มิถุนายน พ.ศ. 2562",
    "era-thai-no-dots": "17 มิถุนายน พศ 2562",
    "era-behind": "17/06/2562 BE",
    "era-twice-alike": "17/06/พ.ศ. 2562 BE",
    "era-two-digits": "17/06/62 พ.ศ.",
    "era-ce": "17/06/2019 ค.ศ.",
    "era-ad": "17 June 2019 A.D.",
    "english-long": "17 June 2019",
    "english-short": "17 Jun 2019",
    "english-ordinal": "17th of June, 2019",
    "english-be": "17 June 2562",
    "english-month-first": "June 17, 2019",
    "english-month-first-no-comma": "Jun. 17 2562",
    "english-month-first-era": "June 17, 2562 B.E.",
    "no-break-space": "17\u00a0มิถุนายน\u00a02562",
    "zero-width-space": "17\u200b มิถุนายน\u200b 2562",
}


@pytest.mark.parametrize("typed", READ.values(), ids=READ)
def test_a_typed_date_is_read(typed):
    assert parse_date(typed) == SIGNED


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(SIGNED, id="date"),
        pytest.param(datetime(2019, 6, 17, 9, 0), id="datetime"),  # noqa: DTZ001 — spreadsheets have no zones
        pytest.param(datetime(2019, 6, 16, 20, 0, tzinfo=UTC), id="aware-datetime-in-thai-time"),
        pytest.param(date(2562, 6, 17), id="be-year-typed-into-a-gregorian-cell"),
        pytest.param(43633, id="excel-day-number"),
        pytest.param(43633.75, id="excel-day-number-with-time"),
    ],
)
def test_a_spreadsheet_cell_is_read(cell):
    assert parse_date(cell) == SIGNED


REFUSED = {
    "none": (None, "empty"),
    "blank": ("  ", "empty"),
    "zero-width-only": ("\u200b", "empty"),
    "words": ("เร็ว ๆ นี้", "unreadable"),
    "too-long": ("17 มิถุนายน 2562 " * 10, "unreadable"),
    "mixed-separators": ("17/06-2562", "unreadable"),
    "no-month-name": ("17 ปีใหม่ 2562", "unreadable"),
    "no-english-month-name": ("Juno 17, 2019", "unreadable"),
    "eras-that-differ": ("17/06/พ.ศ. 2562 CE", "unreadable"),
    "month-thirteen": ("17/13/2562", "month"),
    "month-zero": ("17/0/2562", "month"),
    "american-order": ("06/17/2019", "month"),
    "31-february": ("31 กุมภาพันธ์ 2562", "day"),
    "30-february-iso": ("2563-02-30", "day"),
    "31-june": ("31/06/2562", "day"),
    "day-zero": ("0/6/2562", "day"),
    "29-february-in-a-common-year": ("29 กุมภาพันธ์ 2562", "day"),
    "29-february-leap-in-be-number-only": (date(2564, 2, 29), "day"),
    "two-digits-numeric": ("17/06/62", "two_digit_year"),
    "two-digits-english": ("17 Jun 62", "two_digit_year"),
    "two-digits-ce": ("17/06/19 ค.ศ.", "two_digit_year"),
    "three-digits": ("17/06/256", "year"),
    "five-digits": ("17/06/25620", "year"),
    "ce-marked-be-year": ("17/06/2562 ค.ศ.", "out_of_range"),
    "be-marked-ce-year": ("17/06/2019 พ.ศ.", "out_of_range"),
    "a-century-back": ("17/06/2442", "out_of_range"),
    "ce-1899": ("31/12/1899", "out_of_range"),
    "ce-2101": ("1/1/2101", "out_of_range"),
    "between-the-eras": ("17/06/2399", "out_of_range"),
    "a-millennium-off": ("17/06/3562", "out_of_range"),
    "date-cell-of-year-one": (date(1, 1, 1), "out_of_range"),
    "year-as-number": (2562, "unreadable"),
    "huge-number": (10**30, "unreadable"),
    "not-a-number": (math.nan, "unreadable"),
    "truth-value": (True, "unreadable"),
}


@pytest.mark.parametrize(("typed", "code"), REFUSED.values(), ids=REFUSED)
def test_a_date_that_makes_no_sense_is_refused(typed, code):
    with pytest.raises(DateError) as caught:
        parse_date(typed)
    assert caught.value.code == code


def test_the_error_names_the_trouble():
    with pytest.raises(DateError) as caught:
        parse_date("31 ก.พ. 2562")
    assert caught.value.params == {"day": 31, "month": 2, "year": 2019, "last_day": 28}
    assert str(caught.value) == "day day=31 month=2 year=2019 last_day=28"


@pytest.mark.parametrize(
    ("first", "last"),
    [("1 ม.ค. 2443", date(1900, 1, 1)), ("31 ธ.ค. 2643", date(2100, 12, 31)), ("29 ก.พ. 2563", date(2020, 2, 29))],
    ids=["first-day", "last-day", "leap-day"],
)
def test_the_edges_of_the_calendar_are_read(first, last):
    assert parse_date(first) == last


def test_two_digits_mean_the_buddhist_century_of_today():
    assert parse_date("17 มิ.ย. 01", today=date(2026, 1, 1)) == date(1958, 6, 17)
    assert parse_date("17 มิ.ย. 01", today=date(2057, 1, 1)) == date(2058, 6, 17)


@given(days, st.sampled_from(["th", "en"]), st.sampled_from(["long", "official", "numeric"]))
def test_what_is_written_reads_back(day, language, style):
    assert parse_date(format_date(day, language, style)) == day


@given(st.dates(date(1957, 1, 1), date(2056, 12, 31)))
def test_the_short_thai_style_reads_back_within_its_century(day):
    assert parse_date(format_date(day, "th", "short"), today=date(2026, 1, 1)) == day


@given(days)
def test_iso_reads_back_in_both_eras(day):
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{to_be(day.year)}-{day:%m-%d}") == day


@given(st.integers(1, 9999))
def test_the_eras_are_543_years_apart(year):
    assert from_be(to_be(year)) == year
    assert to_be(year) - year == 543


def year_or_trouble(text):
    try:
        return parse_date(text).year
    except DateError as error:
        return error.code


@given(st.text() | st.text("0123456789๐๑๒/-. พคศมิยbce"))
def test_any_text_gives_a_date_or_its_error(text):
    troubles = {"empty", "unreadable", "month", "day", "year", "two_digit_year", "out_of_range"}
    assert year_or_trouble(text) in troubles | set(range(1900, 2101))


@given(st.text())
def test_digits_go_and_return(text):
    assert arabic_digits(thai_digits(text)) == arabic_digits(text)


# --- boxes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("boxes", "year_is_be"),
    [
        pytest.param(("17", "6", "2562"), True, id="be"),
        pytest.param(("17", "6", "2562"), False, id="be-on-an-english-page"),
        pytest.param(("17", "6", "2019"), True, id="ce-on-a-thai-page"),
        pytest.param(("๑๗", "มิถุนายน", "พ.ศ. ๒๕๖๒"), True, id="in-words"),
        pytest.param(("17", "06", "62"), True, id="two-digits-in-a-be-box"),
        pytest.param(("17 มิ.ย. 2562", "", ""), True, id="whole-date-in-the-first-box"),
        pytest.param(("17/06/2562", "6", "2562"), True, id="whole-date-that-agrees"),
    ],
)
def test_boxes_are_read(boxes, year_is_be):
    assert date_from_parts(*boxes, year_is_be=year_is_be) == SIGNED


@pytest.mark.parametrize(
    ("boxes", "code"),
    [
        pytest.param(("", "", ""), "empty", id="nothing"),
        pytest.param((" ", "6", "2562"), "no_day", id="no-day"),
        pytest.param(("17", "", "2562"), "no_month", id="no-month"),
        pytest.param(("17", "6", ""), "no_year", id="no-year"),
        pytest.param(("17", "Foo", "2562"), "month", id="no-such-month"),
        pytest.param(("31", "2", "2562"), "day", id="31-february"),
        pytest.param(("9" * 5000, "2", "2562"), "day", id="endless-day"),
        pytest.param(("17", "6", "ปีนี้"), "year", id="year-in-words"),
        pytest.param(("17", "6", "62"), "two_digit_year", id="two-digits-in-a-ce-box"),
        pytest.param(("17/06/2562", "7", ""), "two_dates", id="contradicting-month"),
        pytest.param(("17/06/2562", "", "2561"), "two_dates", id="contradicting-year"),
        pytest.param(("สิบเจ็ด", "6", "2562"), "unreadable", id="day-in-words"),
    ],
)
def test_boxes_that_make_no_date_are_refused(boxes, code):
    with pytest.raises(DateError) as caught:
        date_from_parts(*boxes)
    assert caught.value.code == code


# --- times ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("13:30", time(13, 30)),
        ("13.30 น.", time(13, 30)),
        ("๑๓.๓๐น.", time(13, 30)),
        ("9:05:07", time(9, 5, 7)),
        (time(13, 30), time(13, 30)),
    ],
)
def test_a_time_is_read(typed, expected):
    assert parse_time(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (None, "empty"),
        ("", "empty"),
        ("24:00", "time"),
        ("13:60", "time"),
        ("13:30:60", "time"),
        ("noon", "time"),
        ("13", "time"),
    ],
)
def test_a_time_that_makes_no_sense_is_refused(typed, code):
    with pytest.raises(DateError) as caught:
        parse_time(typed)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "typed",
    [
        "2019-06-17 13:30",
        "2562-06-17T13:30:00",
        "17/06/2562 13.30",
        "17 มิถุนายน 2562 เวลา 13.30 น.",
        "17 June 2019, 13:30",
        "17 August 2019, 13:30",
        datetime(2562, 6, 17, 13, 30),  # noqa: DTZ001 — spreadsheets have no zones
    ],
)
def test_a_moment_is_read(typed):
    month = 8 if "August" in str(typed) else 6
    assert parse_datetime(typed) == datetime(2019, month, 17, 13, 30)  # noqa: DTZ001 — the reader's own time


@pytest.mark.parametrize(
    ("typed", "code"),
    [(None, "empty"), ("17/06/2562", "no_time"), ("31/02/2562 13:30", "day"), ("17/06/2562 25:30", "time")],
)
def test_a_moment_that_makes_no_sense_is_refused(typed, code):
    with pytest.raises(DateError) as caught:
        parse_datetime(typed)
    assert caught.value.code == code


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 12, 31)), st.sampled_from(["th", "en"]))  # noqa: DTZ001 — naive on purpose
def test_a_written_moment_reads_back(moment, language):
    moment = moment.replace(second=0, microsecond=0)
    assert parse_datetime(format_datetime(moment, language)) == moment
