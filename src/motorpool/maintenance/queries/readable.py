"""Conditions that keep a hand-written read to what the actor may see, for several tables in one statement."""

from __future__ import annotations

from typing import Any

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor


def readable(resource: Resource, actor: Actor, parameters: dict[str, Any], action: str = "read") -> str:
    """SQL over the table under the alias `t`: the tenant's rows that the actor may read (or `action`); `false` where that is none.

    The parameters of the actor's reach are added under names that carry the table's, so that tables do not mix.
    """
    if not actor.access.allows(resource.permission(action)):
        return "false"
    reach = reach_or_forbid(resource, actor, action)
    parameters["tenant"] = actor.tenant_id
    condition = scope_condition(resource, reach) or "true"
    for name, value in base_parameters(actor, reach).items():
        if name != "tenant" and f"%({name})s" in condition:
            condition = condition.replace(f"%({name})s", f"%({name}_{resource.table.name})s")
            parameters[f"{name}_{resource.table.name}"] = value
    return f"t.tenant_id = %(tenant)s AND ({condition})"
