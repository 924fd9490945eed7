"""HTTP of inspections beyond the plain resources: sending them with photos, certifying, signing, revising forms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import HttpMethod, Request, Response, post, route
from msgspec import Meta, Struct
from sqlalchemy import text

from motorpool.core.files.attached import serve_attached
from motorpool.core.files.storing import keep_received
from motorpool.core.files.uploads import receive_upload
from motorpool.core.resource.openapi import content, failures
from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.safety.actions.give_inspection_forms import give_inspection_forms
from motorpool.safety.actions.review_inspection import certify_inspection, review_inspection
from motorpool.safety.actions.revise_inspection_form import revise_inspection_form
from motorpool.safety.actions.submit_inspection import PATH, Submission, submit_inspection
from motorpool.safety.queries.inspection_kit import Kit, inspection_kit
from motorpool.safety.queries.inspection_outcome import OUTCOME, Receipt, raised
from motorpool.safety.resources import RESOURCES
from motorpool.safety.rules.inspection_signature import Signature

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(RESOURCES)
TABLE = "safety_inspections"
PICTURES = ("image/jpeg", "image/png", "image/webp")
LARGEST_PICTURE = 8_000_000
#: A photo that no inspection has taken by then is deleted: the phone sends it again when it still needs it.
UNCLAIMED_LIFE = timedelta(days=14)
#: The same picture of the same person that waits for its inspection: an upload that is repeated makes one.
SENT_BEFORE = text("""
SELECT id FROM files WHERE tenant_id = :tenant AND sha256 = :sha256 AND purpose = 'inspection' AND entity_id IS NULL
  AND deleted_at IS NULL AND uploaded_by_user_id IS NOT DISTINCT FROM :user AND expires_at > now() + interval '1 day'
ORDER BY created_at DESC LIMIT 1
""")
WHAT_WAS_KEPT = (
    "SELECT inspection_status, work_order_created_id, next_inspection_due::text, certification_number "
    "FROM safety_inspections WHERE tenant_id = %(tenant)s AND id = %(key)s"
)
HAS_FORMS = "SELECT EXISTS (SELECT FROM inspection_forms WHERE tenant_id = %s AND is_builtin)"


@verbs.post(TABLE, "submit", Submission, path="/submit", answers=Receipt, status=201)
async def submit(call: Call[Submission]) -> Receipt:
    """Send a filled-in inspection

    Sent again with the same `client_key` it is the same one, and nothing happens twice. Failed items become defects, grave ones
    a work order; a defect that is open for the same vehicle and item is linked. Photos are sent before, to
    `/api/v1/safety-inspections/photos`.
    """
    kept = await submit_inspection(call.session, call.actor, call.reach, call.body)
    connection = await call.session.connection()
    where = {"tenant": call.actor.tenant_id, "key": kept.id}
    row: Any = (await connection.exec_driver_sql(WHAT_WAS_KEPT, where)).one()
    rows = (await connection.exec_driver_sql(OUTCOME, where)).mappings().all()
    return Receipt(kept.id, row[0], kept.is_repeat, raised(list(rows)), row[1], row[2], row[3], kept.warnings)


class Certificate(Struct, forbid_unknown_fields=True):
    signature: Signature
    note: (
        Annotated[str, Meta(max_length=10_000, description="What was done, or why no repair was needed")]
        | None
    ) = None


class Review(Struct, forbid_unknown_fields=True):
    signature: Signature


@verbs.post(TABLE, "certify", Certificate)
async def certify(call: Call[Certificate]) -> None:
    """Certify that what an inspection found is repaired or needs no repair (49 CFR 396.11)

    Refused while one of its defects is still to be repaired. Its repaired defects are certified with it.
    """
    await certify_inspection(call.session, call.actor, call.key, call.body.signature, call.body.note)


@verbs.post(TABLE, "review", Review)
async def review(call: Call[Review]) -> None:
    """Sign a report as the next driver (49 CFR 396.13)"""
    await review_inspection(call.session, call.actor, call.key, call.body.signature)


@verbs.get(TABLE, "kit", Nothing, path="/kit", permission="submit", answers=Kit)
async def kit(call: Call[Nothing]) -> Kit:
    """Everything to inspect vehicles without a connection

    The forms in use, the vehicles that the caller may inspect, and for each its last report and open defects.
    """
    ((has_forms,),) = await call.database.read(call.actor, HAS_FORMS, (call.actor.tenant_id,))
    if not has_forms:
        async with call.database.transaction(call.actor) as session:
            await give_inspection_forms(session, call.actor)
    return await inspection_kit(call.database, call.actor, call.reach)


class Draft(Struct):
    id: Annotated[UUID, Meta(description="The new version, a draft")]


@verbs.post("inspection_forms", "revise", Nothing, answers=Draft, status=201)
async def revise(call: Call[Nothing]) -> Draft:
    """Make a new draft of a form

    With the same items and the next version number. Until it is published the version before is used.
    """
    return Draft(await revise_inspection_form(call.session, call.actor, call.key))


@post(f"{PATH}/photos", include_in_schema=False, request_max_body_size=None, status_code=201)
async def post_photo(request: AnyRequest) -> Response[bytes]:
    """Take a photo in, which an inspection then names."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[TABLE], actor, "submit")
    async with state.files.spool(LARGEST_PICTURE) as spool:
        sent = await receive_upload(request.headers, request.query_params, request.stream(), spool)
        received = await spool.finish()
        async with state.database.transaction(actor) as session:
            where = {"tenant": actor.tenant_id, "sha256": received.sha256, "user": actor.user_id}
            key = (await session.execute(SENT_BEFORE, where)).scalar()
            if key is None:
                row = await keep_received(
                    session,
                    state.files,
                    actor,
                    received,
                    name=sent.name,
                    declared_type=sent.declared_type,
                    purpose="inspection",
                    expires_at=datetime.now(UTC) + UNCLAIMED_LIFE,
                    only=PICTURES,
                )
                key = row.id
    return json_response(msgspec.json.encode({"id": key}), 201)


