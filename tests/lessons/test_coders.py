"""How far coders agree, against figures worked out by hand; and texts cut where passages overlap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathways.lessons.coders import Code, agreement, themes_by_unit, units_of
from pathways.lessons.passages import pieces

TEN = "\n".join("abcdefghij")  # ten lines of one letter


def codes(coder, theme, lines):
    return [Code(coder, theme, 2 * line, 2 * line + 1) for line in lines]


def test_kappa_as_by_hand():
    # both on 0-3, the first alone on 4, the second alone on 5 and 6, neither on 7-9
    # observed 7/10; the first says yes 5/10, the second 6/10; by chance .5*.6 + .5*.4 = .5; (.7-.5)/(1-.5) = .4
    found = agreement(TEN, [*codes(1, 8, range(5)), *codes(2, 8, [0, 1, 2, 3, 5, 6])])
    [pair] = found.pairs
    [row] = pair.themes
    assert (row.both, row.only_first, row.only_second, row.neither) == (4, 1, 2, 3)
    assert row.kappa == pytest.approx(0.4)
    assert pair.kappa == pytest.approx(0.4)
    assert (found.units, found.coders) == (10, (1, 2))


def test_kappa_of_two_themes_together_as_by_hand():
    # theme 8 as above, theme 9: both on 0, nothing else: 20 pairs, 17 alike; yes 6/20 and 7/20
    # by chance .3*.35 + .7*.65 = .56; (.85-.56)/.44 = .659090…
    both = [*codes(1, 8, range(5)), *codes(2, 8, [0, 1, 2, 3, 5, 6]), *codes(1, 9, [0]), *codes(2, 9, [0])]
    [pair] = agreement(TEN, both).pairs
    assert pair.kappa == pytest.approx(0.29 / 0.44)


def test_alpha_as_by_hand():
    # one theme: sets are {8} or none, at distance 1 (MASI of disjoint sets). 3 of 10 units differ: D_o = .3
    # values: 11 of 20 are {8}, 9 none: D_e = 2*11*9/(20*19) = 198/380; alpha = 1 - .3/(198/380)
    found = agreement(TEN, [*codes(1, 8, range(5)), *codes(2, 8, [0, 1, 2, 3, 5, 6])])
    assert found.alpha == pytest.approx(1 - 0.3 / (198 / 380))


def test_full_agreement_is_one_and_agreement_by_nature_is_no_figure():
    some = agreement(TEN, [*codes(1, 8, [0, 1]), *codes(2, 8, [0, 1])])
    assert (some.pairs[0].kappa, some.alpha) == (pytest.approx(1), pytest.approx(1))
    every = agreement(TEN, [*codes(1, 8, range(10)), *codes(2, 8, range(10))])
    assert (every.pairs[0].themes[0].kappa, every.alpha) == (None, None)
    assert agreement(TEN, codes(1, 8, [0])) is None


def test_a_passage_reaches_every_line_that_it_touches():
    assert units_of("ab\n\ncd") == [(0, 2), (4, 6)]
    assert themes_by_unit("ab\n\ncd", [Code(1, 8, 1, 5)]) == {1: [frozenset({8}), frozenset({8})]}
    assert themes_by_unit("ab\n\ncd", [Code(1, 8, 2, 4)]) == {1: [frozenset(), frozenset()]}


# --- passages -------------------------------------------------------------------------------
def test_overlapping_passages_are_all_there():
    found = pieces("0123456789", 0, 10, [(1, 2, 6), (2, 4, 8)])
    assert [(one.text, one.passages) for one in found] == [
        ("01", ()),
        ("23", (1,)),
        ("45", (1, 2)),
        ("67", (2,)),
        ("89", ()),
    ]
    assert [one.starts for one in found] == [(), (1,), (2,), (), ()]


@given(
    st.text(min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 20)), max_size=6),
)
def test_pieces_are_the_text_again(text, spans):
    known = [(key, start, start + length) for key, (start, length) in enumerate(spans)]
    found = pieces(text, 0, len(text), known)
    assert "".join(one.text for one in found) == text
    for one in found:
        assert set(one.passages) == {
            key for key, start, end in known if start <= one.start and one.start + len(one.text) <= end
        }
