"""Layers of the live map: which there are, who may see them, which a person has switched on."""

from __future__ import annotations

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor

#: Layer -> the permission that it needs, in the order of the switches.
MAP_LAYERS = {
    "geofences": "geofences.read",
    "driver_behavior_events": "driver_behavior_events.read",
    "traffic_cameras": "traffic_cameras.read",
    "weather_stations": "weather_stations.read",
    "ev_charging_stations": "ev_charging_stations.read",
    "toll_plazas": "toll_plazas.read",
}


def layers_of(actor: Actor) -> list[str]:
    """Ids of the layers that the actor may see."""
    return [layer for layer, permission in MAP_LAYERS.items() if actor.access.reach(permission) is not None]


async def layers_on(database: Database, actor: Actor) -> list[str]:
    """Ids of the layers that the actor has switched on, those that may be seen among them."""
    if actor.user_id is None:
        return []
    rows = await database.read(
        actor,
        "SELECT layers FROM map_views WHERE tenant_id = %s AND user_id = %s",
        (actor.tenant_id, actor.user_id),
    )
    allowed = layers_of(actor)
    return [layer for layer in (rows[0][0] if rows else ()) if layer in allowed]
