"""Days of money in people's calendars: by when a statement is to be signed."""

from expenses.settlement_agenda import TO_BE_SIGNED
from mou_portal.registry import dates

dates.register(TO_BE_SIGNED)
