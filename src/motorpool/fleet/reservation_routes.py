"""HTTP of availability: may a vehicle or driver be used, which vehicles are free, which one to give to a request."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from motorpool.core.database.database import Database
from motorpool.core.errors import BadRequest, FieldProblem
from motorpool.core.resource.select import get_statement
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import Call, Nothing, Verbs, lacking
from motorpool.fleet.availability.asking import Reason, Use, read_reasons
from motorpool.fleet.queries.free_vehicles import free_vehicles
from motorpool.fleet.resources import RESOURCES
from motorpool.fleet.rules.proposals import Candidate, Wish, why

verbs = Verbs(RESOURCES)
DRIVERS = verbs.resources["drivers"]
#: Free vehicles that are listed at most.
MOST_LISTED = 200
#: A question about a longer time is a mistake.
LONGEST = timedelta(days=366)

From = Annotated[datetime, Meta(tz=True, description="Start of the use, with a time zone; now when left out")]
To = Annotated[
    datetime,
    Meta(tz=True, description="End of the use, with a time zone; the moment of its start when left out"),
]


class ReasonTold(Struct):
    code: Annotated[str, Meta(description="Kind of reason, such as reserved or license_expired")]
    blocks: Annotated[bool, Meta(description="true: it must not be used; false: somebody should know")]
    sentence: str
    about: Annotated[str, Meta(description="vehicle, driver, or pair for the two together")]
    since: Annotated[datetime | None, Meta(description="Since when, where that is known")] = field(
        name="from"
    )
    until: Annotated[datetime | None, Meta(description="Until when, where that is known")]
    source: Annotated[str | None, Meta(description="Table of the row behind it")]
    source_id: Annotated[UUID | None, Meta(description="That row")]


class Availability(Struct):
    available: Annotated[bool, Meta(description="Whether no reason blocks")]
    reasons: list[ReasonTold]


class VehicleAsked(Struct, forbid_unknown_fields=True):
    starts_at: From | None = field(default=None, name="from")
    ends_at: To | None = field(default=None, name="to")
    driver_id: Annotated[UUID, Meta(description="Who is to drive: asked about together")] | None = None


class DriverAsked(Struct, forbid_unknown_fields=True):
    starts_at: From | None = field(default=None, name="from")
    ends_at: To | None = field(default=None, name="to")


@verbs.get("vehicles", "availability", VehicleAsked, permission="read", answers=Availability)
async def of_vehicle(call: Call[VehicleAsked]) -> Availability:
    """Tell whether a vehicle can be used

    At a time, and by a driver where one is given; with every reason against it, blocking ones first.
    """
    asked = call.body
    start, end = span(asked.starts_at, asked.ends_at)
    if asked.driver_id is not None:
        await _require_driver(call, asked.driver_id)
    drivers = [asked.driver_id] if asked.driver_id else []
    return told(await read_reasons(call.database, call.actor, [Use([call.key], drivers, start, end)]))


@verbs.get("drivers", "availability", DriverAsked, permission="read", answers=Availability)
async def of_driver(call: Call[DriverAsked]) -> Availability:
    """Tell whether a driver can drive

    At a time, with every reason against it, blocking ones first.
    """
    start, end = span(call.body.starts_at, call.body.ends_at)
    return told(await read_reasons(call.database, call.actor, [Use([], [call.key], start, end)]))


class FreeAsked(Struct, forbid_unknown_fields=True):
    starts_at: From = field(name="from")
    ends_at: To = field(name="to")
    vehicle_type: Annotated[str, Meta(max_length=50, description="Such as car, van or pickup")] | None = None
    seats: Annotated[int, Meta(ge=1, le=200, description="So many at least, the driver included")] | None = (
        None
    )
    facility_id: Annotated[UUID, Meta(description="Vehicles of this home facility only")] | None = None
    driver_id: Annotated[UUID, Meta(description="Who is to drive")] | None = None


class FreeVehicle(Struct):
    id: UUID
    vehicle_number: str
    name: str | None
    description: str
    vehicle_type: str | None
    seats: int | None
    facility_id: UUID | None
    facility: str | None
    reason: Annotated[str, Meta(description="Why it stands where it stands in the list")]
    warnings: Annotated[list[str], Meta(description="What somebody should know before it is given")]


class FreeVehicles(Struct):
    items: Annotated[list[FreeVehicle], Meta(description=f"Best first, at most {MOST_LISTED}")]
    count: Annotated[int, Meta(description="How many are free")]


@verbs.get("vehicles", "available", FreeAsked, path="/available", permission=None, answers=FreeVehicles)
async def available(call: Call[FreeAsked]) -> FreeVehicles:
    """List the vehicles that are free for a time

    Best first: of the kind and at the place that is asked for, without warnings, no larger than needed, the least used.
    Whoever may ask for a vehicle or read all of them sees which are free.
    """
    if not may_see_free(call.actor):
        raise lacking("vehicle_reservations.create")
    asked = call.body
    start, end = span(asked.starts_at, asked.ends_at)
    assert start is not None and end is not None
    if asked.driver_id is not None:
        await _require_driver(call, asked.driver_id)
    wish = Wish(asked.vehicle_type, asked.seats, asked.facility_id)
    found = await free_vehicles(
        call.database, call.actor, start, end, wish, only_there=True, driver_id=asked.driver_id
    )
    return listed(found, wish)


@verbs.get("vehicle_reservations", "proposals", Nothing, permission="approve", answers=FreeVehicles)
async def proposals(call: Call[Nothing]) -> FreeVehicles:
    """Propose vehicles for a reservation

    Those that are free for its time, best first, each with the reason.
    """
    rows = await call.database.read(
        call.actor,
        "SELECT starts_at, ends_at, vehicle_type, passengers, pickup_facility_id, driver_id FROM vehicle_reservations "
        "WHERE tenant_id = %(tenant)s AND id = %(key)s",
        {"tenant": call.actor.tenant_id, "key": call.key},
    )
    starts_at, ends_at, kind, passengers, facility, driver = rows[0]
    wish = Wish(kind, passengers, facility)
    found = await free_vehicles(
        call.database, call.actor, starts_at, ends_at, wish, driver_id=driver, except_id=call.key
    )
    return listed(found, wish)


def may_see_free(actor: Actor) -> bool:
    """Whoever may ask for a vehicle, or read all of them."""
    reach = actor.access.reach("vehicles.read")
    return actor.access.allows("vehicle_reservations.create") or bool(reach and reach.everything)


def span(start: datetime | None, end: datetime | None) -> tuple[datetime | None, datetime | None]:
    """Raises: BadRequest when the end does not follow the start, or is very far away."""
    if end is None:
        return start, None
    begin = start or datetime.now(UTC)
    if end <= begin:
        raise _wrong("to", "must be after from")
    if end - begin > LONGEST:
        raise _wrong("to", f"must be within {LONGEST.days} days of from")
    return begin, end


def told(reasons: Iterable[Reason]) -> Availability:
    """The answer of the API."""
    found = [
        ReasonTold(
            one.code,
            one.blocks,
            one.sentence,
            one.about,
            one.from_at,
            one.until_at,
            one.source,
            one.source_id,
        )
        for one in reasons
    ]
    return Availability(not any(one.blocks for one in found), found)


def listed(found: list[Candidate], wish: Wish) -> FreeVehicles:
    """The answer of the API."""
    return FreeVehicles(
        [
            FreeVehicle(
                one.id,
                one.number,
                one.name,
                one.description,
                one.vehicle_type,
                one.seats,
                one.facility_id,
                one.facility,
                why(one, wish),
                list(one.warnings),
            )
            for one in found[:MOST_LISTED]
        ],
        len(found),
    )


async def reads_driver(database: Database, actor: Actor, driver_id: UUID) -> bool:
    """Whether the actor may read this driver: what speaks against people is not for everybody."""
    reach = actor.access.reach(DRIVERS.permission("read"))
    if reach is None:
        return False
    statement = get_statement(DRIVERS, actor, reach, driver_id, {}, fields=(DRIVERS.key,))
    return bool(await database.read(actor, statement.sql, statement.parameters))


async def _require_driver(call: Call[VehicleAsked] | Call[FreeAsked], driver_id: UUID) -> None:
    """Raises: BadRequest for a driver that the caller may not read."""
    if not await reads_driver(call.database, call.actor, driver_id):
        raise _wrong("driver_id", "does not name anything that exists here", "unknown_reference")


def _wrong(parameter: str, message: str, code: str = "invalid") -> BadRequest:
    return BadRequest(
        "Some parameters of the request are wrong.",
        fields=[FieldProblem(parameter, message, code)],
        code="bad_parameters",
    )


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
