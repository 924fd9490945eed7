"""Inspections: the page for phones, a report as it reads at a desk, forms, and the defects that are open."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from sqlalchemy import text

from motorpool.core.errors import MotorpoolError, Unauthenticated
from motorpool.core.errors.http import as_problem
from motorpool.core.files.names import content_disposition
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import base_parameters, reach_or_forbid, scope_condition
from motorpool.core.resource.write import create_row, lock_row
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.review_inspection import certify_inspection, review_inspection
from motorpool.safety.actions.revise_inspection_form import revise_inspection_form
from motorpool.safety.printing.inspection import inspection_pdf
from motorpool.safety.queries.inspection_outcome import OUTCOME
from motorpool.safety.rules.inspection_signature import Signature
from motorpool.web import formats
from motorpool.web.assets import static_file
from motorpool.web.navigation import may
from motorpool.web.pages.devices import base_address, qr_code
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import detail_context, form_texts, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
INSPECTIONS, FORMS, ITEMS = "safety_inspections", "inspection_forms", "inspection_form_items"
#: Received this much later than it was made, it was filled in offline.
LATE = timedelta(minutes=5)
SHOWN = 100
KINDS = (
    ("check", "OK, defect or not applicable"),
    ("number", "A number"),
    ("text", "A text"),
    ("photo", "A photo"),
)
BESIDE = """
SELECT row_to_json(q)::text FROM (
    SELECT v.vehicle_number, v.name AS vehicle_name, v.license_plate, v.vin, f.legal_basis,
        i.inspector_signature, i.certifier_signature, i.reviewer_signature,
        i.inspector_name, i.certifier_name, i.reviewer_name, f.id AS form_id, f.form_name, f.version AS form_version,
        CASE i.inspector_type WHEN 'driver' THEN d.full_name WHEN 'technician' THEN k.full_name ELSE u.display_name END AS inspector,
        c.display_name AS certified_by, r.display_name AS reviewed_by
    FROM safety_inspections i
    JOIN vehicles v ON v.tenant_id = i.tenant_id AND v.id = i.vehicle_id
    LEFT JOIN inspection_forms f ON f.tenant_id = i.tenant_id AND f.id = i.form_id
    LEFT JOIN drivers d ON d.tenant_id = i.tenant_id AND d.id = i.inspector_id
    LEFT JOIN technicians k ON k.tenant_id = i.tenant_id AND k.id = i.inspector_id
    LEFT JOIN users u ON u.tenant_id = i.tenant_id AND u.id = i.inspector_id
    LEFT JOIN users c ON c.tenant_id = i.tenant_id AND c.id = i.repairs_certified_by_user_id
    LEFT JOIN users r ON r.tenant_id = i.tenant_id AND r.id = i.reviewed_by_user_id
    WHERE i.tenant_id = %(tenant)s AND i.id = %(key)s) AS q
"""
OUTCOME_ROWS = f"SELECT row_to_json(q)::text FROM ({OUTCOME}) AS q"
FORM_ITEMS = """
SELECT row_to_json(i)::text FROM inspection_form_items i WHERE i.tenant_id = %(tenant)s AND i.form_id = %(key)s
ORDER BY i.position, i.item_key
"""
#: Of a form that is published the item itself is refused, and this with it.
MAKE_ROOM = text("""
UPDATE inspection_form_items SET position = position + 1
WHERE tenant_id = :tenant AND form_id = :key AND position >= :position
""")
#: Name in the address -> (label, states).
WHICH = {
    "open": ("Open", "t.status NOT IN ('certified', 'dismissed')"),
    "unsafe": ("Unsafe", "t.is_unsafe AND t.status NOT IN ('certified', 'dismissed')"),
    "certify": ("To certify", "t.status = 'repaired'"),
    "deferred": ("Put off", "t.status = 'deferred'"),
}
OPEN_DEFECTS = """
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.defect_number AS number, t.description, t.severity, t.is_unsafe, t.status, t.reported_at, t.deferred_until,
        t.vehicle_id, v.vehicle_number, t.work_order_id, w.work_order_number, w.status AS work_order_status,
        (SELECT count(*) FROM defect_sightings s WHERE s.tenant_id = t.tenant_id AND s.defect_id = t.id) AS seen
    FROM defects t JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN maintenance_records w ON w.tenant_id = t.tenant_id AND w.id = t.work_order_id
    WHERE t.tenant_id = %(tenant)s AND {scope} AND {which}
    ORDER BY t.is_unsafe DESC, array_position(ARRAY['critical', 'major', 'minor'], t.severity::text), t.reported_at
    LIMIT {most}) AS q
