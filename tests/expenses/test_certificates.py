"""The certificate in place of a receipt: who spent what, why there is no receipt, in figures and words."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils import translation

from expenses.models import ExpenseLine
from expenses.views.certificates import certificate_html
from tests import factories as make

PAPER = {
    "no_receipt_reason": "คนขับเรือไม่มีใบเสร็จ",
    "spender_name": "นางสาวผู้แทน มาแน่",
    "spender_position": "ปลัดเทศบาล",
}


def test_it_says_who_certifies_what_in_figures_and_words(cast):
    line = make.make_expense(cast.scheduled, by=cast.alice, amount=Decimal("1234.50"), **PAPER)
    with translation.override("th"):
        html = certificate_html(line)
    for words in (*PAPER.values(), "1,234.50", "หนึ่งพันสองร้อยสามสิบสี่บาทห้าสิบสตางค์", "16 มกราคม 2563", "ขอรับรองว่า"):
        assert words in html


def test_a_line_without_a_reason_has_none_and_a_reason_needs_a_name(client, cast):
    line = make.make_expense(cast.scheduled, by=cast.alice)
    client.force_login(cast.alice)
    assert client.get(reverse("expenses:certificate-download", args=[line.pk])).status_code == 404
    response = client.post(
        reverse("expenses:expense-create"),
        {
            "activity": f"seminar-{cast.at_institute.pk}",
            "whose_cost": "event",
            "category": "travel",
            "description": "ค่าเรือ",
            "amount": "100",
            "spent_on_day": "21",
            "spent_on_month": "8",
            "spent_on_year": "2562",
            "paid_by": "institute",
            "no_receipt_reason": PAPER["no_receipt_reason"],
        },
    )
    assert "spender_name" in response.context["form"].errors
    assert ExpenseLine.objects.count() == 1
