"""Business numbers of a tenant: `INV-2026-00042`. Gaps are possible (a rolled-back transaction), twins are not."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.declaration import Numbered

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


async def free_numbers(
    session: AsyncSession, tenant_id: UUID, table: str, numbered: Numbered, today: date, count: int
) -> list[str]:
    """The next `count` numbers of a table's counter that nobody has given to a row by hand or by import."""
    free: list[str] = []
    step = count
    column = numbered.column
    used_ones = text(f"SELECT {column} FROM {table} WHERE tenant_id = :tenant AND {column} = ANY (:numbers)")
    while len(free) < count:
        numbers = await next_numbers(session, tenant_id, table, numbered.pattern, today, step)
        used = set((await session.scalars(used_ones, {"tenant": tenant_id, "numbers": numbers})).all())
        found = [number for number in numbers if number not in used]
        free += found
        # A run of imported numbers is passed in a few steps; what is taken too many stays a gap.
        step = count - len(free) if found else step * 2
    return free[:count]
