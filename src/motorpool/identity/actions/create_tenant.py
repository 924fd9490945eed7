"""A new organisation."""

from __future__ import annotations

import re
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.resource.reactions import Change, react
from motorpool.core.tenancy import Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.identity.models import Permission, Role, Tenant
from motorpool.identity.rules.system_roles import SYSTEM_ROLES, PermissionFact

_SLUG = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


async def create_tenant(
    session: AsyncSession,
    *,
    slug: str,
    name: str,
    time_zone: str = "UTC",
    units: str = "metric",
    currency: str = "USD",
    is_demo: bool = False,
) -> Actor:
    """A new tenant with its nine system roles; returns the program itself as actor in it.

    The rest of the transaction happens inside the new tenant, so that `create_user(session, actor, ...)` for
    its first administrator, or anything else that belongs to it, can follow. Raises Invalid per field,
    Conflict when the slug is taken.
    """
    _require_valid(slug, name, time_zone, units, currency)
    if await session.scalar(text("SELECT find_tenant(:slug)"), {"slug": slug}) is not None:
        raise _taken(slug)
    known = await known_permissions(session)
    tenant_id = await session.scalar(text("SELECT uuidv7()"))
    assert isinstance(tenant_id, UUID)
    actor = system_actor(tenant_id, "tenant created")
    await enter_tenant(session, actor)
    try:
        async with session.begin_nested():
            session.add(
                Tenant(
                    id=tenant_id,
                    slug=slug,
                    name=name.strip(),
                    time_zone=time_zone,
                    units=units,
                    currency=currency,
                    is_demo=is_demo,
                )
            )
    except IntegrityError as error:
        if "uq_tenants_slug" in str(error.orig):
            raise _taken(slug) from error
        raise
    for role in SYSTEM_ROLES:
        session.add(
            Role(
                tenant_id=tenant_id,
                role_name=role.name,
                display_name=role.display_name,
                description=role.description,
                role_type="system",
                is_system_role=True,
                permissions=role.permissions(known),
            )
        )
    await session.flush()
    # Domains give it what every organisation starts with.
    await react(session, actor, Change("tenants", "create", (tenant_id,)))
    return actor


async def enter_tenant(session: AsyncSession, actor: Actor) -> None:
    """Let the rest of a transaction act as `actor`, in another tenant than it began in."""
    await session.flush()
    session.info["actor"] = actor
    connection = await session.connection()
    for statement in actor.setting_statements():
        await connection.exec_driver_sql(statement)


async def known_permissions(session: AsyncSession) -> list[PermissionFact]:
    rows = await session.execute(
        select(
            Permission.permission_key,
            Permission.permission_name,
            Permission.description,
            Permission.permission_category,
        )
    )
    return [
        PermissionFact(key, name, description or "", category or "")
        for key, name, description, category in rows
    ]


def _require_valid(slug: str, name: str, time_zone: str, units: str, currency: str) -> None:
    problems: list[FieldProblem] = []
    if not _SLUG.fullmatch(slug):
        problems.append(
            FieldProblem(
                "slug", "must be 1 to 63 of a-z, 0-9 and -, and begin and end with a letter or digit"
            )
        )
    if not (1 <= len(name.strip()) <= 255 and name.isprintable()):
        problems.append(FieldProblem("name", "must have 1 to 255 printable characters"))
    try:
        ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        problems.append(
            FieldProblem("time_zone", "must be a name of the IANA time zone database, such as Europe/Berlin")
        )
    if units not in ("metric", "imperial"):
        problems.append(FieldProblem("units", 'must be "metric" or "imperial"'))
    if not re.fullmatch(r"[A-Z]{3}", currency):
        problems.append(FieldProblem("currency", "must be a code of ISO 4217, such as USD"))
    if problems:
        raise Invalid(fields=problems)


def _taken(slug: str) -> Conflict:
    return Conflict(
        f"There is a tenant {slug} already.",
        fields=[FieldProblem("slug", "is taken", "taken")],
        code="slug_taken",
    )
