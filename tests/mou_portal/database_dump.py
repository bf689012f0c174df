"""Every row of every table, for tests that say "nothing changed"."""

from typing import Any

from django.db import connection


def database_dump(*without: str) -> dict[str, list[tuple[Any, ...]]]:
    """Rows by table in a stable order; columns named in ``without`` are left out wherever they stand."""
    dump = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 — the table's name comes from the database itself
            places = [place for place, column in enumerate(cursor.description or []) if column[0] not in without]
            dump[table] = sorted((tuple(row[place] for place in places) for row in cursor.fetchall()), key=repr)
    return dump
