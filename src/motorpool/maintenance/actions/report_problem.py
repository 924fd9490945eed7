"""A person says what is wrong with a vehicle. It becomes a defect, and where it is grave a work order at once."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.open_work_orders import NewOrder, open_work_orders, short
from motorpool.maintenance.resources import RESOURCES

DEFECT, TASK = (
    next(one for one in RESOURCES if one.table.name == table) for table in ("defects", "work_order_tasks")
)
EVERYTHING = Reach(everything=True)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody found; `driver_id`: the driver that they are."""

    vehicle_id: UUID
    description: str
    component: str | None = None
    severity: Literal["minor", "major", "critical"] = "minor"
    is_unsafe: bool = False
    driver_id: UUID | None = None

    @property
    def is_grave(self) -> bool:
        """Whether a work order is opened at once, as for a failed item of an inspection."""
        return self.is_unsafe or self.severity != "minor"

    @property
    def first_line(self) -> str:
        return short(self.description.strip().split("\n")[0])


async def report_problem(session: AsyncSession, actor: Actor, reach: Reach, report: Report) -> UUID:
    """Add the defect; its id. `reach`: the vehicles that the actor may report about.

    Raises Invalid, Forbidden for a vehicle that is out of reach.
    """
    body: dict[str, Any] = {
        "vehicle_id": str(report.vehicle_id),
        "description": report.description.strip(),
        "component": report.component,
        "severity": report.severity,
        "is_unsafe": report.is_unsafe,
        "source": "driver" if report.driver_id else "technician",
        "reported_by_driver_id": str(report.driver_id) if report.driver_id else None,
    }
    given = {name: value for name, value in body.items() if value is not None}
    defect = await create_row(session, DEFECT, actor, reach, given)
    if report.is_grave:
        await _open_order(session, actor, report, defect)
    return defect


async def _open_order(session: AsyncSession, actor: Actor, report: Report, defect: UUID) -> None:
    order = NewOrder(
        vehicle_id=report.vehicle_id,
        summary=report.first_line,
        work_order_type="corrective",
        priority="critical" if report.is_unsafe else "high",
        source="defect",
        due_on=actor.today if report.is_unsafe else None,
        complaint=report.description.strip(),
        driver_id=report.driver_id,
        vehicle_unavailable=report.is_unsafe,
    )
    [key] = await open_work_orders(session, actor, [order])
    assert key is not None, "an order without a cause of its own has no twin"
    task = {
        "work_order_id": str(key),
        "task_order": 1,
        "task_description": f"Repair: {report.first_line}",
        "requires_inspection": report.is_unsafe,
    }
    await create_row(session, TASK, actor, EVERYTHING, task)
    plan = DEFECT.move("plan_repair")
    await move_row(session, DEFECT, actor, EVERYTHING, defect, plan, {"work_order_id": str(key)})
