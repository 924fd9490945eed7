"""Telling what happened, minutes after a crash, with one hand: the form; what is sent goes to the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from motorpool.core.errors import Unauthenticated
from motorpool.core.resource.routes import ResourceApi, actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.safety.incident_reach import only_own
from motorpool.safety.rules.damage import outline_of
from motorpool.safety.rules.incident_facts import TYPES
from motorpool.web.navigation import may

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
MOST_VEHICLES = 1_000
ROLES = (
    ("other_driver", "Other driver"),
    ("witness", "Witness"),
    ("passenger", "Passenger"),
    ("pedestrian", "Pedestrian, cyclist"),
    ("property_owner", "Owner of property"),
    ("responder", "Police, ambulance"),
)
#: The vehicle that the driver has now.
HAS_NOW = """
SELECT a.vehicle_id FROM driver_assignments a
WHERE a.tenant_id = %(tenant)s AND a.driver_id = %(driver)s AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now())
ORDER BY a.starts_at DESC LIMIT 1
"""


async def vehicles_for(request: AnyRequest, actor: Actor) -> list[Row]:
    """Vehicles to choose from, with their kind; none for those who may not read vehicles."""
    if not may(actor, "vehicles.read"):
        return []
    api: ResourceApi = request.app.state.apis["vehicles"]
    wanted = [
        ("fields", "id,vehicle_number,name,license_plate,vehicle_type"),
        ("status__in", "active,in_shop,out_of_service"),
        ("limit", str(MOST_VEHICLES)),
    ]
    texts, _, _ = await api.list_page(actor, wanted)
    rows: list[Row] = [msgspec.json.decode(text) for text in texts]
    return sorted(rows, key=lambda row: str(row["vehicle_number"]))


async def vehicle_now(request: AnyRequest, actor: Actor, vehicles: list[Row]) -> str:
    """The vehicle that the driver has, else the only one there is; "" when that is not known."""
    keys = {str(row["id"]) for row in vehicles}
    if actor.driver_id is not None:
        where = {"tenant": actor.tenant_id, "driver": actor.driver_id}
        for (key,) in await request.app.state.database.read(actor, HAS_NOW, where):
            if str(key) in keys:
                return str(key)
    return next(iter(keys)) if len(keys) == 1 else ""


def names_drivers(actor: Actor, table: str) -> bool:
    """Whether they report for others too."""
    return not only_own(actor.access.reach(f"{table}.create")) and may(actor, "drivers.read")


async def own_driver(request: AnyRequest, actor: Actor) -> tuple[UUID, str] | None:
    """The signed-in person as a driver: id and name."""
    if actor.driver_id is None:
        return None
    found = await request.app.state.database.read(
        actor,
        "SELECT full_name FROM drivers WHERE tenant_id = %s AND id = %s",
        (actor.tenant_id, actor.driver_id),
    )
    return (actor.driver_id, found[0][0]) if found else None


async def report_kit(request: AnyRequest, table: str) -> Response[bytes]:
    """What a page for reporting knows of the person who is signed in; a phone keeps it for them."""
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry[table], actor, "create")
    if actor.user_id is None:
        raise Unauthenticated("This is for signed-in browsers.")
    vehicles = await vehicles_for(request, actor)
    me = await own_driver(request, actor)
    kit = {
        "user_id": actor.user_id,
        "user_name": actor.name,
        "units": actor.units,
        "vehicles": [
            {
                "id": row["id"],
                "label": " · ".join(
                    str(row[name]) for name in ("vehicle_number", "name", "license_plate") if row[name]
                ),
                "outline": outline_of(row["vehicle_type"]),
            }
            for row in vehicles
        ],
        "vehicle": await vehicle_now(request, actor, vehicles),
        "me": {"id": me[0], "name": me[1]} if me else None,
        "names_drivers": names_drivers(actor, table),
    }
    return json_response(msgspec.json.encode(kit), headers={"Cache-Control": "no-store"})


@get("/report-incident", include_in_schema=False)
async def report_page(request: AnyRequest) -> Response[Any]:
    """The form, the same for everybody: a service worker keeps it. `?vehicle=` chooses the vehicle."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["incidents"], actor, "create")
    page: Response[Any] = state.renderer.standalone(
        "report_incident.html", title="Report an incident", types=list(TYPES.items()), roles=ROLES
    )
    return page


@get("/report-incident/kit", include_in_schema=False)
async def incident_kit(request: AnyRequest) -> Response[bytes]:
    return await report_kit(request, "incidents")


route_handlers = [report_page, incident_kit]
