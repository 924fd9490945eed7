"""Hours of service: the dispatcher's list, a driver's log as the 24-hour grid, and its print."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.files.names import content_disposition
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.duty_log import duty_log_pdf
from motorpool.safety.queries.duty_clocks import duty_violation, recent_violations
from motorpool.safety.queries.duty_documents import DutyDocument, duty_documents
from motorpool.safety.queries.duty_eld import eld_file
from motorpool.safety.queries.duty_log import GRID_DAYS, DriverLog, as_time, driver_logs
from motorpool.safety.queries.duty_rows import DutyRow, duty_rows
from motorpool.safety.rules.duty_documents import KINDS, counted
from motorpool.safety.rules.duty_eld_file import eld_file_name, write_eld_file
from motorpool.safety.rules.duty_grid import DESK, PHONE, draw
from motorpool.safety.rules.hours_of_service.rulesets import RULE_WORDS
from motorpool.web.navigation import may
from motorpool.web.pages.hours_looks import (
    CATEGORY_WORDS,
    RULESET_WORDS,
    SEVERITY_TONES,
    SHORT,
    STATUS_WORDS,
    Driver,
    Sheet,
    certified_words,
    clocks_of,
    documents_words,
    entries_of,
    grid_words,
    may_drive_from,
    pending_words,
    remarks_of,
    told,
)
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
TABLE, UNASSIGNED = "hours_of_service_logs", "unassigned_driving"
#: Logs are kept for six months; nobody looks back further than that often.
OLDEST = timedelta(days=3650)


@get("/hours-of-service", include_in_schema=False)
async def list_page(request: AnyRequest) -> Response[Any]:
    """Who may drive, and for how long."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "read")
    if actor.driver_id and not (reach.everything or reach.facilities or reach.departments):
        return see_other(f"/hours-of-service/{actor.driver_id}")
    logs = await driver_logs(state.database, actor, resource, reach, datetime.now(UTC))
    drivers = [Driver(one, clocks_of(one), recent_violations(one, one.first_moment())) for one in logs]
    drivers.sort(key=lambda one: (one.least, one.log.name))
    wanted = request.query_params.get("show", "all")
    shown = {
        "all": drivers,
        "driving": [one for one in drivers if one.log.now and one.log.now.status == "driving"],
        "short": [one for one in drivers if one.least <= SHORT],
        "violations": [one for one in drivers if one.violations],
    }
    words = {"all": "All", "driving": "Driving now", "short": "An hour or less", "violations": "Violations"}
    show = wanted if wanted in shown else "all"
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "hours.html",
        title="Hours of service",
        drivers=shown[show],
        total=len(drivers),
        show=show,
        tabs=[(name, words[name], len(found)) for name, found in shown.items()],
        unassigned=await open_unassigned(request, actor),
        status_words=STATUS_WORDS,
        rule_words=RULE_WORDS,
        severity_tones=SEVERITY_TONES,
        may_import=may(actor, resource.permission("import_file")),
    )
    return page


async def open_unassigned(request: AnyRequest, actor: Actor) -> int | None:
    """How much driving waits for somebody; None for those who may not see it."""
    resource = request.app.state.registry[UNASSIGNED]
    reach = actor.access.reach(resource.permission("read"))
    if reach is None or not reach.everything:
        return None
    rows = await request.app.state.database.read(
        actor,
        "SELECT count(*) FROM unassigned_driving t WHERE t.tenant_id = %(tenant)s AND t.status = 'open'",
        {"tenant": actor.tenant_id},
    )
    return int(rows[0][0])


@get("/hours-of-service/{key:str}", include_in_schema=False)
async def log_page(request: AnyRequest) -> Response[Any]:
    """A driver's last 8 days."""
    actor, state = actor_of(request), request.app.state
    log, last = await asked_log(request, actor)
    shown = await log_as_of_day(request, actor, log, last)
    sheets, rows = await sheets_of(request, actor, log, shown, last)
    resource = state.registry[TABLE]
    is_driver = actor.driver_id == log.driver_id
    waiting = [one for one in rows if one.record_status == "change_requested"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "hours_log.html",
        title=f"Hours of {log.name}",
        log=log,
        driver=log.driver_id,
        zone=log.terms.zone.key,
        clocks=clocks_of(log),
        sheets=list(reversed(sheets)),
        waiting=waiting,
        originals={one.id: one for one in rows},
        pending=pending_words(log),
        may_drive_from=may_drive_from(log),
        is_driver=is_driver,
        can_enter=may(actor, resource.permission("create")),
        can_decide=is_driver and may(actor, resource.permission("accept")),
        last=last,
        documents=await documents_of(request, actor, log, last),
        document_kinds=KINDS,
        counted=lambda found: counted([one.supporting for one in found if one.is_kept]),
        may_send=may(actor, "duty_supporting_documents.submit"),
        first=last - timedelta(days=GRID_DAYS - 1),
        earlier=last - timedelta(days=GRID_DAYS),
        later=min(last + timedelta(days=GRID_DAYS), log.today) if last < log.today else None,
        today=log.today,
        status_words=STATUS_WORDS,
        category_words=CATEGORY_WORDS,
        rule_words=RULE_WORDS,
        severity_tones=SEVERITY_TONES,
        ruleset=RULESET_WORDS[log.terms.ruleset.name],
        clock=lambda moment: f"{moment.astimezone(log.terms.zone):%H:%M}",
        local=lambda moment: f"{moment.astimezone(log.terms.zone):%Y-%m-%dT%H:%M}",
    )
    return page


