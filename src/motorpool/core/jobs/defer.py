"""Asking for a job inside the transaction that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.database.database import Connection, raw_connection
from motorpool.core.jobs.registry import find_job, load_jobs

#: Ids of one announcement.
AT_ONCE = 500
#: Arguments of every job, beside its own.
TENANT, USER = "tenant_id", "user_id"

#: Never opened: it only knows how a job is written on somebody else's connection.
_writer = App(connector=PsycopgConnector())


async def defer(
    session: AsyncSession,
    name: str,
    tenant_id: UUID,
    *,
    at: datetime | None = None,
    one_at_a_time: str | None = None,
    only_once: str | None = None,
    **arguments: Any,
) -> bool:
    """Queue a job; it exists when the session's transaction commits, and not otherwise.

    Not before `at`. Jobs with the same `one_at_a_time` run one after the other; while one with the same
    `only_once` waits, nothing is queued and the answer is False. Arguments are what JSON can hold, and ids
    rather than data: the queue has no row-level security. Raises LookupError for an unknown job.
    """
    job = find_job(name)
    actor = session.info.get("actor")
    user_id = None if actor is None else actor.user_id
    values = msgspec.to_builtins({TENANT: tenant_id, USER: user_id, **arguments})
    await session.flush()
    try:
        async with session.begin_nested():
            connection = await raw_connection(session)
            deferrer = _writer.configure_task(
                job.name,
                connection=connection,
                schedule_at=at,
                lock=None if one_at_a_time is None else f"{tenant_id}/{one_at_a_time}",
                queueing_lock=None if only_once is None else f"{tenant_id}/{only_once}",
            )
            await deferrer.defer_async(**values)
    except AlreadyEnqueued:
        return False
    return True


async def defer_reactions(connection: Connection, topic: str, tenant_id: UUID, **arguments: Any) -> None:
    """Queue every job that reacts to `topic`, in the transaction of what is announced.

    So a domain can announce something without knowing who listens. Arguments are as for `defer`.
    """
    values = msgspec.to_builtins({TENANT: tenant_id, USER: None, **arguments})
    for job in load_jobs().values():
        if job.on == topic:
            await _writer.configure_task(job.name, connection=connection).defer_async(**values)


async def announce_rows(
    connection: Connection, topic: str, tenant_id: UUID, name: str, ids: Sequence[UUID]
) -> None:
    """As `defer_reactions`, with the ids of rows as the argument `name`: so many to a job that none is too large."""
    for start in range(0, len(ids), AT_ONCE):
        await defer_reactions(connection, topic, tenant_id, **{name: list(ids[start : start + AT_ONCE])})
