"""Who pays: the whole table, every combination, and the table as stored data."""

import json
from dataclasses import FrozenInstanceError, replace
from itertools import product

import pytest

from expenses.payer import (
    Activity,
    ArrangedBy,
    Category,
    CostFacts,
    FactsError,
    Payer,
    Resolution,
    RuleSet,
    RuleSetError,
    Venue,
    WhoseCost,
    possible_facts,
    read_facts,
    resolve,
    short_clause,
)
from tests.expenses.the_rule import MOU_2562

# The reference below is written from the memorandum's table with plain strings and if's, and knows
# nothing of the module under test.
ACTIVITIES = ("seminar", "field_visit")
VENUES = ("", "institute", "elsewhere")
ARRANGED = ("", "institute", "local_government")
WHOSE = ("event", "delegates", "advisers")
CATEGORIES = ("honorarium", "meals", "travel", "lodging", "materials", "venue_hire", "other")
EVERYTHING = list(product(ACTIVITIES, VENUES, ARRANGED, WHOSE, CATEGORIES))
FIELDS = ("activity", "venue", "arranged_by", "whose_cost", "category")


def by_hand(activity, venue, arranged_by, whose_cost, category):
    """(row, payer, clause), or None where the facts are impossible."""
    if activity == "seminar":
        return None if venue == "" or arranged_by != "" else seminar_by_hand(venue, whose_cost, category)
    return None if arranged_by == "" or venue != "" else visit_by_hand(arranged_by, whose_cost, category)


def seminar_by_hand(venue, whose_cost, category):
    if whose_cost == "delegates":
        return 3, "local_government", "4.1"
    if venue == "institute":
        if whose_cost == "event":
            return 1, "institute", "4.1"
        if category == "honorarium" or category == "meals":  # advisers
            return 2, "institute", "4.1"
    return 6, "undecided", ""


def visit_by_hand(arranged_by, whose_cost, category):
    if whose_cost == "advisers":
        if arranged_by == "institute":
            return 4, "institute", "4.1"
        if category == "honorarium" or category == "travel" or category == "lodging":
            return 5, "local_government", "4.2"
    return 6, "undecided", ""


def facts(activity="seminar", venue="", arranged_by="", whose_cost="event", category="meals"):
    """Facts from written values."""
    values = (activity, venue, arranged_by, whose_cost, category)
    return read_facts(dict(zip(FIELDS, values, strict=True)))


def problems(error):
    """What an error says, as comparable tuples."""
    return [(p.where, p.code, dict(p.params)) for p in error.value.problems]


AT_INSTITUTE = CostFacts(Activity.SEMINAR, Venue.INSTITUTE, None, WhoseCost.EVENT, Category.MEALS)


# --- the table ---------------------------------------------------------------------------------


@pytest.mark.parametrize("values", EVERYTHING, ids=lambda v: "-".join(part or "none" for part in v))
def test_every_combination_goes_to_its_row(values):
    expected = by_hand(*values)
    if expected is None:
        with pytest.raises(FactsError):
            facts(*values)
        return
    row, payer, clause = expected
    ruling = resolve(facts(*values), MOU_2562)
    assert (ruling.rule_number, ruling.payer.value, short_clause(ruling.clause)) == (
        row,
        payer,
        clause,
    )


def test_rows_stand_as_in_the_table():
    conditions = [tuple(row[name] for name in FIELDS) for row in MOU_2562.to_mapping()["rules"]]
    assert conditions == [
        (["seminar"], ["institute"], "any", ["event"], "any"),
        (["seminar"], ["institute"], "any", ["advisers"], ["honorarium", "meals"]),
        (["seminar"], "any", "any", ["delegates"], "any"),
        (["field_visit"], "any", ["institute"], ["advisers"], "any"),
        (["field_visit"], "any", ["local_government"], ["advisers"], ["honorarium", "travel", "lodging"]),
        ("any", "any", "any", "any", "any"),
    ]


def test_the_enumeration_is_whole():
    possible = [values for values in EVERYTHING if by_hand(*values)]
    assert len(EVERYTHING) == 378
    assert len(possible) == 84
    assert {by_hand(*values)[0] for values in possible} == {1, 2, 3, 4, 5, 6}
    assert set(possible_facts()) == {facts(*values) for values in possible}
    assert len(list(possible_facts())) == 84


def test_vocabularies_are_those_of_the_table():
    assert [v.value for v in Activity] == list(ACTIVITIES)
    assert [v.value for v in Venue] == list(VENUES[1:])
    assert [v.value for v in ArrangedBy] == list(ARRANGED[1:])
    assert [v.value for v in WhoseCost] == list(WHOSE)
    assert [v.value for v in Category] == list(CATEGORIES)
    assert [v.value for v in Payer] == ["institute", "local_government", "undecided"]


