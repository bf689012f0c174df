"""The command ``split_costs``: the contract that scripts rely on."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from expenses.models import ExpenseLine, RuleTable
from participants.models import Agreement, Designation, LocalGovernment, Participant, Province
from tests.expenses.the_rule import shipped

HEADER = "line_id,activity,venue,arranged_by,whose_cost,category,amount,local_governments,weights\n"


def make_agreement(code, *, codes, is_current):
    """An agreement whose participants stand in the order of ``codes``."""
    agreement = Agreement.objects.create(
        code=code,
        title_th="บันทึกข้อตกลง",
        title_en="Memorandum",
        short_title_th="บันทึกข้อตกลง",
        short_title_en="Memorandum",
        institute_name_th="สถาบัน",
        institute_name_en="Institute",
        signed_on=date(2019, 6, 17),
        ends_on=date(2020, 9, 30),
        is_current=is_current,
    )
    RuleTable.objects.create(agreement=agreement, **shipped())
    province, _ = Province.objects.get_or_create(iso="TH-12", name_th="นนทบุรี", name_en="Nonthaburi")
    for order, own in enumerate(codes, start=1):
        body = LocalGovernment.objects.create(code=own, province=province)
        name = Designation.objects.create(local_government=body, kind="city_municipality", name_th=own, name_en=own)
        Participant.objects.create(agreement=agreement, local_government=body, designation=name, order=order)
    return agreement


@pytest.fixture
def agreements(db):
    """The current agreement of two, and an older one with a third party."""
    make_agreement("mou-2562", codes=["pak-kret", "nonthaburi"], is_current=True)
    make_agreement("mou-2560", codes=["lamphun"], is_current=False)


@pytest.fixture
def write(tmp_path):
    """Writes a CSV of expense lines and gives its path."""

    def written(*lines):
        path = tmp_path / "costs.csv"
        path.write_text("\ufeff" + HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
        return str(path)

    return written


def split_costs(*arguments):
    out = StringIO()
    call_command("split_costs", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments):
    """What a refusal prints on standard error, with nothing on standard output."""
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as error:
        call_command("split_costs", *arguments, stdout=out, stderr=err, no_color=True)
    assert out.getvalue() == ""
    assert error.value.returncode == 1
    return err.getvalue().splitlines(), str(error.value)


@pytest.mark.usefixtures("agreements")
def test_rows_in_the_file_s_order_and_shares_to_the_satang(write):
    path = write(
        'ก-1,seminar,institute,,event,meals,"๑,๒๓๔.๕๐",,',
        "2,seminar,elsewhere,,delegates,travel,0.01,nonthaburi;pak-kret,",
        "3,field_visit,,local_government,advisers,meals,250,nonthaburi,",
    )
    assert split_costs(path) == (
        "line_id,payer,clause,party,share\n"
        "ก-1,institute,4.1,institute,1234.50\n"
        "2,local_government,4.1,nonthaburi,0.00\n"
        "2,local_government,4.1,pak-kret,0.01\n"
        "3,undecided,,,250.00\n"
    )
    assert not ExpenseLine.objects.exists()


@pytest.mark.usefixtures("agreements")
def test_no_lines_give_the_header_alone(write):
    assert split_costs(write()) == "line_id,payer,clause,party,share\n"


@pytest.mark.usefixtures("agreements")
def test_parties_are_those_of_the_agreement(write):
    path = write("1,seminar,elsewhere,,delegates,travel,5,lamphun,")
    assert split_costs(path, "--agreement", "mou-2560").endswith("1,local_government,4.1,lamphun,5.00\n")
    with translation.override("en"):
        lines, _ = refused(path)
    assert lines == ["line 2, column local_governments: “lamphun” is not a participant in this agreement"]


@pytest.mark.usefixtures("agreements")
def test_every_bad_line_is_named_and_nothing_is_printed(write):
    path = write(
        "1,seminar,institute,,event,meals,100,,",
        "2,seminar,institute,institute,event,meals,-100,,",
        "3,seminar,institute,,delegates,meals,1.005,pak-kret;nonthaburi,1",
    )
    with translation.override("en"):
        lines, summary = refused(path)
    assert lines == [
        "line 3, column arranged_by: must be empty for the activity “seminar”",
        "line 3, column amount: an amount cannot be negative",
        "line 4, column amount: more than two decimals; amounts end at the satang",
        "line 4, column weights: 1 weights for 2 local governments",
    ]
    assert summary == "2 lines cannot be taken; nothing was worked out."


@pytest.mark.usefixtures("agreements")
def test_an_unknown_agreement_is_refused(write):
    with translation.override("en"):
        assert refused(write(), "--agreement", "mou-9999") == (
            [],
            "There is no agreement with the code “mou-9999”.",
        )


@pytest.mark.django_db
def test_without_a_current_agreement_one_must_be_named(write):
    with translation.override("en"):
        assert refused(write())[1] == "No agreement is current; name one with --agreement."


@pytest.mark.usefixtures("agreements")
def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with translation.override("en"):
        assert refused(str(tmp_path / "none.csv"))[1].endswith("none.csv cannot be read: No such file or directory")
        assert refused(str(tmp_path))[1].endswith("cannot be read: Is a directory")
