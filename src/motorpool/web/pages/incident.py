"""An incident for who answers for safety: what happened in order, the clocks of the law, and what is left before it can be closed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Request, Response

from motorpool.core.access import Reach
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.routes import ResourceApi, actor_of
from motorpool.core.resource.select import base_parameters
from motorpool.core.tenancy import Actor
from motorpool.safety.rules.damage import outline_of
from motorpool.safety.rules.post_accident import Accident, citation_windows, clock_of, is_tested_vehicle
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.damage import marks_of
from motorpool.web.pages.incident_claims import claims_of, costs, may_see_costs
from motorpool.web.pages.records import Action, can, detail_context, moves_of, pictures_of, read_row
from motorpool.web.titles import titles_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
#: Type, gross weight in kg, seats, and whether it carries hazardous materials.
VehicleFacts = tuple[str | None, int | None, int | None, bool]
UNKNOWN: VehicleFacts = (None, None, None, False)
#: What belongs to an incident: table -> its column.
PARTS = (
    "incident_people",
    "injury_records",
    "corrective_actions",
    "insurance_claims",
    "accident_reports",
    "damage_reports",
)
#: 29 CFR 1904.39: a death is told to OSHA within 8 hours, a stay in hospital within 24.
TELL_DEATH, TELL_HOSPITAL = timedelta(hours=8), timedelta(hours=24)
STEPS = {
    "reported": "Reported",
    "investigating": "Investigation",
    "pending_insurance": "Insurance",
    "resolved": "Closed",
}
TEST_NAMES = {"alcohol": "Alcohol test", "drug": "Drug test"}


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline."""

    at: str
    icon: str
    title: str
    text: str = ""
    href: str | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class TestClock:
    """A drug or alcohol test with its countdown. `phase`: of post_accident.Clock, or the test's status."""

    row: Row
    name: str
    driver: str
    phase: str
    until: str | None
    acts: list[Action]


@dataclass(frozen=True, slots=True)
class Window:
    """Until when a citation would still call for a test."""

    name: str
    until: str


async def incident_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["incidents"]
    row, _ = await read_row(request, resource)
    here = f"/incidents/{row['id']}"
    context = await detail_context(request, actor, resource, row)
    parts = {table: await rows_of(request, actor, table, ("incident_id", row["id"])) for table in PARTS}
    reports = parts["accident_reports"]
    tests = await tests_of(request, actor, reports)
    citations = await of_reports(request, actor, "driver_violations", reports)
    names = await names_of(request, actor, row, parts, [*tests, *citations])
    vehicles = await vehicles_of(request, actor, [row, *reports])
    now = datetime.now(UTC)
    damage = parts["damage_reports"]
    marks = await marks_of(request, actor, [UUID(one["id"]) for one in damage])
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "incident.html",
        **context,
        here=here,
        cells={cell.field.name: cell for cell in (*context["facts"], *context["long_facts"])},
        parts_of=parts,
        story=story_of(row, parts, tests, names),
        clocks=[clock(state.registry, actor, one, names, now) for one in tests],
        windows=windows_of(reports, vehicles, now),
        unknown_weight=[
            names.get(("vehicles", one["vehicle_id"]), "The vehicle")
            for one in reports
            if one["is_dot_accident"]
            and is_tested_vehicle(*vehicles.get(one["vehicle_id"], (None, 0, None, False))) is None
        ],
        tells=tells_of(parts["injury_records"], now),
        wanting=await wanting(request, actor, resource, row),
        steps=steps_of(row["status"]),
        names=names,
        acts={
            table: {one["id"]: moves_of(actor, state.registry[table], one) for one in parts[table]}
            for table in ("corrective_actions", "accident_reports", "insurance_claims", "damage_reports")
        },
        may_add={table: can(actor, state.registry[table], "create") for table in PARTS},
        may_edit={table: can(actor, state.registry[table], "update") for table in PARTS},
        may_edit_tests=may(actor, "drug_alcohol_tests.update"),
        may_close=may(actor, "incidents.resolve"),
        may_photograph=actor.user_id is not None
        and (can(actor, resource, "update") or can(actor, resource, "create")),
        photos=pictures_of(row["photos"]),
        money=lambda value: formats.money(value, actor.currency),
        citations=citations,
        cite_hrefs={one["id"]: cite_href(row, one, here) for one in reports}
        if may(actor, "driver_violations.create")
        else {},
        claims=await claims_of(request, actor, row, parts, here),
        costs=costs(row, parts, citations) if may_see_costs(actor) else None,
        marks=marks,
        outline=outline_of(vehicles.get(row["vehicle_id"], UNKNOWN)[0]),
    )
    return page


