"""Cells that are right in Thai and run nothing."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.thai.excel import BE_DATE_FORMAT, CSV_BOM, safe_cell

LIVE = {
    "equals": "=1+1",
    "two-equals": "==1+1",
    "plus": "+1+1",
    "minus": "-1+1",
    "minus-text": "-5",
    "at": "@SUM(A1)",
    "tab": "\t=1",
    "tab-text": "\tข้อความ",
    "carriage-return": "\r=1",
    "newline": "\n=1",
    "blank": "  =1+1",
    "no-break-space": "\u00a0=1+1",
    "zero-width": "\u200b=1+1",
    "byte-order-mark": "\ufeff=1+1",
    "quote": '"=1+1"',
    "curly-quote": "“=1+1”",
    "full-width-equals": "＝1+1",
    "full-width-plus": "＋1",
    "full-width-minus": "－1",
    "full-width-at": "＠SUM(A1)",
    "small-equals": "﹦1",
    "command": "=cmd|' /C calc'!A0",
    "link": '=HYPERLINK("http://example.com","กด")',
}


@pytest.mark.parametrize("text", LIVE.values(), ids=LIVE)
def test_a_live_string_gets_an_apostrophe(text):
    assert safe_cell(text) == f"'{text}"


HARMLESS = {
    "thai": "เทศบาลนครนนทบุรี",
    "mai-ek-first": "ค่าตอบแทนวิทยากร",
    "inner-equals": "ก=ข",
    "inner-minus": "2562-2563",
    "escaped-already": "'=1+1",
    "nothing": "",
    "e-mail": "admin@demo.example",
    "integer": -5,
    "decimal": Decimal("-1234.50"),
    "float": -0.5,
    "none": None,
    "truth": True,
    "date": date(2019, 6, 17),
}


@pytest.mark.parametrize("value", HARMLESS.values(), ids=HARMLESS)
def test_a_harmless_value_stays(value):
    assert safe_cell(value) is value


def test_an_aware_moment_becomes_wall_time():
    moment = datetime(2019, 6, 17, 6, 30, tzinfo=UTC)
    assert safe_cell(moment) == datetime(2019, 6, 17, 13, 30)  # noqa: DTZ001 — Excel knows no zones


@given(st.text())
def test_no_escaped_string_is_live_and_escaping_twice_changes_nothing(text):
    escaped = safe_cell(text)
    assert not escaped.strip().strip('"').startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert safe_cell(escaped) == escaped


def test_the_format_and_the_mark_are_those_excel_knows():
    assert BE_DATE_FORMAT == "[$-107041E]d mmmm yyyy"
    assert CSV_BOM.encode() == b"\xef\xbb\xbf"
