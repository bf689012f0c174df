"""Baht: read strictly, rounded one way, printed and spelled out."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.thai.money import AmountError, amount_in_words, format_amount, parse_amount, quantise

amounts = st.decimals(0, Decimal("999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0.005", "0.01"), ("0.004", "0.00"), ("1.015", "1.02"), ("-0.005", "-0.01"), ("-0.001", "0.00"), ("7", "7.00")],
)
def test_halves_are_rounded_away_from_zero(amount, expected):
    assert str(quantise(Decimal(amount))) == expected


@given(st.decimals(-(10**11), 10**11, allow_nan=False, allow_infinity=False))
def test_rounding_moves_an_amount_by_half_a_satang_at_most(amount):
    rounded = quantise(amount)
    assert abs(rounded - amount) <= Decimal("0.005")
    assert quantise(rounded) == rounded


READ = {
    "plain": "1234.50",
    "one-decimal": "1234.5",
    "commas": "1,234.50",
    "baht-sign": "฿1,234.50",
    "baht-sign-blank": "฿ 1234.50",
    "baht-word": "1,234.50 บาท",
    "thb-before": "THB 1,234.50",
    "thb-behind": "1,234.50 thb",
    "baht-in-english": "1234.50 baht",
    "thai-digits": "๑,๒๓๔.๕๐ บาท",
    "blanks": "\u00a01,234.50 \u200b",
    "leading-zeros": "0001234.50",
    "decimal": Decimal("1234.5"),
    "decimal-with-zeros": Decimal("1234.5000"),
    "float": 1234.5,
    "float-with-noise": 1234.4999999999998,
}


@pytest.mark.parametrize("typed", READ.values(), ids=READ)
def test_a_typed_amount_is_read(typed):
    assert str(parse_amount(typed)) == "1234.50"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("0", "0.00"),
        (".50", "0.50"),
        (0, "0.00"),
        ("100 บาทถ้วน", "100.00"),
        ("999,999,999,999.99", "999999999999.99"),
        (999_999_999_999, "999999999999.00"),
    ],
)
def test_small_and_large_amounts_are_read(typed, expected):
    assert str(parse_amount(typed)) == expected


REFUSED = {
    "none": (None, "empty"),
    "blank": ("  ", "empty"),
    "words": ("ห้าร้อย", "unreadable"),
    "sign-only": ("฿", "unreadable"),
    "comma-of-two": ("12,34", "commas"),
    "comma-too-late": ("1234,567", "commas"),
    "comma-first": (",123", "commas"),
    "comma-in-satang": ("1.234,50", "commas"),
    "negative": ("-5", "negative"),
    "negative-with-sign": ("฿-5", "negative"),
    "negative-before-sign": ("-฿5", "negative"),
    "true-minus": ("−5.00", "negative"),
    "bookkeepers-brackets": ("(1,234.50)", "negative"),
    "brackets-of-words": ("(ห้าร้อย)", "unreadable"),
    "minus-of-words": ("-ห้าร้อย", "unreadable"),
    "three-decimals": ("1.005", "decimals"),
    "three-decimals-with-zero": ("1.500", "decimals"),
    "thirteen-digits": ("1,000,000,000,000", "too_large"),
    "two-points": ("1.2.3", "unreadable"),
    "point-at-the-end": ("5.", "unreadable"),
    "exponent": ("1e5", "unreadable"),
    "nan": ("NaN", "unreadable"),
    "infinity": ("Infinity", "unreadable"),
    "dollars": ("$5", "unreadable"),
    "plus": ("+5", "unreadable"),
    "blank-inside": ("1 234", "unreadable"),
    "other-digits": ("١٢٣", "unreadable"),
    "endless": ("9" * 5000, "unreadable"),
    "formula": ("=1+1", "unreadable"),
    "truth-value": (True, "unreadable"),
    "number-nan": (math.nan, "unreadable"),
    "number-infinite": (Decimal("Infinity"), "unreadable"),
    "number-negative": (Decimal("-0.01"), "negative"),
    "number-large": (10**12, "too_large"),
    "number-three-decimals": (Decimal("1.005"), "decimals"),
    "float-three-decimals": (1.005, "decimals"),
}


@pytest.mark.parametrize(("typed", "code"), REFUSED.values(), ids=REFUSED)
def test_an_amount_that_makes_no_sense_is_refused(typed, code):
    with pytest.raises(AmountError) as caught:
        parse_amount(typed)
    assert caught.value.code == code


def test_the_error_names_the_trouble():
    with pytest.raises(AmountError, match="commas text='12,34'"):
        parse_amount("12,34")


def amount_or_trouble(value):
    try:
        return parse_amount(value)
    except AmountError as error:
        return error.code


@given(st.text() | st.text("0123456789,.-฿ บาท()") | st.floats() | st.decimals())
def test_anything_gives_an_amount_or_its_error(value):
    found = amount_or_trouble(value)
    if isinstance(found, Decimal):
        assert 0 <= found <= Decimal("999999999999.99")
        assert found.as_tuple().exponent == -2
    else:
        assert found in {"empty", "unreadable", "commas", "negative", "decimals", "too_large"}


@given(amounts)
def test_a_printed_amount_reads_back(amount):
    assert parse_amount(format_amount(amount)) == amount
    assert parse_amount(f"฿{format_amount(amount)}") == amount


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("0", "0.00"), ("1234.5", "1,234.50"), ("-1234.5", "-1,234.50"), ("1000000", "1,000,000.00"), ("-0.001", "0.00")],
)
def test_an_amount_is_printed(amount, expected):
    assert format_amount(Decimal(amount)) == expected


@pytest.mark.parametrize(
    ("amount", "thai", "english"),
    [
        ("0", "ศูนย์บาทถ้วน", "zero baht"),
        ("0.01", "หนึ่งสตางค์", "one satang"),
        ("0.50", "ห้าสิบสตางค์", "fifty satang"),
        ("1.01", "หนึ่งบาทหนึ่งสตางค์", "one baht and one satang"),
        ("10", "สิบบาทถ้วน", "ten baht"),
        ("11.11", "สิบเอ็ดบาทสิบเอ็ดสตางค์", "eleven baht and eleven satang"),
        ("21", "ยี่สิบเอ็ดบาทถ้วน", "twenty-one baht"),
        ("101", "หนึ่งร้อยเอ็ดบาทถ้วน", "one hundred and one baht"),
        (
            "1234.50",
            "หนึ่งพันสองร้อยสามสิบสี่บาทห้าสิบสตางค์",
            "one thousand, two hundred and thirty-four baht and fifty satang",
        ),
        ("1000000", "หนึ่งล้านบาทถ้วน", "one million baht"),
        ("1000001", "หนึ่งล้านเอ็ดบาทถ้วน", "one million and one baht"),
        ("1.005", "หนึ่งบาทหนึ่งสตางค์", "one baht and one satang"),
        ("-500", "ลบห้าร้อยบาทถ้วน", "minus five hundred baht"),
    ],
)
def test_an_amount_in_words(amount, thai, english):
    assert amount_in_words(Decimal(amount), "th") == thai
    assert amount_in_words(Decimal(amount), "en") == english


DIGITS = ["", "หนึ่ง", "สอง", "สาม", "สี่", "ห้า", "หก", "เจ็ด", "แปด", "เก้า"]
PLACES = ["", "สิบ", "ร้อย", "พัน", "หมื่น", "แสน"]


def spelled(number):
    """Thai number words by the rule of the schoolbook, written independently of num2words."""
    millions, rest = divmod(number, 1_000_000)
    words = spelled(millions) + "ล้าน" if millions else ""
    for place in range(5, -1, -1):
        digit = rest // 10**place % 10
        if place == 1 and digit == 2:
            words += "ยี่สิบ"
        elif place == 1 and digit == 1:
            words += "สิบ"
        elif place == 0 and digit == 1 and number > 1:
            words += "เอ็ด"
        elif digit:
            words += DIGITS[digit] + PLACES[place]
    return words


@given(amounts.filter(lambda amount: amount >= Decimal("0.01")))
def test_thai_words_follow_the_schoolbook(amount):
    baht, satang = divmod(int(amount * 100), 100)
    expected = (f"{spelled(baht)}บาท" if baht else "") + (f"{spelled(satang)}สตางค์" if satang else "ถ้วน")
    assert amount_in_words(amount, "th") == expected