"""
DEFECT_COUNTS = "SELECT {counts} FROM defects t WHERE t.tenant_id = %(tenant)s AND {scope}"


# -- on a phone


@get("/inspect", include_in_schema=False)
async def inspect_page(request: AnyRequest) -> Response[Any]:
    """The same page for everybody: a service worker keeps it. Who it is for is asked by `/inspect/session`."""
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry[INSPECTIONS], actor, "submit")
    page: Response[Any] = request.app.state.renderer.standalone("inspect.html", title="Inspect a vehicle")
    return page


@get("/inspect/session", include_in_schema=False)
async def inspect_session(request: AnyRequest) -> Response[bytes]:
    """Who is signed in, and the token that goes along with what they send."""
    actor = actor_of(request)
    token = (request.scope.get("state") or {}).get("csrf_token")
    if token is None or actor.user_id is None:
        raise Unauthenticated("This is for signed-in browsers.")
    body = {"user_id": actor.user_id, "user_name": actor.name, "csrf_token": token}
    return json_response(msgspec.json.encode(body), headers={"Cache-Control": "no-store"})


@get("/inspect-worker.js", include_in_schema=False)
async def inspect_worker(request: AnyRequest) -> Response[bytes]:
    """The service worker, under an address of its own because the address says which pages it may serve."""
    manifest = request.app.state.renderer.manifest
    manifest.refresh()
    name = manifest.address("inspect_worker.js").removeprefix("/static/")
    answer: Response[bytes] = await static_file.fn(request, name)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@get("/vehicles/{key:str}/inspection-code", include_in_schema=False)
async def code_page(request: AnyRequest) -> Response[Any]:
    """A QR code for the cab."""
    actor, state = actor_of(request), request.app.state
    row, _ = await read_row(request, state.registry["vehicles"])
    address = f"{base_address(request)}/inspect?vehicle={row['id']}"
    title = f"QR code of {row['vehicle_number']}"
    page: Response[Any] = state.renderer.page(
        request, actor, "inspect_code.html", title=title, row=row, address=address, code=qr_code(address)
    )
    return page


# -- a report at a desk


async def inspection_page(request: AnyRequest) -> Response[Any]:
    """A report: what was looked at, what was found, what became of it, and who signed."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[INSPECTIONS]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    beside, defects = await _about(request, actor, row)
    waiting = [one["number"] for one in defects if one["status"] in ("open", "in_repair", "deferred")]
    standing = row["standing"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "inspection.html",
        **context,
        cells={cell.field.name: cell for cell in context["facts"]},
        form_name=beside["form_name"] or formats.words(row["inspection_type"] or "inspection"),
        form={"id": beside["form_id"], "name": beside["form_name"], "version": beside["form_version"]}
        if beside["form_id"]
        else None,
        vehicle={"number": beside["vehicle_number"], "name": beside["vehicle_name"]},
        inspector=beside["inspector"] or beside["inspector_name"],
        defects=defects,
        sections=sections_of_results(row["checklist_results"] or []),
        signatures=signatures_of(row, beside),
        steps=steps_of(row, beside, defects) if standing != "clear" else [],
        waits_for=f"To be repaired before it can be certified: {', '.join(waiting)}."
        if waiting and standing == "repair_due"
        else None,
        may_certify=standing == "repair_due" and not waiting and _may_here(actor, resource, "certify"),
        may_review=standing == "to_review" and _may_here(actor, resource, "review"),
        late_by=_late_by(row),
    )
    return page


async def _about(request: AnyRequest, actor: Actor, row: Row) -> tuple[Row, list[Row]]:
    """What stands beside an inspection's row: names, form, signatures; and its defects."""
    database = request.app.state.database
    where = {"tenant": actor.tenant_id, "key": UUID(row["id"])}
    ((beside,),) = await database.read(actor, BESIDE, where)
    defects = await database.read(actor, OUTCOME_ROWS, where)
    return msgspec.json.decode(beside), [msgspec.json.decode(one) for (one,) in defects]


@get("/safety-inspections/{key:str}/report.pdf", include_in_schema=False)
async def report_pdf(request: AnyRequest) -> Response[bytes]:
    """The report on paper."""
    actor = actor_of(request)
    row, _ = await read_row(request, request.app.state.registry[INSPECTIONS])
    beside, defects = await _about(request, actor, row)
    name = beside["form_name"] or formats.words(row["inspection_type"] or "inspection")
    vehicle = [
        (label, beside[column])
        for label, column in (
            ("Vehicle", "vehicle_number"),
            ("Plate", "license_plate"),
            ("VIN", "vin"),
            ("Inspector", "inspector"),
        )
        if beside[column]
    ]
    document = await inspection_pdf(
        actor,
        row,
        title=f"{name} of {beside['vehicle_number']}",
        vehicle=vehicle,
        legal_basis=beside["legal_basis"],
        defects=defects,
        sections=sections_of_results(row["checklist_results"] or []),
        signatures=signatures_of(row, beside),
    )
    file_name = f"inspection-{beside['vehicle_number']}-{row['inspection_date'][:10]}.pdf"
    headers = {
        "Content-Disposition": content_disposition(file_name, inline=True),
        "Cache-Control": "no-store",
    }
    return Response(document, media_type="application/pdf", headers=headers)


