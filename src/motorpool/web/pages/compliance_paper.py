"""A new paper with its photo or scan, on a phone or at a desk: from the line of the checklist that misses it."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import BadRequest, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.keep_paper import PAPERS, TABLES
from motorpool.safety.compliance_paper_routes import receive_paper
from motorpool.safety.rules.qualification_facts import (
    APPLICATION,
    CLEARINGHOUSE,
    DRIVING_RECORD,
    LICENSE,
    MEDICAL,
    REVIEW,
    ROAD_TEST,
    SAFETY_HISTORY,
)  # fmt: skip
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.importing import sentences
from motorpool.web.rendering import go_on

AnyRequest = Request[Any, Any, Any]
#: Usual kinds of paper; any other may be typed.
USUAL = {
    "driver": tuple(kinds[0] for kinds in (
        LICENSE, MEDICAL, DRIVING_RECORD, REVIEW, APPLICATION, ROAD_TEST, SAFETY_HISTORY, CLEARINGHOUSE)),
    "vehicle": ("registration", "permit", "insurance_certificate", "emissions_certificate", "hazmat_permit"),
    "facility": ("fire_permit", "operating_permit"),
}  # fmt: skip
COPIED = ("document_type", "entity_type", "entity_id", "issuing_authority")


@get("/compliance/papers/new", include_in_schema=False)
async def paper_page(request: AnyRequest) -> Response[Any]:
    """`?document_type=&entity_type=&entity_id=` say which paper; `?renews=` names the one whose place it takes."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[PAPERS]
    reach_or_forbid(resource, actor, "create")
    query = request.query_params
    values = {name: query.get(name, "") for name in COPIED}
    before = await _row(request, actor, PAPERS, query.get("renews", ""))
    if before:
        values |= {name: str(before[name] or "") for name in COPIED}
    about = values["entity_type"] or "fleet"
    table = TABLES.get(about)
    subject = await _row(request, actor, table, values["entity_id"]) if table else None
    if table and subject is None:
        raise BadRequest("Name whom or what the paper is about, or add it under Compliance documents.")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "compliance_paper.html",
        title=("Renew: " if before else "") + formats.words(values["document_type"] or "new paper"),
        values=values | {"entity_type": about},
        before=before,
        subject=subject[state.registry[table].title_column] if table and subject else "Whole fleet",
        usual=USUAL.get(about, ()),
        may_file=may(actor, "documents.create"),
        limit_mb=state.files.limit_bytes / 1e6,
        back=_back(about, values["entity_id"]),
    )
    return page


async def _row(request: AnyRequest, actor: Actor, table: str, text: str) -> dict[str, Any] | None:
    """A record that the actor may read, as the API gives it."""
    key = parse_uuid(text)
    if key is None or not may(actor, f"{table}.read"):
        return None
    resource = request.app.state.registry[table]
    statement = get_statement(resource, actor, reach_or_forbid(resource, actor, "read"), key, {})
    found = await request.app.state.database.read(actor, statement.sql, statement.parameters)
    row: dict[str, Any] | None = msgspec.json.decode(found[0][0]) if found else None
    return row


def _back(about: str, key: str) -> str:
    """Where the checklist is."""
    if about == "driver":
        return f"/drivers/{key}/qualification"
    return f"/vehicles/{key}/papers" if about == "vehicle" else "/compliance"


@post("/compliance/papers", include_in_schema=False, status_code=200, request_max_body_size=None)
async def paper_posted(request: AnyRequest) -> Response[Any]:
    """The paper, sent by htmx; on success it goes on to the checklist, else what is wrong is shown above what was typed."""
    try:
        _, paper = await receive_paper(request)
    except FAILURES as error:
        problem = error if isinstance(error, MotorpoolError) else as_problem(error, problem_of)
        if problem.status not in (400, 409, 413, 422):
            raise
        page: Response[Any] = request.app.state.renderer.page(
            request,
            actor_of(request),
            "compliance_paper_problem.html",
            title="Not kept",
            problem=sentences(problem),
        )
        return page
    return go_on(
        request,
        _back(paper.entity_type, str(paper.entity_id)),
        f"{formats.words(paper.document_type)} is on file.",
    )


route_handlers = [paper_page, paper_posted]
