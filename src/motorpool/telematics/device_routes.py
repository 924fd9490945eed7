"""Verbs of devices: adopt, disable, enable, reveal, send a command."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text

from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.identity.actions.record_activity import record_activity
from motorpool.telematics.actions.change_device import adopt_device, disable_device, enable_device
from motorpool.telematics.actions.command_device import command_device
from motorpool.telematics.resources import RESOURCES

verbs = Verbs(RESOURCES)


class Adoption(Struct, forbid_unknown_fields=True):
    vehicle_id: Annotated[UUID, Meta(description="The vehicle that its reports belong to")]
    name: str | None = None


@verbs.post("devices", "adopt", Adoption)
async def adopt(call: Call[Adoption]) -> None:
    """Take a quarantined device into use"""
    await adopt_device(call.session, call.key, vehicle_id=call.body.vehicle_id, name=call.body.name)


@verbs.post("devices", "disable", Nothing)
async def disable(call: Call[Nothing]) -> None:
    """Stop accepting a device's reports"""
    await disable_device(call.session, call.key)


@verbs.post("devices", "enable", Nothing, permission="disable")
async def enable(call: Call[Nothing]) -> None:
    """Accept a disabled device's reports again

    The same right as disabling.
    """
    await enable_device(call.session, call.key)


class Revealed(Struct):
    id: UUID
    identifier: Annotated[str | None, Meta(description="The secret with which the device reports")]


@verbs.post("devices", "reveal", Nothing, answers=Revealed, once_only=("identifier",))
async def reveal(call: Call[Nothing]) -> Revealed:
    """Tell a device's secret identifier

    That somebody looked is in the activity log.
    """
    identifier = await call.session.scalar(
        text("SELECT identifier FROM devices WHERE tenant_id = :tenant AND id = :key"),
        {"tenant": call.actor.tenant_id, "key": call.key},
    )
    await record_activity(call.session, call.actor, "reveal", resource_type="device", resource_id=call.key)
    return Revealed(call.key, identifier)


class Order(Struct, forbid_unknown_fields=True):
    command: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=1024,
            description="In the words of the device's protocol, such as getinfo",
        ),
    ]
    expires_hours: Annotated[
        float, Meta(gt=0, le=720, description="Not sent any more after this many hours")
    ] = 24.0


class Ordered(Struct):
    id: Annotated[UUID, Meta(description="The device command")]
    status: str


@verbs.post("devices", "send_command", Order, answers=Ordered)
async def send_command(call: Call[Order]) -> Ordered:
    """Tell a device to do something

    Sent at once when the device is connected, else when it next connects. What became of it is in `/device-commands`.
    OsmAnd and OwnTracks have no commands.
    """
    queued = await command_device(
        call.session, call.actor, call.key, command=call.body.command, expires_hours=call.body.expires_hours
    )
    return Ordered(queued.id, queued.status)


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