def test_a_ruling_carries_what_it_was_decided_on():
    given = facts("field_visit", "", "local_government", "advisers", "lodging")
    row = MOU_2562.rules[4]
    assert resolve(given, MOU_2562) == Resolution(
        payer=Payer.LOCAL_GOVERNMENT,
        clause="2.2(4)4.2",
        rule_number=5,
        reason_th=row.reason_th,
        reason_en=row.reason_en,
        facts=given,
        ruleset_code="mou-2562",
        ruleset_version=1,
    )


def test_silence_has_no_clause_and_says_so_in_both_languages():
    ruling = resolve(facts("seminar", "elsewhere", "", "event", "venue_hire"), MOU_2562)
    assert (ruling.payer, ruling.clause) == (Payer.UNDECIDED, "")
    assert "ต้องวินิจฉัย" in ruling.reason_th
    assert "does not say" in ruling.reason_en


def test_another_version_answers_otherwise_and_signs_its_rulings():
    first, *rest = MOU_2562.rules
    later = RuleSet("mou-2568", 3, (replace(first, payer=Payer.LOCAL_GOVERNMENT), *rest))
    ruling = resolve(AT_INSTITUTE, later)
    assert ruling.payer is Payer.LOCAL_GOVERNMENT
    assert (ruling.ruleset_code, ruling.ruleset_version) == ("mou-2568", 3)
    assert resolve(AT_INSTITUTE, MOU_2562).payer is Payer.INSTITUTE


def test_the_first_row_that_applies_decides():
    first, *rest = MOU_2562.rules
    narrow = replace(first, category=frozenset({Category.MEALS}), payer=Payer.LOCAL_GOVERNMENT, clause="9")
    moved = [replace(rule, number=rule.number + 1) for rule in (first, *rest)]
    rules = RuleSet("next", 1, (narrow, *moved))
    assert resolve(AT_INSTITUTE, rules).rule_number == 1
    assert resolve(replace(AT_INSTITUTE, category=Category.OTHER), rules).rule_number == 2


@pytest.mark.parametrize(
    ("clause", "short"),
    [("2.2(4)4.1", "4.1"), ("2.2(4)4.2", "4.2"), ("", ""), ("2.1", "2.1"), ("1(2)3(4)5", "5")],
)
def test_clause_as_people_call_it(clause, short):
    assert short_clause(clause) == short


# --- facts -------------------------------------------------------------------------------------


def test_facts_cannot_change():
    with pytest.raises(FrozenInstanceError):
        AT_INSTITUTE.category = Category.OTHER


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            ("seminar", "", ""),
            [("venue", "required", {"activity": "seminar"})],
        ),
        (
            ("seminar", "institute", "institute"),
            [("arranged_by", "not_allowed", {"activity": "seminar"})],
        ),
        (
            ("field_visit", "", ""),
            [("arranged_by", "required", {"activity": "field_visit"})],
        ),
        (
            ("field_visit", "elsewhere", "institute"),
            [("venue", "not_allowed", {"activity": "field_visit"})],
        ),
        (
            ("field_visit", "institute", ""),
            [
                ("venue", "not_allowed", {"activity": "field_visit"}),
                ("arranged_by", "required", {"activity": "field_visit"}),
            ],
        ),
    ],
)
def test_impossible_together(values, expected):
    with pytest.raises(FactsError) as error:
        facts(*values)
    assert problems(error) == expected
    activity, venue, arranged_by = values
    with pytest.raises(FactsError) as error:
        CostFacts(
            Activity(activity),
            Venue(venue) if venue else None,
            ArrangedBy(arranged_by) if arranged_by else None,
            WhoseCost.EVENT,
            Category.MEALS,
        )
    assert problems(error) == expected


def test_every_wrong_field_is_named():
    with pytest.raises(FactsError) as error:
        facts("workshop", "moon", "me", "", "wine")
    assert problems(error) == [
        ("activity", "unknown_value", {"value": "workshop", "allowed": "seminar, field_visit"}),
        ("venue", "unknown_value", {"value": "moon", "allowed": "institute, elsewhere"}),
        ("arranged_by", "unknown_value", {"value": "me", "allowed": "institute, local_government"}),
        ("whose_cost", "missing", {}),
        (
            "category",
            "unknown_value",
            {"value": "wine", "allowed": ", ".join(CATEGORIES)},
        ),
    ]
    with pytest.raises(FactsError) as error:
        facts("", "institute", "", "event", "")
    assert problems(error) == [("activity", "missing", {}), ("category", "missing", {})]


