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
    for element in objects:
        if isinstance(element, dict) and element.get("S") == "/Table":
            _leave_headers_to_columns(objects, element)


def _leave_headers_to_columns(objects: list[Any], table: dict[str, Any]) -> None:
    """In a table of so few rows that headers outnumber data, the columns' headers say all: rows get plain cells."""
    cells = [
        (group, cell)
        for group in _children(objects, table)
        if group.get("S") in ("/THead", "/TBody", "/TFoot")
        for row in _children(objects, group)
        for cell in _children(objects, row)
    ]
    headers = [(group, cell) for group, cell in cells if cell.get("S") == "/TH"]
    data = [cell for _group, cell in cells if cell.get("S") == "/TD"]
    if len(headers) <= len(data) or not any(group["S"] == "/THead" for group, _cell in headers):
        return
    plain = [cell for group, cell in headers if group["S"] != "/THead"]
    gone = {cell["ID"].data for cell in plain if "ID" in cell}
    for cell in plain:
        cell["S"] = "/TD"
        cell.pop("ID", None)
        cell["A"].pop("Scope", None)
    for cell in data:
        named = cell["A"].get("Headers")
        if named:
            named[:] = [one for one in named if one.data not in gone]


def _children(objects: list[Any], element: dict[str, Any]) -> list[dict[str, Any]]:
    """The elements right under an element."""
    return [_target(objects, one) for one in element["K"] if isinstance(one, bytes)]


def _target(objects: list[Any], reference: bytes) -> dict[str, Any]:
    """The dictionary that an indirect reference (`12 0 R`) names."""
    found: dict[str, Any] = objects[int(reference.split()[0])]
    return found