def cite_href(row: Row, report: Row, here: str) -> str:
    """The form of a citation at the accident; the driver's of a moving violation decides on tests."""
    given = {
        "accident_report_id": report["id"],
        "driver_id": report["driver_id"],
        "vehicle_id": report["vehicle_id"],
        "violation_date": report["incident_date"],
        "location": report["location"] or "",
        "is_moving_violation": "true",
        "back": here,
    }
    return f"/driver-violations/new?{urlencode({name: value for name, value in given.items() if value})}"


async def rows_of(request: AnyRequest, actor: Actor, table: str, *conditions: tuple[str, str]) -> list[Row]:
    """Rows of a table as far as the actor reaches them, the oldest first; none for those who may not read it."""
    api: ResourceApi = request.app.state.apis[table]
    if not may(actor, api.resource.permission("read")):
        return []
    texts, _, _ = await api.list_page(actor, [*conditions, ("limit", "200")])
    rows: list[Row] = [msgspec.json.decode(text) for text in texts]
    return sorted(rows, key=lambda one: (one["created_at"], one["id"]))


async def of_reports(request: AnyRequest, actor: Actor, table: str, reports: list[Row]) -> list[Row]:
    """Rows that name one of the accident reports."""
    if not reports:
        return []
    keys = ",".join(one["id"] for one in reports)
    return await rows_of(request, actor, table, ("accident_report_id__in", keys))


async def tests_of(request: AnyRequest, actor: Actor, reports: list[Row]) -> list[Row]:
    rows = await of_reports(request, actor, "drug_alcohol_tests", reports)
    return sorted(rows, key=lambda one: (one["status"] == "cancelled", one["due_at"] or ""))


async def names_of(
    request: AnyRequest, actor: Actor, row: Row, parts: dict[str, list[Row]], tests: list[Row]
) -> dict[tuple[str, str], str]:
    """(table, id) -> name of the people and vehicles that the page names."""
    columns = {
        "users": (
            "reported_by_user_id",
            "assigned_to_user_id",
            "resolved_by_user_id",
            "completed_by_user_id",
            "verified_by_user_id",
            "created_by_user_id",
            "investigator_user_id",
            "preventability_reviewed_by_user_id",
        ),
        "drivers": ("driver_id",),
        "vehicles": ("vehicle_id",),
        "insurance_policies": ("insurance_policy_id",),
    }
    everything = [row, *tests, *(one for rows in parts.values() for one in rows)]
    wanted = {
        table: {UUID(one[name]) for one in everything for name in names if one.get(name)}
        for table, names in columns.items()
    }
    state = request.app.state
    return await titles_of(
        state.database, state.registry, actor, {table: keys for table, keys in wanted.items() if keys}
    )


async def vehicles_of(request: AnyRequest, actor: Actor, rows: list[Row]) -> dict[str, VehicleFacts]:
    """Vehicle -> what decides whether part 382 covers it."""
    keys = [UUID(one["vehicle_id"]) for one in rows if one.get("vehicle_id")]
    found = await request.app.state.database.read(
        actor,
        "SELECT id, vehicle_type, gvwr_kg, seats, carries_hazmat FROM vehicles WHERE tenant_id = %s AND id = ANY (%s)",
        (actor.tenant_id, keys),
    )
    return {str(key): tuple(facts) for key, *facts in found}


