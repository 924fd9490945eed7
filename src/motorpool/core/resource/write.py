"""Create, update and delete from a declaration: validation per field, references, ETags."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, insert, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import BadRequest, FieldProblem, Forbidden, Invalid, NotFound, PreconditionFailed
from motorpool.core.resource.columns import check_value
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.request import readable
from motorpool.core.resource.select import base_parameters, get_statement, scope_condition
from motorpool.core.tenancy import Actor


def read_body(body: bytes, content_type: str) -> dict[str, Any]:
    """A JSON or msgpack object.

    Raises: BadRequest when it cannot be read or is no object.
    """
    try:
        value = (
            msgspec.msgpack.decode(body)
            if "msgpack" in content_type
            else msgspec.json.decode(body or b"null")
        )
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadRequest(f"The body cannot be read: {error}.", code="malformed_body") from error
    if not isinstance(value, dict):
        raise BadRequest("The body must be a JSON object.", code="malformed_body")
    return value


def validate(resource: Resource, body: dict[str, Any], *, creating: bool) -> dict[str, Any]:
    """Column values from a request's body.

    Raises: Invalid with one entry for each field that is unknown, read-only, missing or wrong.
    """
    allowed = (*resource.writable, *resource.create_only) if creating else resource.writable
    problems: list[FieldProblem] = []
    values: dict[str, Any] = {}
    for name, value in body.items():
        if name not in allowed:
            problems.append(_not_allowed(resource, name))
            continue
        if value is None:
            if not resource.nullable(name):
                problems.append(FieldProblem(name, "must not be null", "required"))
            else:
                values[name] = None
            continue
        try:
            converted = msgspec.convert(value, resource.type_of(name), strict=not isinstance(value, str))
        except msgspec.ValidationError as error:
            problems.append(FieldProblem(name, readable(str(error)), "wrong_type"))
            continue
        if problem := check_value(resource.column(name), converted):
            problems.append(FieldProblem(name, problem))
            continue
        values[name] = converted
    if creating:
        problems += [
            FieldProblem(name, "is required", "required")
            for name in allowed
            if resource.required_on_create(name) and name not in body
        ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return values


def _not_allowed(resource: Resource, name: str) -> FieldProblem:
    if name in resource.create_only:
        return FieldProblem(name, "cannot be changed after it was created", "read_only")
    if name in resource.visible:
        return FieldProblem(name, "is kept by the program and cannot be set", "read_only")
    return FieldProblem(name, "is not a field of this resource", "unknown_field")


async def create_row(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, body: dict[str, Any]
) -> UUID:
    """Insert one row; its key.

    Raises: Invalid, Forbidden when the new row lies outside of what the actor's grant reaches; database errors are
    told per field by `core.resource.problems`.
    """
    values = validate(resource, body, creating=True)
    result = await session.execute(
        insert(resource.table)
        .values(tenant_id=actor.tenant_id, **_bound(resource, values))
        .returning(resource.column(resource.key))
    )
    key: UUID = result.scalar_one()
    if condition := scope_condition(resource, reach):
        parameters = base_parameters(actor, reach) | {"key": key}
        connection = await session.connection()
        within = await connection.exec_driver_sql(
            f"SELECT 1 FROM {resource.table.name} t WHERE t.tenant_id = %(tenant)s AND t.{resource.key} = %(key)s "
            f"AND {condition}",
            parameters,
        )
        if within.first() is None:
            raise Forbidden(
                "Your permission does not reach the row that this would make.", code="out_of_reach"
            )
    return key


async def update_row(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    key: UUID,
    body: dict[str, Any],
    if_match: str | None,
) -> None:
    """Change one row.

    Raises: NotFound, PreconditionFailed for a stale If-Match, Invalid.
    """
    values = validate(resource, body, creating=False)
    await lock_row(session, resource, actor, reach, key, if_match)
    if values:
        await session.execute(
            update(resource.table)
            .where(resource.column("tenant_id") == actor.tenant_id, resource.column(resource.key) == key)
            .values(**_bound(resource, values))
        )


async def delete_row(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, key: UUID, if_match: str | None
) -> None:
    """Delete one row. Raises: NotFound, PreconditionFailed, Conflict (by the error mapper) when others refer to it."""
    await lock_row(session, resource, actor, reach, key, if_match)
    await session.execute(
        delete(resource.table).where(
            resource.column("tenant_id") == actor.tenant_id, resource.column(resource.key) == key
        )
    )


async def lock_row(
    session: AsyncSession,
    resource: Resource,
    actor: Actor,
    reach: Reach,
    key: UUID,
    if_match: str | None = None,
) -> None:
    """Lock a row that the actor reaches. Raises: NotFound, PreconditionFailed."""
    statement = get_statement(resource, actor, reach, key, {}, fields=(resource.key,), lock=True)
    connection = await session.connection()
    found: Any = (await connection.exec_driver_sql(statement.sql, statement.parameters)).first()
    if found is None:
        raise NotFound(f"There is no such {resource.label.lower()}.")
    _, tag = found
    if if_match is not None and if_match not in ("*", f'"{tag}"'):
        raise PreconditionFailed(
            f"The {resource.label.lower()} was changed since you read it. Read it again and repeat the change.",
            headers={"ETag": f'"{tag}"'},
        )


def _bound(resource: Resource, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the driver takes them; the model's attribute name is not needed, Core works with columns."""
    return {
        name: msgspec.to_builtins(value)
        if isinstance(resource.column(name).type, JSONB) and value is not None
        else value
        for name, value in values.items()
    }


__all__ = ["create_row", "delete_row", "lock_row", "read_body", "update_row", "validate"]
