"""Mark running heads and feet as artifacts: they are no part of what a report says.

WeasyPrint keeps them out of the structure tree but leaves their text tagged in the page's content, where readers
that go by the content find them on every page.
"""

from __future__ import annotations

from typing import Any


def leave_out_furniture(document: Any, pdf: Any) -> None:
    """Finisher for WeasyPrint: content that no element of the structure tree holds becomes an artifact."""
    objects: list[Any] = pdf.objects  # pydyf's, whose dictionaries know their own reference
    elements: dict[bytes, Any] = {}
    for one in objects:
        if isinstance(one, dict) and one.get("Type") == "/StructElem":
            elements[one.reference] = one  # type: ignore[attr-defined]  # because mypy sees a plain dict
    root = next((one for one in objects if isinstance(one, dict) and one.get("Type") == "/StructTreeRoot"), None)
    if root is None:
        return
    held: set[bytes] = set()
    waiting = [one for one in root["K"] if isinstance(one, bytes)]
    while waiting:
        reference = waiting.pop()
        if reference in elements and reference not in held:
            held.add(reference)
            waiting += [one for one in elements[reference]["K"] if isinstance(one, bytes)]
    parents = objects[int(root["ParentTree"].split()[0])]["Nums"]
    for number, page in enumerate(pdf.page_references):
        owners = parents[2 * number + 1]
        loose = {mcid for mcid, owner in enumerate(owners) if owner not in held}
        content = objects[int(objects[int(page.split()[0])]["Contents"].split()[0])].stream
        _as_artifacts(content, loose)
        for mcid in loose:
            owners[mcid] = b"null"


def _as_artifacts(content: list[Any], loose: set[int]) -> None:
    """Rewrite `/P <</MCID n>> BDC` to `/Artifact BMC` where n is loose."""
    for place in range(len(content) - 1, 0, -1):
        marked = content[place]
        if isinstance(marked, dict) and marked.get("MCID") in loose and content[place + 1] == b"BDC":
            content[place - 1 : place + 2] = ["/Artifact", b"BMC"]
