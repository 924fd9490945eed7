"""The API of the fleet that is not plain CRUD: which vehicles are in a group; availability beside it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.fleet.actions.change_group_members import add_vehicles, remove_vehicles
from motorpool.fleet.queries.group_members import members_of
from motorpool.fleet.reservation_routes import (
    OPERATIONS as AVAILABILITY,
    route_handlers as reservation_handlers,
)
from motorpool.fleet.resources import RESOURCES

verbs = Verbs(RESOURCES)


class Vehicles(Struct, forbid_unknown_fields=True):
    vehicle_ids: Annotated[list[UUID], Meta(description="1 to 1,000 vehicles")]


class Changed(Struct):
    id: UUID
    changed: Annotated[int, Meta(description="How many of them were not so before")]


class Member(Struct):
    id: UUID
    vehicle_number: str
    name: str | None


class Members(Struct):
    items: list[Member]


@verbs.get("vehicle_groups", "vehicles", Nothing, permission="read", answers=Members)
async def members(call: Call[Nothing]) -> Members:
    """List the vehicles of a group

    Those that the caller may read.
    """
    found = await members_of(call.database, call.actor, call.state.registry["vehicles"], call.key)
    return Members([Member(one.id, one.number, one.name) for one in found])


@verbs.post("vehicle_groups", "add_vehicles", Vehicles, permission="update", answers=Changed)
async def add(call: Call[Vehicles]) -> Changed:
    """Put vehicles into a group"""
    return Changed(call.key, await add_vehicles(call.session, call.actor, call.key, call.body.vehicle_ids))


@verbs.post("vehicle_groups", "remove_vehicles", Vehicles, permission="update", answers=Changed)
async def remove(call: Call[Vehicles]) -> Changed:
    """Take vehicles out of a group"""
    return Changed(call.key, await remove_vehicles(call.session, call.actor, call.key, call.body.vehicle_ids))


route_handlers = [*verbs.handlers(), *reservation_handlers]
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations() | AVAILABILITY
