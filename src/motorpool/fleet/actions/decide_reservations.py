"""Deciding on reservations: before one is approved, changed or handed over, everything that speaks against it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, refuse_uses

_ROWS = """
SELECT id, reservation_number, vehicle_id, driver_id, starts_at, ends_at FROM vehicle_reservations
WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s)
"""
_ODOMETERS = """
SELECT id, odometer_out FROM vehicle_reservations
WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s) AND odometer_out IS NOT NULL
"""
#: Who decides about the same vehicle or driver waits here, so that the second reads what the first has decided.
_LOCK = "SELECT id FROM {table} WHERE tenant_id = %(tenant)s AND id = ANY (%(keys)s) ORDER BY id FOR NO KEY UPDATE"


@dataclass(frozen=True, slots=True)
class Standing:
    """A reservation as it will stand."""

    key: UUID
    number: str
    vehicle_id: UUID | None
    driver_id: UUID | None
    starts_at: datetime
    ends_at: datetime

    def asked(self, verb: str, before: Standing, now: datetime) -> Standing:
        """With the part of its time that the move is about: all, what is left of it, or what is added to it."""
        begin = {"hand_over": now, "extend": max(now, before.ends_at)}.get(verb, self.starts_at)
        return replace(self, starts_at=begin, ends_at=max(begin, self.ends_at))

    @property
    def use(self) -> Use:
        vehicles, drivers = ([key] if key else [] for key in (self.vehicle_id, self.driver_id))
        return Use(vehicles, drivers, self.starts_at, self.ends_at, self.key)


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
    now = datetime.now(UTC)
    asked = [one.asked(verb, before[one.key], now) for one in after]
    if problems := _competing(asked, fields):
        raise Conflict("Some of these want the same at the same time.", code="not_available", fields=problems)
    connection = await session.connection()
    for table, keys in (
        ("vehicles", [one.vehicle_id for one in after]),
        ("drivers", [one.driver_id for one in after if one.driver_id]),
    ):
        await connection.exec_driver_sql(_LOCK.format(table=table), {"tenant": actor.tenant_id, "keys": keys})
    await refuse_uses(session, actor, [one.use for one in asked], fields, conflict=True)


def _competing(rows: Sequence[Standing], fields: Sequence[tuple[str, str]]) -> list[FieldProblem]:
    """Rows of one request against each other: the table does not show yet what they will hold."""
    problems = []
    order = sorted(range(len(rows)), key=lambda place: rows[place].starts_at)
    for column, name in enumerate(("vehicle", "driver")):
        # Vehicle or driver -> of those looked at, the reservation that ends last.
        last: dict[UUID, Standing] = {}
        for place in order:
            row = rows[place]
            key = row.driver_id if name == "driver" else row.vehicle_id
            if key is None:
                continue
            other = last.get(key)
            if other and row.starts_at < other.ends_at:
                message = f"needs the {name} at the same time as {other.number}"
                problems.append(FieldProblem(fields[place][column], message, "not_available"))
            if not other or row.ends_at > other.ends_at:
                last[key] = row
    return problems


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
        row.number,
        *(
            values.get(name, getattr(row, name))
            for name in ("vehicle_id", "driver_id", "starts_at", "ends_at")
        ),
    )
