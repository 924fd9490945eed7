"""After a poll: the state of the connection, its line in the log, the next time, and a word to people when it gives up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from motorpool.communication.actions.notify import notify
from motorpool.core.database.database import Connection, Database
from motorpool.core.tenancy import Actor
from motorpool.integrations.actions.claim import Claim, ClaimLost
from motorpool.integrations.connectors.contract import TooFast
from motorpool.integrations.queries.connector_setup import Setup
from motorpool.integrations.rules.polling import MOST_REFUSALS, next_after_success, pause_after

if TYPE_CHECKING:
    from motorpool.integrations.actions.poll import Poll

STATE = """
UPDATE connector_states SET claim = NULL, claimed_until = NULL, failures = %(failures)s, refusals = %(refusals)s,
    paused_at = CASE WHEN %(paused)s::text IS NULL THEN paused_at ELSE coalesce(paused_at, now()) END,
    paused_because = coalesce(paused_because, %(paused)s),
    last_success_at = CASE WHEN %(is_success)s THEN now() ELSE last_success_at END
WHERE tenant_id = %(tenant)s AND integration_id = %(integration)s
"""
RUN = """
UPDATE api_integrations SET sync_status = %(status)s, last_error = %(error)s, next_sync_at = %(next)s,
    last_sync_at = CASE WHEN %(is_success)s THEN now() ELSE last_sync_at END
WHERE tenant_id = %(tenant)s AND id = %(integration)s
"""
LOG = """
INSERT INTO integration_logs (tenant_id, integration_id, log_type, operation, records_processed, records_succeeded,
    records_failed, execution_time_ms, status, error_details, log_data)
VALUES (%(tenant)s, %(integration)s, %(type)s, %(operation)s, %(processed)s, %(succeeded)s, %(failed)s, %(ms)s,
    %(status)s, %(problem)s, %(data)s)
"""


async def finish_poll(
    database: Database, actor: Actor, setup: Setup, claim: Claim, done: Poll, jitter: float
) -> None:
    """Store how it ended and give the claim back. Nothing is stored when the claim is lost."""
    is_success, is_refused = done.ending == "success", done.ending == "refused"
    failures = 0 if is_success else setup.failures + 1
    refusals = 0 if is_success else setup.refusals + is_refused
    if is_success:
        done.next_in_s = next_after_success(setup.frequency_minutes, jitter, done.more)
    else:
        after = done.error.after_s if isinstance(done.error, TooFast) else None
        done.next_in_s = pause_after(failures, jitter, after)
    gives_up = refusals >= MOST_REFUSALS
    error = None if done.error is None else str(done.error)[:1000]
    paused = f"{MOST_REFUSALS} sign-ins in a row were refused. {error}" if gives_up else None
    values: dict[str, Any] = {
        "tenant": actor.tenant_id,
        "integration": setup.integration_id,
        "failures": failures,
        "refusals": refusals,
        "paused": paused,
        "is_success": is_success,
        "status": "success" if is_success else "failed",
        "error": error,
        "next": None if gives_up else datetime.now(UTC) + timedelta(seconds=done.next_in_s),
    }
    try:
        async with database.connection(actor) as connection:
            await claim.hold(connection)
            await connection.execute(STATE, values)
            await connection.execute(RUN, values)
            await _log(connection, values, done, error)
    except ClaimLost:
        return
    if gives_up:
        await _tell_people(database, actor, setup, paused or "")


async def _log(connection: Connection, values: dict[str, Any], done: Poll, error: str | None) -> None:
    """A poll that brought nothing leaves no line: its time is in the state."""
    feeds = done.feeds.values()
    processed = sum(stored.records for stored in feeds)
    if not processed and error is None and not done.mapped:
        return
    refused = sum(stored.refused for stored in feeds)
    problems = [problem for stored in feeds for problem in stored.problems]
    data = {
        name: {
            "pages": stored.pages,
            "records": stored.records,
            "stored": stored.stored,
            "repeated": stored.duplicates,
            "not_mapped": sum(stored.skipped.values()),
            "ignored": stored.ignored,
            "refused": stored.refused,
        }
        for name, stored in done.feeds.items()
        if stored.records
    }
    status = "failed" if error else "partial" if refused else "success"
    problem = {"error": error, "next_try_in_s": round(done.next_in_s)} if error else {}
    if problems:
        problem["problems"] = problems
    await connection.execute(
        LOG,
        values
        | {
            "type": "pull",
            "operation": "poll",
            "processed": processed,
            "succeeded": sum(stored.stored for stored in feeds),
            "failed": refused,
            "ms": round(done.took_s * 1000),
            "status": status,
            "problem": Jsonb(problem) if problem else None,
            "data": Jsonb(data | ({"mapped": done.mapped} if done.mapped else {})),
        },
    )


async def _tell_people(database: Database, actor: Actor, setup: Setup, reason: str) -> None:
    async with database.transaction(actor) as session:
        await notify(
            session,
            actor,
            permission="api_integrations.poll",
            category="integration",
            title=f"{setup.name} is paused",
            message=f"{reason} Nothing is fetched until somebody enters new credentials or continues it.",
            priority="high",
            kind="alert",
            entity=("integration", setup.integration_id),
            action_url=f"/connectors/{setup.integration_id}",
            action_label="Open the connector",
        )
