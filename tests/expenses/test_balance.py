"""Balances: satang-exact, one line counted once, and what one bears too little another has paid too much."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expenses.balance import (
    INSTITUTE,
    BalanceError,
    CostLine,
    Direction,
    Part,
    Standing,
    balance_of,
    balances,
    direction_of,
    part_of,
)
from expenses.shares import split

KRABI, NAN = "krabi-pao", "nan-town"


def baht(text: str) -> Decimal:
    return Decimal(text)


def line(amount: str, shares: dict[str, str] | None = None, **fields) -> CostLine:
    return CostLine("1", baht(amount), {who: baht(part) for who, part in (shares or {}).items()}, **fields)


# --- by example --------------------------------------------------------------------------------
CASES = {
    # what happened: the line, then Krabi's must pay, paid, in kind, standing, balance
    "it pays what it must": (
        line("100.00", {KRABI: "100.00"}, paid_by=KRABI),
        ("100.00", "100.00", "0.00", Standing.COUNTED, "0.00"),
    ),
    "the institute paid for it": (
        line("100.00", {KRABI: "100.00"}, paid_by=INSTITUTE),
        ("100.00", "0.00", "0.00", Standing.COUNTED, "100.00"),
    ),
    "it paid for the institute": (
        line("100.00", {INSTITUTE: "100.00"}, paid_by=KRABI),
        ("0.00", "100.00", "0.00", Standing.COUNTED, "-100.00"),
    ),
    "it gave in kind for the institute": (
        line("100.00", {INSTITUTE: "100.00"}, paid_by=KRABI, in_kind=True),
        ("0.00", "0.00", "100.00", Standing.COUNTED, "-100.00"),
    ),
    "it paid its own share and Nan's": (
        line("100.01", {KRABI: "50.01", NAN: "50.00"}, paid_by=KRABI),
        ("50.01", "100.01", "0.00", Standing.COUNTED, "-50.00"),
    ),
    "Nan paid for both": (
        line("100.01", {KRABI: "50.01", NAN: "50.00"}, paid_by=NAN),
        ("50.01", "0.00", "0.00", Standing.COUNTED, "50.01"),
    ),
    "nobody has paid": (
        line("100.00", {KRABI: "100.00"}),
        ("100.00", "0.00", "0.00", Standing.UNPAID, "0.00"),
    ),
    "nobody has decided": (
        line("100.00", paid_by=KRABI),
        ("0.00", "100.00", "0.00", Standing.UNDECIDED, "0.00"),
    ),
    "nobody has decided, and it concerns it": (
        line("100.00", paid_by=INSTITUTE, concerned=frozenset({KRABI})),
        ("0.00", "0.00", "0.00", Standing.UNDECIDED, "0.00"),
    ),
    "it disputes the line": (
        line("100.00", {KRABI: "100.00"}, paid_by=INSTITUTE, disputed_by=frozenset({KRABI})),
        ("100.00", "0.00", "0.00", Standing.DISPUTED, "0.00"),
    ),
    "Nan disputes the line": (
        line("100.01", {KRABI: "50.01", NAN: "50.00"}, paid_by=INSTITUTE, disputed_by=frozenset({NAN})),
        ("50.01", "0.00", "0.00", Standing.COUNTED, "50.01"),
    ),
    "it disputes a line that nobody paid": (
        line("1.00", {KRABI: "1.00"}, disputed_by=frozenset({KRABI})),
        ("1.00", "0.00", "0.00", Standing.DISPUTED, "0.00"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_line_as_it_stands_for_a_party(case):
    cost, (must_pay, paid, in_kind, standing, counted) = CASES[case]
    part = part_of(cost, KRABI)
    assert part == Part("1", "", cost.amount, baht(must_pay), baht(paid), baht(in_kind), standing)
    assert part.counted == baht(counted)
    assert balance_of([cost], KRABI).amount == baht(counted)


@pytest.mark.parametrize(
    "cost",
    [
        line("100.00", {INSTITUTE: "100.00"}, paid_by=INSTITUTE),
        line("100.00", {KRABI: "0.00", NAN: "100.00"}, paid_by=INSTITUTE),  # its weight is zero
        line("100.00", {NAN: "100.00"}, paid_by=NAN, concerned=frozenset({KRABI})),  # decided: it concerns Nan alone
        line("100.00", paid_by=INSTITUTE, concerned=frozenset({NAN})),
    ],
)
def test_lines_of_others_are_no_part(cost):
    assert part_of(cost, KRABI) is None
    assert balance_of([cost], KRABI).parts == ()


def test_a_statement_of_several_lines():
    lines = [
        line("7200.00", {KRABI: "3600.00", NAN: "3600.00"}, paid_by=KRABI, clause="2.2(4)4.2"),
        line("10000.00", {KRABI: "5000.00", NAN: "5000.00"}, paid_by=INSTITUTE, clause="2.2(4)4.2"),
        line("9840.25", {KRABI: "9840.25"}, paid_by=KRABI, clause="2.2(4)4.1"),
        line("1120.00", {KRABI: "1120.00"}, paid_by=KRABI, in_kind=True),
        line("2700.00", concerned=frozenset({KRABI}), paid_by=KRABI),
        line("480.00", {KRABI: "480.00"}, clause="2.2(4)4.1"),
        line("66.60", {KRABI: "66.60"}, paid_by=INSTITUTE, disputed_by=frozenset({KRABI})),
    ]
    found = balance_of(lines, KRABI)
    assert (found.must_pay, found.paid, found.in_kind) == (baht("19560.25"), baht("17040.25"), baht("1120.00"))
    assert found.amount == baht("1400.00")
    assert found.direction is Direction.OWES
    assert found.by_clause == {"2.2(4)4.2": baht("8600.00"), "2.2(4)4.1": baht("9840.25"), "": baht("1120.00")}
    assert (found.in_dispute, found.undecided) == (baht("66.60"), baht("2700.00"))
    assert [part.must_pay for part in found.standing_at(Standing.UNPAID)] == [baht("480.00")]
    everybody = balances(lines)
    assert set(everybody) == {KRABI, NAN, INSTITUTE}
    assert everybody[NAN].amount == baht("8600.00")
    assert everybody[INSTITUTE].amount == baht("-10066.60")  # the disputed line counts for the institute


def test_directions():
    assert [direction_of(baht(text)) for text in ("0.01", "-0.01", "0.00")] == [
        Direction.OWES,
        Direction.OWED,
        Direction.EVEN,
    ]


def test_nothing_is_even():
    nothing = balance_of([], KRABI)
    assert (nothing.amount, nothing.direction, str(nothing.must_pay)) == (baht("0.00"), Direction.EVEN, "0.00")
    assert balances([]) == {}


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("amount", lambda: line("-0.01")),
        ("amount", lambda: line("1.005")),
        ("amount", lambda: line("NaN")),
        ("amount", lambda: line("0.00", {KRABI: "1.00", NAN: "-1.00"})),
        ("shares", lambda: line("100.00", {KRABI: "99.99"})),
        ("in_kind", lambda: line("100.00", {KRABI: "100.00"}, in_kind=True)),
    ],
)
def test_lines_that_cannot_be_balanced(code, made):
    with pytest.raises(BalanceError) as error:
        made()
    assert (error.value.code, error.value.key) == (code, "1")
    assert str(error.value) == f"{code}: 1"


# --- by property -------------------------------------------------------------------------------
TOWNS = ("a", "b", "c", "d")
amounts = st.integers(0, 10**12).map(lambda satang: Decimal(satang).scaleb(-2))


@st.composite
def cost_lines(draw, *, settled: bool = False):
    """A line that the institute, or towns by weights, must pay; ``settled``: decided, paid and disputed by nobody."""
    amount = draw(amounts)
    named = draw(st.lists(st.sampled_from(TOWNS), min_size=1, unique=True))
    who = [INSTITUTE] if draw(st.booleans()) else named
    weights = draw(st.lists(st.integers(1, 9), min_size=len(who), max_size=len(who)))
    payers = st.sampled_from((INSTITUTE, *TOWNS))
    paid_by = draw(payers if settled else st.none() | payers)
    decided = settled or draw(st.booleans())
    return CostLine(
        key=str(draw(st.integers(1, 99))),
        amount=amount,
        shares=dict(zip(who, split(amount, weights), strict=True)) if decided else {},
        paid_by=paid_by,
        in_kind=paid_by is not None and draw(st.booleans()),
        clause=draw(st.sampled_from(("4.1", "4.2", ""))),
        concerned=frozenset(named),
        disputed_by=frozenset() if settled else draw(st.frozensets(st.sampled_from((INSTITUTE, *TOWNS)))),
    )


@given(st.lists(cost_lines(settled=True), max_size=12))
def test_balances_of_all_parties_sum_to_zero(lines):
    found = balances(lines)
    assert sum((one.amount for one in found.values()), Decimal(0)) == 0
    assert sum((one.must_pay for one in found.values()), Decimal(0)) == sum(line.amount for line in lines)
    assert sum((one.paid + one.in_kind for one in found.values()), Decimal(0)) == sum(line.amount for line in lines)


@given(st.lists(cost_lines(), max_size=12), st.sampled_from((INSTITUTE, *TOWNS)))
def test_a_balance_is_the_sum_of_what_counts(lines, party):
    found = balance_of(lines, party)
    assert found.amount == sum((part.counted for part in found.parts), Decimal(0))
    assert found.amount.as_tuple().exponent == -2
    assert sum(found.by_clause.values(), Decimal(0)) == found.must_pay
    assert found.direction is direction_of(found.amount)
    assert sum(len(found.standing_at(standing)) for standing in Standing) == len(found.parts)
    for part in found.parts:
        assert (part.counted == 0) or part.standing is Standing.COUNTED


@given(st.lists(cost_lines(), max_size=8), st.sampled_from(TOWNS), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(lines, party, chance):
    shuffled = list(lines)
    chance.shuffle(shuffled)
    assert balance_of(shuffled, party).amount == balance_of(lines, party).amount


@given(cost_lines(), st.sampled_from(TOWNS))
def test_setting_a_line_aside_takes_exactly_its_effect_away(cost, party):
    aside = CostLine(**{**vars(cost), "disputed_by": cost.disputed_by | {party}})
    before, after = balance_of([cost], party), balance_of([aside], party)
    assert after.amount == 0
    if cost.shares and before.parts:
        assert after.in_dispute == before.parts[0].effect
