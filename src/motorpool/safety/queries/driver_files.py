"""The qualification files and the citations of drivers: one statement for any number of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.fleet.rules.commercial import IS_COMMERCIAL
from motorpool.safety.queries.compliance_reach import READ, reached, reached_or_forbid
from motorpool.safety.resources.citations import NOTIFY_BY
from motorpool.safety.rules.citations import Citation, Standing, standing
from motorpool.safety.rules.qualification import Qualification, qualification
from motorpool.safety.rules.qualification_facts import DriverFacts

#: Of the past nobody asks for more of a driver.
WANTED = "(%(keys)s::uuid[] IS NULL OR {column} = ANY (%(keys)s::uuid[]))"
FACTS = f"""
SELECT json_build_object('id', t.id, 'full_name', t.full_name, 'status', t.status, 'driver_number', t.driver_number,
    'home_facility_id', t.home_facility_id, 'department_id', t.department_id, 'hired_on', t.hired_on,
    'license_number', t.license_number, 'license_class', t.license_class, 'license_region', t.license_region,
    'license_endorsements', coalesce(t.license_endorsements, '{{{{}}}}'), 'license_expires_on', t.license_expires_on,
    'medical_card_expires_on', t.medical_card_expires_on, 'drives', coalesce(a.numbers, '{{{{}}}}'),
    'drives_hazmat', coalesce(a.hazmat, false),
    'papers', coalesce(p.papers, '[]'), 'trainings', coalesce(r.trainings, '[]'), 'tests', {{tests}})::text
FROM drivers t
LEFT JOIN (
    SELECT c.entity_id, json_agg(json_build_object('id', c.id, 'kind', c.document_type, 'authority', c.issuing_authority,
               'issued', c.issue_date, 'expires', c.expiration_date,
               'verified_on', (c.verified_at AT TIME ZONE %(time_zone)s)::date) ORDER BY c.issue_date, c.id) AS papers
    FROM compliance_documents c
    WHERE c.tenant_id = %(tenant)s AND c.entity_type = 'driver' AND {WANTED.format(column="c.entity_id")}
    GROUP BY c.entity_id) AS p ON p.entity_id = t.id
LEFT JOIN (
    SELECT x.driver_id, json_agg(json_build_object('id', x.id, 'kind', coalesce(x.training_type, 'training'),
               'completed', x.completion_date, 'expires', x.expiration_date) ORDER BY x.completion_date, x.id) AS trainings
    FROM driver_training_records x
    WHERE x.tenant_id = %(tenant)s AND x.status = 'completed' AND {WANTED.format(column="x.driver_id")}
    GROUP BY x.driver_id) AS r ON r.driver_id = t.id
LEFT JOIN (
    SELECT s.driver_id, array_agg(DISTINCT v.vehicle_number) AS numbers, bool_or(v.carries_hazmat) AS hazmat
    FROM driver_assignments s JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = s.vehicle_id
    WHERE s.tenant_id = %(tenant)s AND {WANTED.format(column="s.driver_id")}
      AND (s.ends_at IS NULL OR s.ends_at > now() - interval '12 months')
      AND {IS_COMMERCIAL}
    GROUP BY s.driver_id) AS a ON a.driver_id = t.id
WHERE t.tenant_id = %(tenant)s AND {{scope}} AND {WANTED.format(column="t.id")} AND ({{which}})
ORDER BY t.full_name, t.id
"""
TESTS = """(SELECT coalesce(json_agg(json_build_object('id', y.id, 'test_type', y.test_type, 'reason', y.reason,
        'result', y.result, 'on', (coalesce(y.taken_at, y.ordered_at) AT TIME ZONE %(time_zone)s)::date,
        'concentration', y.concentration::float8) ORDER BY coalesce(y.taken_at, y.ordered_at)), '[]')
    FROM drug_alcohol_tests y
    WHERE y.tenant_id = %(tenant)s AND y.driver_id = t.id AND y.status = 'completed')"""
#: Drivers who work here; of others nothing has to be in order.
HERE = "t.status IN ('active', 'on_leave', 'suspended') AND (t.ended_on IS NULL OR t.ended_on >= %(today)s)"

CITATIONS = """
SELECT json_build_object('id', c.id, 'on', (c.violation_date AT TIME ZONE %(time_zone)s)::date, 'kind', c.violation_type,
    'number', c.citation_number, 'is_moving', c.is_moving_violation, 'points', c.points,
    'points_expire_on', c.points_expire_on, 'outcome', c.outcome, 'fine', c.fine_amount::text, 'fine_due_on', c.fine_due_date,
    'fine_paid', c.fine_paid, 'court_on', c.court_date, 'status', c.case_status, 'decided_on', c.decided_on,
    'notify_by', {notify_by})::text
FROM driver_violations c JOIN drivers t ON t.tenant_id = %(tenant)s AND t.id = c.driver_id
WHERE c.tenant_id = %(tenant)s AND c.driver_id = %(driver)s AND {scope}
ORDER BY c.violation_date DESC, c.id
"""


async def driver_facts(
    database: Database,
    registry: Registry,
    actor: Actor,
    keys: Sequence[UUID] | None = None,
    *,
    permission: str = READ[0],
) -> list[DriverFacts]:
    """The facts of drivers that the actor reaches (by `permission` too): of `keys`, or of everybody who works here.

    Tests are part of them only for those who may read all tests, or their own. Raises: Forbidden.
    """
    parameters: dict[str, Any] = {"keys": list(keys) if keys is not None else None}
    scope = reached_or_forbid(registry, actor, "drivers", ("drivers.read", permission), parameters)
    tests = reached(registry, actor, "drivers", ("drug_alcohol_tests.read",), parameters)
    shown = f"CASE WHEN {tests} THEN {TESTS} END" if tests else "NULL"
    sql = FACTS.format(scope=scope, tests=shown, which="true" if keys is not None else HERE)
    rows = await database.read(actor, sql, parameters)
    return [msgspec.json.decode(row[0], type=DriverFacts) for row in rows]


async def qualifications(
    database: Database, registry: Registry, actor: Actor, keys: Sequence[UUID] | None = None
) -> list[Qualification]:
    """The files of drivers today, as `driver_facts` finds them."""
    facts = await driver_facts(database, registry, actor, keys)
    return [qualification(one, actor.today) for one in facts]


async def driver_citations(
    database: Database, registry: Registry, actor: Actor, driver: UUID
) -> list[Citation] | None:
    """The citations of a driver, the latest first; None for who may not read them."""
    parameters: dict[str, Any] = {"driver": driver}
    scope = reached(registry, actor, "drivers", ("driver_violations.read",), parameters)
    if scope is None:
        return None
    rows = await database.read(
        actor, CITATIONS.format(scope=scope, notify_by=NOTIFY_BY.format(t="c")), parameters
    )
    return [msgspec.json.decode(row[0], type=Citation, strict=False) for row in rows]


def standing_of(citations: Sequence[Citation], facts: DriverFacts, actor: Actor) -> Standing:
    """The driver's standing today."""
    return standing(citations, actor.today, commercial=facts.has_commercial_license)