def test_an_unknown_venue_is_not_called_missing_too():
    with pytest.raises(FactsError) as error:
        facts("seminar", "moon")
    assert [(p.where, p.code) for p in error.value.problems] == [("venue", "unknown_value")]
    with pytest.raises(FactsError) as error:
        facts("field_visit", "", "me")
    assert [(p.where, p.code) for p in error.value.problems] == [("arranged_by", "unknown_value")]


def test_space_around_written_values_is_nothing():
    assert facts(" seminar ", " institute", "  ", "event ", " meals") == AT_INSTITUTE
    with pytest.raises(FactsError) as error:
        facts("field_visit", " ", "institute", "event", " ")
    assert problems(error) == [("category", "missing", {})]


@pytest.mark.parametrize("name", FIELDS)
def test_facts_built_directly_take_only_their_vocabulary(name):
    given = {field: getattr(AT_INSTITUTE, field) for field in FIELDS}
    with pytest.raises(FactsError) as error:
        CostFacts(**given | {name: "moon"})
    (problem,) = error.value.problems
    assert (problem.where, problem.code, problem.params["value"]) == (name, "unknown_value", "moon")


@pytest.mark.parametrize("name", ["activity", "whose_cost", "category"])
def test_only_venue_and_arranged_by_may_be_absent(name):
    given = {field: getattr(AT_INSTITUTE, field) for field in FIELDS}
    with pytest.raises(FactsError) as error:
        CostFacts(**given | {name: None})
    assert [(p.where, p.code) for p in error.value.problems] == [(name, "unknown_value")]


def test_errors_read_well_in_a_log():
    with pytest.raises(FactsError) as error:
        facts("seminar", "", "", "event", "")
    assert str(error.value) == "category: missing; venue: required (activity=seminar)"
    with pytest.raises(FactsError) as error:
        facts("workshop", "institute")
    assert str(error.value) == ("activity: unknown_value (value=workshop, allowed=seminar, field_visit)")


# --- the table as stored data ------------------------------------------------------------------


def stored():
    """The memorandum's table as it comes back from JSON."""
    return json.loads(json.dumps(MOU_2562.to_mapping()))


def test_there_and_back():
    assert RuleSet.from_mapping(stored()) == MOU_2562


def test_how_a_row_is_written():
    assert stored()["rules"][4] == {
        "number": 5,
        "activity": ["field_visit"],
        "venue": "any",
        "arranged_by": ["local_government"],
        "whose_cost": ["advisers"],
        "category": ["honorarium", "travel", "lodging"],
        "payer": "local_government",
        "clause": "2.2(4)4.2",
        "reason_th": MOU_2562.rules[4].reason_th,
        "reason_en": MOU_2562.rules[4].reason_en,
    }
    assert (stored()["code"], stored()["version"]) == ("mou-2562", 1)
    # Plain strings, not enum members: other serialisers must be able to take it.
    assert type(MOU_2562.to_mapping()["rules"][0]["payer"]) is str
    assert type(MOU_2562.to_mapping()["rules"][0]["activity"][0]) is str


def change_row(place, **changes):
    data = stored()
    data["rules"][place] |= changes
    return data


def without(place, name):
    data = stored()
    del data["rules"][place][name]
    return data


