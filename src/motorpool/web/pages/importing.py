"""The import wizard: choose a file, say which column is which, see what is wrong, run it, correct the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tabular import Limits
from motorpool.core.tenancy import Actor
from motorpool.system.actions.read_file import choose_sheet
from motorpool.system.actions.start_import import RESTS, begin
from motorpool.system.routes import receive_import, signed
from motorpool.system.rules.targets import Target, is_importable, targets_of
from motorpool.system.shapes import ImportParameters, Preview
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.listing import section_of
from motorpool.web.pages.records import form_texts, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
#: Errors shown on the page; the error file has them all.
SHOWN = 100
RECENT = 20
STEPS = ("File", "Columns", "Check", "Import")
NOW_AT = {"pending": 1, "checking": 2, "checked": 2, "processing": 3, "completed": 3}


@dataclass(frozen=True, slots=True)
class Source:
    """A column of the file: what stands in it, and which of ours it fills."""

    place: int
    heading: str
    samples: list[str]
    target: str


@get("/import", include_in_schema=False)
async def import_page(request: AnyRequest) -> Response[Any]:
    asked = request.query_params
    return await _start_page(request, asked.get("table") or asked.get("collection") or "")


async def _start_page(
    request: AnyRequest, table: str, problem: MotorpoolError | None = None
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["import_jobs"], actor, "create")
    recent: list[dict[str, Any]] = []
    if may(actor, "import_jobs.read"):
        texts, _, _ = await state.apis["import_jobs"].list_page(
            actor, [("limit", str(RECENT)), ("sort", "-created_at")]
        )
        recent = [msgspec.json.decode(text) for text in texts]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "import_form.html" if problem else "import_start.html",
        title="Import",
        tables=tables_of(state.registry, actor),
        chosen=table.replace("-", "_"),
        problem=problem and sentences(problem),
        recent=recent,
        names=names_of(state.registry),
        limit_mb=state.files.limit_bytes / 1e6,
    )
    return page


def tables_of(registry: dict[str, Resource], actor: Actor) -> dict[str, list[tuple[str, str]]]:
    """Domain -> (table, plural) of what the actor may import."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, resource in registry.items():
        allowed = any(
            may(actor, resource.permission(action))
            for action in ("create", "update")
            if action in resource.operations
        )
        if allowed and is_importable(resource):
            found.setdefault(section_of(resource), []).append((name, resource.plural))
    return found


def names_of(registry: dict[str, Resource]) -> dict[str, str]:
    return {name: resource.plural for name, resource in registry.items()}


@post("/import", include_in_schema=False, status_code=200, request_max_body_size=None)
async def file_posted(request: AnyRequest) -> Response[Any]:
    """The file, sent by htmx; on success it goes on to the mapping, else the form comes back with what is wrong."""
    try:
        key = await receive_import(request)
    except MotorpoolError as problem:
        if problem.status not in (400, 413, 422):
            raise
        return await _start_page(request, request.query_params.get("table", ""), problem)
    return Response(b"", headers={"HX-Redirect": f"/import/{key}", "Cache-Control": "no-store"})


@get("/import/{key:str}", include_in_schema=False)
async def job_page(request: AnyRequest) -> Response[Any]:
    return await _job_page(request)


@get("/import/{key:str}/state", include_in_schema=False)
async def job_state(request: AnyRequest) -> Response[Any]:
    """The part of the page that changes while the worker is at it."""
    return await _job_page(request, template="import_state.html")


async def _job_page(
    request: AnyRequest,
    *,
    template: str = "import_job.html",
    form: ImportParameters | None = None,
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["import_jobs"])
    resource: Resource = state.registry[row["import_type"]]
    parameters = form or msgspec.convert(row["import_parameters"] or {}, ImportParameters)
    maps = form is not None or row["status"] == "pending" or request.query_params.get("step") == "columns"
    maps = maps and row["status"] in RESTS
    errors = await errors_of(request, UUID(row["id"])) if row["rows_failed"] else []
    targets = targets_of(resource)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        template,
        status=200,
        title=row["file_name"],
        job=row,
        resource=resource,
        steps=STEPS,
        step=1 if maps else NOW_AT.get(row["status"], 3),
        maps=maps,
        running=row["status"] in ("checking", "processing"),
        sources=sources_of(row, parameters) if maps else [],
        targets=targets,
        parameters=parameters,
        preview=msgspec.convert(
            row["preview"] or {"headings": [], "samples": [], "rows": 0, "format": ""}, Preview
        ),
        key_names=formats.listing(
            [target.label for target in targets if target.is_key and target.name != "id"]
        ),
        has_key=any(target.is_key and target.name in parameters.mapping for target in targets),
        errors=errors,
        labels={target.name: target.label for target in targets},
        problem=problem and sentences(problem, targets),
        can_begin=may(actor, "import_jobs.create"),
        can_cancel=may(actor, "import_jobs.cancel"),
    )
    return page


