"""Working out when schedules are next due, as they are made or their intervals or last completion change."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.advance_schedules import INTERVALS, interval_of_row
from motorpool.maintenance.resources.schedules import METERS_NOW
from motorpool.maintenance.rules.recurrence import Mark, next_due

Row = Mapping[Any, Any]
PARTS = ("date", "mileage", "hours")
SET = ", ".join(f"{kind}_{part} = r.{kind}_{part}" for kind in ("anchor", "next_due") for part in PARTS)
#: Where a vehicle began: the day it went into service, and its first reading.
FIRST = (
    "(SELECT f.value + f.replacement_offset FROM meter_readings f WHERE f.tenant_id = t.tenant_id "
    "AND f.vehicle_id = t.vehicle_id AND f.meter_type = '{kind}' ORDER BY f.recorded_at LIMIT 1)"
)
ROWS = f"""
SELECT t.id, {INTERVALS}, t.last_completed_date, t.last_completed_mileage, t.last_completed_hours,
       t.anchor_date, t.anchor_mileage, t.anchor_hours, t.next_due_date, t.next_due_mileage, t.next_due_hours,
       coalesce(v.in_service_on, v.acquired_on, %(today)s::date) AS first_date,
       coalesce({FIRST.format(kind="odometer")} / 1609.344, now.miles) AS first_mileage,
       coalesce({FIRST.format(kind="engine_hours")} / 3600, now.hours) AS first_hours
FROM recurring_maintenance_schedules t
JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
CROSS JOIN LATERAL {METERS_NOW}
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s) ORDER BY t.id FOR NO KEY UPDATE OF t
"""
PLAN = f"""
UPDATE recurring_maintenance_schedules t SET {SET}
FROM jsonb_populate_recordset(NULL::recurring_maintenance_schedules, %(rows)s::jsonb) AS r
WHERE t.tenant_id = %(tenant)s AND t.id = r.id
"""
INTERVAL_COLUMNS = frozenset(
    "trigger_type trigger_interval_miles trigger_interval_days trigger_interval_months "
    "trigger_interval_hours".split()
)
REPLAN = INTERVAL_COLUMNS | {f"last_completed_{part}" for part in PARTS}


async def plan_schedules(
    session: AsyncSession,
    actor: Actor,
    keys: Collection[UUID],
    written: Collection[str],
    *,
    is_new: bool = False,
) -> None:
    """Set what these schedules count from and when they are next due.

    A next due date or mark that was written itself stays; when intervals or the last completion were `written`, the others
    follow. Nothing happens when none of these changed.
    """
    if not is_new and not REPLAN & set(written):
        return
    connection = await session.connection()
    parameters = {"tenant": actor.tenant_id, "ids": list(keys), "today": actor.today}
    rows = (await connection.exec_driver_sql(ROWS, parameters)).mappings().all()
    planned = [after for row in rows if (after := planned_of(row, frozenset(written), is_new=is_new))]
    if planned:
        document = msgspec.json.encode(planned).decode()
        await connection.exec_driver_sql(PLAN, {"tenant": actor.tenant_id, "rows": document})


def planned_of(row: Row, written: frozenset[str], *, is_new: bool) -> dict[str, Any] | None:
    """Anchor and next due of a schedule; None when they are so already."""
    anchor = {}
    for part in PARTS:
        now, done, first = row[f"anchor_{part}"], row[f"last_completed_{part}"], row[f"first_{part}"]
        if done is not None and (now is None or is_new or f"last_completed_{part}" in written):
            anchor[part] = done
        elif now is None and first is not None:
            anchor[part] = first if part == "date" else round(first)
        else:
            anchor[part] = now
    due = next_due(interval_of_row(row), Mark(anchor["date"], anchor["mileage"], anchor["hours"]))
    after = {"id": row["id"]} | {f"anchor_{part}": value for part, value in anchor.items()}
    changed = bool(INTERVAL_COLUMNS & written)
    for part, found in zip(PARTS, (due.day, due.miles, due.hours), strict=True):
        name = f"next_due_{part}"
        stays = name in written or is_new or (found is None and not changed)
        after[name] = row[name] if stays and row[name] is not None else found
    return after if any(after[name] != row[name] for name in after) else None
