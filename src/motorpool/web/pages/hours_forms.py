"""What people do on the pages about hours of service: enter, edit, decide, certify, and settle unassigned driving."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.certify_duty_day import certify_duty_day
from motorpool.safety.actions.claim_driving import is_own_only
from motorpool.safety.actions.enter_duty_record import HAS_ACCOUNT, DutyEntry, enter_duty_record
from motorpool.safety.queries.duty_log import DriverLog
from motorpool.safety.queries.duty_rows import DutyRow, duty_rows
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.hours import OLDEST, TABLE, UNASSIGNED, asked_log
from motorpool.web.pages.hours_looks import CATEGORY_WORDS, STATUS_WORDS, address_of
from motorpool.web.pages.records import form_pairs, form_texts, key_of
from motorpool.web.rendering import see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
EXCEPTION_WORDS = (
    ("adverse_driving", "Adverse driving conditions"),
    ("short_haul_150_air_mile", "Short haul, 150 air-miles"),
    ("short_haul_16_hour", "16-hour short haul"),
    ("agricultural", "Agricultural operations"),
)
SHOWN = 100
WHICH = {"open": "Open", "claimed": "Claimed", "explained": "Explained"}
#: Fields of the form by those of the API.
FIELDS = {
    "status_start_time": "start",
    "status_end_time": "end",
    "special_category": "category",
    "duty_status": "status",
    "edit_reason": "reason",
}
ITEMS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.*, v.vehicle_number, d.full_name AS driver_name, u.display_name AS resolved_by,
           coalesce(l.origin = 'carrier' AND l.driver_decision = 'undecided', false) AS waits
    FROM unassigned_driving t JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.claimed_by_driver_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.resolved_by_user_id
    LEFT JOIN hours_of_service_logs l ON l.tenant_id = t.tenant_id AND l.id = t.log_id
    WHERE t.tenant_id = %(tenant)s AND t.status = %(show)s AND {scope} ORDER BY t.started_at DESC LIMIT {most}) AS q
"""
COUNTS = """
SELECT t.status, count(*) FROM unassigned_driving t WHERE t.tenant_id = %(tenant)s AND {scope} GROUP BY t.status
"""


# -- entries


@get("/hours-of-service/{key:str}/entry", include_in_schema=False)
async def entry_page(request: AnyRequest) -> Response[Any]:
    """A new entry, or with `?edit=` an edit of one; `?start=` and `?end=` fill in a time."""
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry[TABLE], actor, "create")
    log, _ = await asked_log(request, actor)
    query = request.query_params
    edited = await _edited(request, actor, log, query.get("edit"))
    given: dict[str, Any] = {name: query.get(name, "") for name in ("status", "start", "end")}
    if edited:
        given = _given(edited, log)
    elif not given["start"]:
        given["start"] = f"{datetime.now(log.terms.zone):%Y-%m-%dT%H:%M}"
    return await _entry(request, actor, log, edited, given)


@post("/hours-of-service/{key:str}/entry", include_in_schema=False, status_code=200)
async def entry_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "create")
    log, _ = await asked_log(request, actor)
    pairs = await form_pairs(request)
    form = {name: text.strip() for name, text in pairs}
    given: dict[str, Any] = form | {"exceptions": [text for name, text in pairs if name == "exception"]}
    edited = await _edited(request, actor, log, form.get("edit"))
    try:
        entry = DutyEntry(
            log.driver_id,
            form.get("status", ""),
            _moment(form.get("start", ""), log, edited.status_start_time if edited else None)
            or _refuse_start(),
            _moment(form.get("end", ""), log, edited.status_end_time if edited else None),
            form.get("category") or None,
            given["exceptions"],
            parse_uuid(form.get("vehicle", "")),
            form.get("place") or None,
            form.get("remarks") or None,
            UUID(edited.id) if edited else None,
            form.get("reason") or None,
        )
        async with state.database.transaction(actor) as session:
            _, waits = await enter_duty_record(session, resource, actor, reach, entry, log.terms)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (400, 409, 422):
            raise
        return await _entry(request, actor, log, edited, given, problem)
    day = log.terms.day_of(int(entry.start.timestamp()))
    return see_other(
        address_of(log, day), "Proposed. It counts once the driver has accepted it." if waits else "Saved."
    )


