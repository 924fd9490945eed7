"""A driver's first page on the phone: the own vehicle, the own hours, what is reported from here, and what waits for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response

from motorpool.communication.queries.inbox import COUNT_MOST, inbox, unread_count
from motorpool.core.resource.registry import Registry
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_home import compliance_home
from motorpool.safety.queries.duty_log import GRID_DAYS, DriverLog, driver_logs
from motorpool.safety.queries.duty_waiting import duty_waiting
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.hours_looks import STATUS_WORDS, clocks_of, may_drive_from
from motorpool.web.pages.meetings import ACTIONS, WAITING, decoded

AnyRequest = Request[Any, Any, Any]
LOGS, UNASSIGNED = "hours_of_service_logs", "unassigned_driving"
#: Notifications that are shown, and days ahead in which a paper that lapses is told of.
NEWEST, AHEAD = 5, 60
#: Who has a vehicle now: by an assignment, or because a reserved one was handed over.
VEHICLES = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.vehicle_number, concat_ws(' ', t.model_year, t.make, t.model) AS model, t.license_plate,
           bool_or(x.is_assigned) AS is_assigned
    FROM vehicles t JOIN (
        SELECT a.tenant_id, a.vehicle_id, true AS is_assigned, a.starts_at FROM driver_assignments a
        WHERE a.tenant_id = %(tenant)s AND a.driver_id = %(actor_driver)s AND a.starts_at <= now()
          AND (a.ends_at IS NULL OR a.ends_at > now())
        UNION ALL
        SELECT r.tenant_id, r.vehicle_id, false, r.starts_at FROM vehicle_reservations r
        WHERE r.tenant_id = %(tenant)s AND r.driver_id = %(actor_driver)s AND r.status = 'handed_over'
    ) AS x ON x.tenant_id = t.tenant_id AND x.vehicle_id = t.id
    WHERE t.tenant_id = %(tenant)s GROUP BY t.tenant_id, t.id ORDER BY max(x.starts_at) DESC, t.id) AS q
"""


class Vehicle(msgspec.Struct):
    id: UUID
    vehicle_number: str
    model: str
    license_plate: str | None
    #: Its page is open to whom it is assigned, not to whom it is lent.
    is_assigned: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of what waits for the driver, and where it is done."""

    icon: str
    text: str
    href: str
    more: str = ""
    tone: str = ""


async def driver_home(request: AnyRequest, actor: Actor, driver: UUID) -> Response[Any]:
    state = request.app.state
    vehicles = await vehicles_of(request, actor)
    log = await log_of(request, actor, driver)
    notices = await inbox(state.database, actor, unread=True, limit=NEWEST)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "driver_home.html",
        title="Home",
        driver=driver,
        vehicles=vehicles,
        may_vehicle=may(actor, "vehicles.read"),
        may_inspect=may(actor, "safety_inspections.submit"),
        log=log,
        clocks=clocks_of(log) if log else [],
        may_drive_from=may_drive_from(log) if log else None,
        clock=lambda moment: f"{moment.astimezone(log.terms.zone):%Y-%m-%d %H:%M}" if log else "",
        status_words=STATUS_WORDS,
        buttons=buttons_of(actor, driver, vehicles),
        waiting=[
            *(await of_the_log(request, actor, log) if log else []),
            *await of_unassigned_driving(request, actor),
            *await of_meetings(request, actor),
            *await of_papers(request, actor, driver),
        ],
        notices=notices,
        unread=await unread_count(state.database, actor) if len(notices) == NEWEST else len(notices),
        most=COUNT_MOST,
    )
    return page


def buttons_of(actor: Actor, driver: UUID, vehicles: list[Vehicle]) -> list[tuple[str, str, str]]:
    """(words, address, icon) of what a thumb reaches for."""
    chosen = f"?vehicle={vehicles[0].id}" if len(vehicles) == 1 else ""
    defects = may(actor, "defects.create") or may(actor, "maintenance_records.create")
    found = (
        (
            may(actor, "safety_inspections.submit"),
            "Inspect my vehicle",
            f"/inspect{chosen}",
            "clipboard-check",
        ),
        (may(actor, "incidents.create"), "Report an incident", "/report-incident", "car-crash"),
        (may(actor, "damage_reports.create"), "Report damage", "/report-damage", "hammer"),
        (defects, "Report a problem", "/report-problem", "tool"),
        (may(actor, f"{LOGS}.read"), "My hours", f"/hours-of-service/{driver}", "clock-hour-4"),
        (may(actor, "safety_meetings.read"), "Meetings", "/meetings", "presentation"),
    )
    return [(words, href, icon) for allowed, words, href, icon in found if allowed]


async def vehicles_of(request: AnyRequest, actor: Actor) -> list[Vehicle]:
    """What the driver has now, the latest first."""
    where = {"tenant": actor.tenant_id, "actor_driver": actor.driver_id}
    rows = await request.app.state.database.read(actor, VEHICLES, where)
    return [msgspec.json.decode(text, type=Vehicle) for (text,) in rows]


async def log_of(request: AnyRequest, actor: Actor, driver: UUID) -> DriverLog | None:
    """The driver's log as it stands now; None for who may not see it."""
    state = request.app.state
    reach = actor.access.reach(f"{LOGS}.read")
    if reach is None:
        return None
    logs = await driver_logs(
        state.database, actor, state.registry[LOGS], reach, datetime.now(UTC), drivers=[driver]
    )
    return logs[0] if logs else None


