"""An incident that is an accident in the sense of 49 CFR 390.5 gets its accident report at once: the clocks of the law run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.resource.write import create_rows
from motorpool.core.tenancy import Actor
from motorpool.fleet.rules.commercial import is_commercial
from motorpool.safety.resources.accidents import ACCIDENTS
from motorpool.safety.rules.incident_facts import NOT_IN_TRAFFIC, accident_severity

REPORT = next(one for one in ACCIDENTS if one.table.name == "accident_reports")
MEETS_DEFINITION = "(i.fatality_count > 0 OR i.treated_away_count > 0 OR i.towed_count > 0)"
ACCIDENTS_WITHOUT_REPORT = text(f"""
SELECT i.id, i.vehicle_id, i.driver_id, i.occurred_at, i.location, i.latitude, i.longitude, i.incident_type, i.description,
       i.injury_count, i.treated_away_count, i.fatality_count, i.towed_count, i.police_notified, i.police_report_number,
       i.photos, i.dashcam_footage_id, i.estimated_cost, i.metadata -> 'accident' AS told
FROM incidents i
WHERE i.tenant_id = :tenant AND i.id = ANY (:keys) AND {MEETS_DEFINITION} AND i.vehicle_id IS NOT NULL
  AND i.driver_id IS NOT NULL AND i.incident_type <> ALL (:not_in_traffic)
  AND NOT EXISTS (SELECT FROM accident_reports r WHERE r.tenant_id = i.tenant_id AND r.incident_id = i.id)
ORDER BY i.id
""")
VEHICLES = text(f"""
SELECT i.id, v.vehicle_type, v.gvwr_kg, v.seats, v.carries_hazmat
FROM incidents i JOIN vehicles v ON v.tenant_id = i.tenant_id AND v.id = i.vehicle_id
WHERE i.tenant_id = :tenant AND i.id = ANY (:keys) AND {MEETS_DEFINITION} AND NOT i.is_dot_recordable
  AND i.incident_type <> ALL (:not_in_traffic)
""")
TO_THE_REGISTER = text(
    "UPDATE incidents SET is_dot_recordable = true WHERE tenant_id = :tenant AND id = ANY (:keys)"
)
#: With several reports each names a vehicle and driver of its own.
ONLY_REPORT = "(SELECT count(*) FROM accident_reports o WHERE o.tenant_id = r.tenant_id AND o.incident_id = r.incident_id) = 1"
#: Fact of the incident -> the same in its accident reports.
FACTS = {
    "fatality_count": "fatalities = i.fatality_count",
    "treated_away_count": "injury_treated_away = i.treated_away_count > 0",
    "towed_count": "is_tow_away = i.towed_count > 0",
    "injury_count": "injury_count = i.injury_count",
    "occurred_at": "incident_date = i.occurred_at",
    "driver_id": f"driver_id = CASE WHEN i.driver_id IS NOT NULL AND {ONLY_REPORT} THEN i.driver_id ELSE r.driver_id END",
    "vehicle_id": f"vehicle_id = CASE WHEN i.vehicle_id IS NOT NULL AND {ONLY_REPORT} THEN i.vehicle_id ELSE r.vehicle_id END",
}


async def open_accident_reports(session: AsyncSession, actor: Actor, keys: Collection[UUID]) -> None:
    """Open the reports of those incidents that need one and have none. Its reactions order the tests."""
    where = {"tenant": actor.tenant_id, "keys": list(keys), "not_in_traffic": list(NOT_IN_TRAFFIC)}
    rows = (await session.execute(ACCIDENTS_WITHOUT_REPORT, where)).mappings().all()
    if rows:
        await create_rows(session, REPORT, actor, Reach(everything=True), [_body(row) for row in rows])


async def note_in_register(session: AsyncSession, actor: Actor, keys: Collection[UUID]) -> None:
    """Say of those incidents that are accidents of commercial vehicles that they go into the register."""
    where = {"tenant": actor.tenant_id, "keys": list(keys), "not_in_traffic": list(NOT_IN_TRAFFIC)}
    rows = (await session.execute(VEHICLES, where)).all()
    found = [key for key, *vehicle in rows if is_commercial(*vehicle)]
    if found:
        await session.execute(TO_THE_REGISTER, {"tenant": actor.tenant_id, "keys": found})


async def carry_facts(
    session: AsyncSession, actor: Actor, keys: Collection[UUID], columns: Collection[str]
) -> list[UUID]:
    """What was corrected on incidents is corrected on their accident reports; the reports that were changed."""
    changed = [assignment for column, assignment in FACTS.items() if column in columns]
    if not changed:
        return []
    statement = text(
        f"UPDATE accident_reports r SET {', '.join(changed)} FROM incidents i WHERE r.tenant_id = :tenant "
        "AND i.tenant_id = r.tenant_id AND i.id = r.incident_id AND i.id = ANY (:keys) RETURNING r.id"
    )
    found = await session.execute(statement, {"tenant": actor.tenant_id, "keys": list(keys)})
    return list(found.scalars())


def _body(row: Any) -> dict[str, Any]:
    told = row["told"] if isinstance(row["told"], dict) else {}
    treated, towed = row["treated_away_count"] > 0, row["towed_count"] > 0
    body = {
        "incident_id": str(row["id"]),
        "vehicle_id": str(row["vehicle_id"]),
        "driver_id": str(row["driver_id"]),
        "incident_date": row["occurred_at"].isoformat(),
        "location": row["location"],
        "latitude": _text(row["latitude"]),
        "longitude": _text(row["longitude"]),
        "incident_type": row["incident_type"],
        "description": row["description"],
        "severity": accident_severity(
            fatalities=row["fatality_count"], treated_away=treated, injuries=row["injury_count"], towed=towed
        ),
        "injury_count": row["injury_count"],
        "injury_treated_away": treated,
        "fatalities": row["fatality_count"],
        "is_tow_away": towed,
        "police_notified": row["police_notified"],
        "police_report_number": row["police_report_number"],
        "photos": row["photos"],
        "dashcam_footage_id": _text(row["dashcam_footage_id"]),
        "estimated_damage_cost": _text(row["estimated_cost"]),
        **{
            name: told[name]
            for name in ("city", "region", "citation_issued_at", "hazmat_released", "police_department")
            if told.get(name)
        },
    }
    return {name: value for name, value in body.items() if value is not None}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
