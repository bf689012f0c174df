"""One spelling, one order, and text that is found."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythainlp.corpus import thai_words
from pythainlp.util import collate

from mou_portal.thai.words import (
    SORT_KEY_LENGTH,
    normalise,
    search_query,
    search_terms,
    search_text,
    sort_key,
    tokens,
)

THAI = "".join(map(chr, [*range(0x0E01, 0x0E3B), *range(0x0E40, 0x0E5C)]))
thai_text = st.text(THAI + " \n\u200bab1") | st.text()
WORDS = sorted(thai_words())
IN_ORDER = (Path(__file__).parent / "words_in_icu_order.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("การนํา", "การนำ", id="sara-am-in-two-pieces"),
        pytest.param("น้ํา", "น้ำ", id="sara-am-in-two-pieces-with-tone"),
        pytest.param("เเผน", "แผน", id="two-sara-e"),
        pytest.param("ที่่", "ที่", id="tone-twice"),
        pytest.param("ก\u0e48\u0e39", "ก\u0e39\u0e48", id="marks-out-of-order"),
        pytest.param("เทศ\u200bบาล\ufeff", "เทศบาล", id="zero-width"),
        pytest.param("อบต.\u00a0ก", "อบต. ก", id="no-break-space"),
        pytest.param("ก\tข   ค", "ก ข ค", id="blanks"),
        pytest.param("ก\x00ข\x1b", "กข", id="controls"),
        pytest.param(" ก \r\n\r\n ข \n", "ก\n\nข", id="line-breaks-stay"),
        pytest.param("cafe\u0301", "café", id="latin-accents-composed"),
        pytest.param("การนำองค์ความรู้", "การนำองค์ความรู้", id="right-already"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_text_has_one_spelling(typed, stored):
    assert normalise(typed) == stored


def test_sara_am_is_never_taken_apart():
    assert "ำ" in normalise("การนำ")
    assert "\u0e4d" not in normalise("การนํา")


def test_endless_marks_take_bounded_time():
    assert len(normalise("ก" + "่ิุ้" * 5_000)) < 20_001


@given(thai_text)
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        pytest.param("นนทบุรี", "เทศบาลนครนนทบุรี", id="middle-of-a-word"),
        pytest.param("นคร นนทบุรี", "เทศบาลนครนนทบุรี", id="blank-typed"),
        pytest.param("นครนนทบุรี", "เทศบาลนคร นนทบุรี", id="blank-stored"),
        pytest.param("กระบี", "องค์การบริหารส่วนจังหวัดกระบี่", id="tone-left-out"),
        pytest.param("กระบี้", "องค์การบริหารส่วนจังหวัดกระบี่", id="wrong-tone"),
        pytest.param("อินทรักษ์", "นายก่อเกียรติ อินทร์ักษ์", id="damaged-name"),
        pytest.param("นํา", "การนำองค์ความรู้", id="sara-am-in-two-pieces"),
        pytest.param("SMART", "Smart city", id="case"),
        pytest.param("2562", "ลงนาม ๒๕๖๒", id="arabic-for-thai-digits"),
        pytest.param("๒๕๖๒", "signed 2562", id="thai-for-arabic-digits"),
    ],
)
def test_what_is_typed_is_found(typed, stored):
    assert search_query(typed) in search_text(stored)


def test_exact_search_keeps_tones_and_blanks():
    assert search_query("ค่า", exact=True) in search_text("ค่าเดินทาง")
    assert search_query("คา", exact=True) not in search_text("ค่าอื่น").split("\n", maxsplit=1)[0]


def test_parts_do_not_run_into_each_other():
    assert search_text("กระบี่", None, "", 12) == "กระบี่\n12\nกระบี\n12"
    assert search_text("abc", "12") == "abc\n12"
    assert search_query("กระบี่ ขยะ") not in search_text("กระบี่", "ขยะ")


def test_terms_are_looked_for_one_by_one():
    assert search_terms(" กระบี่  ขยะ กระบี่ ") == ["กระบี", "ขยะ"]
    assert search_terms(" \u200b ") == []


@given(st.sampled_from(WORDS), st.sampled_from(WORDS), st.sampled_from(WORDS))
def test_every_word_of_a_text_is_found(before, word, after):
    assert search_query(word) in search_text(f"{before} {word} {after}")


# --- order ----------------------------------------------------------------------------------


def test_words_stand_in_the_order_of_icu():
    """The file holds words of pythainlp's list as PostgreSQL 15 sorts them under th-x-icu."""
    assert sorted(IN_ORDER, key=lambda word: (sort_key(word), IN_ORDER.index(word))) == IN_ORDER


plain_words = st.sampled_from([word for word in WORDS if word.isalpha() and not set(word) & set("็่้๊๋์ํ๎ๆฯฺ")])


@given(st.lists(plain_words, unique=True))
def test_words_without_marks_stand_in_the_order_of_pythainlp(words):
    assert sorted(words, key=sort_key) == collate(words)


@pytest.mark.parametrize(
    "in_order",
    [
        pytest.param(["กา", "ก่า", "ก้า", "กาก", "กาล"], id="tones-decide-last"),
        pytest.param(["กลอง", "เกม", "แกะ", "ขวด"], id="leading-vowels-behind-their-consonant"),
        pytest.param(["1", "a", "B", "กระบี่"], id="digits-latin-thai"),
        pytest.param(["Cafe", "Café bar", "Cage"], id="accents-do-not-count"),
        pytest.param(["เทศบาลนคร นนทบุรี", "เทศบาลนครระยอง"], id="blanks-do-not-count"),
        pytest.param(["ข้อ ๒", "ข้อ 3"], id="thai-digits-as-arabic"),
        pytest.param(["ฮา", "漢"], id="other-scripts-last"),
        pytest.param(["", "ก"], id="nothing-first"),
    ],
)
def test_the_order(in_order):
    keys = [sort_key(text) for text in in_order]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def test_what_does_not_count():
    assert sort_key("Smart-City ๆ") == sort_key("smart city")
    assert sort_key("่ก") == sort_key("ก")
    assert sort_key("(่)") == sort_key("")


@given(thai_text)
def test_a_key_is_plain_hexadecimal_of_bounded_length(text):
    key = sort_key(text)
    assert set(key) <= set("0123456789abcdef")
    assert len(key) <= SORT_KEY_LENGTH
    assert len(key) % 2 == 0


def test_words_of_a_text():
    assert tokens("ค่าตอบแทนวิทยากร (โครงการ) 2562 ๆ ฯ") == ["ค่าตอบแทน", "วิทยากร", "โครงการ", "2562"]


def test_the_word_list_is_not_loaded_at_start():
    program = (
        "import sys, mou_portal.thai.words, mou_portal.thai.money;"
        "print('pythainlp' in sys.modules, 'num2words' in sys.modules)"
    )
    root = Path(__file__).parents[3]
    run = subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False", "False"]
