"""Pages for the files of duty logs: an ELD's output file is looked at and read in, supporting documents of a day are sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.files.reading import find_file, open_file
from motorpool.core.files.storing import keep_received
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.import_duty_file import import_duty_file, look_at_duty_file
from motorpool.safety.duty_file_routes import answer_of, receive_document
from motorpool.safety.queries.duty_documents import duty_documents
from motorpool.safety.rules.duty_documents import KINDS, counted, due_on, to_keep
from motorpool.safety.rules.duty_eld_reading import MOST_BYTES, read_eld_file
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.hours import TABLE, asked_log
from motorpool.web.pages.hours_looks import CATEGORY_WORDS, STATUS_WORDS, address_of
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import go_on, see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]
#: How long a file that was looked at waits to be read in.
WAITS = timedelta(hours=2)
PURPOSE = "eld_file_look"
FIELD_WORDS = {
    "log_date": "Day",
    "kind": "What it is",
    "place": "Town",
    "document_time": "Time on it",
    "document_date": "Date on it",
    "received_on": "The driver got it on",
    "shown_name": "Name on it",
    "vehicle_id": "Vehicle",
    "driver_id": "Driver",
    "file": "File",
}


def _problem(request: AnyRequest, actor: Actor, error: Exception) -> Response[Any]:
    """What is wrong, for beside the form. Raises what is no fault of the form."""
    problem = as_problem(error, problem_of)
    if problem.status not in (400, 409, 413, 422):
        raise error
    lines = [
        (FIELD_WORDS.get(one.field, one.field[:1].upper() + one.field[1:]), one.message)
        for one in problem.fields
    ]
    page: Response[Any] = request.app.state.renderer.page(
        request, actor, "hours_problem.html", title="", problem=problem.detail, lines=lines
    )
    return page


# -- supporting documents


@get("/hours-of-service/{key:str}/document", include_in_schema=False)
async def document_page(request: AnyRequest) -> Response[Any]:
    """Those of a day, and a form for one more."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["duty_supporting_documents"], actor, "read")
    log, _ = await asked_log(request, actor)
    day = _day(request.query_params.get("day"), log.today)
    documents = (await duty_documents(state.database, actor, log.driver_id, day, day)).get(day, [])
    kept = [one.supporting for one in documents if one.is_kept]
    vehicles = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "hours_document.html",
        title="Supporting documents",
        log=log,
        day=day,
        back=address_of(log, day),
        due=due_on(day),
        documents=documents,
        count=counted(kept),
        first_and_last=to_keep(kept),
        kinds=KINDS,
        may_send=may(actor, "duty_supporting_documents.submit"),
        action=f"/hours-of-service/{log.driver_id}/document",
        vehicles=[(str(value), text) for value, text in vehicles],
        vehicle=await _vehicle_of(request, actor, log.driver_id, day),
    )
    return page


@post(
    "/hours-of-service/{key:str}/document",
    include_in_schema=False,
    status_code=200,
    request_max_body_size=None,
)
async def document_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    try:
        key = await receive_document(request, request.path_params["key"])
    except FAILURES as error:
        return _problem(request, actor, error)
    rows = await request.app.state.database.read(
        actor,
        "SELECT t.driver_id, t.log_date FROM duty_supporting_documents t WHERE t.tenant_id = %(tenant)s AND t.id = %(key)s",
        {"tenant": actor.tenant_id, "key": key},
    )
    driver, day = rows[0]
    return go_on(request, f"/hours-of-service/{driver}/document?day={day}")


def _day(text: str | None, today: date) -> date:
    try:
        return min(date.fromisoformat(text or ""), today)
    except ValueError:
        return today


async def _vehicle_of(request: AnyRequest, actor: Actor, driver: UUID, day: date) -> str | None:
    """What the driver had recorded last on that day."""
    rows = await request.app.state.database.read(
        actor,
        "SELECT t.vehicle_id::text FROM hours_of_service_logs t WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s "
        "AND t.log_date = %(day)s AND t.vehicle_id IS NOT NULL ORDER BY t.status_start_time DESC LIMIT 1",
        {"tenant": actor.tenant_id, "driver": driver, "day": day},
    )
    return rows[0][0] if rows else None


# -- output files of ELDs


@get("/hours-of-service/import", include_in_schema=False)
async def import_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[TABLE], actor, "import_file")
    return await _import_page(request, actor)


