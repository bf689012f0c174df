"""Boxes for day, month and year, which need no script, and one for amounts."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import to_current_timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from mou_portal.thai.dates import DateError, is_thai, month_names, parse_date, parse_datetime, year_number


def _month_choices() -> Iterator[tuple[str, str]]:
    yield "", "—"
    for number, name in enumerate(month_names(thai=is_thai(get_language())), start=1):
        yield str(number), name


class ThaiDateWidget(forms.MultiWidget):
    """Day, month and year; the year is BE in Thai and CE in English.

    Data come as ``<name>_day``, ``<name>_month``, ``<name>_year``; a whole date in the day's box, or
    one value under ``<name>`` itself, is understood too. What was typed is shown again as it was.
    The day's box carries the field's own id, so labels and error links lead to it.
    """

    template_name = "thai/widgets/date.html"
    use_fieldset = False  # the template's role="group" names the boxes in every renderer, the admin's too
    supports_microseconds = False
    label: str = ""
    """Name of the whole field, given by the bound field; every box repeats it for screen readers."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        boxes: dict[str, forms.Widget] = {
            "day": forms.TextInput({"class": "form-control thai-date-day", "size": "3"}),
            "month": forms.Select(
                {"class": "form-select thai-date-month"},
                choices=_month_choices,  # type: ignore[arg-type]  # Django takes callables, its stubs not yet
            ),
            "year": forms.TextInput({"class": "form-control thai-date-year", "size": "5", "inputmode": "numeric"}),
        }
        self.parts = [*boxes, *self.further_boxes()]
        super().__init__({**boxes, **self.further_boxes()}, {"autocomplete": "off", **(attrs or {})})

    def further_boxes(self) -> dict[str, forms.Widget]:
        return {}

    def captions(self) -> dict[str, str]:
        """What stands above each box, in the active language."""
        year = _("Year (BE)") if is_thai(get_language()) else _("Year (CE)")
        return {"day": pgettext("box of a date", "Day"), "month": _("Month"), "year": year}

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_

    def decompress(self, value: Any) -> list[str]:
        if value in (None, ""):
            return [""] * len(self.parts)
        try:
            return self._boxes_of(parse_date(value))
        except DateError:
            return self._unread(value)

    def _boxes_of(self, value: date) -> list[str]:
        return [str(value.day), str(value.month), str(year_number(value.year, get_language() or ""))]

    def _unread(self, value: Any) -> list[str]:
        return [str(value), *[""] * (len(self.parts) - 1)]

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        if super().value_omitted_from_data(data, files, name):
            return self._unread(data.get(name) or "")
        return [value or "" for value in super().value_from_datadict(data, files, name)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return super().value_omitted_from_data(data, files, name) and name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        if isinstance(value, Sequence) and not isinstance(value, str) and value and not any(value[1:]):
            value = value[0]  # a whole date in the day's box, if it reads as one, is laid out in the boxes
        context = super().get_context(name, value, attrs)
        captions = self.captions()
        widget = context["widget"]
        widget["label"] = self.label
        widget["is_invalid"] = "aria-invalid" in widget["attrs"]  # Bootstrap shows the error beside this class
        field_id = widget["attrs"].get("id")
        for part, box in zip(self.parts, widget["subwidgets"], strict=True):
            box["caption"] = captions[part]
            box_attrs = box["attrs"] = dict(box["attrs"])
            if field_id:
                box_attrs["id"] = field_id if part == "day" else f"{field_id}_{part}"
            box_attrs["aria-label"] = f"{self.label}: {captions[part]}" if self.label else captions[part]
            if part != "day":
                # A whole date may stand in the day's box: the browser must not insist on the others.
                box_attrs.pop("aria-describedby", None)
                if box_attrs.pop("required", False):
                    box_attrs["aria-required"] = "true"
        return context


class ThaiDateTimeWidget(ThaiDateWidget):
    """Day, month, year and the time of day (``<name>_time``), in the reader's time zone."""

    def further_boxes(self) -> dict[str, forms.Widget]:
        time_box = forms.TimeInput({"class": "form-control thai-date-time"}, format="%H:%M")
        time_box.input_type = "time"
        return {"time": time_box}

    def captions(self) -> dict[str, str]:
        return {**super().captions(), "time": _("Time")}

    def decompress(self, value: Any) -> list[str]:
        try:
            moment = to_current_timezone(parse_datetime(value))
        except DateError:
            return [*super().decompress(value), ""][: len(self.parts)]
        return [*self._boxes_of(moment), f"{moment:%H:%M}"]


class AmountInput(forms.TextInput):
    """One box for baht; phones show the figures' keyboard."""

    def __init__(self, attrs: Mapping[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "amount", **(attrs or {})})
