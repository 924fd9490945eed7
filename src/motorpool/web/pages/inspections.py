"""An inspection as it reads at a desk: what was looked at, what was found, what became of it, and who signed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.errors import MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.files.names import content_disposition
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.rules.inspection_defects import FAILED
from motorpool.safety.actions.review_inspection import certify_inspection, review_inspection
from motorpool.safety.printing.inspection import Signed, inspection_pdf
from motorpool.safety.queries.inspection_outcome import OUTCOME
from motorpool.safety.queries.people_of_inspections import CERTIFIER, INSPECTOR, REVIEWER
from motorpool.safety.rules.inspection_signature import Signature
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.records import detail_context, form_texts, key_of, pictures_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
INSPECTIONS = "safety_inspections"
#: Received this much later than it was made, it was filled in offline.
LATE = timedelta(minutes=5)
BESIDE = f"""
SELECT row_to_json(q)::text FROM (
    SELECT v.vehicle_number, v.name AS vehicle_name, v.license_plate, v.vin, f.legal_basis,
        i.inspector_signature, i.certifier_signature, i.reviewer_signature,
        i.inspector_name, i.certifier_name, i.reviewer_name, f.id AS form_id, f.form_name, f.version AS form_version,
        {INSPECTOR} AS inspector, {CERTIFIER} AS certified_by, {REVIEWER} AS reviewed_by
    FROM safety_inspections i
    JOIN vehicles v ON v.tenant_id = i.tenant_id AND v.id = i.vehicle_id
    LEFT JOIN inspection_forms f ON f.tenant_id = i.tenant_id AND f.id = i.form_id
    WHERE i.tenant_id = %(tenant)s AND i.id = %(key)s) AS q
"""
OUTCOME_ROWS = f"SELECT row_to_json(q)::text FROM ({OUTCOME}) AS q"
#: A defect that is still to be repaired.
UNREPAIRED = ("open", "in_repair", "deferred")


async def inspection_page(request: AnyRequest) -> Response[Any]:
    """A report: what was looked at, what was found, what became of it, and who signed."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[INSPECTIONS]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    beside, defects = await _about(request, actor, row)
    waiting = [one["number"] for one in defects if one["status"] in UNREPAIRED]
    standing = row["standing"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "inspection.html",
        **context | {"title": _title(row, beside)},
        cells={cell.field.name: cell for cell in context["facts"]},
        form={"id": beside["form_id"], "name": beside["form_name"], "version": beside["form_version"]}
        if beside["form_id"]
        else None,
        vehicle={"number": beside["vehicle_number"], "name": beside["vehicle_name"]},
        inspector=beside["inspector"],
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


def _title(row: Row, beside: Row) -> str:
    name = beside["form_name"] or formats.words(row["inspection_type"] or "inspection")
    return f"{name} of {beside['vehicle_number']}"


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
        title=_title(row, beside),
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
            "failed": status in FAILED,
            "passed": status in ("pass", "passed", "ok"),
            "pictures": pictures_of(pictures),
            "notes": one.get("notes"),
        }
        found.setdefault(one.get("section") or "", []).append(shown)
    return list(found.items())


def signatures_of(row: Row, beside: Row) -> list[Signed]:
    """The inspector's, the certifier's and the next driver's, as far as they have signed."""
    signed = (
        ("Inspector", "inspector", row["inspection_date"], "inspector_name", "inspector_signature"),
        (
            "Repairs certified",
            "certified_by",
            row["repairs_certified_at"],
            "certifier_name",
            "certifier_signature",
        ),
        ("Next driver", "reviewed_by", row["reviewed_at"], "reviewer_name", "reviewer_signature"),
    )
    return [
        Signed(label, beside[person], beside[name], at, beside[image])
        for label, person, at, name, image in signed
        if at and (label != "Inspector" or beside[name] or beside[image])
    ]


def steps_of(row: Row, beside: Row, defects: list[Row]) -> list[Row]:
    """From the defect to the next driver: what has happened, and what comes next."""
    unrepaired = [one for one in defects if one["status"] in UNREPAIRED]
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
            "by": beside["reviewed_by"],
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
    image = form.get("image") or None
    # What is drawn signs by itself; a name alone has to be typed.
    name = form.get("name", "").strip() or (actor.name if image else "")
    signature = Signature(name, image)
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
        return see_other(here, told(as_problem(error, problem_of)), "danger")
    return see_other(here, message)


def told(problem: MotorpoolError) -> str:
    return " ".join([problem.detail, *(f"{one.field} {one.message}." for one in problem.fields)])


route_handlers = [report_pdf, certify_posted, review_posted]
