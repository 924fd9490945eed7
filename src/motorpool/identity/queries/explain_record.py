"""Whether somebody's rights reach one record, and through what: its facility, its department, or because it is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from motorpool.core.access import Reach
from motorpool.core.database.database import Database, parse_uuid
from motorpool.core.database.ddl import quoted
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.identity.rules.explanation import Step, words_of
from motorpool.identity.rules.holdings import Holdings

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
    if not subject.access.allows(permission):
        return RecordAnswer(key, title, False, f"No: without {permission} no record is reached.", ())
    reach = reach_or_forbid(resource, subject, permission.partition(".")[2])
    scope, own = resource.scope, Reach(own=True)
    asked: tuple[tuple[str, Reach, str | None], ...]
    if scope.personal:
        # Whatever a grant says, people reach their own only.
        asked = (("own", own, scope.own),)
    elif reach.everything and reach.kinds is not None:
        asked = (("about", reach, _about(resource, reach)), ("own", own, scope.own))
    elif reach.everything:
        step = Step("record", "gives", f"{permission} holds for all records, so for {name} too.", reach)
        return RecordAnswer(key, title, True, f"Yes: {holdings.name} has {permission} for {name}.", (step,))
    else:
        asked = (
            ("facility", Reach(facilities=reach.facilities), scope.facility),
            ("department", Reach(departments=reach.departments), scope.department),
            ("own", Reach(own=reach.own), scope.own),
        )
    steps = [
        await _part(database, subject, holdings, resource, record, kind, part, offered)
        for kind, part, offered in asked
        if part
    ]
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
        if not inside and subject.driver_id is None and "actor_driver" in offered:
            sentence += f" {holdings.name} is not linked to a driver."
    elif kind == "about":
        may = "may" if inside else "may not"
        sentence = f"{name} belongs to one of the {str(place).replace('_', ' ')}, all of which {holdings.name} {may} read."
    else:
        where = f"belongs to {place}" if place else f"belongs to no {kind}"
        joined = "which is among" if inside else "and the right reaches"
        sentence = f"{name} {where}, {joined} {words_of(part, holdings.places)}{'' if inside else ' only'}."
    return Step("record", "gives" if inside else "silent", sentence, part)


def _about(resource: Resource, reach: Reach) -> str:
    """SQL for whether the record is about a kind of which the subject may read all."""
    kinds = ", ".join(quoted(kind) for kind in sorted(reach.kinds or ())) or "NULL"
    return f"t.{resource.scope.about} IN ({kinds})"


def _place(resource: Resource, kind: str) -> str:
    """SQL for the name of the record's facility or department."""
    if kind == "own":
        return "NULL"
    if kind == "about":
        return f"t.{resource.scope.about}"
    table, columns = TABLES[kind], resource.table.columns
    own = next((f"t.{name}" for name in PLACES[kind] if name in columns), None)
    if resource.table.name == table:
        own = "t.id"
    if own is None and "vehicle_id" in columns:
        own = f"(SELECT v.{kind}_id FROM vehicles v WHERE v.tenant_id = %(tenant)s AND v.id = t.vehicle_id)"
    if own is None:
        return "NULL"
    return f"(SELECT p.name FROM {table} p WHERE p.tenant_id = %(tenant)s AND p.id = {own})"
