"""What a place is called: the smallest fence that it lies in, else the facility that it is at.

Fences are put on a grid of hundredths of a degree, so that many places are matched with many fences by a hash join.
Fences of more than 0.1 degrees a side are areas, not places, and name nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from motorpool.telematics.queries.trip_rule_matches import SHAPES, within

#: m, how near to a facility is at it.
AT_FACILITY_M = 250
GRID = 100
WIDEST = 0.1
_DEGREE_M = 111_195.0

CELLS = f"""
named_shapes AS (
    {SHAPES.format(wanted="true")}
    UNION ALL
    SELECT f.id, f.name, 'circle', f.latitude::float8, f.longitude::float8, {AT_FACILITY_M}, NULL, '{{}}'
    FROM facilities f
    WHERE f.tenant_id = %(tenant)s AND f.latitude IS NOT NULL AND f.longitude IS NOT NULL AND f.status = 'active'
), named_boxes AS (
    SELECT s.*, b.*, (b.north - b.south) * (b.east - b.west) AS extent
    FROM named_shapes s CROSS JOIN LATERAL (
        SELECT s.lat - s.radius / {_DEGREE_M} AS south, s.lat + s.radius / {_DEGREE_M} AS north,
               s.lng - s.radius / ({_DEGREE_M} * greatest(0.01, cos(radians(s.lat)))) AS west,
               s.lng + s.radius / ({_DEGREE_M} * greatest(0.01, cos(radians(s.lat)))) AS east
        WHERE s.type = 'circle'
        UNION ALL
        SELECT ((box(s.outline))[1])[1], ((box(s.outline))[0])[1], ((box(s.outline))[1])[0], ((box(s.outline))[0])[0]
        WHERE s.type <> 'circle'
    ) AS b
    WHERE b.north - b.south <= {WIDEST} AND b.east - b.west <= {WIDEST}
), named_cells AS MATERIALIZED (
    SELECT b.*, cy, cx FROM named_boxes b
    CROSS JOIN generate_series(floor(b.south * {GRID})::int, floor(b.north * {GRID})::int) AS cy
    CROSS JOIN generate_series(floor(b.west * {GRID})::int, floor(b.east * {GRID})::int) AS cx
)
"""


def named_spots(source: str, key: str, spots: Mapping[str, tuple[str, str]]) -> str:
    """CTE text: for each spot a table `at_<spot>` of `key` and `name`, for the rows of `source` that lie at a place."""
    found = [CELLS]
    for name, (lat, lng) in spots.items():
        where = f"b.{lat}::float8", f"b.{lng}::float8"
        found.append(
            f"at_{name} AS (SELECT DISTINCT ON (b.{key}) b.{key}, c.name FROM {source} b JOIN named_cells c "
            f"ON c.cy = floor({where[0]} * {GRID})::int AND c.cx = floor({where[1]} * {GRID})::int "
            f"WHERE {within('c', *where)} ORDER BY b.{key}, c.extent, c.name)"
        )
    return ",\n".join(found)


#: Names of single places: parameters %(latitudes)s and %(longitudes)s, float8[]; rows of (number from 1, name).
PLACE_NAMES = f"""
WITH spots AS (
    SELECT n, lat, lng FROM unnest(%(latitudes)s::float8[], %(longitudes)s::float8[]) WITH ORDINALITY AS s (lat, lng, n)
), {named_spots("spots", "n", {"spot": ("lat", "lng")})}
SELECT n, name FROM at_spot ORDER BY n
"""
