"""Thai text in one byte a letter."""

from hypothesis import example, given
from hypothesis import strategies as st

from mou_portal.thai.compact import compact, expand

#: ASCII, Thai, what is beside Thai, and letters whose six bytes resemble each other.
LETTERS = st.sampled_from("ab1\n กขน้ำ๛\u0e00\u0e5c\xa0é界\U0001f600\U00100000\x80")
TEXTS = st.one_of(st.text(LETTERS), st.text())


def test_ascii_and_thai_take_one_byte():
    assert compact("น้ำ a1\n") == "น้ำ a1\n".encode("tis-620")


@given(TEXTS)
def test_every_text_comes_back(text):
    assert expand(compact(text)) == text


@given(TEXTS, TEXTS)
@example("界", "\x80")
@example("\U0001f600", "")
def test_a_text_stands_in_another_exactly_where_its_bytes_do(whole, part):
    assert (compact(part) in compact(whole)) is (part in whole)
