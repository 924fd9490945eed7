"""Damage to a vehicle as somebody marks it on the diagram: report and pins, kept together or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, to_builtins
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.turns import take_turn
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.select import base_parameters
from motorpool.core.resource.write import create_row, create_rows
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.submit_incident import VEHICLE
from motorpool.safety.queries.inspectable_vehicles import may_inspect
from motorpool.safety.resources.accidents import ACCIDENTS
from motorpool.safety.rules.damage import Severity, View, gravest, title_of

RESOURCE = {one.table.name: one for one in ACCIDENTS}
MOST_MARKS = 100
Share = Annotated[float, Meta(ge=0, le=1)]
SENT_BEFORE = text("""
SELECT id, report_number FROM damage_reports
WHERE tenant_id = :tenant AND vehicle_id = :vehicle AND metadata ->> 'client_key' = :key
""")


class Pin(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A mark on the diagram; x and y from 0 at the upper left to 1."""

    view: View
    x: Share
    y: Share
    damage_type: Annotated[str, Meta(max_length=50)] | None = None
    severity: Severity = "minor"
    notes: Annotated[str, Meta(max_length=2000)] | None = None


class SeenDamage(Struct, forbid_unknown_fields=True):
    client_key: Annotated[
        UUID, Meta(description="Made by the sender; the same for each attempt to send this report")
    ]
    vehicle_id: UUID
    marks: Annotated[list[Pin], Meta(min_length=1, max_length=MOST_MARKS)]
    title: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    description: Annotated[str, Meta(max_length=10_000)] | None = None
    is_drivable: bool = True
    occurred_at: Annotated[datetime, Meta(tz=True)] | None = None
    driver_id: Annotated[UUID | None, Meta(description="Drivers can name only themselves")] = None
    incident_id: UUID | None = None


class KeptDamage(Struct, frozen=True):
    id: UUID
    report_number: str
    is_repeat: bool


async def submit_damage(session: AsyncSession, actor: Actor, reach: Reach, sent: SeenDamage) -> KeptDamage:
    """Keep a damage report with its marks. A second one with the same `client_key` is the same one.

    Raises: Invalid with a problem for each field.
    """
    await take_turn(session, f"{actor.tenant_id} {sent.client_key}")
    where: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "vehicle": sent.vehicle_id,
        "key": str(sent.client_key),
    }
    before = (await session.execute(SENT_BEFORE, where)).first()
    if before is not None:
        return KeptDamage(before.id, before.report_number, True)
    connection = await session.connection()
    parameters = base_parameters(actor, reach) | {"vehicle": sent.vehicle_id, "at": actor_time(sent)}
    found = await connection.exec_driver_sql(VEHICLE.format(within=may_inspect(reach)), parameters)
    if found.first() is None:
        problem = FieldProblem("vehicle_id", "does not name a vehicle that you have", "unknown_reference")
        raise Invalid("Some fields are not valid.", fields=[problem])
    body = {
        "vehicle_id": str(sent.vehicle_id),
        "title": sent.title or title_of([(one.view, one.damage_type) for one in sent.marks]),
        "description": (sent.description or "").strip() or None,
        "damage_type": next((one.damage_type for one in sent.marks if one.damage_type), None),
        "severity": gravest(one.severity for one in sent.marks),
        "is_drivable": sent.is_drivable,
        "occurred_at": sent.occurred_at and sent.occurred_at.isoformat(),
        "driver_id": sent.driver_id and str(sent.driver_id),
        "incident_id": sent.incident_id and str(sent.incident_id),
        "metadata": {"client_key": str(sent.client_key)},
    }
    given = {name: value for name, value in body.items() if value is not None}
    key = await create_row(session, RESOURCE["damage_reports"], actor, reach, given)
    marks = [
        {"damage_report_id": str(key)}
        | to_builtins(one)
        | {"x": str(round(one.x, 5)), "y": str(round(one.y, 5))}
        for one in sent.marks
    ]
    await create_rows(session, RESOURCE["damage_marks"], actor, Reach(everything=True), marks)
    number = await session.execute(
        text("SELECT report_number FROM damage_reports WHERE tenant_id = :tenant AND id = :key"),
        {"tenant": actor.tenant_id, "key": key},
    )
    return KeptDamage(key, str(number.scalar_one()), False)


def actor_time(sent: SeenDamage) -> datetime:
    """The time at which the sender must have had the vehicle."""
    return sent.occurred_at or datetime.now(UTC)
