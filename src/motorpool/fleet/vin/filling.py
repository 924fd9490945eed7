"""Fill a vehicle's columns from its VIN."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.write import change_rows
from motorpool.core.tenancy import Actor
from motorpool.fleet.vin.decoding import COLUMNS, Decoded, decode

_STORED = f"SELECT vin, {', '.join(COLUMNS)} FROM vehicles WHERE tenant_id = :tenant AND id = :vehicle"


class Difference(Struct):
    """A column that says something else than the VIN."""

    stored: Annotated[str | int | float | None, Meta(description="What stood there")]
    from_vin: str | int | float


class Filled(Struct):
    """What was changed and what was left as it is."""

    id: UUID
    changed: dict[str, Difference]
    kept: Annotated[
        dict[str, Difference], Meta(description="They say something else and were not overwritten")
    ]
    decoded: Decoded


async def fill_vehicle(
    session: AsyncSession, actor: Actor, resource: Resource, vehicle: UUID, *, overwrite: bool = False
) -> Filled:
    """Fill the empty columns of a locked vehicle from its VIN; with `overwrite` those that say something else too.

    Raises Invalid, field `vin`, when there is none or it is wrong: nothing is changed.
    """
    parameters = {"tenant": actor.tenant_id, "vehicle": vehicle}
    row = (await session.execute(text(_STORED), parameters)).mappings().one()
    if not row["vin"]:
        raise _wrong("is empty; give the vehicle its VIN first")
    decoded = decode(row["vin"])
    if not decoded.is_valid:
        said = "; ".join(
            f"{one.message}{f' (position {one.position})' if one.position else ''}"
            for one in decoded.problems
        )
        meant = f". It may have been meant: {decoded.suggestions[0].vin}" if decoded.suggestions else ""
        raise _wrong(said + meant)
    changed: dict[str, Difference] = {}
    kept: dict[str, Difference] = {}
    for name, value in decoded.vehicle().items():
        stored = _plain(row[name])
        if stored is not None and _same(stored, value):
            continue
        held = changed if stored is None or overwrite else kept
        held[name] = Difference(stored, value)
    if changed:
        values: dict[str, Any] = {
            name: Decimal(str(one.from_vin)) if isinstance(one.from_vin, float) else one.from_vin
            for name, one in changed.items()
        }
        await session.execute(text("SET LOCAL motorpool.reason TO 'read from the VIN'"))
        await change_rows(session, resource, actor, Reach(everything=True), {vehicle: values})
    return Filled(vehicle, changed, kept, decoded)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _same(stored: Any, value: Any) -> bool:
    """People write makes in capitals or not."""
    if isinstance(stored, str) and isinstance(value, str):
        return stored.strip().lower() == value.strip().lower()
    return bool(stored == value)


def _wrong(message: str) -> Invalid:
    return Invalid("Some fields are not valid.", fields=[FieldProblem("vin", message)])
