"""Why something about money was refused, in the reader's language.

The pure rules (``payer``, ``shares``, ``dry_run``) refuse with a code and parameters; the sentences
are here, for pages, commands and imports alike.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from expenses.dry_run import Fault

REASONS: Mapping[str, str] = {
    # The file
    "file_too_large": gettext_noop("the file is larger than %(limit)s MiB; split it"),
    "too_many_lines": gettext_noop("more than %(limit)s lines; split the file"),
    "utf_16": gettext_noop("the file is UTF-16; save it as “CSV UTF-8”"),
    "encoding": gettext_noop("byte %(byte)s is not UTF-8; save the file as “CSV UTF-8”"),
    "empty_file": gettext_noop("the file is empty; its first line must name the columns"),
    "quotes": gettext_noop("a quotation mark is not closed, or text follows a closing one"),
    "column_missing": gettext_noop("this column is missing"),
    "column_twice": gettext_noop("this column is there more than once"),
    "column_unknown": gettext_noop("unknown column; the columns are %(allowed)s"),
    "cell_count": gettext_noop(
        "%(found)s cells where %(expected)s are expected; an amount with commas needs quotation marks"
    ),
    # The facts
    "missing": gettext_noop("a value is missing"),
    "unknown_value": gettext_noop("“%(value)s” is not known; allowed: %(allowed)s"),
    "required": gettext_noop("needed for the activity “%(activity)s”"),
    "not_allowed": gettext_noop("must be empty for the activity “%(activity)s”"),
    # The line's own name
    "line_id_too_long": gettext_noop("longer than %(limit)s characters"),
    "line_id_unseen": gettext_noop("holds a character that cannot be seen (%(sign)s)"),
    "line_id_formula": gettext_noop("“%(value)s” begins like a formula; begin with a letter or a digit"),
    "line_id_twice": gettext_noop("“%(value)s” is already used on line %(first)s"),
    # The amount
    "amount_empty": gettext_noop("a value is missing"),
    "amount_unreadable": gettext_noop("not an amount that can be read"),
    "amount_commas": gettext_noop("commas stand where no thousands end"),
    "amount_negative": gettext_noop("an amount cannot be negative"),
    "amount_decimals": gettext_noop("more than two decimals; amounts end at the satang"),
    "amount_too_large": gettext_noop("more than 12 digits before the decimal point"),
    "amount_not_finite": gettext_noop("not an amount that can be read"),
    # Who shares it
    "no_parties": gettext_noop("nobody is named to share the amount"),
    "codes_required": gettext_noop("a local government pays, but none is named"),
    "code_blank": gettext_noop("a code is missing before or after “;”"),
    "code_unknown": gettext_noop("“%(code)s” is not a participant in this agreement"),
    "duplicate_party": gettext_noop("“%(code)s” is named twice"),
    "weights_count": gettext_noop("%(weights)s weights for %(codes)s local governments"),
    "weights_all_zero": gettext_noop("at least one weight must be more than zero"),
    "weight_format": gettext_noop("“%(value)s” is not a weight; give a plain number"),
    "weight_type": gettext_noop("“%(value)s” is not a weight; give a plain number"),
    "weight_not_finite": gettext_noop("“%(value)s” is not a weight; give a plain number"),
    "weight_negative": gettext_noop("the weight %(value)s is negative"),
    "weight_decimals": gettext_noop("the weight %(value)s has more than %(limit)s decimals"),
    "weight_too_large": gettext_noop("a weight has more than %(limit)s digits before the decimal point"),
    # A rule table
    "wrong_type": gettext_noop("must be: %(expected)s"),
    "unknown_entry": gettext_noop("this entry is not known"),
    "not_positive": gettext_noop("must be 1 or more, not %(value)s"),
    "out_of_sequence": gettext_noop("row number %(value)s where %(expected)s is expected"),
    "clause_not_allowed": gettext_noop("an undecided row cites no clause"),
    "no_silent_last_row": gettext_noop("the last row must leave everything else undecided"),
    "never_applies": gettext_noop("no expense can ever come to this row"),
}

AT_COLUMN = gettext_lazy("line %(line)d, column %(column)s: %(reason)s")
AT_LINE = gettext_lazy("line %(line)d: %(reason)s")


def reason(code: str, params: Mapping[str, object]) -> str:
    """The sentence for a refusal's code."""
    return _(REASONS[code]) % params


def fault_text(fault: Fault) -> str:
    """A fault of a file as one line: where it is, and why it is refused."""
    place = {"line": fault.line, "column": fault.column, "reason": reason(fault.code, fault.params)}
    return str((AT_COLUMN if fault.column else AT_LINE) % place)
