"""Who and what is not legal today, and what lapses in 30, 60 and 90 days.

Three sources, each told once: the reasons of `fleet.availability` that are about papers and the law (so this page never says
anything else than an assignment does), the papers that carry a day of expiry, and the qualification files.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Reason, Use, read_reasons
from motorpool.safety.queries.compliance_insurance import insurance_lines, paper_line
from motorpool.safety.queries.compliance_reach import READ, reached
from motorpool.safety.queries.compliance_sources import SOURCES, Known, LineSource, Looked
from motorpool.safety.queries.driver_files import HERE, driver_facts
from motorpool.safety.rules.compliance_lines import LONGEST, About, Counts, Line, State, counted, distinct
from motorpool.safety.rules.inspection_periods import PERIODIC
from motorpool.safety.rules.qualification import qualification
from motorpool.safety.rules.qualification_facts import LICENSE, MEDICAL, REGISTRATION
from motorpool.safety.rules.qualification_items import WRONG, Item, said

#: Reasons that papers and the law give -> what they are about. Reservations and the like are none.
LEGAL = {
    "license_expired": "License",
    "medical_card_expired": "Medical card",
    "test_prohibits": "Return to duty",
    "alcohol_day_off": "Alcohol",
    "registration_expired": "Registration",
    "annual_inspection": "Annual inspection",
    "not_insured": "Liability insurance",
    "defect": "Unsafe defect",
    "license_class": "License class",
    "medical_card_needed": "Medical card",
    "hazmat_license": "Hazardous materials",
}
#: Those between a vehicle and its driver.
PAIRED = frozenset({"license_class", "medical_card_needed", "hazmat_license"})
#: Told ahead by the expiry of the inspection itself.
AHEAD = "is due on"
#: Last days of a row, by the reason that says that one is over.
LAST_DAYS = {
    "drivers": {"license_expired": "license_expires_on", "medical_card_expired": "medical_card_expires_on"},
    "vehicles": {"registration_expired": "registration_expires_on"},
}
VEHICLES_HERE = "t.status IN ('active', 'in_shop', 'out_of_service')"
SUBJECTS = """
SELECT t.id, t.{name}, t.{facility}, t.department_id, {days} FROM {table} t
WHERE t.tenant_id = %(tenant)s AND {scope} AND {here} ORDER BY 2
"""
#: Who drives what now.
PAIRS = """
SELECT a.vehicle_id, a.driver_id FROM driver_assignments a
WHERE a.tenant_id = %(tenant)s AND a.starts_at <= now() AND (a.ends_at IS NULL OR a.ends_at > now())
  AND a.driver_id = ANY (%(drivers)s) AND a.vehicle_id = ANY (%(vehicles)s)
"""
PERIODIC_TYPES = ", ".join(f"'{one}'" for one in PERIODIC)
#: The fleet as a whole, so that papers without an id are compared by equality, which can be hashed.
NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
#: Everything of these subjects that has a last day until %(until)s, and registrations that are missing (without a day). What
#: reasons tell when it is over (license, medical card, registration, inspection) is only told before. A paper that a later one
#: of its kind follows is left out.
PAPERS = """
SELECT 'driver' AS about, t.id AS subject_id, x.code, x.title, x.last, 'drivers' AS source, t.id AS source_id
FROM drivers t CROSS JOIN LATERAL (VALUES ('license', 'License', t.license_expires_on),
                                          ('medical', 'Medical card', t.medical_card_expires_on)) AS x(code, title, last)
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(drivers)s) AND x.last BETWEEN %(today)s AND %(until)s
UNION ALL
SELECT 'vehicle', t.id, 'registration', 'Registration', t.registration_expires_on, 'vehicles', t.id
FROM vehicles t
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(vehicles)s) AND t.registration_expires_on BETWEEN %(today)s AND %(until)s
UNION ALL
SELECT 'vehicle', t.id, 'registration', 'Registration', NULL, 'vehicles', t.id
FROM vehicles t
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(vehicles)s) AND t.registration_expires_on IS NULL
  AND coalesce(t.vehicle_type, '') <> 'equipment'
  AND NOT EXISTS (SELECT FROM compliance_documents n WHERE n.tenant_id = %(tenant)s AND n.entity_id = t.id
                    AND n.status = 'active' AND lower(n.document_type) = ANY (%(registration)s))
