"""What follows from a change of drivers' duty records: the record before ends, and each record says which rules it broke."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.duty_log import COUNTS, CYCLE_DAYS, DriverLog, driver_logs_within
from motorpool.safety.rules.hours_of_service.duty_log import LONGEST

#: A later rest can take back violations of the duty period before; none lasts longer than this.
LOOK_BACK = timedelta(days=7)
OF_WHOM = """
SELECT array_agg(DISTINCT t.driver_id), min(t.status_start_time) FROM hours_of_service_logs t
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s)
"""
COUNTED = f"SELECT t.* FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.driver_id = ANY (%(drivers)s) AND {COUNTS}"
#: As `rules.duty_records.ends_of` tells.
END = f"""
WITH counted AS ({COUNTED} AND t.status_start_time >= %(since)s - interval '31 days')
UPDATE hours_of_service_logs t SET status_end_time = n.begins
FROM (
    SELECT o.id, min(l.status_start_time) AS begins
    FROM counted o JOIN counted l ON l.driver_id = o.driver_id AND l.status_start_time > o.status_start_time
    WHERE o.status_end_time IS NULL AND (l.status_end_time IS NULL OR (l.created_at, l.id) < (o.created_at, o.id))
    GROUP BY o.id) AS n
WHERE t.tenant_id = %(tenant)s AND t.id = n.id
"""
NOTE = """
UPDATE hours_of_service_logs t SET violations = n.rules
FROM (
    SELECT l.id, string_to_array(f.rules, ',') AS rules FROM hours_of_service_logs l
    LEFT JOIN unnest(%(ids)s::uuid[], %(rules)s::text[]) AS f (id, rules) ON f.id = l.id
    WHERE l.tenant_id = %(tenant)s AND l.driver_id = ANY (%(drivers)s) AND l.status_start_time >= %(since)s) AS n
WHERE t.tenant_id = %(tenant)s AND t.id = n.id AND t.violations IS DISTINCT FROM n.rules
"""


async def settle_duty_records(
    session: AsyncSession, actor: Actor, resource: Resource, keys: Collection[UUID]
) -> None:
    """After records were added or decided on: end those that went on, and evaluate the drivers' logs anew."""
    connection = await session.connection()
    of: dict[str, Any] = {"tenant": actor.tenant_id, "keys": list(keys)}
    drivers, since = tuple((await connection.exec_driver_sql(OF_WHOM, of)).one())
    if not drivers:
        return
    now = datetime.now(UTC)
    # Records of another time are kept, not evaluated.
    since = min(max(since, now - LONGEST), now) - LOOK_BACK
    where = {"tenant": actor.tenant_id, "drivers": drivers, "since": since}
    await connection.exec_driver_sql(END, where)
    begin = since - timedelta(days=CYCLE_DAYS + 1)
    logs = await driver_logs_within(session, actor, resource, drivers, begin, now)
    found = broken(logs)
    await connection.exec_driver_sql(
        NOTE, where | {"ids": list(found), "rules": [",".join(rules) for rules in found.values()]}
    )


def broken(logs: Sequence[DriverLog]) -> Mapping[UUID, list[str]]:
    """Record -> rules that driving in it was against."""
    found: dict[UUID, dict[str, None]] = {}
    for log in logs:
        violations = log.evaluation.violations if log.evaluation else ()
        for one in log.line:
            if one.status != "driving" or one.record is None:
                continue
            for violation in violations:
                if violation.start < one.end and violation.end > one.start:
                    found.setdefault(UUID(one.record.id), {})[violation.rule] = None
    return {key: sorted(rules) for key, rules in found.items()}
