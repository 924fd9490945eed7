"""Telling people about many things that were announced together, without a flood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.communication.actions.notify import notify
from motorpool.core.tenancy import Actor

#: More of one announcement are told in one sentence.
ONE_BY_ONE = 20


async def tell_each(
    session: AsyncSession,
    actor: Actor,
    rows: Sequence[Any],
    of_row: Callable[[Any], dict[str, Any]],
    of_others: Callable[[int], dict[str, Any]],
    **shared: Any,
) -> int:
    """One notification for each of the first rows and one for the number of all others; how many were written.

    `of_row`, `of_others` and `shared` are what `notify` takes; a row is told to those who answer for its facility and department.
    """
    written = 0
    for row in rows[:ONE_BY_ONE]:
        place = {"facility_id": row.facility_id, "department_id": row.department_id}
        written += len(await notify(session, actor, **shared, **place, **of_row(row)))
    if (others := len(rows) - ONE_BY_ONE) > 0:
        written += len(await notify(session, actor, **shared, **of_others(others)))
    return written
