"""Form fields for dates in either era and for baht.

Model forms get them by ``class Meta: formfield_callback = thai_formfield``, the admin by
``formfield_overrides = THAI_FORMFIELD_OVERRIDES``.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils.translation import get_language

from mou_portal.thai.dates import DateError, date_from_parts, is_thai, parse_date, parse_datetime, parse_time
from mou_portal.thai.messages import invalid
from mou_portal.thai.money import AmountError, format_amount, parse_amount
from mou_portal.thai.widgets import AmountInput, ThaiDateTimeWidget, ThaiDateWidget

__all__ = [
    "THAI_FORMFIELD_OVERRIDES",
    "AmountField",
    "AmountInput",
    "ThaiDateField",
    "ThaiDateTimeField",
    "ThaiDateTimeWidget",
    "ThaiDateWidget",
    "decimal_formfield",
    "thai_formfield",
]


def _is_boxes(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _date_of_boxes(boxes: Sequence[Any]) -> date:
    day, month, year = boxes[:3]
    return date_from_parts(day, month, year, year_is_be=is_thai(get_language()))


class _LabelledBoxes(forms.Field):
    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> forms.BoundField:
        bound = super().get_bound_field(form, field_name)
        if isinstance(self.widget, ThaiDateWidget):
            self.widget.label = str(bound.label)
        return bound


class ThaiDateField(_LabelledBoxes, forms.DateField):
    """A date typed in boxes or as text, in either era; cleans to a CE ``date``."""

    widget = ThaiDateWidget

    def to_python(self, value: Any) -> date | None:
        try:
            return _date_of_boxes(value) if _is_boxes(value) else parse_date(value)
        except DateError as error:
            if error.code == "empty":
                return None
            raise invalid(error) from error


class ThaiDateTimeField(_LabelledBoxes, forms.DateTimeField):
    """A date and a time of day; cleans to a ``datetime`` that is aware when USE_TZ is on."""

    widget = ThaiDateTimeWidget

    def to_python(self, value: Any) -> datetime | None:
        try:
            return from_current_timezone(self._read(value))
        except DateError as error:
            if error.code == "empty":
                return None
            raise invalid(error) from error

    def _read(self, value: Any) -> datetime:
        if not _is_boxes(value):
            return parse_datetime(value)
        day, month, year, clock = [*value, "", "", "", ""][:4]
        if not (month or year or clock):
            return parse_datetime(day)
        if clock and not (day or month or year):
            raise DateError("no_day")
        day_read = _date_of_boxes(value)
        if not clock:
            raise DateError("no_time")
        return datetime.combine(day_read, parse_time(clock))


class AmountField(forms.DecimalField):
    """Baht with satang, never negative; cleans to a Decimal with two decimals."""

    widget = AmountInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # as Django's DecimalField does
        try:
            return parse_amount(value)
        except AmountError as error:
            if error.code == "empty":
                return None
            raise invalid(error) from error

    def prepare_value(self, value: Any) -> Any:
        return format_amount(value) if isinstance(value, Decimal) else value


def decimal_formfield(**kwargs: Any) -> forms.Field:
    """An AmountField for a model's column with two decimals, else Django's field: a latitude is no amount."""
    if kwargs.get("decimal_places") == 2:
        return AmountField(**kwargs)
    return forms.DecimalField(**kwargs)


THAI_FORMFIELD_OVERRIDES: "Final[dict[type[models.Field[Any, Any]], dict[str, Any]]]" = {
    models.DateField: {"form_class": ThaiDateField, "widget": ThaiDateWidget},
    models.DateTimeField: {"form_class": ThaiDateTimeField, "widget": ThaiDateTimeWidget},
    models.DecimalField: {"form_class": decimal_formfield},
}


def thai_formfield(db_field: "models.Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    """``Meta.formfield_callback`` of a model form: Thai fields for dates and amounts, Django's for the rest."""
    for kind in type(db_field).__mro__:
        if kind in THAI_FORMFIELD_OVERRIDES and not db_field.choices:
            kwargs = {**THAI_FORMFIELD_OVERRIDES[kind], **kwargs}
            break
    return db_field.formfield(**kwargs)
