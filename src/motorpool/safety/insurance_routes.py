"""HTTP of insurance policies beyond the plain resource: whom they cover, the next term, cancelling, vehicles without cover."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.safety.actions.cancel_policy import Cancellation, cancel_policy
from motorpool.safety.actions.change_cover import Cover, change_cover
from motorpool.safety.actions.renew_policy import NextTerm, renew_policy
from motorpool.safety.queries.insurance import Uncovered, uncovered_vehicles
from motorpool.safety.resources import RESOURCES

POLICIES = "insurance_policies"
verbs = Verbs(RESOURCES)


class Covered(Struct):
    id: UUID
    vehicles: Annotated[int | None, Meta(description="How many it names; null: the whole fleet")]


@verbs.post(POLICIES, "cover", Cover, answers=Covered, everywhere=True)
async def cover(call: Call[Cover]) -> Covered:
    """Say which vehicles an insurance policy covers

    Adds some and takes others off, or covers the whole fleet. Vehicles that are named already may be named again.
    """
    resource = call.state.registry[POLICIES]
    return Covered(call.key, await change_cover(call.session, resource, call.actor, call.key, call.body))


class Renewed(Struct):
    id: Annotated[UUID, Meta(description="The policy that follows")]
    renews: UUID


@verbs.post(POLICIES, "next_term", NextTerm, permission="renew", answers=Renewed, status=201, everywhere=True)
async def next_term(call: Call[NextTerm]) -> Renewed:
    """Renew an insurance policy: make the one that follows

    The new policy has the same cover, limits and reminder days, begins on the day behind the last one (on the last one, where the
    term runs from a day to its anniversary) and lasts as long; this one becomes renewed. All in one step, or nothing. Needs
    `insurance_policies.create` too.
    """
    resource = call.state.registry[POLICIES]
    reach_or_forbid(resource, call.actor, "create")
    made = await renew_policy(call.session, resource, call.actor, call.reach, call.key, call.body)
    return Renewed(made, call.key)


@verbs.post(POLICIES, "cancel", Cancellation, everywhere=True)
async def cancel(call: Call[Cancellation]) -> None:
    """Cancel an insurance policy before its term is over

    It covers until the last day; the end that was agreed and the reason are kept. One that never covered anything is not cancelled
    but changed: `is_active` false.
    """
    resource = call.state.registry[POLICIES]
    await cancel_policy(call.session, resource, call.actor, call.reach, call.key, call.body)


class UncoveredList(Struct):
    items: list[Uncovered]


@verbs.get(
    POLICIES, "uncovered", Nothing, path="/uncovered-vehicles", permission="read", answers=UncoveredList,
    everywhere=True,
)  # fmt: skip
async def uncovered(call: Call[Nothing]) -> UncoveredList:
    """List the vehicles in service that no liability policy covers today

    Trailers and machines are covered with what moves them.
    """
    return UncoveredList(await uncovered_vehicles(call.database, call.state.registry, call.actor))


OPERATIONS = verbs.operations()
route_handlers = verbs.handlers()
