"""One import of each kind of road data into an owner's rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from motorpool.core.database.database import Connection
from motorpool.core.tenancy import Actor
from motorpool.telematics.road_data import nws
from motorpool.telematics.road_data.records import Reading, Row
from motorpool.telematics.road_data.writing import Written, owner_of, upsert

#: A feed that suddenly tells of fewer than this share of what is known lost its rows, not its cameras.
TRUSTED_SHARE = 0.5


async def write_stations(connection: Connection, actor: Actor, rows: list[Row]) -> Written:
    """Charging and fuel stations, by `station_id`."""
    return await upsert(
        connection, actor, "ev_charging_stations", ("station_id",), rows, quiet=("last_updated",)
    )


async def write_plazas(connection: Connection, actor: Actor, rows: list[Row]) -> Written:
    """Toll plazas with their rates, by `plaza_id`."""
    return await upsert(connection, actor, "toll_plazas", ("plaza_id",), rows)


async def write_cameras(
    connection: Connection, actor: Actor, rows: list[Row], site: str | None = None
) -> Written:
    """Cameras, by `fdot_id`. `site`: the answer is all that it has, so cameras which it no longer tells of are inactive."""
    now = datetime.now(UTC)
    written = await upsert(
        connection,
        actor,
        "traffic_cameras",
        ("fdot_id",),
        [{**row, "last_updated": now} for row in rows],
        quiet=("last_updated",),
    )
    if site is not None and rows:
        await connection.execute(
            "UPDATE traffic_cameras SET status = 'inactive' WHERE tenant_id IS NOT DISTINCT FROM %(owner)s "
            "AND starts_with(fdot_id, %(site)s) AND status = 'active' AND NOT fdot_id = ANY (%(told)s) "
            "AND %(share)s * (SELECT count(*) FROM traffic_cameras c WHERE c.tenant_id IS NOT DISTINCT FROM %(owner)s "
            "AND starts_with(c.fdot_id, %(site)s)) <= %(count)s",
            {
                "owner": owner_of(actor),
                "site": f"{site}-",
                "told": [row["fdot_id"] for row in rows],
                "share": TRUSTED_SHARE,
                "count": len(rows),
            },
        )
    return written


async def write_weather(
    connection: Connection, actor: Actor, document: Any
) -> tuple[Written, Written, Reading]:
    """Stations and observations of a document of the weather service: (stations, observations, what was refused)."""
    observations, stations = nws.read_features(document)
    told = await upsert(connection, actor, "weather_stations", ("station_id",), stations.rows, keep=("name",))
    latest = nws.latest_of(observations.rows)
    shown = await upsert(
        connection,
        actor,
        "weather_stations",
        ("station_id",),
        latest,
        newer_by="last_updated",
        keep=("latitude", "longitude"),
    )
    rows = [{name: value for name, value in row.items() if name != "place"} for row in observations.rows]
    kept = await upsert(connection, actor, "weather_observations", ("station_id", "observed_at"), rows)
    every = Written(
        told.created + shown.created, told.updated + shown.updated, told.unchanged + shown.unchanged
    )
    return every, kept, Reading(refusals=stations.refusals + observations.refusals)
