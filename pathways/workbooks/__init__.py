"""The workbook of open reports: how it is written, and how it is read back without trusting it.

It holds a sheet of reports, one of steps of plans, and one of values of indicators. The first row (technical names)
and the first columns (keys) are hidden; a very hidden sheet carries a signed slip that says for whom, when and with
which keys it was made. What a person cannot fill in is locked. The lock is a courtesy, the slip is the guard: keys
that are not on it are refused. Nothing here reads or writes the database.
"""

from pathways.workbooks.cells import number_text, yes_no
from pathways.workbooks.reading import read
from pathways.workbooks.shape import MOST_ROWS, SALT, SLIP, SLIP_VERSION, Column, ReadRow, Row, Sheet, Slip
from pathways.workbooks.writing import write

__all__ = [
    "MOST_ROWS",
    "SALT",
    "SLIP",
    "SLIP_VERSION",
    "Column",
    "ReadRow",
    "Row",
    "Sheet",
    "Slip",
    "number_text",
    "read",
    "write",
    "yes_no",
]
