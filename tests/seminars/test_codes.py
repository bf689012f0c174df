"""Codes: what was written is read back, however it was scanned or typed; what was not written opens nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seminars.codes import (
    _AS_MEANT,
    ROTATION,
    SEAT,
    SHEET,
    Code,
    CodeRefused,
    looks_like_code,
    make_code,
    read_code,
    screen_code,
    screen_code_holds,
)

KEY, FORMER = b"a key", b"the key before it"
THROUGH_THAI_KEYS = {chr(meant) if isinstance(meant, int) else meant: chr(thai) for thai, meant in _AS_MEANT.items()}

codes = st.builds(Code, st.sampled_from([SEAT, SHEET]), st.integers(0, 2**63 - 1), st.integers(0, 2**15))


@given(codes)
def test_what_was_written_is_read_back_in_any_dress(code):
    text = make_code(code, KEY)
    dressed = [
        text,
        text.lower(),
        f" {text[:5]} {text[5:]}\r\n",
        f"https://portal.example.org/seminars/pass/{text}/",
        text[0] + text[1:].replace("0", "O").replace("1", "l"),
        "".join(
            THROUGH_THAI_KEYS.get(letter, letter) for letter in f"https://portal.example.org/seminars/pass/{text}/"
        ),
        "".join(THROUGH_THAI_KEYS.get(letter, letter) for letter in text),
    ]
    for one in dressed:
        assert read_code(one, [KEY]) == code, one
        assert looks_like_code(one)


@given(codes, st.integers(0, 15), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_a_changed_letter_of_the_signature_is_forged(code, place, letter):
    text = make_code(code, KEY)
    start = len(text) - 16 + place
    changed = text[:start] + letter + text[start + 1 :]
    if changed != text:
        with pytest.raises(CodeRefused) as refusal:
            read_code(changed, [KEY])
        assert refusal.value.reason == "forged"


def test_a_pass_of_somebody_else_cannot_be_made_from_ones_own():
    mine = make_code(Code(SEAT, 41, 1), KEY)
    for other in (Code(SEAT, 42, 1), Code(SEAT, 41, 2), Code(SHEET, 41, 1)):
        text = make_code(other, KEY)
        with pytest.raises(CodeRefused, match="forged"):
            read_code(text[:-16] + mine[-16:], [KEY])


def test_codes_of_a_former_key_stay_good_and_those_of_a_strange_one_do_not():
    text = make_code(Code(SEAT, 7, 1), FORMER)
    assert read_code(text, [KEY, FORMER]).number == 7
    with pytest.raises(CodeRefused, match="forged"):
        read_code(text, [KEY])


@given(st.text(max_size=80))
def test_any_text_is_either_a_code_or_refused(text):
    with pytest.raises(CodeRefused):
        read_code(text, [KEY])


@pytest.mark.parametrize(
    "text", ["", "สมชาย ใจดี", "https://example.org/menu", "12-1", "S-1-", "<script>", "WIFI:S:guest;;"]
)
def test_what_other_people_print_is_foreign(text):
    with pytest.raises(CodeRefused, match="foreign"):
        read_code(text, [KEY])
    assert not looks_like_code(text)


def test_nothing_personal_is_inside():
    text = make_code(Code(SEAT, 5, 1), KEY)
    assert len(text) == len("S5-1-") + 16
    assert set(text) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


@given(st.integers(1, 10**6), st.floats(0, 4e9))
def test_the_digits_on_the_screen_hold_for_their_window_and_the_next(number, moment):
    digits = screen_code(number, moment, KEY)
    assert len(digits) == 6
    for later, holds in ((0, True), (ROTATION, True), (2 * ROTATION, False)):
        good = {screen_code(number, moment + later - back, KEY) for back in (0, ROTATION)}
        assert screen_code_holds(f" {digits[:3]} {digits[3:]}", number, moment + later, [KEY]) == (digits in good)
        assert holds is False or digits in good
    assert not screen_code_holds("", number, moment, [KEY])
    assert not screen_code_holds("๐" * 6, number, moment, [KEY]) or digits == "000000"
