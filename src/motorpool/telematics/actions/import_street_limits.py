"""Take the speed limits of streets out of a GeoJSON file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.telematics.actions.create_device import tenant_of
from motorpool.telematics.rules.street_pieces import Piece, pieces_of

IMPORT = """
INSERT INTO street_limits AS t (tenant_id, source_ref, part, street_name, limit_kph, is_one_way, path, cell, source)
SELECT %(tenant)s, d.source_ref, d.part, d.name, d.kph::numeric(6, 2), d.one_way, d.path::jsonb, d.cell, %(source)s
FROM unnest(%(refs)s::text[], %(parts)s::int4[], %(names)s::text[], %(limits)s::float8[], %(one_way)s::bool[],
            %(paths)s::text[], %(cells)s::int4[]) AS d (source_ref, part, name, kph, one_way, path, cell)
ON CONFLICT (tenant_id, source_ref, part) DO UPDATE
SET street_name = excluded.street_name, limit_kph = excluded.limit_kph, is_one_way = excluded.is_one_way,
    path = excluded.path, cell = excluded.cell, source = excluded.source, updated_at = clock_timestamp()
WHERE (t.street_name, t.limit_kph, t.is_one_way, t.path, t.source)
      IS DISTINCT FROM (excluded.street_name, excluded.limit_kph, excluded.is_one_way, excluded.path, excluded.source)
"""
#: What an earlier import had cut into more pieces.
TRIM = """
DELETE FROM street_limits t
USING (SELECT source_ref, max(part) AS last FROM unnest(%(refs)s::text[], %(parts)s::int4[]) AS d (source_ref, part)
       GROUP BY source_ref) AS d
WHERE t.tenant_id = %(tenant)s AND t.source_ref = d.source_ref AND t.part > d.last
"""
AT_ONCE = 5000


@dataclass(frozen=True)
class ImportedStreets:
    pieces: int
    with_limit: int
    changed: int


async def import_street_limits(
    session: AsyncSession, features: Sequence[Any], source: str | None
) -> ImportedStreets:
    """Add or replace the organisation's streets, told apart by the map's identifier. Streets without a known limit are kept.

    They hold for what is derived from then on. Raises Invalid for what is no GeoJSON or has no line.
    """
    try:
        pieces = await asyncio.to_thread(pieces_of, features)
    except ValueError as error:
        raise Invalid(fields=[FieldProblem("features", str(error), "bad_geojson")]) from error
    if not pieces:
        raise Invalid(fields=[FieldProblem("features", "has no LineString", "no_lines")])
    connection = await session.connection()
    changed = 0
    for begin in range(0, len(pieces), AT_ONCE):
        parameters = _columns(pieces[begin : begin + AT_ONCE]) | {
            "tenant": tenant_of(session),
            "source": source,
        }
        changed += (await connection.exec_driver_sql(IMPORT, parameters)).rowcount
    await connection.exec_driver_sql(TRIM, _columns(pieces) | {"tenant": tenant_of(session)})
    return ImportedStreets(len(pieces), sum(one.limit_kph is not None for one in pieces), changed)


def _columns(pieces: Sequence[Piece]) -> dict[str, Any]:
    return {
        "refs": [one.source_ref for one in pieces],
        "parts": [one.part for one in pieces],
        "names": [one.name for one in pieces],
        "limits": [one.limit_kph for one in pieces],
        "one_way": [one.one_way for one in pieces],
        "paths": [one.path for one in pieces],
        "cells": [one.cell for one in pieces],
    }