UNION ALL
SELECT 'vehicle', i.vehicle_id, 'annual_inspection', 'Annual inspection', i.last, 'safety_inspections', i.id
FROM (SELECT DISTINCT ON (t.vehicle_id) t.vehicle_id, t.id, t.next_inspection_due AS last FROM safety_inspections t
      WHERE t.tenant_id = %(tenant)s AND t.vehicle_id = ANY (%(vehicles)s) AND t.inspection_type IN ({periodic})
        AND t.inspection_status = 'passed' AND t.next_inspection_due IS NOT NULL
      ORDER BY t.vehicle_id, t.next_inspection_due DESC) AS i
WHERE i.last BETWEEN %(today)s AND %(until)s
UNION ALL
SELECT coalesce(t.entity_type, 'fleet'), t.entity_id, 'paper', t.document_type, t.expiration_date, 'compliance_documents', t.id
FROM compliance_documents t
LEFT JOIN drivers d ON d.tenant_id = %(tenant)s AND d.id = t.entity_id AND t.entity_type = 'driver'
LEFT JOIN vehicles v ON v.tenant_id = %(tenant)s AND v.id = t.entity_id AND t.entity_type = 'vehicle'
WHERE t.tenant_id = %(tenant)s AND t.status = 'active' AND t.renewal_required AND t.expiration_date <= %(until)s
  AND (t.entity_id = ANY (%(drivers)s) OR t.entity_id = ANY (%(vehicles)s)
       OR coalesce(t.entity_type, 'fleet') NOT IN ('driver', 'vehicle') AND ({documents}))
  AND NOT (lower(t.document_type) = ANY (%(license)s) AND d.license_expires_on IS NOT NULL)
  AND NOT (lower(t.document_type) = ANY (%(medical)s) AND d.medical_card_expires_on IS NOT NULL)
  AND NOT (lower(t.document_type) = ANY (%(registration)s) AND v.registration_expires_on IS NOT NULL)
  AND NOT EXISTS (SELECT FROM compliance_documents n WHERE n.tenant_id = %(tenant)s AND n.status = 'active'
                    AND coalesce(n.entity_id, {nobody}) = coalesce(t.entity_id, {nobody})
                    AND lower(n.document_type) = lower(t.document_type)
                    AND n.id <> t.id
                    AND (n.expiration_date IS NULL OR (n.expiration_date, n.id) > (t.expiration_date, t.id)))
{more}
"""
TRAININGS = """
UNION ALL
SELECT 'driver', x.driver_id, 'training', x.training_type, x.expiration_date, 'driver_training_records', x.id
FROM (SELECT DISTINCT ON (t.driver_id, lower(t.training_type)) t.* FROM driver_training_records t
      WHERE t.tenant_id = %(tenant)s AND t.driver_id = ANY (%(drivers)s) AND t.status = 'completed' AND {scope}
      ORDER BY t.driver_id, lower(t.training_type), t.expiration_date DESC NULLS FIRST, t.id) AS x
