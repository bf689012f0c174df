"""Splitting an amount among the parties liable for it, to the satang.

Shares always sum to the amount. Each party gets the whole satang of its exact share; the satang
left over go one each to the largest remainders, ties broken by the order of the parties in the
agreement. Exact integer arithmetic throughout: no float, and no rounding by the decimal context.

Pure: no Django, no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

#: Amounts in the portal have at most 12 digits of baht and 2 of satang.
BAHT_DIGITS = 12
SATANG_DIGITS = 2
#: A weight may be a head count, a budget in baht or a percentage with decimals.
WEIGHT_DIGITS = 12
WEIGHT_DECIMALS = 6


class SharesError(ValueError):
    """An amount that cannot be split so; ``code`` and ``params`` make the sentence.

    Codes: ``amount_not_finite``, ``amount_negative``, ``amount_decimals``, ``amount_too_large``;
    ``no_parties``, ``duplicate_party``; ``weights_count``, ``weight_type``, ``weight_not_finite``,
    ``weight_negative``, ``weight_decimals``, ``weight_too_large``, ``weights_all_zero``.
    """

    def __init__(self, code: str, params: Mapping[str, str] | None = None) -> None:
        self.code = code
        self.params = dict(params or {})
        super().__init__(f"{code} {self.params}" if self.params else code)


class LiableParty(NamedTuple):
    """A party that must pay: its code, its order in the agreement and its weight."""

    code: str
    order: int
    weight: Decimal | int = 1


class Share(NamedTuple):
    """What one party bears, in baht with two decimals."""

    code: str
    amount: Decimal


def split(amount: Decimal, weights: Sequence[Decimal | int]) -> tuple[Decimal, ...]:
    """Shares of ``amount`` (baht, at most two decimals) by ``weights``, in the given order.

    Equal weights split equally. A weight of zero bears nothing. Of equal remainders the earlier
    party gets the satang.

    Raises:
        SharesError: see there for the codes.
    """
    return _split(amount, weights, range(len(weights)))


def split_among(amount: Decimal, parties: Iterable[LiableParty]) -> tuple[Share, ...]:
    """Shares of ``amount`` for the parties, returned in the order they came in.

    Ties go by the parties' order in the agreement, however they are listed here.

    Raises:
        SharesError: as :func:`split`, and ``duplicate_party``.
    """
    listed = tuple(parties)
    seen: set[str] = set()
    for party in listed:
        if party.code in seen:
            raise SharesError("duplicate_party", {"code": party.code})
        seen.add(party.code)
    codes = [party.code for party in listed]
    weights = [party.weight for party in listed]
    shares = _split(amount, weights, [(party.order, party.code) for party in listed])
    return tuple(map(Share, codes, shares))


def _split(
    amount: Decimal, weights: Sequence[Decimal | int], ties: Sequence[int | tuple[int, str]]
) -> tuple[Decimal, ...]:
    """The shares in the given order; of equal remainders the smaller ``ties`` entry gets the satang."""
    satang = _satang(amount)
    if not weights:
        raise SharesError("no_parties")
    units = [_weight_units(weight) for weight in weights]
    total = sum(units)
    if total == 0:
        raise SharesError("weights_all_zero")
    shares, remainders = [], []
    for unit in units:
        share, remainder = divmod(satang * unit, total)
        shares.append(share)
        remainders.append(remainder)
    left_over = satang - sum(shares)
    by_remainder = sorted(range(len(units)), key=lambda place: (-remainders[place], ties[place]))
    for place in by_remainder[:left_over]:
        shares[place] += 1
    return tuple(_baht(share) for share in shares)


def _scaled(value: Decimal | int, kind: str, digits: int, decimals: int) -> int:
    """``value`` as a whole number of 10**-decimals, or a refusal that says why not."""
    number = Decimal(value)
    if not number.is_finite():
        raise SharesError(f"{kind}_not_finite", {"value": str(value)})
    if number < 0:
        raise SharesError(f"{kind}_negative", {"value": str(value)})
    _, figures, power = number.as_tuple()
    exponent = int(power)
    if exponent < -decimals:
        raise SharesError(f"{kind}_decimals", {"value": str(value), "limit": str(decimals)})
    if number.adjusted() >= digits:
        raise SharesError(f"{kind}_too_large", {"limit": str(digits)})
    return int("".join(map(str, figures)) + "0" * (exponent + decimals))


def _satang(amount: Decimal) -> int:
    return _scaled(amount, "amount", BAHT_DIGITS, SATANG_DIGITS)


def _weight_units(weight: Decimal | int) -> int:
    # A float would bring its binary error along; refuse it rather than pretend.
    if isinstance(weight, bool) or not isinstance(weight, (Decimal, int)):
        raise SharesError("weight_type", {"value": repr(weight)})
    return _scaled(weight, "weight", WEIGHT_DIGITS, WEIGHT_DECIMALS)


def _baht(satang: int) -> Decimal:
    baht, rest = divmod(satang, 100)
    return Decimal(f"{baht}.{rest:02d}")
