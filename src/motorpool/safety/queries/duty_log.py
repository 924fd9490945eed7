"""Drivers' duty records as the engine wants them: one query for any number of drivers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import ceil
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.duty_records import (
    Day,
    Record,
    Stretch,
    Terms,
    days_of,
    duty_log_from,
    line_of_time,
)
from motorpool.safety.rules.hours_of_service.evaluation import Evaluation, evaluate
from motorpool.safety.rules.hours_of_service.rulesets import RULESETS

#: Days of the grid, and days before it that a cycle looks back on.
GRID_DAYS, CYCLE_DAYS = 8, 8
#: Settings of an organisation (`system_settings`), and what holds without them.
RULESET, DAY_START = "safety.hours_of_service_ruleset", "safety.hours_of_service_day_start"
DEFAULT_RULESET = "property_70_8"
#: Records that count: `record_status` is active (`resources/drivers.py`), written so that many are found at once.
COUNTS = (
    "t.driver_decision <> 'rejected' AND (t.origin <> 'carrier' OR t.driver_decision = 'accepted') "
    "AND t.eld_record_status IS DISTINCT FROM 'inactive_changed' "
    "AND NOT EXISTS (SELECT FROM hours_of_service_logs r WHERE r.tenant_id = t.tenant_id AND r.replaces_log_id = t.id "
    "AND (r.driver_decision = 'accepted' OR (r.driver_decision = 'undecided' AND r.origin <> 'carrier')))"
)
#: A record that began up to so many days before still counts when it reaches into the time asked for.
LONGEST_DAYS = 31
#: What holds of one setting, `{key}`: the organisation's own, else the one for all.
SETTING = """
SELECT trim('"' FROM s.setting_value::text) FROM system_settings s
WHERE (s.tenant_id = %(tenant)s OR s.tenant_id IS NULL) AND s.setting_key = '{key}' ORDER BY s.tenant_id NULLS LAST LIMIT 1
"""
SETTINGS = f"""
SELECT DISTINCT ON (setting_key) setting_key, trim('"' FROM setting_value::text) FROM system_settings
WHERE (tenant_id = %(tenant)s OR tenant_id IS NULL) AND setting_key IN ('{RULESET}', '{DAY_START}')
ORDER BY setting_key, tenant_id NULLS LAST
"""
#: A driver's zone is that of the home terminal, else the organisation's.
LOGS = f"""
WITH counted AS MATERIALIZED (
    SELECT t.driver_id, json_agg(json_build_array(t.id, t.duty_status, t.special_category,
               floor(extract(epoch FROM t.status_start_time))::bigint, floor(extract(epoch FROM t.status_end_time))::bigint,
               t.origin IN ('automatic', 'unidentified')
                 OR (t.eld_device_id IS NOT NULL AND t.replaces_log_id IS NULL AND t.eld_record_status IS NULL)
                 OR (t.replaces_log_id IS NOT NULL AND EXISTS (SELECT FROM hours_of_service_logs o WHERE o.tenant_id = t.tenant_id
                       AND o.id = t.replaces_log_id AND o.origin IN ('automatic', 'unidentified') AND o.duty_status = 'driving')),
               coalesce(t.exceptions, ARRAY[]::text[])) ORDER BY t.created_at, t.id) AS records
    FROM hours_of_service_logs t
    WHERE t.tenant_id = %(tenant)s AND t.status_start_time >= %(reach_back)s AND t.status_start_time < %(until)s
      AND (t.status_end_time > %(since)s OR t.status_end_time IS NULL) AND {{which}} AND {COUNTS}
    GROUP BY t.driver_id
), settings AS (SELECT json_object_agg(s.setting_key, s.value) AS held FROM ({SETTINGS}) AS s (setting_key, value))
SELECT json_build_array(t.driver_id, t.full_name, t.driver_number, coalesce(f.time_zone, z.time_zone),
                        coalesce(s.held, json_build_object()), coalesce(c.records, json_build_array()))::text
FROM (SELECT p.tenant_id, p.id AS driver_id, p.full_name, p.driver_number, p.home_facility_id FROM drivers p) AS t
JOIN tenants z ON z.id = t.tenant_id CROSS JOIN settings s
LEFT JOIN facilities f ON f.tenant_id = t.tenant_id AND f.id = t.home_facility_id
{{join}} counted c ON c.driver_id = t.driver_id
WHERE t.tenant_id = %(tenant)s AND {{of}}
ORDER BY t.full_name, t.driver_id
"""


class _Found(msgspec.Struct, array_like=True):
    driver_id: UUID
    name: str
    number: str
    zone: str
    settings: dict[str, str]
    records: list[tuple[str, str, str | None, int, int | None, bool, tuple[str, ...]]]


_DECODER = msgspec.json.Decoder(_Found)


@dataclass(frozen=True, slots=True)
class DriverLog:
    """A driver's line of time until `as_of` (epoch seconds) and what the law makes of it; None: nothing is recorded."""

    driver_id: UUID
    name: str
    number: str
    terms: Terms
    as_of: int
    line: tuple[Stretch, ...]
    evaluation: Evaluation | None

    @property
    def now(self) -> Stretch | None:
        return self.line[-1] if self.line else None

    @property
    def today(self) -> date:
        return self.terms.day_of(self.as_of)

    def since_now(self) -> int | None:
        """From when on the status of now has been the driver's."""
        if self.now is None:
            return None
        since = self.now.start
        for one in reversed(self.line):
            if one.status != self.now.status:
                break
            since = one.start
        return since

    def first_moment(self) -> int:
        """When the first of the last 8 days began."""
        return self.terms.begins(self.today - timedelta(days=GRID_DAYS - 1))

    def days(self, last: date | None = None, count: int = GRID_DAYS) -> list[Day]:
        return days_of(self.line, self.terms, last or self.today, count)