def clock(
    registry: Any, actor: Actor, row: Row, names: dict[tuple[str, str], str], now: datetime
) -> TestClock:
    """A test as the page shows it."""
    due, remind = formats.moment(row["due_at"]), formats.moment(row["remind_at"])
    phase, until = row["status"], None
    if phase == "due" and due is not None:
        found = clock_of(remind, due, now)
        phase, until = found.phase, _iso(found.until)
    return TestClock(
        row,
        TEST_NAMES.get(row["test_type"], formats.words(row["test_type"])),
        names.get(("drivers", row["driver_id"]), "the driver"),
        phase,
        until,
        acts_of(moves_of(actor, registry["drug_alcohol_tests"], row), phase),
    )


def acts_of(moves: list[Action], phase: str) -> list[Action]:
    """What can be done with a test here: it is not missed while there is time, and what was recorded is put right."""
    if phase in ("completed", "missed"):
        return [replace(one, label="Correct") for one in moves if one.label == "Reopen"]
    return [one for one in moves if one.label == "Record" or (one.label == "Miss" and phase == "closed")]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def windows_of(reports: list[Row], vehicles: dict[str, VehicleFacts], now: datetime) -> list[Window]:
    """Windows in which a citation that is entered would still call for tests."""
    found: dict[str, datetime] = {}
    for one in reports:
        happened = formats.moment(one["incident_date"])
        if happened is None:
            continue
        accident = Accident(
            happened,
            is_tested_vehicle(*vehicles.get(one["vehicle_id"], UNKNOWN)) is True,
            one["fatalities"],
            one["injury_treated_away"],
            one["is_tow_away"],
            formats.moment(one["citation_issued_at"]),
        )
        for kind, until in citation_windows(accident).items():
            if until > now:
                found[TEST_NAMES[kind]] = max(until, found.get(TEST_NAMES[kind], until))
    return [Window(name, until.isoformat()) for name, until in found.items()]


def tells_of(injuries: list[Row], now: datetime) -> list[tuple[str, str | None]]:
    """(sentence, until when) for injuries that OSHA has to be told of."""
    found = []
    for one in injuries:
        if not one["is_employee"]:
            continue
        died, hospital = one["classification"] == "death", one["hospitalized"]
        if not died and not hospital:
            continue
        began = formats.moment(one["injured_at"])
        until = began + (TELL_DEATH if died else TELL_HOSPITAL) if began else None
        what = "a death within 8 hours" if died else "a stay in hospital within 24 hours"
        if until is None or until > now:
            found.append((f"OSHA is to be told of {what} (29 CFR 1904.39).", _iso(until)))
    return found


async def wanting(request: AnyRequest, actor: Actor, resource: Resource, row: Row) -> list[str]:
    """What is still missing before the incident can be closed, each as a sentence; nothing once it is."""
    if row["status"] in ("resolved", "archived"):
        return []
    move = resource.move("resolve")
    conditions = ", ".join(f"({condition}) IS TRUE" for condition, _ in move.unless)
    query = f"SELECT {conditions} FROM incidents t WHERE t.tenant_id = %(tenant)s AND t.id = %(key)s"
    parameters = base_parameters(actor, Reach(everything=True)) | {"key": UUID(row["id"])}
    (holds,) = await request.app.state.database.read(actor, query, parameters)
    found = [sentence for held, (_, sentence) in zip(holds, move.unless, strict=True) if held]
    if not row["root_cause"]:
        found.append("its root cause is not written down yet")
    return [f"{one[:1].upper()}{one[1:]}." for one in found]


def steps_of(status: str) -> list[tuple[str, str]]:
    """(label, past | now | later)."""
    order = [one for one in STEPS if one != "pending_insurance" or status == one]
    at = len(order) if status == "archived" else order.index(status)
    return [
        (STEPS[name], "now" if number == at else "past" if number < at else "later")
        for number, name in enumerate(order)
    ]


