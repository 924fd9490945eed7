"""Whether somebody's rights reach one record, and through what: its facility, its department, or because it is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.identity.rules.explanation import Step, words_of
from motorpool.identity.rules.holdings import Holdings

EVERYTHING = Reach(everything=True)
#: Column with a record's place -> table of places; the first that the table has counts.
PLACES = {"facility": ("facility_id", "home_facility_id"), "department": ("department_id",)}
TABLES = {"facility": "facilities", "department": "departments"}


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """The decision about one record."""

    id: UUID
    title: str
    allowed: bool
    conclusion: str
    steps: tuple[Step, ...]


async def find_record(
    database: Database, asker: Actor, resource: Resource, text: str
) -> tuple[UUID, str] | None:
    """Id and title of the record that an id or a title names, among those that the asker may read."""
    reach = reach_or_forbid(resource, asker, "read")
    key = parse_uuid(text)
    by = f"t.{resource.key} = %(key)s" if key else f"lower(t.{resource.title_column}::text) = lower(%(key)s)"
    sql = (
        f"SELECT t.{resource.key}, t.{resource.title_column}::text FROM {resource.table.name} t "
        f"WHERE t.tenant_id = %(tenant)s AND {by} AND {scope_condition(resource, reach) or 'true'} LIMIT 1"
    )
    rows = await database.read(asker, sql, base_parameters(asker, reach) | {"key": key or text.strip()})
    return (rows[0][0], rows[0][1]) if rows else None


async def explain_record(
    database: Database,
    subject: Actor,
    holdings: Holdings,
    resource: Resource,
    permission: str,
    record: tuple[UUID, str],
) -> RecordAnswer:
    """Ask the database, with the conditions that the kernel itself uses, whether `record` lies in the subject's reach."""
    key, title = record
    name = f"{resource.label.lower()} {title}"
    reach = subject.access.reach(permission)
    if reach is None:
        return RecordAnswer(key, title, False, f"No: without {permission} no record is reached.", ())
    if reach.everything:
        step = Step("record", "gives", f"{permission} holds for all records, so for {name} too.", reach)
        return RecordAnswer(key, title, True, f"Yes: {holdings.name} has {permission} for {name}.", (step,))
    steps = []
    for kind, part, offered in (
        ("facility", Reach(facilities=reach.facilities), resource.scope.facility),
        ("department", Reach(departments=reach.departments), resource.scope.department),
        ("own", Reach(own=reach.own), resource.scope.own),
    ):
        if part:
            steps.append(await _part(database, subject, holdings, resource, record, kind, part, offered))
    allowed = any(step.effect == "gives" for step in steps)
    words = (
        f"{holdings.name} has {permission} for {name}" if allowed else f"{permission} does not reach {name}"
    )
    return RecordAnswer(key, title, allowed, f"{'Yes' if allowed else 'No'}: {words}.", tuple(steps))


async def _part(
    database: Database,
    subject: Actor,
    holdings: Holdings,
    resource: Resource,
    record: tuple[UUID, str],
    kind: str,
    part: Reach,
    offered: str | None,
) -> Step:
    name = f"{resource.label} {record[1]}"
    if offered is None:
        belongs = "belong to nobody in particular" if kind == "own" else f"do not belong to a {kind}"
        return Step("record", "silent", f"{resource.plural} {belongs}, so this reaches none of them.", part)
    sql = (
        f"SELECT {offered} IS TRUE, {_place(resource, kind)} FROM {resource.table.name} t "
        f"WHERE t.tenant_id = %(tenant)s AND t.{resource.key} = %(key)s"
    )
    rows = await database.read(subject, sql, base_parameters(subject, part) | {"key": record[0]})
    inside, place = rows[0] if rows else (False, None)
    if kind == "own":
        sentence = f"{name} is {'' if inside else 'not '}{holdings.name}'s own."
        if not inside and subject.driver_id is None:
            sentence += f" {holdings.name} is not linked to a driver."
    else:
        where = f"belongs to {place}" if place else f"belongs to no {kind}"
        joined = "which is among" if inside else "and the right reaches"
        sentence = f"{name} {where}, {joined} {words_of(part, holdings.places)}{'' if inside else ' only'}."
    return Step("record", "gives" if inside else "silent", sentence, part)


def _place(resource: Resource, kind: str) -> str:
    """SQL for the name of the record's facility or department."""
    if kind == "own":
        return "NULL"
    table, columns = TABLES[kind], resource.table.columns
    own = next((f"t.{name}" for name in PLACES[kind] if name in columns), None)
    if resource.table.name == table:
        own = "t.id"
    if own is None and "vehicle_id" in columns:
        own = f"(SELECT v.{kind}_id FROM vehicles v WHERE v.tenant_id = %(tenant)s AND v.id = t.vehicle_id)"
    if own is None:
        return "NULL"
    return f"(SELECT p.name FROM {table} p WHERE p.tenant_id = %(tenant)s AND p.id = {own})"