PAYERS = "institute, local_government, undecided"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ([], [("rule set", "wrong_type", {"expected": "object"})]),
        (None, [("rule set", "wrong_type", {"expected": "object"})]),
        (
            {},
            [("code", "missing", {}), ("version", "missing", {}), ("rules", "missing", {})],
        ),
        (stored() | {"code": 7}, [("code", "wrong_type", {"expected": "text"})]),
        (stored() | {"code": "  "}, [("code", "missing", {})]),
        (stored() | {"version": "1"}, [("version", "wrong_type", {"expected": "number"})]),
        (stored() | {"version": True}, [("version", "wrong_type", {"expected": "number"})]),
        (stored() | {"version": 0}, [("version", "not_positive", {"value": "0"})]),
        (stored() | {"rules": {}}, [("rules", "wrong_type", {"expected": "list"})]),
        (stored() | {"note": ""}, [("note", "unknown_entry", {})]),
        (stored() | {"rules": []}, [("rules", "no_silent_last_row", {})]),
        (stored() | {"rules": [4]}, [("rules[0]", "wrong_type", {"expected": "object"})]),
        (without(1, "venue"), [("rules[1].venue", "missing", {})]),
        (change_row(1, extra=1), [("rules[1].extra", "unknown_entry", {})]),
        (change_row(2, number="3"), [("rules[2].number", "wrong_type", {"expected": "number"})]),
        (change_row(2, clause=None), [("rules[2].clause", "wrong_type", {"expected": "text"})]),
        (
            change_row(0, payer="adviser"),
            [("rules[0].payer", "unknown_value", {"value": "adviser", "allowed": PAYERS})],
        ),
        (
            change_row(0, venue="institute"),
            [("rules[0].venue", "wrong_type", {"expected": "any, list"})],
        ),
        (change_row(0, venue=[]), [("rules[0].venue", "wrong_type", {"expected": "any, list"})]),
        (
            change_row(0, venue=["institute", "moon", 5]),
            [
                (
                    "rules[0].venue",
                    "unknown_value",
                    {"value": "moon", "allowed": "institute, elsewhere"},
                ),
                ("rules[0].venue", "unknown_value", {"value": "5", "allowed": "institute, elsewhere"}),
            ],
        ),
        (
            change_row(2, number=9),
            [("rules[2].number", "out_of_sequence", {"value": "9", "expected": "3"})],
        ),
        (change_row(3, clause=" "), [("rules[3].clause", "missing", {})]),
        (change_row(5, clause="9"), [("rules[5].clause", "clause_not_allowed", {"value": "9"})]),
        (change_row(1, reason_th=""), [("rules[1].reason_th", "missing", {})]),
        (change_row(1, reason_en=" "), [("rules[1].reason_en", "missing", {})]),
        (
            change_row(5, category=["meals"]),
            [("rules", "no_silent_last_row", {})],
        ),
        (
            change_row(5, payer="institute", clause="2.2(4)4.1"),
            [("rules", "no_silent_last_row", {})],
        ),
        # A seminar that somebody arranged does not exist, so the row says nothing.
        (change_row(1, arranged_by=["institute"]), [("rules[1]", "never_applies", {})]),
        (change_row(4, venue=["institute"]), [("rules[4]", "never_applies", {})]),
        # Row 1 made wider swallows row 2.
        (change_row(0, whose_cost="any"), [("rules[1]", "never_applies", {})]),
    ],
)
def test_a_malformed_table_is_refused_with_the_place(data, expected):
    with pytest.raises(RuleSetError) as error:
        RuleSet.from_mapping(data)
    assert problems(error) == expected


def test_everything_wrong_is_named_at_once():
    data = stored()
    data["rules"][0]["payer"] = "nobody"
    data["rules"][0]["venue"] = ["moon"]
    del data["rules"][3]["clause"]
    data["rules"][4] = "row"
    with pytest.raises(RuleSetError) as error:
        RuleSet.from_mapping(data)
    assert [(p.where, p.code) for p in error.value.problems] == [
        ("rules[0].venue", "unknown_value"),
        ("rules[0].payer", "unknown_value"),
        ("rules[3].clause", "missing"),
        ("rules[4]", "wrong_type"),
    ]
    with pytest.raises(RuleSetError) as error:
        RuleSet(" ", -1, (replace(MOU_2562.rules[0], number=4, clause="", reason_en=""),))
    assert [(p.where, p.code) for p in error.value.problems] == [
        ("code", "missing"),
        ("version", "not_positive"),
        ("rules[0].reason_en", "missing"),
        ("rules[0].number", "out_of_sequence"),
        ("rules[0].clause", "missing"),
        ("rules", "no_silent_last_row"),
    ]


def test_an_agreement_may_settle_silence_row_by_row():
    """An undecided row before the last is allowed: a memorandum may leave a thing open by name."""
    first, *rest = MOU_2562.rules
    rules = RuleSet("next", 1, (replace(first, payer=Payer.UNDECIDED, clause=""), *rest))
    assert resolve(AT_INSTITUTE, rules).rule_number == 1


def test_a_table_of_silence_alone_decides_nothing():
    rules = RuleSet("silent", 1, (replace(MOU_2562.rules[5], number=1),))
    assert {resolve(given, rules).payer for given in possible_facts()} == {Payer.UNDECIDED}


def test_a_silent_last_row_that_nothing_reaches_is_still_right():
    every_seminar_and_visit = replace(MOU_2562.rules[0], activity=None, venue=None, whose_cost=None)
    rules = RuleSet("whole", 1, (every_seminar_and_visit, replace(MOU_2562.rules[5], number=2)))
    assert {resolve(given, rules).rule_number for given in possible_facts()} == {1}
