"""Shares: exact to the satang, whatever the amount, the weights and the number of parties."""

import os
from decimal import Decimal, localcontext
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expenses.shares import LiableParty, Share, SharesError, split, split_among

ALL_LOCAL_GOVERNMENTS = 7850
#: `make mutants` runs these tests some hundred times, with fewer parties.
MOST_PARTIES = int(os.environ.get("MOST_PARTIES", ALL_LOCAL_GOVERNMENTS))

amounts = st.integers(0, 10**14 - 1).map(lambda satang: Decimal(f"{satang // 100}.{satang % 100:02}"))
small_amounts = st.integers(0, 500).map(lambda satang: Decimal(f"{satang // 100}.{satang % 100:02}"))
weight = st.one_of(
    st.integers(0, 5),
    st.integers(0, 10**12 - 1),
    st.decimals(0, 1000, places=6, allow_nan=False, allow_infinity=False),
)
weight_lists = st.lists(weight, min_size=1, max_size=40).filter(any)


def by_hand(amount, weights):
    """Largest remainder with fractions, one satang at a time: slow and plain."""
    total = sum(Fraction(w) for w in weights)
    exact = [Fraction(amount) * 100 * Fraction(w) / total for w in weights]
    satang = [int(share) for share in exact]
    while sum(satang) < Fraction(amount) * 100:
        best = None
        for place, share in enumerate(exact):
            behind = share - satang[place]
            if best is None or behind > exact[best] - satang[best]:
                best = place
        satang[best] += 1
    return [Decimal(s) / 100 for s in satang]


def refusal(amount, weights):
    """The code and parameters with which a split is refused."""
    with pytest.raises(SharesError) as error:
        split(amount, weights)
    return error.value.code, error.value.params


# --- by example --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        ("100", [1], ["100.00"]),
        ("100", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("0.02", [1, 1, 1], ["0.01", "0.01", "0.00"]),
        ("0", [1, 2], ["0.00", "0.00"]),
        ("100", [1, 2], ["33.33", "66.67"]),
        ("100", [2, 1], ["66.67", "33.33"]),
        ("100", [0, 1, 0], ["0.00", "100.00", "0.00"]),
        ("0.01", [0, 1, 1], ["0.00", "0.01", "0.00"]),
        ("1.05", [Decimal("0.5"), Decimal("0.5")], ["0.53", "0.52"]),
        ("10", [Decimal("0.000001"), 999999], ["0.00", "10.00"]),
        ("7", [3, Decimal("1.5"), Decimal("1.50")], ["3.50", "1.75", "1.75"]),
        ("1E+2", [1, 3], ["25.00", "75.00"]),
        ("-0", [1, 1], ["0.00", "0.00"]),
        ("999999999999.99", [1, 1], ["500000000000.00", "499999999999.99"]),
        ("1000.5", [5, 3, 2], ["500.25", "300.15", "200.10"]),
        # Remainders .2, .4, .4: the two satang left over go to the two larger ones.
        ("0.05", [Decimal("0.2"), Decimal("0.4"), Decimal("0.4")], ["0.01", "0.02", "0.02"]),
        ("0.01", [1, 2, 3], ["0.00", "0.00", "0.01"]),
    ],
)
def test_by_example(amount, weights, shares):
    assert [str(share) for share in split(Decimal(amount), weights)] == shares


@pytest.mark.parametrize(
    ("amount", "weights", "expected"),
    [
        ("1", [], ("no_parties", {})),
        ("-0.01", [1], ("amount_negative", {"value": "-0.01"})),
        ("1.005", [1], ("amount_decimals", {"value": "1.005", "limit": "2"})),
        ("1.000", [1], ("amount_decimals", {"value": "1.000", "limit": "2"})),
        ("1000000000000", [1], ("amount_too_large", {"limit": "12"})),
        ("1E+12", [1], ("amount_too_large", {"limit": "12"})),
        ("NaN", [1], ("amount_not_finite", {"value": "NaN"})),
        ("sNaN", [1], ("amount_not_finite", {"value": "sNaN"})),
        ("Infinity", [1], ("amount_not_finite", {"value": "Infinity"})),
        ("1", [0, 0], ("weights_all_zero", {})),
        ("0", [0], ("weights_all_zero", {})),
        ("1", [1, -1], ("weight_negative", {"value": "-1"})),
        ("1", [2, Decimal("-0.5")], ("weight_negative", {"value": "-0.5"})),
        ("1", [Decimal("1E-7")], ("weight_decimals", {"value": "1E-7", "limit": "6"})),
        ("1", [10**12], ("weight_too_large", {"limit": "12"})),
        ("1", [Decimal("1E+999999")], ("weight_too_large", {"limit": "12"})),
        ("1", [Decimal("NaN")], ("weight_not_finite", {"value": "NaN"})),
        ("1", [Decimal("Infinity")], ("weight_not_finite", {"value": "Infinity"})),
        ("1", [0.5], ("weight_type", {"value": "0.5"})),
        ("1", ["1"], ("weight_type", {"value": "'1'"})),
        ("1", [True], ("weight_type", {"value": "True"})),
    ],
)
def test_refusals(amount, weights, expected):
    assert refusal(Decimal(amount), weights) == expected


def test_refusals_read_well_in_a_log():
    assert str(SharesError("no_parties")) == "no_parties"
    assert str(SharesError("amount_negative", {"value": "-1"})) == "amount_negative {'value': '-1'}"


def test_the_limits_themselves_are_allowed():
    assert split(Decimal("999999999999.99"), [10**12 - 1]) == (Decimal("999999999999.99"),)
    assert split(Decimal("3"), [Decimal("0.000001"), Decimal("0.000002")]) == (1, 2)


