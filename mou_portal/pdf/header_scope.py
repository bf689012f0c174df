"""Say of every table header in a PDF whether it heads its column or its row.

WeasyPrint links data cells to their headers but writes no `/Scope`; a header that no data cell
stands under (the corner above the row headers) would then head nothing.
"""

from __future__ import annotations

from typing import Any


def write_header_scope(document: Any, pdf: Any) -> None:
    """Finisher for WeasyPrint: add `/Scope` to each TH.

    A header in a table head heads its column; elsewhere one that shares its row with data heads the
    row.
    """
    objects = pdf.objects
    rows_with_data = {element["P"] for element in objects if isinstance(element, dict) and element.get("S") == "/TD"}
    for element in objects:
        if isinstance(element, dict) and element.get("S") == "/TH" and "A" in element:
            group = _target(objects, _target(objects, element["P"])["P"])
            heads_row = group.get("S") != "/THead" and element["P"] in rows_with_data
            element["A"]["Scope"] = "/Row" if heads_row else "/Column"


def _target(objects: list[Any], reference: bytes) -> dict[str, Any]:
    """The dictionary that an indirect reference (`12 0 R`) names."""
    found: dict[str, Any] = objects[int(reference.split()[0])]
    return found
