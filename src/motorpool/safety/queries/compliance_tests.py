"""What the compliance overview says of drug and alcohol tests: those that are due, and those whose time has passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_reach import reached
from motorpool.safety.rules.compliance_lines import Line

if TYPE_CHECKING:
    from motorpool.safety.queries.compliance_sources import Looked

TABLE = "drug_alcohol_tests"
DUE = """
SELECT t.id, t.driver_id, t.test_type, t.reason, t.due_at, coalesce(t.due_at < now(), false)
FROM drug_alcohol_tests t
WHERE t.tenant_id = %(tenant)s AND t.driver_id = ANY (%(drivers)s) AND t.status = 'due' AND {scope} ORDER BY t.due_at, t.id
"""


async def due_tests(database: Database, registry: Registry, actor: Actor, looked: Looked) -> list[Line]:
    """Of the drivers whom the overview looks at, for those who may see their tests; one statement."""
    parameters: dict[str, Any] = {"drivers": list(looked.drivers), "tenant": actor.tenant_id}
    scope = reached(registry, actor, TABLE, (f"{TABLE}.read",), parameters) if looked.drivers else None
    if scope is None:
        return []
    lines: list[Line] = []
    zone = ZoneInfo(actor.time_zone)
    for key, driver, kind, reason, due_at, is_over in await database.read(
        actor, DUE.format(scope=scope), parameters
    ):
        what = f"{reason.replace('_', '-')} {kind} test"
        until = f"{due_at.astimezone(zone):%Y-%m-%d %H:%M}" if due_at else ""
        if is_over:
            sentence = f"The {what} was due until {until}; record its result, or why it was missed"
        else:
            sentence = f"A {what} is due{f' until {until}' if until else ''}"
        lines.append(
            Line(
                "driver",
                driver,
                looked.drivers[driver].name,
                "lapsed" if is_over else "missing",
                f"test_due:{key}",
                "Drug or alcohol test",
                sentence,
                due_at.astimezone(zone).date() if due_at else None,
                rule="49 CFR 382.303" if reason == "post_accident" else "49 CFR 382",
                source=TABLE,
                source_id=key,
            )
        )
    return lines
