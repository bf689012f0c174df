"""TOML text into data and lines, with a syntax error said in the reader's language. Pure but for its words."""

from __future__ import annotations

import re
import tomllib
from typing import Any

from django.utils.translation import gettext_lazy as _

from mou_portal.memorandum.toml_lines import Lines

_AT_LINE = re.compile(
    r"^(?P<reason>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL
)
_DATE_LIKE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[Tt ][0-9:.+Zz-]*)?")
_MOST_DATES = 100

#: How tomllib's English reasons begin, and what they mean for somebody who writes the file.
_REASONS = (
    ("Cannot overwrite a value", _("this key was given before")),
    ("Cannot declare", _("this table was given before")),
    ("Cannot mutate", _("this table was given before")),
    ("Cannot redefine", _("this table was given before")),
    ("Duplicate inline table key", _("this key was given before")),
    ("Expected '='", _("after a key comes “=” and a value")),
    ("Expected newline", _("after a value the line must end")),
    ("Expected ']", _("a table's name must end in “]” or “]]”")),
    ("Invalid statement", _("a line must be a [table], a [[list entry]] or key = value")),
    ("Invalid initial character", _("a key is written with Latin letters, digits, “_” and “-”")),
    ("Invalid value", _("the value is not text in quotes, a number, a date, true or false")),
    ("Invalid date", _("there is no such date or time")),
    ("Unclosed", _("a bracket is not closed")),
    ("Unterminated string", _("a quotation mark is not closed")),
    ("Expected '\"", _("a quotation mark is not closed")),
    ("Expected \"'", _("a quotation mark is not closed")),
    ("Unescaped", _("a backslash in a text must be written twice")),
    ("Invalid hex value", _("a backslash in a text must be written twice")),
    ("Illegal character", _("a text on one line must not hold line breaks, tabs or control characters")),
    ("Found invalid character", _("a text on one line must not hold line breaks, tabs or control characters")),
)


class TomlRefused(ValueError):
    """The text is not TOML. ``line`` counts from 1, ``reason`` is translated."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def parse(text: str) -> tuple[dict[str, Any], Lines]:
    """Read TOML.

    A date that does not exist in the Common Era (``2562-02-31``, but also ``2563-02-29``, which does exist as a
    Buddhist Era date) comes out as text instead of stopping the reading, so that it is judged with everything else.
    Raises TomlRefused.
    """
    text = text.replace("\r\n", "\n")
    for _attempt in range(_MOST_DATES):
        try:
            return tomllib.loads(text), Lines(text)
        except tomllib.TOMLDecodeError as error:
            line, column, reason = _place(error, text)
            offset = sum(len(row) + 1 for row in text.split("\n")[: line - 1]) + column - 1
            date = _DATE_LIKE.match(text, offset)
            if not reason.startswith("Invalid date") or date is None:
                raise TomlRefused(line, _translated(reason)) from error
            text = f'{text[:offset]}"{date[0].strip()}"{text[date.end() :]}'
        except RecursionError as error:
            raise TomlRefused(1, str(_("brackets are nested too deeply"))) from error
    raise TomlRefused(1, str(_("too many dates that do not exist")))


def _place(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, int, str]:
    match = _AT_LINE.match(str(error))
    if match and match["line"]:
        return int(match["line"]), int(match["column"]), match["reason"]
    return text.rstrip("\n").count("\n") + 1, 1, match["reason"] if match else str(error)


def _translated(reason: str) -> str:
    return next((str(words) for start, words in _REASONS if reason.startswith(start)), reason)
