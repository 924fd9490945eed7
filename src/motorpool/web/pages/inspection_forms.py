"""Inspection forms: a version with its items; a draft is changed here."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, post
from sqlalchemy import text

from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, lock_row
from motorpool.safety.actions.revise_inspection_form import revise_inspection_form
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES
from motorpool.web.pages.inspections import told
from motorpool.web.pages.records import detail_context, form_texts, key_of, read_row
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
FORMS, ITEMS = "inspection_forms", "inspection_form_items"
KINDS = (
    ("check", "OK, defect or not applicable"),
    ("number", "A number"),
    ("text", "A text"),
    ("photo", "A photo"),
)
FORM_ITEMS = """
SELECT row_to_json(i)::text FROM inspection_form_items i WHERE i.tenant_id = %(tenant)s AND i.form_id = %(key)s
ORDER BY i.position, i.item_key
"""
#: Of a form that is published the item itself is refused, and this with it.
MAKE_ROOM = text("""
UPDATE inspection_form_items SET position = position + 1
WHERE tenant_id = :tenant AND form_id = :key AND position >= :position
""")


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
        return await form_page(request, told(problem), given)
    return see_other(f"/inspection-forms/{key}", "Added.")


def key_for(text: str, taken: set[str]) -> str:
    """A key from an item's text: `Mast & chains` -> `mast_chains`; with a number when it is taken."""
    stem = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:55] or "item"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}_{number}", number + 1
    return key


route_handlers = [revise_posted, item_posted]