def sources_of(row: dict[str, Any], parameters: ImportParameters) -> list[Source]:
    preview = row["preview"] or {}
    filled = {heading: name for name, heading in parameters.mapping.items()}
    return [
        Source(
            place,
            heading,
            [sample[place] for sample in preview.get("samples", []) if sample[place]][:3],
            filled.get(heading, ""),
        )
        for place, heading in enumerate(preview.get("headings", []))
    ]


async def errors_of(request: AnyRequest, job: UUID) -> list[dict[str, Any]]:
    rows = await request.app.state.database.read(
        actor_of(request),
        "SELECT row_number, field, heading, value, message FROM import_errors "
        "WHERE tenant_id = %s AND import_job_id = %s ORDER BY row_number, id LIMIT %s",
        (actor_of(request).tenant_id, job, SHOWN),
    )
    return [
        {"row": row, "label": heading or field, "value": value, "message": message}
        for row, field, heading, value, message in rows
    ]


@post("/import/{key:str}/check", include_in_schema=False, status_code=200)
async def check_posted(request: AnyRequest) -> Response[Any]:
    """The columns that were chosen: try them."""
    row, _ = await read_row(request, request.app.state.registry["import_jobs"])
    form = await form_texts(request)
    headings = (row["preview"] or {}).get("headings", [])
    chosen = [form.get(f"column-{place}", "") for place in range(len(headings))]
    before = msgspec.convert(row["import_parameters"] or {}, ImportParameters)
    parameters = msgspec.structs.replace(
        before,
        mapping={name: heading for name, heading in zip(chosen, headings, strict=True) if name},
        existing=_choice(form, "existing", ("update", "skip", "refuse")),
        missing=_choice(form, "missing", ("create", "refuse")),
        empty_cells=_choice(form, "empty_cells", ("keep", "clear")),
        day_first=form.get("day_first") == "true",
    )
    twice = {name for name in chosen if name and chosen.count(name) > 1}
    if twice:
        labels = formats.listing(sorted(name.removesuffix("_id").replace("_", " ") for name in twice))
        problem = MotorpoolError(f"Two columns of the file fill the same one of ours: {labels}.")
        return await _job_page(request, form=parameters, problem=problem)
    return await _begin(request, parameters, trial=True)


@post("/import/{key:str}/sheet", include_in_schema=False, status_code=200)
async def sheet_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["import_jobs"]
    reach_or_forbid(resource, actor, "create")
    await read_row(request, resource)
    key = key_of(request, resource)
    name = (await form_texts(request)).get("sheet", "")
    try:
        async with state.database.transaction(actor) as session:
            await choose_sheet(
                session,
                state.database,
                state.files,
                Limits.of(state.settings),
                state.registry,
                actor,
                key,
                name,
            )
    except MotorpoolError as problem:
        if problem.status != 422:
            raise
        return await _job_page(request, problem=problem)
    return see_other(f"/import/{key}")


@post("/import/{key:str}/run", include_in_schema=False, status_code=200)
async def run_posted(request: AnyRequest) -> Response[Any]:
    return await _begin(request, None, trial=False)


async def _begin(request: AnyRequest, parameters: ImportParameters | None, *, trial: bool) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["import_jobs"], actor, "create")
    await read_row(request, state.registry["import_jobs"])
    key = key_of(request, state.registry["import_jobs"])
    try:
        async with state.database.transaction(actor) as session:
            await begin(session, actor, state.registry, key, parameters, trial=trial)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 422):
            raise problem from error
        return await _job_page(request, form=parameters, problem=problem)
    return see_other(f"/import/{key}")


@post("/import/{key:str}/cancel", include_in_schema=False, status_code=200)
async def cancel_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["import_jobs"]
    reach = reach_or_forbid(resource, actor, "cancel")
    key = key_of(request, resource)
    async with state.database.transaction(actor) as session:
        await move_row(session, resource, actor, reach, key, resource.move("cancel"), {})
    return see_other(f"/import/{key}", "The import is cancelled.", "warning")


@get("/import/{key:str}/error-file", include_in_schema=False)
async def error_file(request: AnyRequest) -> Response[Any]:
    row, _ = await read_row(request, request.app.state.registry["import_jobs"])
    file = row["error_file_id"]
    return see_other(signed(request.app.state, actor_of(request).tenant_id, UUID(file) if file else None).url)


def _choice(form: dict[str, str], name: str, values: tuple[str, ...]) -> Any:
    """A value of the form, or the usual one."""
    return form[name] if form.get(name) in values else values[0]


def sentences(problem: MotorpoolError, targets: list[Target] | None = None) -> list[str]:
    """What is wrong, one sentence for each field."""
    labels = {f"mapping.{target.name}": target.label for target in targets or ()}
    labels |= {"file": "The file", "import_type": "What it holds", "mapping": "The mapping"}
    if not problem.fields:
        return [problem.detail]
    return [
        f"{labels.get(entry.field, formats.label(entry.field))} {entry.message}."
        if not entry.message.startswith("the file")
        else f"{labels.get(entry.field, entry.field)}: {entry.message}."
        for entry in problem.fields
    ]


route_handlers = [
    import_page,
    file_posted,
    job_page,
    job_state,
    check_posted,
    sheet_posted,
    run_posted,
    cancel_posted,
    error_file,
]
