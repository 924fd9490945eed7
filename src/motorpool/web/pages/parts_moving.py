"""The small forms of the parts counter: one part is received, issued, returned, counted, transferred or adjusted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import FieldProblem, Invalid, MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import lock_rows
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions import move_stock
from motorpool.maintenance.actions.supply_work_orders import Want
from motorpool.maintenance.part_routes import refuse_other_facilities
from motorpool.maintenance.queries.parts_counter import FoundPart, PartPlace, WantedLine
from motorpool.web import formats
from motorpool.web.fields import Field
from motorpool.web.forms import MOST_CHOICES, Input, Wrong
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.parts_counter import VERBS, amount, asked_part, open_lines, places, typed_cost
from motorpool.web.pages.records import form_texts
from motorpool.web.rendering import go_on
from motorpool.web.titles import choices_of, titles_of

AnyRequest = Request[Any, Any, Any]
Texts = Mapping[str, str]
QUANTITY = Field("quantity", "Quantity", "number", required=True, step="any")
FACILITY = Field("facility_id", "Facility", "choice", required=True)
SLIP = Field("reference_number", "Packing slip", "text", max_length=100)
REASON = Field(
    "reason",
    "Reason",
    "text",
    max_length=500,
    suggestions=("damaged", "expired", "found", "lost", "wrong_part"),
)
FORMS: dict[str, tuple[Field, ...]] = {
    "receive": (
        FACILITY,
        QUANTITY,
        Field("unit_cost", "Cost of one", "number", "What was paid for one unit", required=True, step="any"),
        Field("vendor_id", "Supplier", "reference", target="vendors"),
        SLIP,
    ),
    "issue": (
        Field("line_id", "Work order", "choice", "Open work orders with a line for this part", required=True),
        Field("quantity", "Quantity", "number", "Left empty: what the line still needs", step="any"),
        Field("facility_id", "From", "choice", "Where the line takes from, or its work order"),
    ),
    "return": (
        Field("line_id", "Work order", "choice", "Open work orders that some was issued for", required=True),
        Field("quantity", "Quantity", "number", "Left empty: all that was issued", step="any"),
        Field("facility_id", "Back to", "choice", "Where it came from, unless you say otherwise"),
    ),
    "count": (
        FACILITY,
        Field(
            "counted",
            "Counted",
            "number",
            "What is on the shelf, also what is reserved; the difference is recorded",
            required=True,
            step="any",
        ),
        REASON,
    ),
    "transfer": (
        Field("facility_id", "From", "choice", required=True),
        Field("to_facility_id", "To", "choice", required=True),
        QUANTITY,
        REASON,
    ),
    "adjust": (
        FACILITY,
        Field("quantity", "Change", "number", "Below zero: how many fewer", required=True, step="any"),
        Field("reason", "Reason", "text", required=True, max_length=500, suggestions=REASON.suggestions),
        Field("unit_cost", "Cost of one", "number", "Of what is added; left empty: the average", step="any"),
    ),
}


@get("/parts-counter/parts/{part:str}/{verb:str}", include_in_schema=False)
async def moving_page(request: AnyRequest) -> Response[Any]:
    actor, verb, _ = _asked(request)
    part = await asked_part(request, actor)
    given = {name: value for name, value in request.query_params.items() if value}
    return await moving_form(request, actor, verb, part, given, first=True)


@post("/parts-counter/parts/{part:str}/{verb:str}", include_in_schema=False, status_code=200)
async def moved(request: AnyRequest) -> Response[Any]:
    actor, verb, reach = _asked(request)
    part = await asked_part(request, actor)
    texts = await form_texts(request)
    try:
        async with request.app.state.database.transaction(actor) as session:
            said = await _DOING[verb](request, session, actor, reach, part, Posted(texts))
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (403, 409, 422):
            raise
        return await moving_form(request, actor, verb, part, texts, problem)
    return go_on(request, f"/parts-counter/parts/{part.id}", said)


def _asked(request: AnyRequest) -> tuple[Actor, str, Reach]:
    """Who, what, and how far it reaches. Raises: NotFound, Forbidden."""
    actor, verb = actor_of(request), request.path_params["verb"]
    if verb not in VERBS:
        raise NotFound("There is no such thing to do at the counter.")
    resource = request.app.state.registry[VERBS[verb][0]]
    return actor, verb, reach_or_forbid(resource, actor, verb)


class Posted:
    """What was posted, read as what it should be. Raises: Invalid per field."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def text(self, name: str) -> str | None:
        return self.texts.get(name, "").strip() or None

    def number(self, name: str) -> Decimal | None:
        found = self.text(name)
        try:
            return None if found is None else Decimal(found)
        except InvalidOperation:
            raise _invalid(name, "must be a number") from None

    def needed(self, name: str) -> Decimal:
        found = self.number(name)
        if found is None:
            raise _invalid(name, "is required")
        return found

    def key(self, name: str) -> UUID | None:
        found = self.text(name)
        if found is not None and (key := parse_uuid(found)):
            return key
        if found is not None:
            raise _invalid(name, "must be chosen from the list")
        return None

    def needed_key(self, name: str) -> UUID:
        found = self.key(name)
        if found is None:
            raise _invalid(name, "is required")
        return found