# -- what waits


async def of_the_log(request: AnyRequest, actor: Actor, log: DriverLog) -> list[Waiting]:
    found = await duty_waiting(request.app.state.database, actor, log.driver_id, log.today)
    lines = []

    def address(day: date) -> str:
        # The days of the page end with the one that is asked for.
        last = min(day + timedelta(days=GRID_DAYS - 1), log.today)
        return f"/hours-of-service/{log.driver_id}?to={last}"

    if found.edits and may(actor, f"{LOGS}.accept"):
        count, first = len(found.edits), found.edits[0]
        text = (
            "Accept or reject an edit of your log"
            if count == 1
            else f"Accept or reject {count} edits of your log"
        )
        lines.append(Waiting("edit", text, address(first), f"Of {formats.day(first)}"))
    if found.uncertified and may(actor, f"{LOGS}.certify"):
        count, first = len(found.uncertified), found.uncertified[0]
        text = "Certify a day of your log" if count == 1 else f"Certify {count} days of your log"
        since = formats.day(first) if count == 1 else f"The first is {formats.day(first)}"
        lines.append(Waiting("signature", text, f"{address(first)}#day-{first}", since))
    return lines


async def of_unassigned_driving(request: AnyRequest, actor: Actor) -> list[Waiting]:
    state = request.app.state
    reach = actor.access.reach(f"{UNASSIGNED}.read")
    if reach is None or not may(actor, f"{UNASSIGNED}.claim"):
        return []
    scope = scope_condition(state.registry[UNASSIGNED], reach) or "true"
    sql = f"SELECT count(*) FROM {UNASSIGNED} t WHERE t.tenant_id = %(tenant)s AND t.status = 'open' AND {scope}"
    ((count,),) = await state.database.read(actor, sql, base_parameters(actor, reach))
    if not count:
        return []
    text = "Claim unassigned driving" if count == 1 else f"Claim unassigned driving, {count} times"
    more = "Of a vehicle of yours; say whether it was you"
    return [Waiting("steering-wheel", text, "/hours-of-service/unassigned", more)]


async def of_meetings(request: AnyRequest, actor: Actor) -> list[Waiting]:
    """Meetings to sign, quizzes to answer, and what was decided there or elsewhere for the driver to do."""
    database = request.app.state.database
    where = {
        "tenant": actor.tenant_id,
        "actor_user": actor.user_id,
        "actor_driver": actor.driver_id,
        "today": actor.today,
    }
    lines = []
    if may(actor, "safety_meetings.read"):
        for one in decoded(await database.read(actor, WAITING, where)):
            place = f"/meetings/{one['meeting']}"
            if one["to_sign"]:
                href = f"{place}/sign?place={one['place']}"
                lines.append(
                    Waiting("signature", f"Sign that you were at {one['topic']}", href, "Safety meeting")
                )
            elif one["questions"]:
                href = f"{place}/quiz?place={one['place']}&again"
                lines.append(Waiting("help", f"Answer the quiz of {one['topic']}", href, "Safety meeting"))
    if may(actor, "corrective_actions.read"):
        for one in decoded(await database.read(actor, ACTIONS, where)):
            due = ""
            if one["due_on"]:
                due = f"{'Was due' if one['is_late'] else 'Due'} {formats.day(date.fromisoformat(one['due_on']))}"
            more = " · ".join(filter(None, (due, one["topic"] or one["incident_number"])))
            href = f"/corrective-actions/{one['id']}"
            lines.append(
                Waiting("list-check", one["title"], href, more or "To do", "bad" if one["is_late"] else "")
            )
    return lines


async def of_papers(request: AnyRequest, actor: Actor, driver: UUID) -> list[Waiting]:
    """Papers that lapsed or soon will. The log is told of above, and nobody is warned of tests here."""
    if not (may(actor, "compliance_documents.read") and may(actor, "drivers.read")):
        return []
    registry: Registry = request.app.state.registry
    found = await compliance_home(request.app.state.database, registry, actor, sources=())
    return [
        Waiting(
            "file-alert",
            one.sentence,
            f"/drivers/{driver}/qualification",
            one.title,
            "bad" if one.state in ("stops", "lapsed") else "warn",
        )
        for one in found.lines
        if one.about == "driver"
        and one.subject_id == driver
        and (one.state in ("stops", "lapsed") or (one.within or AHEAD + 1) <= AHEAD)
    ]
