"""Add a device. Its identifier is what lets it report, so by default it is a generated secret."""

from __future__ import annotations

import secrets
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.fleet.models import Vehicle
from motorpool.telematics.models import Device

IDENTIFIER_LENGTH = 100


def new_identifier() -> str:
    """128 random bits as 22 characters that can be typed into a phone and put into an address."""
    return secrets.token_urlsafe(16)


async def create_device(
    session: AsyncSession,
    *,
    name: str,
    vehicle_id: UUID | None = None,
    identifier: str | None = None,
    protocol: str | None = "osmand",
    model: str | None = None,
    phone: str | None = None,
) -> Device:
    """Add an active device; without `identifier` it gets a generated one.

    An identifier that waits in quarantine is taken over. Raises Invalid for a wrong field, Conflict when
    another device has the identifier.
    """
    tenant_id = tenant_of(session)
    chosen = new_identifier() if identifier is None else identifier.strip()
    if not chosen or len(chosen) > IDENTIFIER_LENGTH or not chosen.isprintable():
        raise Invalid(
            fields=[
                FieldProblem(
                    "identifier", f"must have 1 to {IDENTIFIER_LENGTH} printable characters", "length"
                )
            ]
        )
    if not name.strip():
        raise Invalid(fields=[FieldProblem("name", "must not be empty", "missing")])
    if vehicle_id is not None:
        await require_vehicle(session, vehicle_id)
    device = Device(
        tenant_id=tenant_id,
        identifier=chosen,
        name=name.strip(),
        status="active",
        vehicle_id=vehicle_id,
        protocol=protocol,
        model=model,
        phone=phone,
    )
    try:
        async with session.begin_nested():
            session.add(device)
            await session.flush()
    except IntegrityError as error:
        raise Conflict(
            "Another device has this identifier", fields=[FieldProblem("identifier", "is taken", "taken")]
        ) from error
    return device


async def require_vehicle(session: AsyncSession, vehicle_id: UUID) -> None:
    """Raise Invalid unless the tenant has this vehicle."""
    found = exists().where(Vehicle.tenant_id == tenant_of(session), Vehicle.id == vehicle_id)
    if not await session.scalar(select(found)):
        raise Invalid(fields=[FieldProblem("vehicle_id", "there is no such vehicle", "not_found")])


def tenant_of(session: AsyncSession) -> UUID:
    """The tenant that this transaction is in."""
    actor: Actor = session.info["actor"]
    return actor.tenant_id
