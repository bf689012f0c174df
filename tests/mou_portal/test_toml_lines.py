"""On which line a table or key of a TOML text stands."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.memorandum.toml_lines import Lines

TEXT = '''\
# a comment with [brackets] and "quotes"
top = 1 # = not a key

[table]
"quoted key" = """
fake = 1
[fake]
""" # the end
'single' = \'\'\'
[[fake]]\'\'\'
a.b = [ # a list over lines
  "x]", 'y[',
  { deep = "}" },

  { deep = [1, 2] },
]
after = 2

[[list]]
one = 1
[list.inner]
two = "a \\" b # c"
[[list]]
[[list.more]]
three = 3
[[list.more]]

three = 3'''


def test_lines_of_everything() -> None:
    tomllib.loads(TEXT)
    lines = Lines(TEXT)
    expected = {
        ("top",): 2, ("table",): 4, ("table", "quoted key"): 5, ("table", "single"): 9, ("table", "a"): 11,
        ("table", "a", "b"): 11, ("table", "a", "b", 0): 13, ("table", "a", "b", 1): 15, ("table", "after"): 17,
        ("list", 0): 19, ("list", 0, "one"): 20, ("list", 0, "inner", "two"): 22, ("list", 1): 23,
        ("list", 1, "more", 0, "three"): 25, ("list", 1, "more", 1): 26, ("list", 1, "more", 1, "three"): 28,
    }  # fmt: skip
    assert {path: lines.line_of(path) for path in expected} == expected
    assert lines.line_of(("fake",)) == 1


@pytest.mark.parametrize(
    ("path", "line"), [(("list", 0, "missing"), 19), (("table", "a", "b", 1, "deep"), 15), ((), 1)]
)
def test_what_is_not_in_the_text_has_the_line_of_what_is_around_it(path: tuple[str | int, ...], line: int) -> None:
    assert Lines(TEXT).line_of(path) == line


_words = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
_values = st.one_of(
    st.integers(-99, 99).map(str),
    _words.map(lambda word: '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    _words.map(lambda word: "'''" + word.replace("'", "") + "\n#'''"),
    st.just('["]", # [\n  "x", [1]]'),
)


@given(st.lists(_values, max_size=8), st.booleans())
def test_every_key_is_found_whatever_the_values_hold(values: list[str], in_list: bool) -> None:
    text = "[[t]]\n" if in_list else "[t]\n"
    expected = {}
    for number, value in enumerate(values):
        expected["t", *((0,) if in_list else ()), f"k{number}"] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    tomllib.loads(text)
    lines = Lines(text)
    assert {path: lines.line_of(path) for path in expected} == expected
