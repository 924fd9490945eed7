"""Days of a driver's log that wait for the driver: to be certified, and those with an edit by the office to accept or reject."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_hours import OLDEST_DAYS
from motorpool.safety.queries.duty_log import COUNTS

#: A day is certified when every record of it that counts is.
WAITING = f"""
SELECT coalesce((SELECT array_agg(DISTINCT t.log_date ORDER BY t.log_date) FROM hours_of_service_logs t
                 WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND t.log_date >= %(oldest)s
                   AND t.log_date < %(today)s AND t.certified_at IS NULL AND {COUNTS}), ARRAY[]::date[]),
       coalesce((SELECT array_agg(t.log_date ORDER BY t.log_date) FROM hours_of_service_logs t
                 WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND t.origin = 'carrier'
                   AND t.driver_decision = 'undecided'), ARRAY[]::date[])
"""


@dataclass(frozen=True, slots=True)
class DutyWaiting:
    """`uncertified`: days that are over, the oldest first. `edits`: the day of each edit that waits, the oldest first."""

    uncertified: list[date]
    edits: list[date]


async def duty_waiting(database: Database, actor: Actor, driver: UUID, today: date) -> DutyWaiting:
    """`today`: of the driver's log. Whether the actor may see this driver was asked before."""
    oldest = today - timedelta(days=OLDEST_DAYS)
    where = {"tenant": actor.tenant_id, "driver": driver, "today": today, "oldest": oldest}
    (row,) = await database.read(actor, WAITING, where)
    return DutyWaiting(*row)
