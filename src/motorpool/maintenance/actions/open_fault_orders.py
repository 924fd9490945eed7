"""A grave trouble code opens a work order, once as long as that is open, however often the vehicle reports it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.open_work_orders import NewOrder, open_work_orders
from motorpool.telematics.rules.trouble_codes import decode

#: A fault that nothing was heard of for longer is history, such as readings of former years that are imported, in days.
FRESH_DAYS = 7
FAULTS = """
SELECT f.id, f.vehicle_id, f.code, f.description, f.severity, f.first_seen_at, f.odometer_km
FROM vehicle_faults f JOIN vehicles v ON v.tenant_id = f.tenant_id AND v.id = f.vehicle_id
WHERE f.tenant_id = %(tenant)s AND f.id = ANY (%(faults)s) AND f.status = 'active' AND f.severity IN ('critical', 'major')
  AND f.last_seen_at > now() - %(days)s * interval '1 day' AND v.status NOT IN ('retired', 'sold')
ORDER BY f.severity, f.first_seen_at, f.id
"""
PRIORITY: dict[str, Literal["critical", "high"]] = {"critical": "critical", "major": "high"}


async def open_fault_orders(session: AsyncSession, actor: Actor, fault_ids: Sequence[UUID]) -> int:
    """Open work orders for those of the faults that are active, critical or major and fresh; how many were opened."""
    connection = await session.connection()
    rows = (
        await connection.exec_driver_sql(
            FAULTS, {"tenant": actor.tenant_id, "faults": list(fault_ids), "days": FRESH_DAYS}
        )
    ).all()
    made = await open_work_orders(session, actor, [_order(row) for row in rows])
    return sum(key is not None for key in made)


def _order(row: Any) -> NewOrder:
    return NewOrder(
        vehicle_id=row.vehicle_id,
        summary=f"{row.code}: {row.description or 'trouble code'}",
        work_order_type="corrective",
        priority=PRIORITY[row.severity],
        source="trouble_code",
        trouble_code=row.code,
        complaint=_complaint(row),
        metadata={"fault_id": str(row.id)},
    )


def _complaint(row: Any) -> str:
    said = f"The vehicle has reported {row.code} since {row.first_seen_at:%Y-%m-%d %H:%M} UTC"
    said += f", first at {row.odometer_km:,} km." if row.odometer_km is not None else "."
    try:
        advice = decode(row.code).advice
    except ValueError:
        return said
    return f"{said} {advice}"
