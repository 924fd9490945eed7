"""Which rule says what of which trip: one SQL expression for the derivation, the preview and applying again.

A fence counts as a plane polygon in degrees, its holes left out; a circle and the surroundings of a facility by
great-circle distance on a sphere of 6,371,008.8 m. Weekday and time of day are those of the organisation's zone at the
start of the trip; hours that end before they begin go on past midnight and belong to the day on which they begin.
"""

from __future__ import annotations


def metres(lat1: str, lng1: str, lat2: str, lng2: str) -> str:
    """SQL of the haversine distance in metres between two places in degrees."""
    return (
        f"2 * 6371008.8 * asin(least(1, sqrt(power(sin(radians({lat2} - {lat1})::float8 / 2), 2) + "
        f"cos(radians({lat1})::float8) * cos(radians({lat2})::float8) "
        f"* power(sin(radians({lng2} - {lng1})::float8 / 2), 2))))"
    )


def ring(points: str) -> str:
    """SQL of a plane polygon from a GeoJSON ring."""
    return (
        "(SELECT ('(' || string_agg(format('(%%s,%%s)', p.at ->> 0, p.at ->> 1), ',' ORDER BY p.n) || ')')::polygon "
        f"FROM jsonb_array_elements({points}) WITH ORDINALITY AS p (at, n))"
    )


#: Fences with their shapes ready to be asked. `{wanted}` says which.
SHAPES = f"""
SELECT g.id, g.name, g.type, g.center_lat::float8 AS lat, g.center_lng::float8 AS lng, g.radius_meters AS radius,
       {ring("g.coordinates -> 'coordinates' -> 0")} AS outline,
       ARRAY(SELECT {ring("h.hole")} FROM jsonb_array_elements(g.coordinates -> 'coordinates')
             WITH ORDINALITY AS h (hole, n) WHERE h.n > 1) AS holes
FROM geofences g WHERE g.tenant_id = %(tenant)s AND {{wanted}}
"""


def within(shape: str, lat: str, lng: str) -> str:
    """SQL: whether a place lies in a row of SHAPES."""
    return (
        f"CASE WHEN {shape}.type = 'circle' THEN "
        f"{metres(lat, lng, f'{shape}.lat', f'{shape}.lng')} <= {shape}.radius "
        f"ELSE {shape}.outline @> point({lng}, {lat}) "
        f"AND NOT EXISTS (SELECT FROM unnest({shape}.holes) AS hole WHERE hole @> point({lng}, {lat})) END"
    )


_DAYS = "ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']"


def _spans(day: str, condition: str) -> str:
    return (
        f"EXISTS (SELECT FROM jsonb_array_elements(r.hours -> ({_DAYS})[extract(isodow FROM {day})::int]) AS span, "
        "LATERAL (SELECT (span ->> 'start')::time AS first, (span ->> 'end')::time AS last) AS s "
        f"WHERE {condition})"
    )


_IN_HOURS = (
    "("
    + _spans(
        "t.local",
        "t.local::time >= s.first AND (t.local::time < s.last OR s.last <= s.first)",
    )
    + " OR "
    + _spans("t.local - interval '1 day'", "s.last <= s.first AND t.local::time < s.last")
    + ")"
)


def _at_place(side: str) -> str:
    lat, lng = f"t.{side}_location_lat::float8", f"t.{side}_location_lng::float8"
    fence = within(f"{side}_fence", lat, lng)
    facility = metres(lat, lng, f"{side}_facility.latitude::float8", f"{side}_facility.longitude::float8")
    return (
        f"(r.{side}_geofence_id IS NULL OR ({side}_fence.id IS NOT NULL AND ({fence}) IS TRUE))\n"
        f"      AND (r.{side}_facility_id IS NULL OR ({facility} <= r.facility_radius_m) IS TRUE)"
    )


#: CTE text: `matched` has id, rule_id, usage_type and business_purpose of each trip of `{wanted}` (a SELECT of trips
#: columns) that a rule fits.
MATCHED = f"""
places AS MATERIALIZED ({
    SHAPES.format(
        wanted="g.id IN (SELECT unnest(ARRAY[x.start_geofence_id, x.end_geofence_id]) FROM trip_rules x "
        "WHERE x.tenant_id = %(tenant)s AND x.is_active)"
    )
}), wanted AS ({{wanted}}), matched AS (
    SELECT t.id, found.*
    FROM (SELECT w.*, w.started_at AT TIME ZONE z.time_zone AS local
          FROM wanted w JOIN tenants z ON z.id = w.tenant_id) AS t
    CROSS JOIN LATERAL (
        SELECT r.id AS rule_id, r.usage_type, r.business_purpose
        FROM trip_rules r
        LEFT JOIN places start_fence ON start_fence.id = r.start_geofence_id
        LEFT JOIN places end_fence ON end_fence.id = r.end_geofence_id
        LEFT JOIN facilities start_facility ON start_facility.tenant_id = %(tenant)s
            AND start_facility.id = r.start_facility_id
        LEFT JOIN facilities end_facility ON end_facility.tenant_id = %(tenant)s AND end_facility.id = r.end_facility_id
        WHERE r.tenant_id = %(tenant)s AND r.is_active
          AND (r.vehicle_id IS NULL OR r.vehicle_id = t.vehicle_id)
          AND (r.driver_id IS NULL OR r.driver_id = t.driver_id)
          AND (r.vehicle_group_id IS NULL OR EXISTS (
              SELECT FROM vehicle_group_members m WHERE m.tenant_id = %(tenant)s
                AND m.group_id = r.vehicle_group_id AND m.vehicle_id = t.vehicle_id))
          AND (r.hours_match IS NULL OR {_IN_HOURS} = (r.hours_match = 'inside'))
          AND {_at_place("start")}
          AND {_at_place("end")}
        ORDER BY r.position, r.id LIMIT 1
    ) AS found
)
"""
