"""Vehicles that are free for a time, best first: two statements, however many vehicles there are."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, read_reasons
from motorpool.fleet.rules.proposals import Candidate, Wish, ranked

#: More are not looked at; who has more says what kind of vehicle is wanted, or where.
MOST = 2000
_CANDIDATES = """
SELECT v.id, v.vehicle_number, v.name, concat_ws(' ', v.model_year, v.make, v.model), v.vehicle_type, v.seats, v.facility_id,
       f.name, coalesce(u.hours, 0)::float8
FROM vehicles v
LEFT JOIN facilities f ON f.tenant_id = %(tenant)s AND f.id = v.facility_id
LEFT JOIN (
    SELECT r.vehicle_id, sum(extract(epoch FROM coalesce(r.returned_at, least(r.ends_at, now())) - r.starts_at)) / 3600 AS hours
    FROM vehicle_reservations r
    WHERE r.tenant_id = %(tenant)s AND r.starts_at > now() - interval '30 days' AND r.starts_at < now()
      AND r.status IN ('handed_over', 'returned')
    GROUP BY r.vehicle_id) AS u ON u.vehicle_id = v.id
WHERE v.tenant_id = %(tenant)s AND v.status = 'active'
  AND (%(kind)s::text IS NULL OR lower(v.vehicle_type) = lower(%(kind)s::text))
  AND (%(seats)s::integer IS NULL OR v.seats IS NULL OR v.seats >= %(seats)s::integer)
  AND (%(only_at)s::uuid IS NULL OR v.facility_id = %(only_at)s::uuid)
ORDER BY v.vehicle_number LIMIT {most}
"""


async def free_vehicles(
    database: Database,
    actor: Actor,
    starts_at: datetime,
    ends_at: datetime,
    wish: Wish,
    *,
    only_there: bool = False,
    driver_id: UUID | None = None,
    except_id: UUID | None = None,
) -> list[Candidate]:
    """Vehicles in service that nothing keeps from being used then, best first, each with its warnings.

    only_there: those of the wished facility alone, else they stand first. driver_id: who is to drive; what speaks against
    the driver alone is not held against the vehicles. except_id: a reservation that is not held against them.
    """
    parameters: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "kind": wish.vehicle_type,
        "seats": wish.seats,
        "only_at": wish.facility_id if only_there else None,
    }
    rows = await database.read(actor, _CANDIDATES.format(most=MOST), parameters)
    found = {row[0]: Candidate(*row) for row in rows}
    if not found:
        return []
    drivers = [driver_id] if driver_id else []
    reasons = await read_reasons(database, actor, [Use(list(found), drivers, starts_at, ends_at, except_id)])
    blocked = {one.subject_id for one in reasons if one.blocks and one.about != "driver"}
    warnings: dict[UUID, list[str]] = {}
    for one in reasons:
        if not one.blocks and one.about != "driver":
            warnings.setdefault(one.subject_id, []).append(one.sentence)
    free = [
        replace(one, warnings=tuple(warnings.get(key, ())))
        for key, one in found.items()
        if key not in blocked
    ]
    return ranked(free, wish)
