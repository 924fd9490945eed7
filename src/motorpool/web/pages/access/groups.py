"""A vehicle group: its vehicles, which are put in and taken out by ticking, and its colour."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_row, update_row
from motorpool.fleet.actions.change_group_members import add_vehicles, remove_vehicles
from motorpool.fleet.queries.group_members import MOST_CHOICES, choices_for, members_of
from motorpool.web.pages.records import can, detail_context, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
#: Told apart by most people, on light and dark; the names are what a screen reader says.
COLOURS = {
    "#d6336c": "Pink",
    "#c92a2a": "Red",
    "#e8590c": "Orange",
    "#f59f00": "Amber",
    "#2f9e44": "Green",
    "#0c8599": "Teal",
    "#1971c2": "Blue",
    "#6741d9": "Violet",
    "#868e96": "Grey",
}


async def group_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicle_groups"]
    row, _ = await read_row(request, resource)
    key, search = UUID(row["id"]), request.query_params.get("find", "").strip()
    can_change = can(actor, resource, "update")
    vehicles = state.registry["vehicles"]
    choices = await choices_for(state.database, actor, vehicles, key, search) if can_change else []
    colour = row["color"] if re.fullmatch("#[0-9a-fA-F]{6}", row["color"] or "") else None
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "group_members.html",
        **await detail_context(request, actor, resource, row),
        members=await members_of(state.database, actor, vehicles, key),
        choices=choices[:MOST_CHOICES],
        has_more=len(choices) > MOST_CHOICES,
        find=search,
        can_change=can_change,
        colour=colour,
        colours=COLOURS if colour is None or colour.lower() in COLOURS else COLOURS | {colour: colour},
    )
    return page


@post("/vehicle-groups/{key:str}/vehicles", include_in_schema=False, status_code=200)
async def vehicles_posted(request: AnyRequest) -> Response[Any]:
    """`add` or `remove` the ticked vehicles."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicle_groups"]
    key = key_of(request, resource)
    form = await request.form()
    chosen = [parse_uuid(str(value)) for value in form.getall("vehicle", [])]
    if None in chosen:
        raise NotFound("There is no such vehicle.")
    found = [one for one in chosen if one is not None]
    if not found:
        return see_other(f"/vehicle-groups/{key}", "Tick the vehicles first.", "warning")
    async with state.database.transaction(actor) as session:
        await lock_row(session, resource, actor, reach_or_forbid(resource, actor, "update"), key)
        if form.get("what") == "remove":
            count, done = await remove_vehicles(session, actor, key, found), "taken out"
        else:
            count, done = await add_vehicles(session, actor, key, found), "added"
    return see_other(f"/vehicle-groups/{key}", f"{count} {'vehicle' if count == 1 else 'vehicles'} {done}.")


@post("/vehicle-groups/{key:str}/colour", include_in_schema=False, status_code=200)
async def colour_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["vehicle_groups"]
    key = key_of(request, resource)
    colour = str((await request.form()).get("color") or "") or None
    if colour is not None and not re.fullmatch("#[0-9a-fA-F]{6}", colour):
        return see_other(f"/vehicle-groups/{key}", "A colour looks like #1971c2.", "warning")
    async with state.database.transaction(actor) as session:
        reach = reach_or_forbid(resource, actor, "update")
        await update_row(session, resource, actor, reach, key, {"color": colour}, None)
    return see_other(f"/vehicle-groups/{key}", "Colour saved.")


route_handlers = [vehicles_posted, colour_posted]