def _invalid(name: str, words: str) -> Invalid:
    return Invalid("Some fields are not valid.", fields=[FieldProblem(name, words)])


# -- doing


async def _receive(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, part: FoundPart, given: Posted
) -> str:
    facility, quantity = given.needed_key("facility_id"), given.needed("quantity")
    refuse_other_facilities(reach, [facility])
    await move_stock.receive(
        session,
        actor,
        [move_stock.Receipt(part.id, facility, quantity, given.needed("unit_cost"))],
        vendor_id=given.key("vendor_id"),
        reference_number=given.text("reference_number"),
    )
    return f"Received {amount(quantity, part.unit)} of {part.part_number}."


async def _issue(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, part: FoundPart, given: Posted
) -> str:
    want = await _want(request, session, actor, reach, given)
    await move_stock.issue(session, actor, [want])
    return f"Issued {_quantity(want, part)}{part.part_number}."


async def _return(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, part: FoundPart, given: Posted
) -> str:
    want = await _want(request, session, actor, reach, given)
    await move_stock.return_(session, actor, [want])
    return f"Took back {_quantity(want, part)}{part.part_number}."


async def _want(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, given: Posted
) -> Want:
    line = given.needed_key("line_id")
    await lock_rows(session, request.app.state.registry["work_order_parts"], actor, reach, [line])
    return Want(line, given.number("quantity"), given.key("facility_id"))


def _quantity(want: Want, part: FoundPart) -> str:
    return f"{amount(want.quantity, part.unit)} of " if want.quantity is not None else ""


async def _count(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, part: FoundPart, given: Posted
) -> str:
    facility, counted = given.needed_key("facility_id"), given.needed("counted")
    refuse_other_facilities(reach, [facility])
    lines = [move_stock.Count(part.id, facility, counted)]
    await move_stock.count(session, actor, lines, reason=given.text("reason"))
    return f"Counted {amount(counted, part.unit)} of {part.part_number}."


async def _transfer(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, part: FoundPart, given: Posted
) -> str:
    source, quantity = given.needed_key("facility_id"), given.needed("quantity")
    refuse_other_facilities(reach, [source])
    lines = [move_stock.Transfer(part.id, source, given.needed_key("to_facility_id"), quantity)]
    await move_stock.transfer(session, actor, lines, reason=given.text("reason"))
    return f"Transferred {amount(quantity, part.unit)} of {part.part_number}."


async def _adjust(
    request: AnyRequest, session: AsyncSession, actor: Actor, reach: Reach, part: FoundPart, given: Posted
) -> str:
    facility, change = given.needed_key("facility_id"), given.needed("quantity")
    refuse_other_facilities(reach, [facility])
    reason, cost = given.text("reason") or "", given.number("unit_cost")
    await move_stock.adjust(session, actor, [move_stock.Adjustment(part.id, facility, change, reason, cost)])
    return f"Adjusted {part.part_number} by {amount(change, part.unit)}."


_DOING = {
    "receive": _receive,
    "issue": _issue,
    "return": _return,
    "count": _count,
    "transfer": _transfer,
    "adjust": _adjust,
}


