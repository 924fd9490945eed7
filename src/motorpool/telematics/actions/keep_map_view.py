"""A person switches layers of the map on and off."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import FieldProblem, Forbidden, Invalid
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.map_layers import MAP_LAYERS


async def keep_map_view(session: AsyncSession, actor: Actor, layers: list[str]) -> None:
    """Remember which layers are on. Raises Invalid for one that is not known, Forbidden for what is no person."""
    if actor.user_id is None:
        raise Forbidden("Only a person has a map of their own.", code="person_needed")
    unknown = [layer for layer in layers if layer not in MAP_LAYERS]
    if unknown:
        problem = FieldProblem("layers", f"unknown: {', '.join(unknown)}; there are {', '.join(MAP_LAYERS)}")
        raise Invalid("Some fields are not valid.", fields=[problem])
    await session.execute(
        text(
            "INSERT INTO map_views (tenant_id, user_id, layers) VALUES (:tenant, :user, :layers) "
            "ON CONFLICT (tenant_id, user_id) DO UPDATE SET layers = excluded.layers, updated_at = now()"
        ),
        {"tenant": actor.tenant_id, "user": actor.user_id, "layers": list(dict.fromkeys(layers))},
    )