@route(
    f"{PATH}/{{row_id:str}}/photos/{{file_id:str}}",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    include_in_schema=False,
)
async def get_photo(request: AnyRequest) -> Response[Any]:
    """A photo of an inspection, for who may see the inspection, or a defect that it shows."""
    return await serve_attached(request, TABLE, "photo")


PICTURE = {content_type: {"schema": {"type": "string", "format": "binary"}} for content_type in PICTURES}
ID = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string", "format": "uuid"}}}
OPERATIONS = verbs.operations() | {
    f"{PATH}/photos": {
        "post": {
            "tags": ["Safety"],
            "operationId": "send_inspection_photo",
            "summary": "Send a photo for an inspection",
            "description": "JPEG, PNG or WebP. Its id stands in `results[].photos` of the inspection; a photo that none takes is "
            "deleted after 14 days. Needs `safety_inspections.submit`.",
            "parameters": [
                {
                    "name": "name",
                    "in": "query",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "File name, where the body is the bare content",
                }
            ],
            "requestBody": {
                "required": True,
                "content": {
                    "multipart/form-data": {
                        "schema": {
                            "type": "object",
                            "required": ["file"],
                            "properties": {"file": {"type": "string", "format": "binary"}},
                        }
                    }
                }
                | PICTURE,
            },
            "responses": {"201": content(ID, "Kept")} | failures("BadRequest", "Invalid"),
        }
    },
    f"{PATH}/{{id}}/photos/{{file_id}}": {
        "get": {
            "tags": ["Safety"],
            "operationId": "get_inspection_photo",
            "summary": "A photo of an inspection",
            "description": "Needs `safety_inspections.read`.",
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}
                for name in ("id", "file_id")
            ],
            "responses": {"200": {"description": "The picture", "content": PICTURE}} | failures("NotFound"),
        }
    },
}
route_handlers = [post_photo, get_photo, *verbs.handlers()]