@post("/hours-of-service/import", include_in_schema=False, status_code=200, request_max_body_size=None)
async def import_posted(request: AnyRequest) -> Response[Any]:
    """Keep the file for a while, and go on to what is in it."""
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry[TABLE], actor, "import_file")
    try:
        async with state.files.spool(MOST_BYTES) as spool:
            sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
            received = await spool.finish()
            received.file.seek(0)
            read = read_eld_file(received.file.read())
            driver = parse_uuid(sent.fields.get("driver_id", ""))
            async with state.database.transaction(actor) as session:
                outlook = await look_at_duty_file(session, state.registry[TABLE], actor, reach, read, driver)
                row = await keep_received(
                    session,
                    state.files,
                    actor,
                    received,
                    name=sent.name,
                    declared_type=None,
                    purpose=PURPOSE,
                    expires_at=datetime.now(UTC) + WAITS,
                )
                key = row.id
    except FAILURES as error:
        return _problem(request, actor, error)
    return go_on(request, f"/hours-of-service/import/{key}?driver={outlook.driver_id}")


@get("/hours-of-service/import/{file:str}", include_in_schema=False)
async def looked_at_page(request: AnyRequest) -> Response[Any]:
    """What would come in."""
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry[TABLE], actor, "import_file")
    raw, _ = await _waiting(request, actor)
    driver = parse_uuid(request.query_params.get("driver", ""))
    async with state.database.transaction(actor) as session:
        outlook = await look_at_duty_file(
            session, state.registry[TABLE], actor, reach, read_eld_file(raw), driver
        )
    zone = outlook.log.terms.zone
    return await _import_page(
        request,
        actor,
        found=answer_of(outlook),
        file=request.path_params["file"],
        zone=zone.key,
        local=lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M}",
    )


@post("/hours-of-service/import/{file:str}", include_in_schema=False, status_code=200)
async def read_in_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach = reach_or_forbid(state.registry[TABLE], actor, "import_file")
    raw, name = await _waiting(request, actor)
    form = await form_texts(request)
    here = f"/hours-of-service/import/{request.path_params['file']}?driver={form.get('driver_id', '')}"
    try:
        async with state.files.spool(MOST_BYTES) as spool:
            await spool.write(raw)
            received = await spool.finish()
            async with state.database.transaction(actor) as session:
                outlook, done = await import_duty_file(
                    session,
                    state.registry[TABLE],
                    state.files,
                    actor,
                    reach,
                    read_eld_file(raw),
                    received,
                    name=name,
                    driver=parse_uuid(form.get("driver_id", "")),
                    over=form.get("over") == "1",
                )
    except FAILURES as error:
        problem: MotorpoolError = as_problem(error, problem_of)
        if problem.status not in (400, 409, 422):
            raise
        return see_other(here, problem.detail, "warning")
    told = (
        "This file was read in before; nothing was written."
        if done.is_repeat
        else f"{done.new} new, {done.changed} changed, {done.known} known already"
        + (f", {done.nobody} of unassigned driving." if done.nobody else ".")
    )
    return see_other(f"/hours-of-service/{outlook.driver_id}", told)


async def _waiting(request: AnyRequest, actor: Actor) -> tuple[bytes, str]:
    """The content of the file that the actor sent a while ago, and its name. Raises NotFound, BadRequest."""
    state = request.app.state
    key = parse_uuid(request.path_params["file"])
    if key is None:
        raise NotFound("There is no such file.")
    try:
        row = await find_file(state.database, actor, key)
    except NotFound as error:
        raise BadRequest("The file was forgotten after two hours; choose it again.") from error
    if row.purpose != PURPOSE or row.uploaded_by_user_id != actor.user_id:
        raise NotFound("There is no such file.")
    return b"".join([part async for part in await open_file(state.files, row)]), row.name


async def _import_page(request: AnyRequest, actor: Actor, **more: Any) -> Response[Any]:
    state = request.app.state
    drivers = (
        await choices_of(state.database, state.registry, actor, "drivers", MOST_CHOICES)
        if may(actor, "drivers.read")
        else []
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "hours_import.html",
        title="Read an ELD file",
        drivers=drivers,
        status_words=STATUS_WORDS,
        category_words=CATEGORY_WORDS,
        **({"found": None} | more),
    )
    return page


route_handlers = [document_page, document_posted, import_page, import_posted, looked_at_page, read_in_posted]
