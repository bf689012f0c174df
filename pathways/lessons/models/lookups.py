"""How a search looks for a part of a text: by the trigram index on PostgreSQL, by a plain scan of bytes on SQLite."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.lookups import Contains


@models.TextField.register_lookup
class Holds(Contains):
    """``column__holds="text"``: as ``contains``, with case as it stands (both sides are normalised beforehand).

    SQLite's LIKE compares letter by letter without case; ``INSTR`` compares bytes and is several times as quick.
    """

    lookup_name = "holds"

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """``INSTR`` is above 0 where the text occurs."""
        left, params = self.process_lhs(compiler, connection)
        return f"INSTR({left}, %s) > 0", [*params, self.rhs]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """``LIKE``, which a ``gin_trgm_ops`` index serves."""
        left, params = self.process_lhs(compiler, connection)
        return f"{left} LIKE %s", [*params, f"%{connection.ops.prep_for_like_query(self.rhs)}%"]
