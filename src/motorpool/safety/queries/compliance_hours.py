"""What the compliance overview says of duty logs: rules that were broken in the last 8 days, and days that are certified too late."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_reach import reached
from motorpool.safety.queries.duty_log import COUNTS, GRID_DAYS
from motorpool.safety.rules.compliance_lines import Line
from motorpool.safety.rules.duty_documents import SUBMIT_DAYS
from motorpool.safety.rules.hours_of_service.rulesets import RULE_WORDS
from motorpool.safety.rules.qualification_items import said

if TYPE_CHECKING:
    from motorpool.safety.queries.compliance_sources import Looked

TABLE = "hours_of_service_logs"
#: How far back days without a certification are looked for: logs are kept for six months.
OLDEST_DAYS = 183
#: `violations` is kept in step with each change of the log. A day is certified when every record of it that counts is.
FOUND = """
SELECT t.driver_id, n.rules, n.days, n.last, u.days, u.first
FROM unnest(%(drivers)s::uuid[]) AS t (driver_id)
LEFT JOIN LATERAL (
    SELECT array_agg(DISTINCT r.rule ORDER BY r.rule) AS rules, count(DISTINCT l.log_date) AS days, max(l.log_date) AS last
    FROM (SELECT t.* FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.driver_id = ANY (%(drivers)s)
            AND t.log_date > %(today)s::date - {grid} AND t.violations <> ARRAY[]::text[] AND {counts} AND {scope}) AS l,
         unnest(l.violations) AS r (rule)
    WHERE l.driver_id = t.driver_id) AS n ON true
LEFT JOIN LATERAL (
    SELECT count(DISTINCT l.log_date) AS days, min(l.log_date) AS first
    FROM (SELECT t.* FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.driver_id = ANY (%(drivers)s)
            AND t.log_date BETWEEN %(today)s::date - {oldest} AND %(today)s::date - {late} AND t.certified_at IS NULL
            AND {counts} AND {scope}) AS l
    WHERE l.driver_id = t.driver_id) AS u ON true
WHERE n.rules IS NOT NULL OR u.days > 0
"""


async def hours_lines(database: Database, registry: Registry, actor: Actor, looked: Looked) -> list[Line]:
    """Of the drivers whom the overview looks at, as far as the actor may see their logs; one statement."""
    drivers = looked.drivers
    parameters: dict[str, Any] = {
        "drivers": list(drivers),
        "tenant": actor.tenant_id,
        "today": actor.today,
    }
    scope = reached(registry, actor, TABLE, (f"{TABLE}.read",), parameters) if drivers else None
    if scope is None:
        return []
    sql = FOUND.format(grid=GRID_DAYS, counts=COUNTS, scope=scope, oldest=OLDEST_DAYS, late=SUBMIT_DAYS + 1)
    lines: list[Line] = []
    for driver, rules, days, last, uncertified, first in await database.read(actor, sql, parameters):
        name = drivers[driver].name
        if rules:
            told = ", ".join(RULE_WORDS.get(one, one) for one in rules)
            when = (
                f"on {said(last)}"
                if days == 1
                else f"on {days} of the last {GRID_DAYS} days, last on {said(last)}"
            )
            lines.append(
                Line("driver", driver, name, "lapsed", "hours_broken", "Hours of service", f"Driven against {told} {when}",
                     rule="49 CFR 395.3, 395.5")
            )  # fmt: skip
        if uncertified:
            whole = (
                f"The day {said(first)} is"
                if uncertified == 1
                else f"{uncertified} days since {said(first)} are"
            )
            lines.append(
                Line("driver", driver, name, "missing", "hours_uncertified", "Duty log not certified",
                     f"{whole} not certified; due within {SUBMIT_DAYS} days",
                     days_left=(first + timedelta(days=SUBMIT_DAYS) - actor.today).days, rule="49 CFR 395.8(a)(2)(ii)")
            )  # fmt: skip
    return lines
