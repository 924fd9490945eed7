"""Which vehicles an insurance policy covers: some added, some taken off, or the whole fleet."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.write import change_rows
from motorpool.core.tenancy import Actor

Vehicles = Annotated[list[UUID], Meta(max_length=5_000)]
COVERED = text("SELECT covered_vehicles FROM insurance_policies WHERE tenant_id = :tenant AND id = :key")


class Cover(Struct, forbid_unknown_fields=True):
    """Given with `whole_fleet` alone, or with vehicles."""

    add: Annotated[Vehicles, Meta(description="Vehicles that it covers from now on too")] = []
    remove: Annotated[Vehicles, Meta(description="Vehicles that it no longer covers")] = []
    whole_fleet: Annotated[
        bool | None,
        Meta(description="true: every vehicle, those of tomorrow included; false: only those that are named"),
    ] = None


async def change_cover(
    session: AsyncSession, resource: Resource, actor: Actor, key: UUID, wanted: Cover
) -> int | None:
    """Change a locked policy; how many vehicles it names afterwards, None for the whole fleet.

    Raises: Conflict while the whole fleet is covered, Invalid for vehicles that do not exist.
    """
    if wanted.whole_fleet and (wanted.add or wanted.remove):
        raise Invalid(
            fields=[FieldProblem("whole_fleet", "covers every vehicle, so none is added or removed")]
        )
    held: list[UUID] | None = (
        await session.execute(COVERED, {"tenant": actor.tenant_id, "key": key})
    ).scalar_one()
    if wanted.whole_fleet is None and held is None:
        raise Conflict(
            "The policy covers the whole fleet; choose first that it covers named vehicles only.",
            code="whole_fleet",
        )
    gone = set(wanted.remove)
    after: list[UUID] | None = None
    if not wanted.whole_fleet:
        after = [one for one in dict.fromkeys([*(held or []), *wanted.add]) if one not in gone]
    if after != held:
        # Whoever changes a policy may name each vehicle of the organisation in it; that it exists is checked below.
        changes: dict[UUID, dict[str, Any]] = {key: {"covered_vehicles": after}}
        await change_rows(session, resource, actor, Reach(everything=True), changes)
    return None if after is None else len(after)