@get("/hours-of-service/{key:str}/log.pdf", include_in_schema=False)
async def log_pdf(request: AnyRequest) -> Response[bytes]:
    """The 8 days for an inspector."""
    actor = actor_of(request)
    log, last = await asked_log(request, actor)
    shown = await log_as_of_day(request, actor, log, last)
    sheets, rows = await sheets_of(request, actor, log, shown, last)
    supporting = await documents_of(request, actor, log, last) or {}
    document = await duty_log_pdf(
        actor,
        log,
        ruleset=RULESET_WORDS[log.terms.ruleset.name],
        clocks=[(one.label, one.words) for one in clocks_of(log)],
        sheets=[
            (
                sheet.day,
                sheet.desk,
                remarks_of(sheet, log.terms),
                [told(one, log.terms) for one in sheet.violations],
                certified_words(sheet, log.terms),
                documents_words(supporting.get(sheet.day.day, ())),
            )
            for sheet in reversed(sheets)
        ],
        vehicles=sorted({one.vehicle_number for one in rows if one.vehicle_number}),
    )
    name = f"hours-of-service-{log.number}-{last}.pdf"
    headers = {"Content-Disposition": content_disposition(name, inline=True), "Cache-Control": "no-store"}
    return Response(document, media_type="application/pdf", headers=headers)


@get("/hours-of-service/{key:str}/eld-file.csv", include_in_schema=False)
async def eld_file_page(request: AnyRequest) -> Response[bytes]:
    """The same days as the output file of 49 CFR 395 Subpart B, Appendix A."""
    actor = actor_of(request)
    log, last = await asked_log(request, actor)
    since = log.terms.begins(last - timedelta(days=GRID_DAYS - 1))
    until = min(log.terms.begins(last + timedelta(days=1)), log.as_of)
    shown = await log_as_of_day(request, actor, log, last)
    given = await eld_file(request.app.state.database, actor, shown, as_time(since), as_time(until))
    headers = {"Content-Disposition": content_disposition(eld_file_name(given)), "Cache-Control": "no-store"}
    return Response(write_eld_file(given).encode(), media_type="text/csv; charset=us-ascii", headers=headers)


# -- reading


async def asked_log(request: AnyRequest, actor: Actor) -> tuple[DriverLog, date]:
    """The log that the address names, as it stands now, and the last day that is asked for. Raises NotFound."""
    state = request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "read")
    key = parse_uuid(request.path_params["key"])
    logs = (
        await driver_logs(state.database, actor, resource, reach, datetime.now(UTC), drivers=[key])
        if key
        else []
    )
    if not logs:
        raise NotFound("There is no such driver.")
    log = logs[0]
    try:
        last = date.fromisoformat(request.query_params.get("to", ""))
    except ValueError:
        last = log.today
    return log, min(max(last, log.today - OLDEST), log.today)


async def log_as_of_day(request: AnyRequest, actor: Actor, log: DriverLog, last: date) -> DriverLog:
    """The log as it stood at the end of an earlier day; today it is the log itself."""
    if last >= log.today:
        return log
    state = request.app.state
    resource = state.registry[TABLE]
    end = as_time(min(log.terms.begins(last + timedelta(days=1)), log.as_of))
    reach = reach_or_forbid(resource, actor, "read")
    (found,) = await driver_logs(state.database, actor, resource, reach, end, drivers=[log.driver_id])
    return found


async def documents_of(
    request: AnyRequest, actor: Actor, log: DriverLog, last: date
) -> dict[date, list[DutyDocument]] | None:
    """Supporting documents of the days that are shown; None for who may not see any."""
    if not may(actor, "duty_supporting_documents.read"):
        return None
    database = request.app.state.database
    return await duty_documents(database, actor, log.driver_id, last - timedelta(days=GRID_DAYS - 1), last)


async def sheets_of(
    request: AnyRequest, actor: Actor, log: DriverLog, shown: DriverLog, last: date
) -> tuple[list[Sheet], list[DutyRow]]:
    days = shown.days(last)
    rows = await duty_rows(
        request.app.state.database, actor, log.driver_id, as_time(days[0].start), as_time(days[-1].end)
    )
    by_id = {one.id: one for one in rows}
    is_driver = actor.driver_id == log.driver_id
    found = shown.evaluation.violations if shown.evaluation else ()
    final = shown.evaluation.final_before if shown.evaluation and shown is log else log.as_of
    sheets = []
    for day in days:
        words = grid_words(day, shown.terms)
        within = [one for one in found if one.start < day.end and one.end > day.start]
        records = [by_id[one.record.id] for one in day.stretches if one.record and one.record.id in by_id]
        certified = bool(records) and not day.missing and all(one.certified_at for one in records)
        is_over = day.end <= log.as_of
        sheets.append(
            Sheet(
                day,
                draw(day, shown.terms, within, DESK, words),
                draw(day, shown.terms, within, PHONE, words),
                entries_of(day, by_id),
                [duty_violation(one, final) for one in within],
                is_over,
                certified,
                is_driver and is_over and bool(records) and not certified,
            )
        )
    return sheets, rows


route_handlers = [list_page, log_page, log_pdf, eld_file_page]
