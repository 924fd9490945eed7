"""Classify the trips of a period by the rules again; what people said stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from msgspec import Meta, Struct

from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.trip_rule_matches import MATCHED

#: Trips of a preview that are told one by one.
SHOWN = 200

_OF_PERIOD = """SELECT t.* FROM trips t WHERE t.tenant_id = %(tenant)s AND t.started_at >= %(start)s
    AND t.started_at < %(end)s AND t.ended_at IS NOT NULL AND t.classified_by IS DISTINCT FROM 'user'"""
_CHANGES = f"""
WITH {MATCHED.format(wanted=_OF_PERIOD)}, changes AS (
    SELECT w.id, w.trip_number, w.started_at, w.driver_id, w.vehicle_id, w.distance_km, w.usage_type AS before,
           w.business_purpose AS purpose_before, m.usage_type AS after, m.business_purpose AS purpose_after, m.rule_id
    FROM wanted w LEFT JOIN matched m ON m.id = w.id
    WHERE (w.usage_type, w.business_purpose, w.trip_rule_id)
          IS DISTINCT FROM (m.usage_type::varchar, m.business_purpose, m.rule_id)
)
"""
PREVIEW = f"""{_CHANGES}
SELECT (SELECT coalesce(json_agg(x), '[]') FROM (
           SELECT c.before, c.after, r.name AS rule, count(*) AS trips, sum(c.distance_km)::float8 AS distance_km
           FROM changes c LEFT JOIN trip_rules r ON r.tenant_id = %(tenant)s AND r.id = c.rule_id
           GROUP BY 1, 2, 3 ORDER BY count(*) DESC, 1, 2, 3) AS x),
       (SELECT coalesce(json_agg(x), '[]') FROM (
           SELECT c.id, c.trip_number, c.started_at, d.full_name AS driver, v.vehicle_number AS vehicle, c.before,
                  c.after, c.purpose_after AS purpose, r.name AS rule
           FROM changes c LEFT JOIN trip_rules r ON r.tenant_id = %(tenant)s AND r.id = c.rule_id
           LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = c.driver_id
           LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = c.vehicle_id
           ORDER BY c.started_at DESC, c.id LIMIT {SHOWN}) AS x),
       (SELECT count(*) FROM changes),
       (SELECT count(*) FROM trips t WHERE t.tenant_id = %(tenant)s AND t.started_at >= %(start)s
          AND t.started_at < %(end)s AND t.classified_by = 'user')
"""
APPLY = f"""{_CHANGES}
UPDATE trips t SET usage_type = c.after, business_purpose = c.purpose_after, business_percent = NULL,
       classified_by = CASE WHEN c.rule_id IS NOT NULL THEN 'rule' END,
       classified_at = CASE WHEN c.rule_id IS NOT NULL THEN now() END,
       classified_by_user_id = NULL, trip_rule_id = c.rule_id
FROM changes c WHERE t.tenant_id = %(tenant)s AND t.id = c.id
"""


class RuleChanges(Struct):
    """What the rules change in a period."""

    changed: Annotated[int, Meta(description="Trips that change")]
    by_hand: Annotated[int, Meta(description="Trips that people classified; they stay")]
    groups: Annotated[list[dict[str, Any]], Meta(description="before, after, rule, trips, distance_km")]
    trips: Annotated[list[dict[str, Any]], Meta(description=f"The latest {SHOWN} of them")]


def _parameters(actor: Actor, start: datetime, end: datetime) -> Mapping[str, Any]:
    return {"tenant": actor.tenant_id, "start": start, "end": end}


async def preview_trip_rules(database: Database, actor: Actor, start: datetime, end: datetime) -> RuleChanges:
    """What `apply_trip_rules` would do to trips that began from `start` to before `end`."""
    [(groups, trips, count, by_hand)] = await database.read(actor, PREVIEW, _parameters(actor, start, end))
    return RuleChanges(count, by_hand, groups, trips)


async def apply_trip_rules(connection: Connection, actor: Actor, start: datetime, end: datetime) -> int:
    """Do it. How many trips changed."""
    return (await connection.execute(APPLY, _parameters(actor, start, end))).rowcount
