"""Time that vehicles spent in a geofence, day by day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor

#: Days are those of the asking person's time zone; a visit over midnight counts for both days.
DAYS = """
SELECT d.day::date, count(v.id),
       coalesce(sum(extract(epoch FROM least(coalesce(v.left_at, now()), d.ends) - greatest(v.entered_at, d.day_start)))
                FILTER (WHERE v.id IS NOT NULL), 0)::float8
FROM (
    SELECT day, (day AT TIME ZONE %(zone)s) AS day_start, ((day + interval '1 day') AT TIME ZONE %(zone)s) AS ends
    FROM generate_series(%(first)s::date::timestamp, %(last)s::date::timestamp, interval '1 day') AS day
) AS d
LEFT JOIN (
    SELECT t.* FROM geofence_visits t WHERE t.tenant_id = %(tenant)s AND t.geofence_id = %(fence)s AND ({scope})
      AND t.entered_at < ((%(last)s::date + 1)::timestamp AT TIME ZONE %(zone)s)
      AND (t.left_at IS NULL OR t.left_at > (%(first)s::date::timestamp AT TIME ZONE %(zone)s))
) AS v ON v.entered_at < d.ends AND coalesce(v.left_at, now()) > d.day_start
GROUP BY d.day ORDER BY d.day
"""


async def fence_days(
    database: Database, actor: Actor, visits: Resource, fence: UUID, first: date, last: date, zone: str
) -> list[tuple[date, int, float]]:
    """Day, visits that touch it, and seconds inside of all vehicles together, for each day from `first` to `last`."""
    reach = reach_or_forbid(visits, actor, "read")
    sql = DAYS.format(scope=scope_condition(visits, reach) or "true")
    parameters = base_parameters(actor, reach) | {"fence": fence, "first": first, "last": last, "zone": zone}
    return [(row[0], row[1], row[2]) for row in await database.read(actor, sql, parameters)]
