"""Transactions that must not do the same thing beside each other take turns."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

TAKE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


async def take_turn(session: AsyncSession, name: str) -> None:
    """Wait until no other transaction holds this name, until the end of the own one. Names of a tenant begin with its id."""
    await session.execute(TAKE, {"name": name})
