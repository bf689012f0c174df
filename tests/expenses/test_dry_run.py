"""The dry run of a CSV: what it answers, and how it names what is wrong."""

from decimal import Decimal

import pytest

from expenses.dry_run import COLUMNS_IN, MAX_BYTES, MAX_LINES, dry_run, shown
from expenses.payer import Payer, RuleSet
from tests.expenses.the_rule import MOU_2562

HEADER = "line_id,activity,venue,arranged_by,whose_cost,category,amount,local_governments,weights"
ORDERS = {"krabi-pao": 1, "surat-thani-pao": 2, "nonthaburi": 3, "pak-kret": 4}


def run(*lines, header=HEADER):
    return dry_run("\n".join([header, *lines, ""]).encode(), ORDERS, MOU_2562)


def rows(*lines):
    result = run(*lines)
    assert result.faults == ()
    return [",".join(row) for row in result.rows()]


def faults(*lines, header=HEADER):
    """Line, column and code of everything wrong; a wrong file has no rows."""
    result = run(*lines, header=header)
    if result.faults:
        with pytest.raises(ValueError, match="no result"):
            next(result.rows())
    return [(fault.line, fault.column, fault.code) for fault in result.faults]


# --- answers -----------------------------------------------------------------------------------


def test_each_row_of_the_table():
    assert rows(
        "a,seminar,institute,,event,meals,12500.00,,",
        "b,seminar,institute,,advisers,honorarium,7200,,",
        "c,seminar,elsewhere,,delegates,lodging,100,krabi-pao;nonthaburi;pak-kret,",
        "d,field_visit,,institute,advisers,travel,1.5,,",
        "e,field_visit,,local_government,advisers,lodging,10,pak-kret;krabi-pao,1;2",
        "f,field_visit,,local_government,advisers,meals,10,pak-kret,",
    ) == [
        "a,institute,4.1,institute,12500.00",
        "b,institute,4.1,institute,7200.00",
        "c,local_government,4.1,krabi-pao,33.34",
        "c,local_government,4.1,nonthaburi,33.33",
        "c,local_government,4.1,pak-kret,33.33",
        "d,institute,4.1,institute,1.50",
        "e,local_government,4.2,pak-kret,3.33",
        "e,local_government,4.2,krabi-pao,6.67",
        "f,undecided,,,10.00",
    ]


def test_ties_go_by_the_agreement_and_rows_by_the_line():
    assert rows("x,seminar,institute,,delegates,travel,0.01,pak-kret;nonthaburi,") == [
        "x,local_government,4.1,pak-kret,0.00",
        "x,local_government,4.1,nonthaburi,0.01",
    ]


def test_a_weight_of_zero_is_a_row_of_zero():
    assert rows("x,seminar,institute,,delegates,travel,5,nonthaburi;pak-kret,0;๑.๕") == [
        "x,local_government,4.1,nonthaburi,0.00",
        "x,local_government,4.1,pak-kret,5.00",
    ]


@pytest.mark.parametrize(
    ("written", "share"),
    [
        ('"1,234.50"', "1234.50"),
        ("๑๒๓๔.๕", "1234.50"),
        ('"๑,๒๓๔.๕๐"', "1234.50"),
        ("฿250", "250.00"),
        ("250 บาท", "250.00"),
        ("0", "0.00"),
        ("999999999999.99", "999999999999.99"),
    ],
)
def test_amounts_as_people_write_them(written, share):
    assert rows(f"x,seminar,institute,,event,other,{written},,") == [f"x,institute,4.1,institute,{share}"]


def test_columns_in_any_order_and_spaces_around_cells():
    header = " amount,weights,line_id, category,whose_cost,arranged_by,venue,activity,local_governments"
    result = run(" 9 ,, ก-๑ , meals ,event,,institute,seminar,", header=header)
    assert list(result.rows()) == [("ก-๑", "institute", "4.1", "institute", "9.00")]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_bom_and_any_line_ending(bom, newline):
    data = bom + newline.join([HEADER, "ก,seminar,institute,,event,meals,1,,", ""]).encode()
    assert [row[0] for row in dry_run(data, ORDERS, MOU_2562).rows()] == ["ก"]


def test_no_lines_no_rows():
    assert rows() == []


def test_blank_lines_are_nothing():
    assert rows("", ",,,,,,,,", " ", "a,seminar,institute,,event,meals,1,,", "") == ["a,institute,4.1,institute,1.00"]


def test_a_good_line_keeps_its_ruling_for_the_preview_though_others_are_wrong():
    result = run("a,seminar,institute,,event,meals,1,,", "b,seminar,institute,,event,meals,-1,,")
    (line,) = result.lines
    assert (line.line, line.line_id, line.amount) == (2, "a", Decimal("1.00"))
    assert line.ruling.reason_en == MOU_2562.rules[0].reason_en
    assert len(result.faults) == 1


