"""What of the fleet's papers somebody may see: the part of a table that several permissions reach together."""

from __future__ import annotations

from typing import Any

from motorpool.core.errors import Forbidden
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor

#: Whoever may read the papers of some drivers or vehicles reads their files.
PAPERS = "compliance_documents"
READ = (f"{PAPERS}.read",)


def reached(
    registry: Registry,
    actor: Actor,
    table: str,
    permissions: tuple[str, ...],
    parameters: dict[str, Any],
) -> str | None:
    """SQL over the rows `t` of a table that every permission covers, its parameters added; None without one of them.

    A permission for another table counts for the rows of this one: who may read papers of a facility's drivers, reads
    these drivers' files.
    """
    conditions = []
    for permission in permissions:
        reach = actor.access.reach(permission)
        if reach is None:
            return None
        condition = scope_condition(registry[table], reach)
        given = base_parameters(actor, reach)
        for name in ("reach_facilities", "reach_departments"):
            own = f"{name}_{permission.replace('.', '_')}"
            condition = condition and condition.replace(f"%({name})s", f"%({own})s")
            parameters[own] = given.pop(name)
        parameters |= given
        if condition:
            conditions.append(condition)
    return " AND ".join(f"({one})" for one in conditions) or "true"


def reached_or_forbid(
    registry: Registry,
    actor: Actor,
    table: str,
    permissions: tuple[str, ...],
    parameters: dict[str, Any],
) -> str:
    """As `reached`. Raises: Forbidden, naming the first permission that is not held."""
    found = reached(registry, actor, table, permissions, parameters)
    if found is None:
        missing = next(one for one in permissions if actor.access.reach(one) is None)
        raise Forbidden(f"This needs the permission {missing}.", code="permission_needed", permission=missing)
    return found
