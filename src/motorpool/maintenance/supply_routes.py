"""HTTP of parts for work orders: reserve, release, issue and return, for one part line or for many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.write import lock_rows
from motorpool.core.verbs import Call, Verbs
from motorpool.maintenance.actions import move_stock
from motorpool.maintenance.actions.supply_work_orders import Want
from motorpool.maintenance.part_routes import MOST_LINES, Moved, Quantity
from motorpool.maintenance.resources import RESOURCES

verbs = Verbs(RESOURCES)


class Portion(Struct, forbid_unknown_fields=True):
    quantity: Annotated[Quantity | None, Meta(description="Left out: all that the verb can mean")] = None
    facility_id: Annotated[UUID | None, Meta(description="Left out: the line's, or the work order's")] = None


class PortionOfLine(Struct, forbid_unknown_fields=True):
    id: Annotated[UUID, Meta(description="Part line of a work order")]
    quantity: Annotated[Quantity | None, Meta(description="Left out: all that the verb can mean")] = None
    facility_id: Annotated[UUID | None, Meta(description="Left out: the line's, or the work order's")] = None


class PickList(Struct, forbid_unknown_fields=True):
    lines: Annotated[list[PortionOfLine], Meta(min_length=1, max_length=MOST_LINES)]


class Held(Struct):
    lines: Annotated[int, Meta(description="How many lines it was done for")]


@verbs.post("work_order_parts", "reserve", Portion)
async def reserve_line(call: Call[Portion]) -> None:
    """Hold stock for a part line

    As many as are still needed, unless told fewer. Where less is available, the answer tells what is there and where else.
    """
    await move_stock.reserve(call.session, call.actor, [_want(call)])


@verbs.post("work_order_parts", "release", Portion)
async def release_line(call: Call[Portion]) -> None:
    """Hold stock for a part line no longer"""
    await move_stock.release(call.session, call.actor, [_want(call)])


@verbs.post("work_order_parts", "issue", Portion)
async def issue_line(call: Call[Portion]) -> None:
    """Issue parts to a line

    What is reserved for it goes first. The cost of the line is the moving average of what went out. More than is available
    is refused with what is there and where else it is.
    """
    await move_stock.issue(call.session, call.actor, [_want(call)])


@verbs.post("work_order_parts", "return", Portion)
async def return_line(call: Call[Portion]) -> None:
    """Take parts of a line back into stock

    At the cost at which they were issued; all of them, unless told fewer.
    """
    await move_stock.return_(call.session, call.actor, [_want(call)])


def _want(call: Call[Portion]) -> Want:
    return Want(call.key, call.body.quantity, call.body.facility_id)


@verbs.post(
    "work_order_parts", "reserve_lines", PickList, path="/reserve", permission="reserve", answers=Held
)
async def reserve_many(call: Call[PickList]) -> Held:
    """Hold stock for several part lines

    All lines or none.
    """
    await move_stock.reserve(call.session, call.actor, await _wants(call), named=True)
    return Held(len(call.body.lines))


@verbs.post("work_order_parts", "issue_lines", PickList, path="/issue", permission="issue", answers=Moved)
async def issue_many(call: Call[PickList]) -> Moved:
    """Issue parts to several lines

    All lines or none.
    """
    return Moved(await move_stock.issue(call.session, call.actor, await _wants(call), named=True))


@verbs.post("work_order_parts", "return_lines", PickList, path="/return", permission="return", answers=Moved)
async def return_many(call: Call[PickList]) -> Moved:
    """Take parts of several lines back into stock

    All lines or none.
    """
    return Moved(await move_stock.return_(call.session, call.actor, await _wants(call), named=True))


async def _wants(call: Call[PickList]) -> list[Want]:
    """What is asked for lines that the permission reaches. Raises: Invalid."""
    await lock_lines(call, [one.id for one in call.body.lines])
    return [Want(one.id, one.quantity, one.facility_id) for one in call.body.lines]


async def lock_lines(call: Call[Any], keys: Sequence[UUID]) -> None:
    """Lock lines that the permission reaches. Raises: Invalid that names the line."""
    resource = call.state.registry["work_order_parts"]
    try:
        await lock_rows(call.session, resource, call.actor, call.reach, keys)
    except Invalid as error:
        fields = [FieldProblem(f"lines{one.field}", one.message, one.code) for one in error.fields]
        raise Invalid(error.detail, fields=fields) from error


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