async def driver_logs(
    database: Database,
    actor: Actor,
    resource: Resource,
    reach: Reach,
    as_of: datetime,
    *,
    drivers: Sequence[UUID] | None = None,
    days: int = GRID_DAYS + CYCLE_DAYS,
) -> list[DriverLog]:
    """Logs of the drivers that `reach` covers, evaluated at `as_of`; without `drivers` of all who have records in the last 8 days.

    resource: of hours_of_service_logs. days: how far back the records are read.
    """
    sql, parameters = logs_statement(resource, actor, reach, as_of, drivers, days)
    texts = await database.read(actor, sql, parameters)
    return await asyncio.to_thread(_all, [text for (text,) in texts], parameters)


async def driver_logs_within(
    session: AsyncSession,
    actor: Actor,
    resource: Resource,
    drivers: Sequence[UUID],
    since: datetime,
    as_of: datetime,
) -> list[DriverLog]:
    """The same inside a transaction, with what it has written so far: all records from `since` on."""
    days = (as_of - since) // timedelta(days=1) + 1
    reach = Reach(everything=True)
    sql, parameters = logs_statement(resource, actor, reach, as_of, drivers, days)
    connection = await session.connection()
    rows: Any = await connection.exec_driver_sql(sql, parameters)
    texts = [text for (text,) in rows]
    return await asyncio.to_thread(_all, texts, parameters)


def logs_statement(
    resource: Resource,
    actor: Actor,
    reach: Reach,
    as_of: datetime,
    drivers: Sequence[UUID] | None,
    days: int,
) -> tuple[str, dict[str, Any]]:
    """SQL of the one query, and its parameters."""
    since = as_of - timedelta(days=days)
    parameters = base_parameters(actor, reach) | {
        "since": since,
        "reach_back": since - timedelta(days=LONGEST_DAYS),
        "until": as_of,
        "recent": as_of - timedelta(days=GRID_DAYS),
    }
    # Written for records, it holds for `t` here as well: both name the driver.
    scope = scope_condition(resource, reach) or "true"
    if drivers is None:
        of, join, which = scope, "JOIN", "true"
        of += (
            " AND EXISTS (SELECT FROM hours_of_service_logs n WHERE n.tenant_id = t.tenant_id AND n.driver_id = t.driver_id "
            "AND n.status_start_time < %(until)s AND (n.status_start_time >= %(recent)s OR n.status_end_time > %(recent)s "
            "OR n.status_end_time IS NULL))"
        )
    else:
        parameters["drivers"] = list(drivers)
        of, join = f"t.driver_id = ANY (%(drivers)s) AND {scope}", "LEFT JOIN"
        which = "t.driver_id = ANY (%(drivers)s)"
    return LOGS.format(which=which, join=join, of=of), parameters


def _all(texts: list[str], parameters: dict[str, Any]) -> list[DriverLog]:
    # Rounded up: what began within the second that runs is the driver's status already.
    as_of, since = ceil(parameters["until"].timestamp()), parameters["since"]
    return [_one(_DECODER.decode(text), as_of, since) for text in texts]


def _one(found: _Found, as_of: int, since: datetime) -> DriverLog:
    terms = terms_of(found.zone, found.settings.get(RULESET), found.settings.get(DAY_START))
    # Whole days only: the first one that is read begins with its beginning.
    begin = terms.begins(terms.day_of(int(since.timestamp())) + timedelta(days=1))
    line = line_of_time([Record(*one) for one in found.records], as_of, begin)
    evaluation = evaluate(duty_log_from(line, terms, as_of)) if line else None
    return DriverLog(found.driver_id, found.name, found.number, terms, as_of, tuple(line), evaluation)


#: A moment's day of the carrier; `{moment}` a timestamptz, `{zone}` the home terminal's. As `Terms.day_of`.
CARRIER_DAY = "(({moment} AT TIME ZONE {zone}) - %(day_start)s::time::interval)::date"


async def day_start_within(session: AsyncSession, actor: Actor) -> time:
    """When the organisation's day begins at the home terminal."""
    connection = await session.connection()
    rows: Any = await connection.exec_driver_sql(SETTINGS, {"tenant": actor.tenant_id})
    held: dict[str, str] = dict(iter(rows))
    return terms_of("UTC", None, held.get(DAY_START)).day_start


@lru_cache(maxsize=256)
def terms_of(zone: str, ruleset: str | None, day_start: str | None) -> Terms:
    """What a setting says wrongly does not hold."""
    try:
        start = time.fromisoformat(day_start or "00:00").replace(tzinfo=None)
    except ValueError:
        start = time(0)
    return Terms(RULESETS.get(ruleset or "") or RULESETS[DEFAULT_RULESET], ZoneInfo(zone), start)


def as_time(epoch: int) -> datetime:
    return datetime.fromtimestamp(epoch, UTC)
