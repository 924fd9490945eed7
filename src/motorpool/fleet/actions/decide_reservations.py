"""Deciding on reservations: before one is approved, changed or handed over, everything that speaks against it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, refuse_uses

_ROWS = """
SELECT id, vehicle_id, driver_id, starts_at, ends_at FROM vehicle_reservations
WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s)
"""
_ODOMETERS = """
SELECT id, odometer_out FROM vehicle_reservations
WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s) AND odometer_out IS NOT NULL
"""
#: Who decides about the same vehicle waits here, so that the second reads what the first has decided.
_LOCK = """
SELECT id FROM vehicles WHERE tenant_id = %(tenant)s AND id = ANY (%(vehicles)s) ORDER BY id FOR NO KEY UPDATE
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reservation as it will stand."""

    key: UUID
    vehicle_id: UUID | None
    driver_id: UUID | None
    starts_at: datetime
    ends_at: datetime

    def use(self, verb: str, before: Standing, now: datetime) -> Use:
        """The part of its time that the move is about: all, what is left of it, or what is added to it."""
        begin = {"hand_over": now, "extend": max(now, before.ends_at)}.get(verb, self.starts_at)
        return Use(
            [self.vehicle_id] if self.vehicle_id else [],
            [self.driver_id] if self.driver_id else [],
            begin,
            max(begin, self.ends_at),
            self.key,
        )


async def refuse_taken(
    session: AsyncSession, actor: Actor, verb: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Look at reservations before they move; `rows` are what the move writes, with `id`.

    Raises: Invalid for one that names no vehicle or ends before it starts; Conflict with every sentence that blocks.
    """
    before = await _standing(session, actor, [row["id"] for row in rows])
    after = [_changed(before[row["id"]], row) for row in rows if row["id"] in before]
    several = len(rows) > 1
    fields = [
        (f"ids[{place}]",) * 2 if several else ("vehicle_id", "driver_id") for place in range(len(rows))
    ]
    problems = [
        FieldProblem(fields[place][0], "is required: choose the vehicle that is given", "required")
        for place, one in enumerate(after)
        if one.vehicle_id is None
    ]
    problems += [
        FieldProblem(f"ids[{place}]" if several else "ends_at", "must be after the start")
        for place, one in enumerate(after)
        if one.ends_at <= one.starts_at
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    connection = await session.connection()
    vehicles = [one.vehicle_id for one in after]
    await connection.exec_driver_sql(_LOCK, {"tenant": actor.tenant_id, "vehicles": vehicles})
    now = datetime.now(UTC)
    uses = [one.use(verb, before[one.key], now) for one in after]
    await refuse_uses(session, actor, uses, fields, conflict=True)


async def refuse_fewer_kilometres(
    session: AsyncSession, actor: Actor, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Look at reservations before they are returned. Raises: Invalid where an odometer shows less than at hand-over."""
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "keys": [row["id"] for row in rows]}
    found: Any = await connection.exec_driver_sql(_ODOMETERS, parameters)
    out = dict(found.all())
    problems = [
        FieldProblem(
            f"ids[{place}]" if len(rows) > 1 else "odometer_in",
            f"must not be below {out[row['id']]:,} km, which it showed at hand-over",
        )
        for place, row in enumerate(rows)
        if row.get("odometer_in") is not None and row["odometer_in"] < out.get(row["id"], 0)
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


async def _standing(session: AsyncSession, actor: Actor, keys: Sequence[UUID]) -> dict[UUID, Standing]:
    connection = await session.connection()
    found: Any = await connection.exec_driver_sql(_ROWS, {"tenant": actor.tenant_id, "keys": list(keys)})
    return {row[0]: Standing(*row) for row in found}


def _changed(row: Standing, values: Mapping[str, Any]) -> Standing:
    """The row with what is written into it."""
    return Standing(
        row.key,
        *(
            values.get(name, getattr(row, name))
            for name in ("vehicle_id", "driver_id", "starts_at", "ends_at")
        ),
    )
