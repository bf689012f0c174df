"""A few columns of many rows, read at once: to fetch thousands of short rows takes longer than to find them."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, QuerySet, TextField

#: Stands between the values; none of the columns that are read so may hold it.
BETWEEN = "\n"


class Joined(Aggregate):
    """The values of a column as one text, a line each, in the order in which the rows are met."""

    name = "Joined"
    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """SQLite's way."""
        return super().as_sql(compiler, connection, template="GROUP_CONCAT(%(expressions)s, CHAR(10))", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """PostgreSQL's way."""
        return super().as_sql(compiler, connection, template="STRING_AGG((%(expressions)s)::text, CHR(10))", **more)


def read_at_once(rows: QuerySet[Any], *columns: str) -> list[list[str]]:
    """Some columns of rows, each as a list of texts in the same order, which is none in particular; one query.

    Of a column that may be empty (``NULL``) or hold a line break this would make nonsense: ``ValueError`` where the
    columns do not come out even.
    """
    joined = rows.order_by().aggregate(**{f"column_{place}": Joined(name) for place, name in enumerate(columns)})
    texts = [text.split(BETWEEN) if text is not None else [] for text in joined.values()]
    if len({len(text) for text in texts}) > 1:
        raise ValueError("columns of different lengths cannot be read at once")
    return texts
