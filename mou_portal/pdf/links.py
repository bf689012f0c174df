"""Say of every link in a PDF that it is part of the printed page, as the text under it is."""

from __future__ import annotations

from typing import Any

#: The annotation flag "Print" (ISO 32000-1, 12.5.3).
PRINT = 4


def print_links(document: Any, pdf: Any) -> None:
    """Finisher for WeasyPrint, which sets the flag in PDF/A alone: links without it differ on screen and paper."""
    for element in pdf.objects:
        if isinstance(element, dict) and element.get("Subtype") == "/Link":
            element["F"] = PRINT