WHERE x.expiration_date <= %(until)s
"""
NAMES = """
SELECT t.id, t.name FROM facilities t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s)
UNION ALL SELECT t.id, t.name FROM vendors t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(keys)s)
"""


class Compliance(Struct):
    """The whole overview, as far as the actor may see it."""

    as_of: date
    counts: Counts
    lines: list[Line]
    #: The drivers and vehicles that it looked at, those included of whom nothing is to be told.
    subjects: frozenset[UUID] = frozenset()


async def compliance_home(
    database: Database,
    registry: Registry,
    actor: Actor,
    *,
    facility_id: UUID | None = None,
    department_id: UUID | None = None,
    permission: str = READ[0],
    sources: Sequence[LineSource] = SOURCES,
) -> Compliance:
    """What is not in order among the drivers and vehicles that the actor reaches (of a facility, of a department).

    `sources`: subjects beside papers and files that are asked. Nine statements, however many drivers and vehicles there are.
    Raises: Forbidden without `permission`.
    """
    drivers = await _known(database, registry, actor, "drivers", permission, facility_id, department_id)
    vehicles = await _known(database, registry, actor, "vehicles", permission, facility_id, department_id)
    whole = facility_id is None and department_id is None
    reach = actor.access.reach(permission) or Reach()
    lines = await _reasons(database, actor, drivers, vehicles)
    lines += await _papers(database, registry, actor, drivers, vehicles, whole=whole)
    if whole and reach.everything:
        lines += await insurance_lines(database, actor, {key: one.name for key, one in vehicles.items()})
    looked = Looked(drivers, vehicles, whole)
    for source in sources:
        lines += await source(database, registry, actor, looked)
    regulated: set[UUID] = set()
    if drivers:
        for facts in await driver_facts(database, registry, actor, list(drivers)):
            file = qualification(facts, actor.today)
            if file.is_regulated:
                regulated.add(facts.id)
            for item in file.items:
                if line := _of_file(item, facts.id, facts.full_name, actor.today):
                    lines.append(line)
    for line in lines:
        if line.code == "medical_card_expired" and line.subject_id in regulated:
            # Of these drivers it refuses every vehicle that they are there for.
            line.state, line.sentence = "stops", f"{line.sentence}: no commercial vehicles"
    found = distinct(lines)
    counts = counted(found, drivers=len(drivers), vehicles=len(vehicles))
    return Compliance(actor.today, counts, found, frozenset((*drivers, *vehicles)))


async def _known(
    database: Database,
    registry: Registry,
    actor: Actor,
    table: str,
    permission: str,
    facility_id: UUID | None,
    department_id: UUID | None,
) -> dict[UUID, Known]:
    is_driver = table == "drivers"
    parameters: dict[str, Any] = {}
    scope = reached(registry, actor, table, (f"{table}.read", permission), parameters)
    if scope is None:
        return {}
    facility = "home_facility_id" if is_driver else "facility_id"
    sql = SUBJECTS.format(
        name="full_name" if is_driver else "vehicle_number",
        facility=facility,
        table=table,
        scope=scope,
        here=HERE if is_driver else VEHICLES_HERE,
        days=", ".join(f"t.{column}" for column in LAST_DAYS[table].values()),
    )
    rows = await database.read(actor, sql, parameters)
    return {
        row[0]: Known(row[0], row[1], row[2], row[3], dict(zip(LAST_DAYS[table], row[4:], strict=True)))
        for row in rows
        if facility_id in (None, row[2]) and department_id in (None, row[3])
    }


async def _reasons(
    database: Database, actor: Actor, drivers: dict[UUID, Known], vehicles: dict[UUID, Known]
) -> list[Line]:
    """What availability says today: of each vehicle, of each driver, and of who drives what now."""
    lines = []
    uses = [Use(list(vehicles)), Use([], list(drivers))]
    for one in await read_reasons(database, actor, uses, only=LEGAL.keys() - PAIRED):
        ahead = not one.blocks and (one.code == "defect" or AHEAD in one.sentence)
        if one.about != "pair" and not ahead:
            line = _of_reason(one, one.about, one.subject_id, one.subject, one.sentence)
            known = drivers.get(one.subject_id) or vehicles.get(one.subject_id)
            line.lapses_on = known.last_days.get(one.code) if known else None
            line.days_left = (line.lapses_on - actor.today).days if line.lapses_on else None
            lines.append(line)
    parameters = {"tenant": actor.tenant_id, "drivers": list(drivers), "vehicles": list(vehicles)}
    pairs = await database.read(actor, PAIRS, parameters)
    together = [Use([vehicle], [driver]) for vehicle, driver in pairs]
    for one in await read_reasons(database, actor, together, only=PAIRED):
        driver = drivers[pairs[one.use][1]]
        lines.append(_of_reason(one, "driver", driver.id, driver.name, one.whole))
    return lines


def _of_reason(one: Reason, about: About, key: UUID, name: str, sentence: str) -> Line:
    state: State = "stops" if one.blocks else "lapsed" if one.code.endswith("_expired") else "missing"
    # What an assignment of now breaks is a line of its own for each vehicle.
    code = f"{one.code}:{one.subject_id}" if one.about == "pair" else one.code
    return Line(
        about, key, name, state, code, LEGAL[one.code], sentence, source=one.source, source_id=one.source_id
    )


async def _papers(
    database: Database,
    registry: Registry,
    actor: Actor,
    drivers: dict[UUID, Known],
    vehicles: dict[UUID, Known],
    *,
    whole: bool,
) -> list[Line]:
    today = actor.today
    parameters: dict[str, Any] = {
        "drivers": list(drivers),
        "vehicles": list(vehicles),
        "until": today + timedelta(days=LONGEST),
        "tenant": actor.tenant_id,
        "today": today,
        "license": list(LICENSE),
        "medical": list(MEDICAL),
        "registration": list(REGISTRATION),
    }
    documents = reached(registry, actor, "compliance_documents", READ, parameters) if whole else None
    trained = reached(
        registry, actor, "driver_training_records", ("driver_training_records.read",), parameters
    )
    sql = PAPERS.format(
        periodic=PERIODIC_TYPES,
        documents=documents or "false",
        nobody=NOBODY,
        more=TRAININGS.format(scope=trained) if trained else "",
    )
    rows = await database.read(actor, sql, parameters)
    others = {row[1] for row in rows if row[0] not in ("driver", "vehicle") and row[1]}
    names: dict[UUID, str] = {}
    if others:
        names = dict(await database.read(actor, NAMES, parameters | {"keys": list(others)}))
    lines = []
    for about, key, code, title, last, source, source_id in rows:
        known = drivers.get(key) or vehicles.get(key)
        subject = known.name if known else names.get(key, "Whole fleet")
        kind: About = about if about in ("driver", "vehicle", "facility") else "fleet"
        lines.append(paper_line(kind, key, subject, code, title, last, today, source, source_id))
    return lines


def _of_file(item: Item, driver: UUID, name: str, today: date) -> Line | None:
    """An item of a qualification file; what reasons and expiries tell is left to them."""
    needed = item.part in ("file", "beside") or item.code == "hazmat_training"
    if not needed or (item.code in ("license", "medical", "variance") and item.state != "missing"):
        return None
    if item.code == "return_to_duty":
        return None
    state: State
    days = (item.lapses_on - today).days if item.lapses_on else None
    if item.state in WRONG:
        state = "missing" if item.state == "missing" else "lapsed"
    elif item.state == "due" and item.due_on:
        state, days = "lapses", (item.due_on - today).days
    elif item.state in ("there", "lapses_soon") and days is not None and days <= LONGEST:
        state = "lapses"
    else:
        return None
    sentence = item.sentence
    if state == "lapses" and item.state != "due" and item.lapses_on:
        sentence = f"Needed again by {said(item.lapses_on)}"
    line = Line(
        "driver",
        driver,
        name,
        state,
        item.code,
        item.title,
        sentence,
        item.lapses_on or (item.due_on if state == "lapses" else None),
        days,
    )
    line.rule, line.source, line.source_id = item.rule, item.source, item.source_id
    line.document_type = item.document_type
    return line