@post("/hours-of-service/{key:str}/status", include_in_schema=False, status_code=200)
async def status_posted(request: AnyRequest) -> Response[Any]:
    """The driver's status from now on."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "create")
    log, _ = await asked_log(request, actor)
    status = (await form_texts(request)).get("status", "")
    here = f"/hours-of-service/{log.driver_id}"
    if log.now and log.now.record and log.now.status == status and log.now.record.end is None:
        return see_other(here, f"You are {STATUS_WORDS[status].lower()} already.", "warning")
    now = datetime.now(UTC).replace(microsecond=0)
    vehicle = parse_uuid(await _vehicle_now(request, actor, log.driver_id) or "")
    entry = DutyEntry(log.driver_id, status, now, vehicle_id=vehicle)
    async with state.database.transaction(actor) as session:
        await enter_duty_record(session, resource, actor, reach, entry, log.terms)
    return see_other(here, f"{STATUS_WORDS[status]} since {now.astimezone(log.terms.zone):%H:%M}.")


@post("/hours-of-service/{key:str}/decide", include_in_schema=False, status_code=200)
async def decide_posted(request: AnyRequest) -> Response[Any]:
    """Accept or reject what the office proposes."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    log, _ = await asked_log(request, actor)
    form = await form_texts(request)
    verb, record = form.get("verb", ""), parse_uuid(form.get("record", ""))
    move = next((one for one in resource.moves if one.verb == verb), None)
    if move is None or verb not in ("accept", "reject") or record is None:
        raise BadRequest("Accept or reject an entry.")
    reach = reach_or_forbid(resource, actor, verb)
    async with state.database.transaction(actor) as session:
        await move_row(session, resource, actor, reach, record, move, {})
    return see_other(f"/hours-of-service/{log.driver_id}", "Accepted." if verb == "accept" else "Rejected.")


@post("/hours-of-service/{key:str}/certify", include_in_schema=False, status_code=200)
async def certify_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "certify")
    log, _ = await asked_log(request, actor)
    try:
        day = date.fromisoformat((await form_texts(request)).get("day", ""))
    except ValueError as error:
        raise BadRequest("Which day?") from error
    if not log.today - OLDEST <= day <= log.today:
        raise BadRequest("A day of the past is certified.")
    try:
        async with state.database.transaction(actor) as session:
            await certify_duty_day(session, resource, actor, reach, log.driver_id, day)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status != 409:
            raise
        return see_other(address_of(log, day), problem.detail, "warning")
    return see_other(address_of(log, day), "Certified.")


def _local(moment: datetime | None, log: DriverLog) -> str:
    """As a field of the form holds it."""
    return f"{moment.astimezone(log.terms.zone):%Y-%m-%dT%H:%M}" if moment else ""


def _moment(text: str, log: DriverLog, was: datetime | None = None) -> datetime | None:
    """A time of the home terminal; what was not touched keeps its seconds. Raises BadRequest."""
    if not text:
        return None
    if was and text == _local(was, log):
        return was
    try:
        return datetime.fromisoformat(text).replace(tzinfo=log.terms.zone).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest("A time is written like 2026-03-02T06:30.") from error


def _refuse_start() -> datetime:
    raise BadRequest("Say from when on.")


def _given(row: DutyRow, log: DriverLog) -> dict[str, Any]:
    return {
        "status": row.duty_status,
        "start": _local(row.status_start_time, log),
        "end": _local(row.status_end_time, log),
        "place": row.location_start or "",
        "remarks": row.remarks or "",
        "vehicle": row.vehicle_id or "",
        "category": row.special_category or "",
        "exceptions": row.exceptions,
        "reason": "",
    }


async def _edited(request: AnyRequest, actor: Actor, log: DriverLog, text: str | None) -> DutyRow | None:
    """The record that is edited. Raises BadRequest for one that is not this driver's."""
    if not text:
        return None
    key = parse_uuid(text)
    start = await request.app.state.database.read(
        actor,
        "SELECT t.status_start_time FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.id = %(key)s "
        "AND t.driver_id = %(driver)s",
        {"tenant": actor.tenant_id, "key": key, "driver": log.driver_id},
    )
    moment = start[0][0] if start else datetime.now(UTC)
    rows = await duty_rows(request.app.state.database, actor, log.driver_id, moment, datetime.now(UTC))
    found = next((one for one in rows if one.id == str(key)), None)
    if found is None:
        raise BadRequest("There is no such record of this driver.")
    return found


async def _entry(
    request: AnyRequest,
    actor: Actor,
    log: DriverLog,
    edited: DutyRow | None,
    given: dict[str, Any],
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    state = request.app.state
    errors = {FIELDS.get(one.field, one.field): one.message for one in problem.fields} if problem else {}
    known = {"status", "start", "end", "category", "reason"}
    said = [f"{name.replace('_', ' ')}: {text}" for name, text in errors.items() if name not in known]
    names = ("status", "start", "end", "place", "remarks", "vehicle", "category", "reason")
    vehicles = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
    if edited and edited.vehicle_id and edited.vehicle_id not in {str(value) for value, _ in vehicles}:
        vehicles = [(edited.vehicle_id, edited.vehicle_number or ""), *vehicles]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "hours_entry.html",
        status=problem.status if problem else 200,
        title="Edit an entry" if edited else "Add an entry",
        log=log,
        edited=edited,
        was=_was(edited, log) if edited else "",
        waits=actor.driver_id != log.driver_id
        and (edited is not None or await _has_account(request, actor, log.driver_id)),
        given=dict.fromkeys(names, "") | {"exceptions": []} | given,
        errors=errors,
        problem=("; ".join(said) or (problem.detail if not problem.fields else "")) if problem else "",
        zone=log.terms.zone.key,
        vehicles=[(str(value), text) for value, text in vehicles],
        status_words=STATUS_WORDS,
        category_words=CATEGORY_WORDS,
        exceptions=EXCEPTION_WORDS,
    )
    return page