def _may_here(actor: Actor, resource: Resource, verb: str) -> bool:
    return actor.user_id is not None and may(actor, resource.permission(verb))


def sections_of_results(results: list[Row]) -> list[tuple[str, list[Row]]]:
    """Checklist results under their headings, in the order of the form."""
    found: dict[str, list[Row]] = {}
    for one in results:
        status = str(one.get("status", "")).lower()
        pictures = one.get("photos") or ([one["photo_url"]] if one.get("photo_url") else [])
        shown = {
            **one,
            "failed": status in ("fail", "failed", "defect", "defective"),
            "passed": status in ("pass", "passed", "ok"),
            # Anything else that stands in a free text is not an address of ours.
            "pictures": [one for one in pictures if str(one).startswith(("/api/", "https://"))],
            "notes": one.get("notes"),
        }
        found.setdefault(one.get("section") or "", []).append(shown)
    return list(found.items())


def signatures_of(row: Row, beside: Row) -> list[tuple[str, str | None, str | None, str | None]]:
    """(what for, name, when, picture) of each signature."""
    found = []
    if beside["inspector_name"] or beside["inspector_signature"]:
        found.append(
            ("Inspector", beside["inspector_name"], row["inspection_date"], beside["inspector_signature"])
        )
    if row["repairs_certified_at"]:
        name = beside["certifier_name"] or beside["certified_by"]
        found.append(("Repairs certified", name, row["repairs_certified_at"], beside["certifier_signature"]))
    if row["reviewed_at"]:
        name = beside["reviewer_name"] or beside["reviewed_by"]
        found.append(("Next driver", name, row["reviewed_at"], beside["reviewer_signature"]))
    return found


def steps_of(row: Row, beside: Row, defects: list[Row]) -> list[Row]:
    """From the defect to the next driver: what has happened, and what comes next."""
    unrepaired = [one for one in defects if one["status"] in ("open", "in_repair", "deferred")]
    repaired = [one["repaired_at"] for one in defects if one["repaired_at"]]
    steps: list[Row] = [
        {"label": "Found", "at": row["inspection_date"], "by": beside["inspector"], "waits": ""},
        {
            "label": "Repaired",
            "at": row["repairs_certified_at"] if not repaired else None if unrepaired else max(repaired),
            "by": None,
            "waits": f"{len(unrepaired)} to be repaired" if unrepaired else "To be repaired",
        },
        {
            "label": "Certified",
            "at": row["repairs_certified_at"],
            "by": beside["certified_by"],
            "waits": "To be signed by who answers for it",
        },
        {
            "label": "Next driver",
            "at": row["reviewed_at"],
            "by": beside["reviewer_name"] or beside["reviewed_by"],
            "waits": "To be signed before the next trip",
        },
    ]
    following = next((step for step in steps if not step["at"]), None)
    return [step | {"is_next": step is following} for step in steps]


def _late_by(row: Row) -> str | None:
    made, received = formats.moment(row["inspection_date"]), formats.moment(row["received_at"])
    if made is None or received is None or received - made < LATE:
        return None
    return formats.duration((received - made).total_seconds() / 60)


@post("/safety-inspections/{key:str}/certify", include_in_schema=False, status_code=200)
async def certify_posted(request: AnyRequest) -> Response[Any]:
    return await _signed(request, "certify", "The repairs are certified.")


@post("/safety-inspections/{key:str}/review", include_in_schema=False, status_code=200)
async def review_posted(request: AnyRequest) -> Response[Any]:
    return await _signed(request, "review", "The report is signed.")


async def _signed(request: AnyRequest, verb: str, message: str) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[INSPECTIONS]
    reach, key = reach_or_forbid(resource, actor, verb), key_of(request, resource)
    form = await form_texts(request)
    signature = Signature(form.get("name", ""), form.get("image") or None)
    here = f"/safety-inspections/{key}"
    try:
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key)
            if verb == "certify":
                note = form.get("note", "").strip() or None
                await certify_inspection(session, actor, key, signature, note)
            else:
                await review_inspection(session, actor, key, signature)
    except FAILURES as error:
        return see_other(here, _told(as_problem(error, problem_of)), "danger")
    return see_other(here, message)


def _told(problem: MotorpoolError) -> str:
    return " ".join([problem.detail, *(f"{one.field} {one.message}." for one in problem.fields)])


# -- forms


