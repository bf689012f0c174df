"""``{% load thai %}``: dates, baht and names in the reader's language."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import cast

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from mou_portal.thai.dates import DateStyle, format_date, format_datetime, format_month, format_range
from mou_portal.thai.localized import localized as localized_name
from mou_portal.thai.money import amount_in_words, format_amount

register = template.Library()


def _language() -> str:
    return get_language() or ""


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def thaidate(value: date | None, style: str = "long") -> str:
    """``{{ day|thaidate }}``, ``{{ day|thaidate:"short" }}``: BE in Thai, CE in English; blank for None."""
    return format_date(_local(value), _language(), cast(DateStyle, style)) if value else ""


@register.filter
def thaidatetime(value: datetime | None, style: str = "long") -> str:
    """``{{ moment|thaidatetime }}``: with the time of day, in the portal's time zone."""
    return format_datetime(cast(datetime, _local(value)), _language(), cast(DateStyle, style)) if value else ""


@register.filter
def thaimonth(value: date | None, style: str = "long") -> str:
    """``{{ day|thaimonth }}``: month and year."""
    return format_month(_local(value), _language(), cast(DateStyle, style)) if value else ""


@register.filter
def years_of_era(text: str) -> str:
    """``{{ "มิถุนายน 2019"|years_of_era }}``: a text of Django's with CE years, in BE when the page is Thai."""
    if not _language().startswith("th"):
        return text
    return re.sub(r"\b(?:19|20)\d\d\b", lambda year: str(int(year.group()) + 543), str(text))


@register.simple_tag
def thairange(start: date, end: date | None = None, style: str = "long") -> str:
    """``{% thairange first last "short" %}``: two dates as one phrase; without an end, the start alone."""
    first = _local(start)
    return format_range(first, _local(end) if end else first, _language(), cast(DateStyle, style))


@register.filter
def baht(value: Decimal | int | None) -> str:
    """``{{ amount|baht }}``: 1,234.50, blank for None."""
    return "" if value is None or value == "" else format_amount(Decimal(value))


@register.filter
def baht_words(value: Decimal | int | None) -> str:
    """``{{ amount|baht_words }}``: the amount in words of the active language."""
    return "" if value is None or value == "" else amount_in_words(Decimal(value), _language())


@register.filter
def localized(value: object, prefix: str | None = None) -> str:
    """``{{ pathway|localized }}``, ``{{ clause|localized:"title" }}``: the name in the reader's language."""
    return localized_name(value, prefix) if value else ""