def _was(row: DutyRow, log: DriverLog) -> str:
    start = row.status_start_time.astimezone(log.terms.zone)
    end = row.status_end_time.astimezone(log.terms.zone) if row.status_end_time else None
    return f"{start:%Y-%m-%d %H:%M} to {f'{end:%H:%M}' if end else 'now'}"


async def _has_account(request: AnyRequest, actor: Actor, driver: UUID) -> bool:
    where = {"tenant": actor.tenant_id, "driver": driver}
    rows = await request.app.state.database.read(actor, HAS_ACCOUNT, where)
    return bool(rows and rows[0][0])


async def _vehicle_now(request: AnyRequest, actor: Actor, driver: UUID) -> str | None:
    """The vehicle that the driver is assigned to now, where it is one."""
    rows = await request.app.state.database.read(
        actor,
        "SELECT a.vehicle_id::text FROM driver_assignments a WHERE a.tenant_id = %(tenant)s AND a.driver_id = %(driver)s "
        "AND a.starts_at <= now() AND coalesce(a.ends_at, 'infinity') > now() LIMIT 2",
        {"tenant": actor.tenant_id, "driver": driver},
    )
    return rows[0][0] if len(rows) == 1 else None


# -- unassigned driving


@get("/hours-of-service/unassigned", include_in_schema=False)
async def unassigned_page(request: AnyRequest) -> Response[Any]:
    return await _unassigned(request)


@post("/hours-of-service/unassigned/{key:str}/{verb:str}", include_in_schema=False, status_code=200)
async def unassigned_posted(request: AnyRequest) -> Response[Any]:
    """Claim, assign or explain."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[UNASSIGNED]
    verb = request.path_params["verb"]
    move = next((one for one in resource.moves if one.verb == verb), None)
    if move is None or verb not in ("claim", "explain"):
        raise BadRequest("Claim or explain it.")
    reach = reach_or_forbid(resource, actor, verb)
    form = await form_texts(request)
    body = (
        {"claimed_by_driver_id": form.get("driver") or None}
        if verb == "claim"
        else {"explanation": form.get("explanation", "").strip() or None}
    )
    try:
        async with state.database.transaction(actor) as session:
            await move_row(session, resource, actor, reach, key_of(request, resource), move, body)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (400, 409, 422):
            raise
        missing = "Say who drove." if verb == "claim" else "Say why it is nobody's driving time."
        told = problem.detail
        if problem.fields:
            one = problem.fields[0]
            told = missing if one.code == "required" else f"The driver {one.message}."
        return await _unassigned(request, told)
    return see_other("/hours-of-service/unassigned", "Assigned." if verb == "claim" else "Explained.")


async def _unassigned(request: AnyRequest, problem: str = "") -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[UNASSIGNED]
    reach = reach_or_forbid(resource, actor, "read")
    scope = scope_condition(resource, reach) or "true"
    wanted = request.query_params.get("show", "open")
    show = wanted if wanted in WHICH else "open"
    where = base_parameters(actor, reach) | {"show": show}
    texts = await state.database.read(actor, ITEMS.format(scope=scope, most=SHOWN + 1), where)
    counts: dict[str, int] = dict(await state.database.read(actor, COUNTS.format(scope=scope), where))
    is_own = is_own_only(actor)
    drivers = (
        await choices_of(state.database, state.registry, actor, "drivers", MOST_CHOICES)
        if not is_own and may(actor, "drivers.read")
        else []
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "hours_unassigned.html",
        status=422 if problem else 200,
        title="Unassigned driving",
        items=[msgspec.json.decode(text) for (text,) in texts[:SHOWN]],
        more=len(texts) > SHOWN,
        show=show,
        tabs=[(name, label, counts.get(name, 0)) for name, label in WHICH.items()],
        own_driver=actor.driver_id if is_own else None,
        drivers=drivers,
        problem=problem,
    )
    return page


route_handlers = [
    entry_page,
    entry_posted,
    status_posted,
    decide_posted,
    certify_posted,
    unassigned_page,
    unassigned_posted,
]