def test_a_narrow_decimal_context_changes_nothing():
    with localcontext() as context:
        context.prec = 2
        assert [str(s) for s in split(Decimal("123456.79"), [1, 1])] == ["61728.40", "61728.39"]


# --- among parties -----------------------------------------------------------------------------


def test_ties_go_by_the_agreement_and_the_answer_keeps_the_line():
    parties = [LiableParty("phraek-sa", 13), LiableParty("nonthaburi", 3), LiableParty("lamphun", 9)]
    assert split_among(Decimal("100.01"), parties) == (
        Share("phraek-sa", Decimal("33.33")),
        Share("nonthaburi", Decimal("33.34")),
        Share("lamphun", Decimal("33.34")),
    )


def test_ties_do_not_go_by_the_alphabet():
    parties = [LiableParty("a", 30), LiableParty("b", 20), LiableParty("c", 10)]
    assert [str(share.amount) for share in split_among(Decimal("0.01"), parties)] == ["0.00", "0.00", "0.01"]
    assert [str(share.amount) for share in split_among(Decimal("0.02"), parties)] == ["0.00", "0.01", "0.01"]


def test_weights_stay_with_their_parties():
    parties = iter([LiableParty("b", 2, 3), LiableParty("a", 1, 1), LiableParty("c", 3, 0)])
    assert [tuple(share) for share in split_among(Decimal("8"), parties)] == [
        ("b", Decimal("6.00")),
        ("a", Decimal("2.00")),
        ("c", Decimal("0.00")),
    ]


def test_a_larger_remainder_goes_before_an_earlier_party():
    parties = [LiableParty("late", 9, 2), LiableParty("early", 1, 1)]
    assert [share.amount for share in split_among(Decimal("0.01"), parties)] == [
        Decimal("0.01"),
        Decimal("0.00"),
    ]


def test_parties_of_the_same_order_go_by_code():
    for parties in (["b", "a"], ["a", "b"]):
        shares = split_among(Decimal("0.01"), [LiableParty(code, 1) for code in parties])
        assert {s.code: str(s.amount) for s in shares} == {"a": "0.01", "b": "0.00"}


def test_a_party_is_liable_once():
    with pytest.raises(SharesError) as error:
        split_among(Decimal("1"), [LiableParty("a", 1), LiableParty("b", 2), LiableParty("a", 3)])
    assert (error.value.code, error.value.params) == ("duplicate_party", {"code": "a"})


def test_nobody_is_liable():
    with pytest.raises(SharesError) as error:
        split_among(Decimal("1"), [])
    assert error.value.code == "no_parties"


# --- for all -----------------------------------------------------------------------------------


@given(amounts, weight_lists)
def test_shares_sum_are_within_a_satang_and_follow_the_weights(amount, weights):
    shares = split(amount, weights)
    assert len(shares) == len(weights)
    assert sum(map(Fraction, shares)) == Fraction(amount)
    total = sum(map(Fraction, weights))
    for share, own in zip(shares, weights, strict=True):
        exact = Fraction(amount) * Fraction(own) / total
        assert abs(Fraction(share) - exact) < Fraction(1, 100)
        assert share >= 0
        assert share.as_tuple().exponent == -2
        if own == 0:
            assert share == 0
        if exact * 100 == int(exact * 100):
            assert Fraction(share) == exact
    # Monotone: who weighs more never bears less.
    in_order = sorted(zip(weights, shares, strict=True))
    assert [share for _, share in in_order] == sorted(shares)


@given(small_amounts, st.lists(st.integers(0, 6), min_size=1, max_size=9).filter(any))
def test_as_by_hand(amount, weights):
    assert list(split(amount, weights)) == by_hand(amount, weights)


@given(amounts, st.integers(1, 60))
def test_equal_shares_differ_by_a_satang_at_most_and_the_first_bear_it(amount, parties):
    shares = split(amount, [1] * parties)
    assert max(shares) - min(shares) <= Decimal("0.01")
    assert list(shares) == sorted(shares, reverse=True)


@given(amounts, weight_lists, st.integers(1, 10**4))
def test_only_proportions_count(amount, weights, times):
    whole = [int(Fraction(w) * 10**6) for w in weights]
    scaled = [min(w, 10**7) * times for w in whole]
    assert split(amount, scaled) == split(amount, [min(w, 10**7) for w in whole])


@given(amounts, weight_lists, st.randoms(use_true_random=False))
def test_how_the_line_lists_its_parties_changes_no_share(amount, weights, random):
    parties = [LiableParty(f"lgo-{-n}", n, own) for n, own in enumerate(weights)]
    shuffled = parties[:]
    random.shuffle(shuffled)
    listed = split_among(amount, shuffled)
    assert [share.code for share in listed] == [party.code for party in shuffled]
    assert dict(listed) == dict(split_among(amount, parties))
    assert [share.amount for share in split_among(amount, parties)] == list(split(amount, weights))


@settings(max_examples=15, deadline=None)
@given(amounts, st.integers(1, MOST_PARTIES), st.integers(0, 2**32))
def test_up_to_every_local_government_of_the_country(amount, parties, seed):
    random = Random(seed)
    weights = [random.randint(0, 10**6) for _ in range(parties - 1)] + [1]
    shares = split(amount, weights)
    assert sum(map(Fraction, shares)) == Fraction(amount)
    assert all(share == 0 for share, own in zip(shares, weights, strict=True) if own == 0)


def test_every_local_government_of_the_country():
    parties = [LiableParty(f"lgo-{n:05}", n, n % 7) for n in range(MOST_PARTIES)]
    shares = split_among(Decimal("999999999999.99"), reversed(parties))
    assert sum(share.amount for share in shares) == Decimal("999999999999.99")
