"""Business numbers of a tenant: `INV-2026-00042`. Gaps are possible (a rolled-back transaction), twins are not."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

#: The row stays locked until the transaction ends, so two writers never get the same numbers.
TAKE = text(
    "INSERT INTO counters AS c (tenant_id, name, year, value) VALUES (:tenant, :name, :year, :count) "
    "ON CONFLICT (tenant_id, name, year) DO UPDATE SET value = c.value + excluded.value RETURNING c.value"
)


async def next_numbers(
    session: AsyncSession, tenant_id: UUID, name: str, pattern: str, today: date, count: int
) -> list[str]:
    """The next `count` numbers of a counter, e.g. pattern `EXP-{year}-{number:05}`.

    A pattern with `{year}` starts again at 1 each year; without, it goes on for ever (kept under year 0).
    """
    if count == 0:
        return []
    year = today.year if "{year" in pattern else 0
    taken = await session.execute(TAKE, {"tenant": tenant_id, "name": name, "year": year, "count": count})
    last: int = taken.scalar_one()
    return [pattern.format(year=today.year, number=number) for number in range(last - count + 1, last + 1)]
