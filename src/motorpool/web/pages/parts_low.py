"""What runs low, by supplier: ordered, dismissed or taken up again at the parts counter."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import Invalid, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.moves import move_rows
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.parts_counter import LowPart, suggestions
from motorpool.maintenance.suggestion_routes import order_in_reach
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.parts_counter import frame
from motorpool.web.pages.parts_moving import Posted
from motorpool.web.pages.records import form_pairs
from motorpool.web.rendering import see_other
from motorpool.web.titles import choices_of

AnyRequest = Request[Any, Any, Any]


@get("/parts-counter/low", include_in_schema=False)
async def low_page(request: AnyRequest) -> Response[Any]:
    return await low_form(request, actor_of(request), {})


@post("/parts-counter/low", include_in_schema=False, status_code=200)
async def low_posted(request: AnyRequest) -> Response[Any]:
    """Order, dismiss or take up again what is ticked."""
    actor, state = actor_of(request), request.app.state
    pairs = await form_pairs(request)
    form = dict(pairs)
    resource = state.registry["purchase_suggestions"]
    doing = form.get("do", "")
    if doing not in ("order", "dismiss", "reopen"):
        raise NotFound("There is no such thing to do with suggestions.")
    reach = reach_or_forbid(resource, actor, doing)
    keys = [found for name, text in pairs if name == "id" and (found := parse_uuid(text)) is not None]
    given = Posted(form)
    asked: dict[UUID, Decimal] = {}
    try:
        if not keys:
            raise Invalid("Choose at least one part.")
        async with state.database.transaction(actor) as session:
            if doing != "order":
                await move_rows(session, resource, actor, reach, keys, resource.move(doing), {})
                said = "Dismissed until the stock has risen." if doing == "dismiss" else "Taken up again."
                return see_other("/parts-counter/low", said)
            for key in keys:
                if (quantity := given.number(f"quantity_{key}")) is not None:
                    asked[key] = quantity
            made = await order_in_reach(
                session,
                actor,
                state.registry,
                reach,
                keys,
                vendor_id=given.key("vendor_id"),
                quantities=asked,
            )
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (403, 409, 422):
            raise
        return await low_form(request, actor, form, problem, keys, list(asked))
    if len(made) == 1 and may(actor, "purchase_orders.read"):
        return see_other(f"/purchase-orders/{made[0]}", "Draft purchase order made. Check it and submit it.")
    return see_other("/parts-counter/low", f"{len(made)} draft purchase orders made, one for each facility.")


async def low_form(
    request: AnyRequest,
    actor: Actor,
    texts: dict[str, str],
    problem: MotorpoolError | None = None,
    ticked: Sequence[UUID] | None = None,
    asked: Sequence[UUID] = (),
) -> Response[Any]:
    """`ticked`: the suggestions as they were posted, `asked`: those with a quantity, so that a problem finds its row."""
    state = request.app.state
    resource = state.registry["purchase_suggestions"]
    reach = reach_or_forbid(resource, actor, "read")
    found = await suggestions(state.database, actor, resource, reach, "open", "dismissed")
    groups: dict[UUID | None, list[LowPart]] = {}
    for one in found:
        if one.status == "open":
            groups.setdefault(one.vendor_id, []).append(one)
    vendors = []
    if None in groups:
        vendors = await choices_of(state.database, state.registry, actor, "vendors", MOST_CHOICES)
    rows = {
        f"{name}[{index}]{field}": key
        for name, field, keys in (("ids", "", ticked or ()), ("quantities", ".quantity", asked))
        for index, key in enumerate(keys)
    } | {f"quantity_{key}": key for key in ticked or ()}
    wrong = {rows[name]: words for name, words in errors_of(problem).items() if name in rows}
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_low.html",
        status=problem.status if problem else 200,
        title="Low stock",
        groups=list(groups.items()),
        dismissed=[one for one in found if one.status == "dismissed"],
        vendors=vendors,
        texts=texts,
        ticked=ticked,
        wrong=wrong,
        problem=problem and told(problem),
        may_order=may(actor, "purchase_suggestions.order") and may(actor, "purchase_orders.create"),
        may_dismiss=may(actor, "purchase_suggestions.dismiss"),
        may_reopen=may(actor, "purchase_suggestions.reopen"),
        **await frame(request, actor, "low"),
    )
    return page


def told(problem: MotorpoolError) -> str:
    """A problem in one sentence; the supplier has no place of its own in each form."""
    words = [f"The supplier {one.message}." for one in problem.fields if one.field == "vendor_id"]
    return " ".join([problem.detail, *words])


route_handlers = [low_page, low_posted]
