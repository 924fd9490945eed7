"""Hours of a year that records here can prove: a help for form 300A, never more than what was recorded."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.resources.drivers import RECORD_STATUS

#: On duty and driving, as the drivers' own records of duty status say; yard moves are on duty, personal conveyance is not.
DUTY = f"""
SELECT count(DISTINCT t.driver_id), coalesce(sum(extract(epoch FROM
    least(t.status_end_time, %(end)s) - greatest(t.status_start_time, %(start)s))), 0) / 3600
FROM hours_of_service_logs t JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.driver_id
WHERE t.tenant_id = %(tenant)s AND t.duty_status IN ('driving', 'on_duty_not_driving')
  AND t.special_category IS DISTINCT FROM 'personal_conveyance' AND t.status_start_time < %(end)s
  AND t.status_end_time > %(start)s AND t.status_start_time > %(start)s - interval '31 days'
  AND (%(facility)s::uuid IS NULL OR d.home_facility_id = %(facility)s::uuid) AND ({RECORD_STATUS}) = 'active'
"""
LABOR = """
SELECT count(DISTINCT t.technician_id), coalesce(sum(t.hours), 0)
FROM work_order_labor t JOIN technicians m ON m.tenant_id = %(tenant)s AND m.id = t.technician_id
WHERE t.tenant_id = %(tenant)s AND t.started_at >= %(start)s AND t.started_at < %(end)s
  AND (%(facility)s::uuid IS NULL OR m.facility_id = %(facility)s::uuid)
"""


class KnownHours(Struct, frozen=True):
    """Hours, and of how many people. Whoever keeps no such records, in the office for one, is not in them."""

    driver_hours: Decimal
    drivers: int
    technician_hours: Decimal
    technicians: int

    @property
    def total(self) -> Decimal:
        return self.driver_hours + self.technician_hours


async def known_hours(
    database: Database, actor: Actor, year: int, facility: UUID | None
) -> KnownHours | None:
    """Of those who may read all duty records and labour entries; None for others, or when nothing is recorded."""
    for table in ("hours_of_service_logs", "work_order_labor"):
        reach = actor.access.reach(f"{table}.read")
        if reach is None or not reach.everything:
            return None
    if not date.min.year < year < date.max.year - 1:
        return None
    zone = ZoneInfo(actor.time_zone)
    start, end = (datetime(one, 1, 1, tzinfo=zone) for one in (year, year + 1))
    where = {"tenant": actor.tenant_id, "start": start, "end": end, "facility": facility}
    ((drivers, on_duty),) = await database.read(actor, DUTY, where)
    ((technicians, worked),) = await database.read(actor, LABOR, where)
    found = KnownHours(_tenths(on_duty), drivers, _tenths(worked), technicians)
    return found if found.total else None


def _tenths(hours: Decimal) -> Decimal:
    return Decimal(hours).quantize(Decimal("0.1"))
