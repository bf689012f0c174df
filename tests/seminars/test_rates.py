"""Dated rates: which holds on a day, what it comes to, and that no two hold at once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
import tablib
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from mou_portal.records import Stale
from seminars.models import Rate
from seminars.rates import RateFact, Wanted, above, cost, estimate, overlaps, rate_for
from seminars.resources import RateResource
from seminars.services import enter_rate, save_rate
from tests import factories as make

BEGIN = date(2019, 6, 17)
DAYS = st.dates(BEGIN, BEGIN + timedelta(days=40))


def fact(start=BEGIN, end=None, amount="600.00", kind="honorarium", unit="hour", **more):
    return RateFact(kind, unit, Decimal(amount), start, end, **more)


def test_the_rate_of_the_day_is_found_and_its_last_day_counts():
    old = fact(end=date(2019, 9, 30))
    new = fact(date(2019, 10, 1), amount="800.00")
    table = [old, new, fact(kind="lodging", unit="night"), fact(name="outside speaker", amount="1200.00")]
    asked = {"kind": "honorarium", "unit": "hour"}
    assert rate_for(table, **asked, day=date(2019, 9, 30)) == old
    assert rate_for(table, **asked, day=date(2019, 10, 1)) == new
    assert rate_for(table, **asked, day=BEGIN - timedelta(days=1)) is None
    assert rate_for(table, **asked, day=BEGIN, name="outside speaker").amount == 1200
    with pytest.raises(ValueError, match="two rates"):
        rate_for([old, fact()], **asked, day=BEGIN)


def test_what_lies_above_a_ceiling():
    asked = {"kind": "honorarium", "unit": "hour", "day": BEGIN}
    assert above([fact()], **asked, amount=Decimal("1800.00"), quantity=3) is None
    assert above([fact()], **asked, amount=Decimal("1800.01"), quantity=3) == Decimal("0.01")
    assert above([], **asked, amount=Decimal("99999.00")) is None  # nothing was entered: nothing to exceed


def test_an_estimate_never_takes_a_missing_rate_for_nothing():
    wanted = [Wanted("honorarium", "hour", Decimal("6")), Wanted("lodging", "night", Decimal("2"))]
    told = estimate([fact()], wanted, day=BEGIN)
    assert (told.total, told.complete) == (Decimal("3600.00"), False)
    assert told.lines[1].rate is told.lines[1].amount is None
    whole = estimate([fact(), fact(kind="lodging", unit="night", amount="1500.00")], wanted, day=BEGIN)
    assert (whole.total, whole.complete) == (Decimal("6600.00"), True)
    assert cost(fact(amount="0.33"), Decimal("0.5")) == Decimal("0.17")
    with pytest.raises(ValueError, match="negative"):
        cost(fact(), -1)


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_two_rates_overlap_exactly_when_both_hold_on_some_day(start, end, other_start, other_end):
    one = fact(start, max(start, end) if end else None)
    other = fact(other_start, max(other_start, other_end) if other_end else None)
    both = any(one.holds_on(BEGIN + timedelta(days=n)) and other.holds_on(BEGIN + timedelta(days=n)) for n in range(50))
    assert overlaps(one, other) == overlaps(other, one) == both
    assert not overlaps(one, fact(start, kind="meals"))


def rate(cast, **fields):
    values = {"kind": "lodging", "unit": "night", "amount": Decimal("1500"), "valid_from": BEGIN, "source": "ระเบียบ"}
    return Rate(agreement=cast.agreement, **{**values, **fields})


def test_no_two_rates_for_one_thing_hold_on_one_day(cast):
    first = enter_rate(rate=rate(cast, name="  ห้องเดี่ยว "), user=cast.staff)
    assert (first.name, first.entered_by, first.history.get().history_user) == ("ห้องเดี่ยว", cast.staff, cast.staff)
    with pytest.raises(ValidationError) as refused:
        enter_rate(rate=rate(cast, name="ห้องเดี่ยว", valid_from=date(2019, 10, 1)), user=cast.staff)
    assert "1,500.00" in str(refused.value)
    assert Rate.objects.count() == 1
    first.valid_to = date(2019, 9, 30)
    save_rate(rate=first, expected=first.revision, user=cast.finance)
    enter_rate(rate=rate(cast, name="ห้องเดี่ยว", valid_from=date(2019, 10, 1)), user=cast.staff)
    enter_rate(rate=rate(cast), user=cast.staff)  # another thing: the usual room
    with pytest.raises(Stale):
        save_rate(rate=first, expected=1, user=cast.staff)
    assert [row.valid_from for row in Rate.objects.on(date(2019, 10, 1)).filter(name="ห้องเดี่ยว")] == [date(2019, 10, 1)]
    assert len(Rate.objects.on(BEGIN).facts()) == 2
    assert Rate.objects.visible_to(cast.alice).count() == 3
    assert not Rate.objects.visible_to(make.make_user()).exists()


@pytest.mark.parametrize(
    "wrong", [{"amount": Decimal("0")}, {"valid_to": BEGIN - timedelta(days=1)}, {"kind": "gift"}, {"unit": "bag"}]
)
def test_the_database_repeats_the_rules(cast, wrong):
    with pytest.raises(ValidationError):
        enter_rate(rate=rate(cast, **wrong), user=cast.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        rate(cast, entered_by=cast.staff, **wrong).save()
    assert not Rate.objects.exists()


def test_the_table_is_kept_in_the_admin_site(cast, sign_in):
    client = sign_in(cast.finance)
    address = reverse("admin:seminars_rate_add")
    sent = {
        "agreement": cast.agreement.pk,
        "kind": "lodging",
        "unit": "night",
        "amount": "1,500",
        "meaning": "ceiling",
        "source": "ระเบียบกระทรวงการคลัง",
        "valid_from": "1 ตุลาคม 2562",
    }
    assert client.post(address, sent).status_code == 302
    made = Rate.objects.get()
    assert (made.valid_from, made.entered_by) == (date(2019, 10, 1), cast.finance)
    again = client.post(address, {**sent, "valid_from": "1 พฤศจิกายน 2562"})
    assert again.status_code == 200  # said beside the day, nothing lost
    assert "1,500.00" in str(again.context["adminform"].form.errors["valid_from"])
    change = reverse("admin:seminars_rate_change", args=[made.pk])
    assert client.post(change, {**sent, "valid_to": "31 ตุลาคม 2562", "opened": made.revision}).status_code == 302
    assert Rate.objects.get().valid_to == date(2019, 10, 31)
    assert client.post(address, {**sent, "valid_from": "1 พฤศจิกายน 2562"}).status_code == 302
    assert client.get(reverse("admin:seminars_rate_changelist")).status_code == 200


def test_the_table_as_a_spreadsheet(cast):
    head = ["agreement", "kind", "unit", "name", "amount", "meaning", "source", "valid_from", "valid_to"]
    line = (cast.agreement.code, "travel", "kilometre", "", "4", "flat", "ระเบียบ", "1 ตุลาคม 2562", "")

    def read(*lines):
        rows = tablib.Dataset(*lines, headers=head)
        return RateResource(user=cast.staff).import_data(
            rows, use_transactions=True, rollback_on_validation_errors=True
        )

    for _again in range(2):
        told = read(line)
        assert not told.has_errors()
        assert not told.has_validation_errors()
    made = Rate.objects.get()
    assert (made.valid_from, made.entered_by, made.revision) == (date(2019, 10, 1), cast.staff, 1)
    assert read((*line[:7], "1 พฤศจิกายน 2562", "")).has_validation_errors()  # overlaps
    assert Rate.objects.count() == 1