def story_of(
    row: Row, parts: dict[str, list[Row]], tests: list[Row], names: dict[tuple[str, str], str]
) -> list[Event]:
    """Everything that has a time, in the order in which it happened."""

    def by(one: Row, column: str) -> str:
        name = names.get(("users", one.get(column) or ""))
        return f"by {name}" if name else ""

    found = [
        Event(row["occurred_at"], "alert-triangle", "It happened", row["location"] or "", tone="bad"),
        Event(row["reported_at"], "message-report", "Reported", by(row, "reported_by_user_id")),
    ]
    if row["resolved_at"]:
        found.append(
            Event(row["resolved_at"], "circle-check", "Closed", by(row, "resolved_by_user_id"), tone="ok")
        )
    found += [
        Event(one["statement_taken_at"], "message", f"Statement of {one['full_name']}")
        for one in parts["incident_people"]
        if one["statement_taken_at"]
    ]
    for one in parts["accident_reports"]:
        href, number = f"/accident-reports/{one['id']}", one["report_number"]
        found.append(Event(one["created_at"], "car-crash", f"Accident report {number} opened", "", href))
        if one["citation_issued_at"]:
            driver = names.get(("drivers", one["driver_id"]), "The driver")
            found.append(Event(one["citation_issued_at"], "gavel", f"{driver} was cited", "", href, "warn"))
        if one["investigation_completed_at"]:
            found.append(
                Event(
                    one["investigation_completed_at"],
                    "scale",
                    formats.words(one["preventability"]),
                    by(one, "preventability_reviewed_by_user_id"),
                    href,
                )
            )
    for one in tests:
        name, href = TEST_NAMES.get(one["test_type"], "Test"), f"/drug-alcohol-tests/{one['id']}"
        driver = names.get(("drivers", one["driver_id"]), "")
        if one["status"] == "completed" and one["taken_at"]:
            tone = "ok" if one["result"] in ("negative", "negative_dilute") else "bad"
            text = f"{driver}: {formats.words(one['result']).lower()}"
            found.append(Event(one["taken_at"], "test-pipe", name, text, href, tone))
        elif one["status"] == "missed":
            moment = one["due_at"] or one["updated_at"]
            found.append(
                Event(moment, "test-pipe", f"{name} missed", one["missed_reason"] or "", href, "bad")
            )
        else:
            what = "ordered" if one["status"] == "due" else "withdrawn"
            moment = one["created_at"] if one["status"] == "due" else one["updated_at"]
            found.append(Event(moment, "test-pipe", f"{name} {what}", driver, href))
    for one in parts["corrective_actions"]:
        href = f"/corrective-actions/{one['id']}"
        found.append(Event(one["created_at"], "checklist", "Corrective action", one["title"], href))
        if one["completed_at"]:
            text = f"{one['title']} {by(one, 'completed_by_user_id')}"
            found.append(Event(one["completed_at"], "check", "Done", text, href, "ok"))
        if one["verified_at"]:
            found.append(
                Event(
                    one["verified_at"], "circle-check", "Verified", by(one, "verified_by_user_id"), href, "ok"
                )
            )
    for one in parts["insurance_claims"]:
        href = f"/insurance-claims/{one['id']}"
        found.append(Event(one["created_at"], "shield-check", "Claim filed", one["claim_number"], href))
    found += [
        Event(one["reported_at"], "hammer", "Damage reported", one["title"], f"/damage-reports/{one['id']}")
        for one in parts["damage_reports"]
    ]
    for one in parts["injury_records"]:
        href = f"/injury-records/{one['id']}"
        text = f"{one['person_name']}: {formats.words(one['classification']).lower()}"
        found.append(Event(one["injured_at"] or one["created_at"], "bandage", "Injury", text, href, "bad"))
    return sorted(found, key=lambda event: formats.moment(event.at) or datetime.min.replace(tzinfo=UTC))
