"""Rows of other tables that refer to a trip which is derived away: they go with the trip that overlaps it most.

Incidents, routes and unassigned driving name a trip by a foreign key, comments and files by a pair of kind and id. Which
tables those are is read off the models, so that a new one is not forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import LiteralString
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.database import Connection
from motorpool.core.database.ddl import quoted
from motorpool.core.database.models import facts_of

#: The trip of this run that shares most time with each one that is gone.
_HEIRS = """(
    SELECT DISTINCT ON (r.id) r.id AS gone, d.id AS heir
    FROM derived_removed r JOIN derived_trips d ON d.vehicle_id = r.vehicle_id
         AND d.started_at < r.last_at AND d.last_at > r.started_at
    ORDER BY r.id, least(r.last_at, d.last_at) - greatest(r.started_at, d.started_at) DESC, d.id
) AS h"""


@dataclass(frozen=True, slots=True)
class Referrer:
    """A column that names trips; `kind` is the condition that makes it a trip's where it may name other things too."""

    table: str
    column: str
    kind: str | None = None

    @property
    def release(self) -> LiteralString:
        """Remember and empty the column for trips that are about to go."""
        return (
            f"WITH held AS (UPDATE {self.table} t SET {self.column} = NULL FROM derived_removed r "
            f"WHERE t.tenant_id = %(tenant)s AND t.{self.column} = r.id RETURNING t.id AS referrer, r.id AS trip) "
            f"INSERT INTO derived_referrers SELECT {quoted(self.table)}, referrer, trip FROM held "
            "RETURNING 1"
        )

    @property
    def restore(self) -> LiteralString:
        """Point to the heir."""
        if self.kind is None:
            return (
                f"UPDATE {self.table} t SET {self.column} = h.heir FROM derived_referrers f JOIN {_HEIRS} ON h.gone = f.trip "
                f"WHERE f.source = {quoted(self.table)} AND t.tenant_id = %(tenant)s AND t.id = f.referrer"
            )
        return (
            f"UPDATE {self.table} t SET {self.column} = h.heir FROM {_HEIRS} "
            f"WHERE t.tenant_id = %(tenant)s AND t.{self.column} = h.gone AND t.{self.kind}"
        )


@cache
def referrers() -> tuple[Referrer, ...]:
    """All columns that name trips, the classification's and the derivation's own aside."""
    return tuple(_referrers())


def _referrers() -> Iterator[Referrer]:
    for table in sorted(load_metadata().tables.values(), key=lambda table: table.name):
        facts = facts_of(table)
        if facts.rights != "full":
            continue
        for constraint in table.constraints:
            if isinstance(constraint, ForeignKeyConstraint):
                target = constraint.elements[-1].target_fullname.split(".")[0]
                if target == "trips":
                    yield Referrer(str(table.name), str(list(constraint.columns)[-1].name))
        for pair in facts.polymorphic:
            kinds = sorted(kind for kind, target in pair.targets.items() if target == "trips")
            if kinds:
                listed = ", ".join(quoted(kind) for kind in kinds)
                yield Referrer(str(table.name), pair.id_column, f"{pair.type_column} IN ({listed})")


async def release(connection: Connection, tenant_id: UUID) -> None:
    """Before the trips in `derived_removed` are deleted."""
    for one in referrers():
        if one.kind is None:
            await connection.execute(one.release, {"tenant": tenant_id})


async def hand_over(connection: Connection, tenant_id: UUID) -> None:
    """After the trips that stand in their place were written."""
    for one in referrers():
        await connection.execute(one.restore, {"tenant": tenant_id})