async def form_page(
    request: AnyRequest, problem: str | None = None, given: Row | None = None
) -> Response[Any]:
    """A form with its items by section; a draft takes new ones."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[FORMS]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    texts = await state.database.read(actor, FORM_ITEMS, {"tenant": actor.tenant_id, "key": UUID(row["id"])})
    sections: dict[str, list[Row]] = {}
    for (one,) in texts:
        item = msgspec.json.decode(one)
        sections.setdefault(item["section"] or "", []).append(item)
    blank = dict.fromkeys(
        "item_text section kind severity minimum maximum unit guidance is_unsafe photo_on_failure is_optional".split()
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "inspection_form.html",
        status=422 if problem else 200,
        **context,
        sections=list(sections.items()),
        kinds=KINDS,
        can_edit=row["status"] == "draft" and may(actor, f"{ITEMS}.create"),
        can_revise=row["status"] != "draft" and may(actor, resource.permission("revise")),
        problem=problem,
        given=blank | (given or {}),
    )
    return page


@post("/inspection-forms/{key:str}/revise", include_in_schema=False, status_code=200)
async def revise_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[FORMS]
    reach, key = reach_or_forbid(resource, actor, "revise"), key_of(request, resource)
    try:
        async with state.database.transaction(actor) as session:
            await lock_row(session, resource, actor, reach, key)
            draft = await revise_inspection_form(session, actor, key)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        there = problem.extra.get("draft_id", key)
        return see_other(f"/inspection-forms/{there}", problem.detail, "warning")
    return see_other(
        f"/inspection-forms/{draft}", "A new draft. The version before is used until you publish it."
    )


@post("/inspection-forms/{key:str}/items", include_in_schema=False, status_code=200)
async def item_posted(request: AnyRequest) -> Response[Any]:
    """Add an item at the end of its section; the key is made of its text."""
    actor, state = actor_of(request), request.app.state
    resource, items = state.registry[FORMS], state.registry[ITEMS]
    reach = reach_or_forbid(items, actor, "create")
    key = key_of(request, resource)
    given = {name: value.strip() for name, value in (await form_texts(request)).items()}
    where = {"tenant": actor.tenant_id, "key": key}
    there = [msgspec.json.decode(text) for (text,) in await state.database.read(actor, FORM_ITEMS, where)]
    section = given.get("section") or None
    before = [one["position"] for one in there if (one["section"] or None) == section] or [
        one["position"] for one in there
    ]
    body = {
        "form_id": str(key),
        "item_key": key_for(given.get("item_text", ""), {one["item_key"] for one in there}),
        "position": max(before, default=0) + 1,
        **{name: given[name] for name in ("item_text", "kind", "severity") if given.get(name)},
        **{name: given.get(name) or None for name in ("section", "guidance", "minimum", "maximum", "unit")},
        **{name: given.get(name) == "true" for name in ("is_unsafe", "photo_on_failure")},
        "is_required": given.get("is_optional") != "true",
    }
    try:
        async with state.database.transaction(actor) as session:
            await session.execute(MAKE_ROOM, where | {"position": body["position"]})
            await create_row(session, items, actor, reach, body)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 422):
            raise
        return await form_page(request, _told(problem), given)
    return see_other(f"/inspection-forms/{key}", "Added.")


def key_for(text: str, taken: set[str]) -> str:
    """A key from an item's text: `Mast & chains` -> `mast_chains`; with a number when it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:55] or "item"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


# -- defects


@get("/open-defects", include_in_schema=False)
async def defects_page(request: AnyRequest) -> Response[Any]:
    """What is wrong with which vehicle, the gravest and oldest first."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry["defects"]
    reach = reach_or_forbid(resource, actor, "read")
    wanted = request.query_params.get("show", "open")
    show = wanted if wanted in WHICH else "open"
    scope = scope_condition(resource, reach) or "true"
    parameters = base_parameters(actor, reach)
    query = OPEN_DEFECTS.format(scope=scope, which=WHICH[show][1], most=SHOWN + 1)
    texts = await state.database.read(actor, query, parameters)
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for _, condition in WHICH.values())
    (numbers,) = await state.database.read(
        actor, DEFECT_COUNTS.format(scope=scope, counts=counts), parameters
    )
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "inspect_defects.html",
        title="Open defects",
        defects=[msgspec.json.decode(text) for (text,) in texts[:SHOWN]],
        more=len(texts) > SHOWN,
        show=show,
        tabs=[
            (name, label, number) for (name, (label, _)), number in zip(WHICH.items(), numbers, strict=True)
        ],
    )
    return page


route_handlers = [
    inspect_page,
    inspect_session,
    inspect_worker,
    code_page,
    report_pdf,
    certify_posted,
    review_posted,
    revise_posted,
    item_posted,
    defects_page,
]
