"""What the installation itself needs done, whatever the tenants do."""

from __future__ import annotations

from motorpool.core.jobs.registry import JobContext, job

#: Months ahead for which the logs have a partition, so that writing to them never has to make one.
MONTHS_AHEAD = 3
LOGS = ("audit_trails", "user_activity_log", "integration_logs", "webhook_deliveries")


@job("core.ensure_partitions", cron="17 2 * * *")
async def ensure_partitions(context: JobContext) -> None:
    """Make the coming months of the logs. Positions make theirs when they arrive."""
    async with context.database.unbound() as connection:
        for table in LOGS:
            await connection.execute(
                "SELECT ensure_partition(%s, now() + make_interval(months => m)) "
                "FROM generate_series(0, %s) AS m",
                (table, MONTHS_AHEAD),
            )


@job("core.prune_expired", cron="*/10 * * * *")
async def prune_expired(context: JobContext) -> None:
    """Remove what has outlived its use: old events, idempotency keys, sign-in attempts, ended sessions."""
    async with context.database.unbound() as connection:
        await connection.execute("SELECT prune_expired()")