# -- the form


async def moving_form(
    request: AnyRequest,
    actor: Actor,
    verb: str,
    part: FoundPart,
    texts: Texts,
    problem: MotorpoolError | None = None,
    *,
    first: bool = False,
) -> Response[Any]:
    """`parts_move.html`, as a dialog of the part's page or as a page of its own. `first`: with what is usual filled in."""
    state = request.app.state
    here = (await places(request, actor, [part.id])).get(part.id, [])
    lines = await _choosable(request, actor, verb, part)
    if first:
        texts = _usual(verb, part, here, lines) | dict(texts)
    errors = {_field_name(verb, name): words for name, words in errors_of(problem).items()}
    inputs = []
    word = "on hand" if verb == "count" else "available"

    def there(one: FoundPart | PartPlace) -> str:
        return amount(one.on_hand if verb == "count" else one.available, part.unit)

    known = {str(one.facility_id): f" · {there(one)} {word}" for one in here}
    facilities = [
        (key, f"{name}{known.get(key, '')}")
        for key, name in await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
    ]
    for field in FORMS[verb]:
        made = Input(field, texts.get(field.name, ""), errors.get(field.name))
        if field.name == "line_id":
            made.options = [(str(line.id), _said(line, verb)) for line in lines]
        elif field.kind == "choice":
            made.options = facilities if field.required else [("", "As the work order says"), *facilities]
        elif field.kind == "reference" and (key := parse_uuid(made.value or "")):
            titles = await titles_of(state.database, state.registry, actor, {"vendors": {key}})
            made.title = titles.get(("vendors", str(key)), "")
        if field.name in ("quantity", "counted"):
            made.unit = "" if part.unit == "each" else part.unit
        if field.name == "unit_cost":
            made.unit = actor.currency
        inputs.append(made)
    shown = {field.name: field.label for field in FORMS[verb]}
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "parts_move.html",
        status=problem.status if problem else 200,
        title=f"{VERBS[verb][1]} {part.part_number}",
        part=part,
        verb=verb,
        button=VERBS[verb][1],
        icon=VERBS[verb][2],
        inputs=inputs,
        here=here,
        lines=lines,
        wants_line=verb in ("issue", "return"),
        there=there,
        word=word,
        problem=problem and problem.detail,
        wrong=[
            Wrong(shown.get(name, formats.label(name)), f"field-{name}" if name in shown else "", words)
            for name, words in errors.items()
            if problem and words.rstrip(".").lower() != problem.detail.rstrip(".").lower()
        ],
    )
    return page


def _field_name(verb: str, name: str) -> str:
    """Where the form has what the action calls a field."""
    return "line_id" if name in ("id", "[0].id") and verb in ("issue", "return") else name


async def _choosable(request: AnyRequest, actor: Actor, verb: str, part: FoundPart) -> list[WantedLine]:
    if verb not in ("issue", "return"):
        return []
    lines = await open_lines(request, actor, part=part.id)
    return [line for line in lines if (line.needed if verb == "issue" else line.used) > 0]


def _said(line: WantedLine, verb: str) -> str:
    """A line in the list of choices."""
    if verb == "return":
        return f"{line.order_number} · {line.vehicle} · {amount(line.used, line.unit)} issued"
    held = f", {amount(line.reserved, line.unit)} reserved" if line.reserved else ""
    return f"{line.order_number} · {line.vehicle} · needs {amount(line.needed, line.unit)}{held}"


def _usual(verb: str, part: FoundPart, here: list[PartPlace], lines: list[WantedLine]) -> dict[str, str]:
    """What the form starts with."""
    usual: dict[str, str] = {}
    if verb in ("issue", "return"):
        if len(lines) == 1:
            usual["line_id"] = str(lines[0].id)
    elif here:
        usual["facility_id"] = str(max(here, key=lambda one: one.on_hand).facility_id)
    if verb == "receive":
        cost = part.last_cost if part.last_cost is not None else part.unit_cost
        usual["unit_cost"] = typed_cost(cost) if cost else ""
        usual["vendor_id"] = str(part.vendor_id or "")
    return usual


route_handlers = [moving_page, moved]
