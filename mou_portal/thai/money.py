"""Money in baht: reading, rounding, printing, and the amount in words.

Amounts are ``Decimal`` baht with two decimals (satang), as in ``DecimalField(max_digits=14,
decimal_places=2)``.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from mou_portal.thai.digits import arabic_digits

SATANG: Final = Decimal("0.01")
INTEGER_DIGITS: Final = 12
LARGEST: Final = Decimal("999999999999.99")

_LONGEST: Final = 60  # characters of typed text
_FLOAT_NOISE: Final = Decimal("0.000001")  # what binary fractions leave behind in a spreadsheet's cell
_MINUS: Final = "-−–"
_INVISIBLE: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"))
_UNIT: Final = r"(?:฿|บาท|thb|baht)"
_TYPED: Final = re.compile(rf"{_UNIT}?\s*(?P<minus>[{_MINUS}]?)\s*(?P<number>[0-9.,]+)\s*{_UNIT}?(?:\s*ถ้วน)?")
_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")


class AmountError(ValueError):
    """An amount that cannot be taken. Carries no words: the Django layer has them.

    ``code`` is one of ``empty``, ``unreadable``, ``commas`` (thousands commas in the wrong place),
    ``negative``, ``decimals`` (more than two), ``too_large`` (more than 12 digits before the point).
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.params.items())])


def quantise(amount: Decimal) -> Decimal:
    """The amount rounded to the satang, halves away from zero (ROUND_HALF_UP). Never negative zero."""
    return amount.quantize(SATANG, rounding=ROUND_HALF_UP) + 0


def parse_amount(text: object) -> Decimal:
    """Baht of what a person typed, or of a cell: never negative, at most two decimals.

    Understands thousands commas in their right places, ``฿``, ``บาท``, ``THB`` and Thai digits.
    Raises AmountError.
    """
    if isinstance(text, Decimal | int | float) and not isinstance(text, bool):
        return _from_number(text)
    typed = " ".join(arabic_digits("" if text is None else text).translate(_INVISIBLE).split()).lower()
    if not typed:
        raise AmountError("empty")
    match = _TYPED.fullmatch(typed) if len(typed) <= _LONGEST else None
    in_brackets = typed.startswith("(") and typed.endswith(")") and _TYPED.fullmatch(typed[1:-1])
    if in_brackets or (match and match["minus"]) or (typed[0] in _MINUS and _TYPED.fullmatch(typed[1:].strip())):
        raise AmountError("negative", text=typed)
    if not match:
        raise AmountError("unreadable", text=typed[:_LONGEST])
    whole, point, satang = match["number"].partition(".")
    if "," in satang or ("," in whole and not _GROUPED.fullmatch(whole)):
        raise AmountError("commas", text=typed)
    if "." in satang or (point and not satang):
        raise AmountError("unreadable", text=typed)
    if len(satang) > 2:
        raise AmountError("decimals", text=typed)
    whole = whole.replace(",", "").lstrip("0") or "0"
    if len(whole) > INTEGER_DIGITS:
        raise AmountError("too_large", digits=INTEGER_DIGITS)
    return quantise(Decimal(f"{whole}.{satang or 0}"))


def _from_number(number: Decimal | int | float) -> Decimal:
    amount = Decimal(str(number))
    if not amount.is_finite():
        raise AmountError("unreadable", text=str(number))
    if amount < 0:
        raise AmountError("negative", text=str(number)[:_LONGEST])
    if amount > LARGEST:
        raise AmountError("too_large", digits=INTEGER_DIGITS)
    rounded = quantise(amount)
    if abs(amount - rounded) > (_FLOAT_NOISE if isinstance(number, float) else 0):
        raise AmountError("decimals", text=str(number)[:_LONGEST])
    return rounded


def format_amount(amount: Decimal) -> str:
    """The amount with thousands commas and two decimals, without a unit: ``1,234.50``."""
    return f"{quantise(amount):,.2f}"


def amount_in_words(amount: Decimal, language: str = "th") -> str:
    """The amount as receipts and statements spell it out.

    ``1234.50`` is หนึ่งพันสองร้อยสามสิบสี่บาทห้าสิบสตางค์, in English "one thousand, two hundred and
    thirty-four baht and fifty satang". Rounded to the satang first; a negative balance begins with
    ลบ or "minus".
    """
    from num2words import num2words  # here, not above: it is needed by documents only

    rounded = quantise(amount)
    minus, rounded = rounded < 0, abs(rounded)
    if language.lower().startswith("th"):
        words = str(num2words(rounded, lang="th", to="currency", currency="THB"))
        return f"ลบ{words}" if minus else words
    baht, satang = divmod(int(rounded * 100), 100)
    parts = []
    if baht or not satang:
        parts.append(f"{num2words(baht, lang='en')} baht")
    if satang:
        parts.append(f"{num2words(satang, lang='en')} satang")
    words = " and ".join(parts)
    return f"minus {words}" if minus else words