def test_another_agreement_s_rules():
    silent = RuleSet.from_mapping(
        {"code": "s", "version": 2, "rules": [MOU_2562.to_mapping()["rules"][5] | {"number": 1}]}
    )
    data = f"{HEADER}\na,seminar,institute,,event,meals,1,,\n".encode()
    (line,) = dry_run(data, ORDERS, silent).lines
    assert (line.ruling.payer, line.ruling.ruleset_code) == (Payer.UNDECIDED, "s")


# --- what is wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (",seminar,institute,,event,meals,1,,", [("line_id", "missing")]),
        ("=1+1,seminar,institute,,event,meals,1,,", [("line_id", "line_id_formula")]),
        ("＝1,seminar,institute,,event,meals,1,,", [("line_id", "line_id_formula")]),
        ("@x,seminar,institute,,event,meals,1,,", [("line_id", "line_id_formula")]),
        ("a\x1b[2J,seminar,institute,,event,meals,1,,", [("line_id", "line_id_unseen")]),
        (f"{'a' * 101},seminar,institute,,event,meals,1,,", [("line_id", "line_id_too_long")]),
        ("a,workshop,institute,,event,meals,1,,", [("activity", "unknown_value")]),
        ("a,Seminar,institute,,event,meals,1,,", [("activity", "unknown_value")]),
        ("a,seminar,,,event,meals,1,,", [("venue", "required")]),
        ("a,seminar,institute,institute,event,meals,1,,", [("arranged_by", "not_allowed")]),
        ("a,field_visit,institute,,event,meals,1,,", [("venue", "not_allowed"), ("arranged_by", "required")]),
        ("a,seminar,institute,,mine,wine,1,,", [("whose_cost", "unknown_value"), ("category", "unknown_value")]),
        ("a,seminar,institute,,event,meals,,,", [("amount", "amount_empty")]),
        ("a,seminar,institute,,event,meals,-1,,", [("amount", "amount_negative")]),
        ("a,seminar,institute,,event,meals,1.005,,", [("amount", "amount_decimals")]),
        ("a,seminar,institute,,event,meals,1.000,,", [("amount", "amount_decimals")]),
        ("a,seminar,institute,,event,meals,1000000000000,,", [("amount", "amount_too_large")]),
        ("a,seminar,institute,,event,meals,ten,,", [("amount", "amount_unreadable")]),
        ("a,seminar,institute,,event,meals,NaN,,", [("amount", "amount_unreadable")]),
        ('a,seminar,institute,,event,meals,"1,23",,', [("amount", "amount_commas")]),
        ("a,seminar,institute,,delegates,meals,1,,", [("local_governments", "codes_required")]),
        ("a,seminar,institute,,delegates,meals,1,bangkok,", [("local_governments", "code_unknown")]),
        ("a,seminar,institute,,event,meals,1,bangkok,", [("local_governments", "code_unknown")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret;pak-kret,", [("local_governments", "duplicate_party")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret;,", [("local_governments", "code_blank")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret,1;2", [("weights", "weights_count")]),
        ("a,seminar,institute,,event,meals,1,,1", [("weights", "weights_count")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret;nonthaburi,1;", [("weights", "weight_format")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret,1e3", [("weights", "weight_format")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret,-1", [("weights", "weight_negative")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret,0", [("weights", "weights_all_zero")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret,0.0000001", [("weights", "weight_decimals")]),
        ("a,seminar,institute,,delegates,meals,1,pak-kret,1000000000000", [("weights", "weight_too_large")]),
        ("a,seminar,institute,,event,meals,1,234.50,,", [("", "cell_count")]),
        ("a,seminar,institute,,event,meals,1", [("local_governments", "cell_count")]),
        ('"a,seminar,institute,,event,meals,1,,', [("", "quotes")]),
        ('"a"b,seminar,institute,,event,meals,1,,', [("", "quotes")]),
        (
            ",field_visit,,,event,meals,x,bangkok;,1",
            [
                ("line_id", "missing"),
                ("arranged_by", "required"),
                ("amount", "amount_unreadable"),
                ("local_governments", "code_unknown"),
                ("local_governments", "code_blank"),
                ("weights", "weights_count"),
            ],
        ),
    ],
)
def test_a_bad_line_is_named_by_column_and_reason(line, expected):
    assert faults(line) == [(2, column, code) for column, code in expected]


def test_every_bad_line_is_named_with_its_physical_line():
    assert faults(
        "a,seminar,institute,,event,meals,-1,,",
        '"b\nb",seminar,institute,,delegates,meals,1,"pak-kret;\n\nnonthaburi",',
        "",
        "c,seminar,institute,,event,meals,ten,,",
        '"d\n",seminar,moon,,event,meals,1,,',
        '"e"e,seminar,institute,,event,meals,1,,',
        "f,seminar,institute,,event,meals,1.234,,",
        '"g,seminar,institute,,event,meals,1,,',
        "h,seminar,institute,,event,meals,-1,,",
    ) == [
        (2, "amount", "amount_negative"),
        (8, "amount", "amount_unreadable"),
        (9, "venue", "unknown_value"),
        (11, "", "quotes"),
        (12, "amount", "amount_decimals"),
        (13, "", "quotes"),
    ]


def test_a_line_id_is_used_once():
    result = run(
        "a,seminar,institute,,event,meals,1,,",
        "b,seminar,institute,,event,meals,1,,",
        " a,seminar,institute,,event,meals,1,,",
    )
    (fault,) = result.faults
    assert (fault.line, fault.column, fault.code) == (4, "line_id", "line_id_twice")
    assert fault.params == {"value": "a", "first": "2"}


def test_columns_missing_unknown_and_twice_are_errors_of_line_1():
    header = HEADER.replace("venue", "place").replace(",weights", ",amount")
    assert faults("a,seminar,institute,,event,meals,1,,", header=header) == [
        (1, "venue", "column_missing"),
        (1, "amount", "column_twice"),
        (1, "weights", "column_missing"),
        (1, "place", "column_unknown"),
    ]


@pytest.mark.parametrize("data", [b"", b"\n", b"\xef\xbb\xbf", b",,,\n"])
def test_an_empty_file_has_no_header(data):
    assert [(f.line, f.code) for f in dry_run(data, ORDERS, MOU_2562).faults] == [(1, "empty_file")]


def test_a_header_that_cannot_be_read_stops_it():
    result = dry_run(f'"x"y\n{HEADER}\n'.encode(), ORDERS, MOU_2562)
    assert [(f.line, f.code) for f in result.faults] == [(1, "quotes")]


def test_a_cell_that_is_not_utf_8_is_named():
    good = "a,seminar,institute,,event,meals,1,,"
    data = "\n".join([HEADER, good, "ก,seminar,institute,,event,meals,1,,", "x,seminar,institute,,event,อาหาร,-1,,"])
    result = dry_run(data.encode("cp874"), ORDERS, MOU_2562)
    assert [(f.line, f.column, f.code, f.params) for f in result.faults] == [
        (3, "line_id", "encoding", {"byte": "A1"}),
        (4, "category", "encoding", {"byte": "CD"}),
    ]


def test_utf_16_is_named():
    result = dry_run(HEADER.encode("utf-16"), ORDERS, MOU_2562)
    assert [(f.line, f.code) for f in result.faults] == [(1, "utf_16")]


def test_too_large():
    result = dry_run(b"a" * (MAX_BYTES + 1), ORDERS, MOU_2562)
    assert [(f.line, f.code, f.params) for f in result.faults] == [(1, "file_too_large", {"limit": "10"})]


def test_the_longest_file_is_read():
    result = run(*(f"{n},seminar,institute,,delegates,meals,1,nonthaburi," for n in range(MAX_LINES)))
    assert sum(1 for _ in result.rows()) == MAX_LINES


def test_one_line_more_is_refused_and_nothing_after_it_is_read():
    found = faults(*["short"] * MAX_LINES, "x,seminar,institute,,event,meals,1,,", "y")
    assert len(found) == MAX_LINES + 1
    assert found[-1] == (MAX_LINES + 2, "", "too_many_lines")


def test_a_line_for_every_local_government_of_the_country():
    orders = {f"a-local-government-{n:05}": n for n in range(7850)}
    codes = ";".join(orders)
    result = dry_run(f"{HEADER}\nx,seminar,institute,,delegates,meals,1000,{codes},\n".encode(), orders, MOU_2562)
    shares = [Decimal(row[4]) for row in result.rows()]
    assert (len(shares), sum(shares)) == (7850, 1000)


def test_messages_repeat_nothing_that_acts_on_a_terminal():
    assert shown("ก้ำ\x1b[31m\udca1") == "ก้ำ\\u001b[31m\\udca1"
    assert len(shown("x" * 200)) == 60
    (fault,) = run("a,\x1b[2Jseminar,institute,,event,meals,1,,").faults
    assert "\x1b" not in fault.params["value"]


def test_the_contract_s_columns():
    assert ",".join(COLUMNS_IN) == HEADER
