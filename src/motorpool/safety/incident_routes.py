"""HTTP of incidents and damage beyond the plain resources: reporting from a phone, the accident register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get
from litestar.response import Stream
from msgspec import Meta, Struct

from motorpool.core.resource.routes import actor_of, json_response
from motorpool.core.verbs import Call, Verbs, query_of
from motorpool.safety import figure_routes, incident_photo_routes, osha_routes
from motorpool.safety.actions.submit_damage import SeenDamage, submit_damage
from motorpool.safety.actions.submit_incident import Told, submit_incident
from motorpool.safety.queries import accident_register as register
from motorpool.safety.resources import RESOURCES
from motorpool.safety.table_downloads import NO_STORE, as_file, table_operation

AnyRequest = Request[Any, Any, Any]
verbs = Verbs(RESOURCES)
ORDERED = """
SELECT t.id, t.test_type, t.remind_at, t.due_at
FROM drug_alcohol_tests t JOIN accident_reports r ON r.tenant_id = t.tenant_id AND r.id = t.accident_report_id
WHERE t.tenant_id = %(tenant)s AND r.incident_id = %(key)s AND t.status = 'due' ORDER BY t.test_type
"""
MARKS = "SELECT id FROM damage_marks WHERE tenant_id = %(tenant)s AND damage_report_id = %(key)s ORDER BY id"


class OrderedTest(Struct):
    id: UUID
    test_type: str
    remind_at: Annotated[str | None, Meta(description="From here on a delay must be explained")]
    due_at: Annotated[str | None, Meta(description="No attempt after this")]


class Receipt(Struct):
    """What became of a report."""

    id: UUID
    incident_number: str
    is_repeat: Annotated[bool, Meta(description="It had arrived before; nothing happened twice")]
    tests: Annotated[
        list[OrderedTest], Meta(description="Tests that the driver has to take now (49 CFR 382.303)")
    ]


@verbs.post("incidents", "submit", Told, path="/submit", permission="create", answers=Receipt, status=201)
async def submit(call: Call[Told]) -> Receipt:
    """Report an incident with the people who were in it

    Sent again with the same `client_key` it is the same one. An accident gets its accident report, and the tests that the law asks
    for are ordered. Photos are sent afterwards, to `/api/v1/incidents/{id}/photos`.
    """
    kept = await submit_incident(call.session, call.actor, call.reach, call.body)
    connection = await call.session.connection()
    rows: Sequence[Any] = (
        await connection.exec_driver_sql(ORDERED, {"tenant": call.actor.tenant_id, "key": kept.id})
    ).all()
    tests = [
        OrderedTest(key, kind, remind and remind.isoformat(), due and due.isoformat())
        for key, kind, remind, due in rows
    ]
    return Receipt(kept.id, kept.incident_number, kept.is_repeat, tests)


class DamageReceipt(Struct):
    id: UUID
    report_number: str
    is_repeat: bool
    marks: Annotated[list[UUID], Meta(description="Ids of the marks in the order in which they were sent")]


@verbs.post(
    "damage_reports",
    "submit",
    SeenDamage,
    path="/submit",
    permission="create",
    answers=DamageReceipt,
    status=201,
)
async def submit_seen(call: Call[SeenDamage]) -> DamageReceipt:
    """Report damage with its marks on the vehicle's diagram

    Report and marks are kept together or not at all. Sent again with the same `client_key` it is the same one. Photos are sent
    afterwards, to `/api/v1/damage-reports/{id}/photos`.
    """
    kept = await submit_damage(call.session, call.actor, call.reach, call.body)
    connection = await call.session.connection()
    rows = await connection.exec_driver_sql(MARKS, {"tenant": call.actor.tenant_id, "key": kept.id})
    return DamageReceipt(kept.id, kept.report_number, kept.is_repeat, list(rows.scalars()))


# -- tables that leave


@get("/api/v1/accident-reports/register", include_in_schema=False)
async def get_register(request: AnyRequest) -> Response[bytes] | Stream:
    """The accident register as JSON, or as a file with `format`."""
    actor, state = actor_of(request), request.app.state
    asked = query_of(request, register.RegisterAsked)
    action = "read" if asked.format == "json" else "export"
    found = await register.accident_register(state.database, state.registry, actor, asked, action)
    if asked.format == "json":
        return json_response(msgspec.json.encode(found), headers=NO_STORE)
    about = [("period", f"{found.first} to {found.last}"), ("kept under", "49 CFR 390.15(b)")]
    return await as_file(
        actor,
        "Accident register",
        f"accident-register-{found.first}-{found.last}",
        asked.format,
        register.COLUMNS,
        [register.cells_of(one) for one in found.items],
        about,
    )


OPERATIONS = (
    verbs.operations()
    | incident_photo_routes.OPERATIONS
    | osha_routes.OPERATIONS
    | figure_routes.OPERATIONS
    | {
        "/api/v1/accident-reports/register": table_operation(
            "accident_register",
            "The accident register of 49 CFR 390.15(b)",
            "accident_reports",
            register.RegisterAsked,
            register.Register,
        ),
    }
)
route_handlers = [
    get_register,
    *osha_routes.route_handlers,
    *figure_routes.route_handlers,
    *incident_photo_routes.route_handlers,
    *verbs.handlers(),
]
