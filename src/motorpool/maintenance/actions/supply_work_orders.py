"""Parts for work orders: reserved, issued, returned; line, stock, ledger and cost of the order in one transaction.

A line that is not of the catalogue was bought for the job: it is issued and returned without any stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.tenancy import Actor
from motorpool.maintenance.actions.open_stock import OpenStock, Place, open_stock, plain, refuse
from motorpool.maintenance.actions.settle_costs import settle_costs
from motorpool.maintenance.rules.stock import QUANTITY, ZERO, Shortage, average_cost, wrong_amount

LOCK_LINES = """
SELECT l.id, l.work_order_id, l.part_id, l.description, l.facility_id, l.quantity, l.quantity_reserved, l.quantity_issued,
       l.quantity_returned, l.unit_cost
FROM work_order_parts l WHERE l.tenant_id = %(tenant)s AND {which} ORDER BY l.id FOR NO KEY UPDATE
"""
LOCK_ORDERS = """
SELECT w.id, w.work_order_number, w.status, w.facility_id FROM maintenance_records w
WHERE w.tenant_id = %(tenant)s AND w.id = ANY (%(orders)s) ORDER BY w.id FOR NO KEY UPDATE
"""
WRITE_LINES = """
UPDATE work_order_parts t
SET facility_id = r.facility_id, quantity_reserved = r.reserved, quantity_issued = r.issued, quantity_returned = r.returned,
    unit_cost = r.unit_cost
FROM jsonb_to_recordset(%(rows)s::jsonb) AS r (id uuid, facility_id uuid, reserved numeric, issued numeric, returned numeric,
    unit_cost numeric)
WHERE t.tenant_id = %(tenant)s AND t.id = r.id
"""


@dataclass(frozen=True, slots=True)
class Want:
    """What is asked for a part line. Left out: all that the verb can mean, and the line's or the order's facility."""

    line_id: UUID
    quantity: Decimal | None = None
    facility_id: UUID | None = None


@dataclass(slots=True)
class Line:
    """A locked part line."""

    id: UUID
    order_id: UUID
    part_id: UUID | None
    description: str | None
    facility_id: UUID | None
    quantity: Decimal
    reserved: Decimal
    issued: Decimal
    returned: Decimal
    unit_cost: Decimal

    @property
    def used(self) -> Decimal:
        return self.issued - self.returned

    @property
    def needed(self) -> Decimal:
        """Not issued yet."""
        return max(self.quantity - self.used, ZERO)


@dataclass(frozen=True, slots=True)
class Task:
    """One line, what is asked for it, and from where."""

    want: Want
    line: Line
    place: Place | None
    prefix: str

    def problem(self, name: str, words: str, code: str = "invalid") -> FieldProblem:
        return FieldProblem(self.prefix + name, words, code)


async def reserve(session: AsyncSession, actor: Actor, wants: Sequence[Want], *, named: bool = False) -> None:
    """Hold parts for lines: as many as are still needed, unless told fewer.

    Raises: Invalid per field; Conflict where less is available, telling where else it is, or no more is needed.
    """
    stock, tasks = await _open(session, actor, wants, named)
    problems = []
    for task in tasks:
        line = task.line
        most = line.needed - line.reserved
        quantity = most if task.want.quantity is None else task.want.quantity
        if task.place is None:
            problems.append(
                task.problem("quantity", "is not a part of the catalogue: there is no stock", "no_stock")
            )
        elif quantity > most or most <= 0:
            words = f"no more than {plain(max(most, ZERO))} is still needed and not reserved"
            problems.append(task.problem("quantity", words, "not_needed"))
        elif _held_elsewhere(task):
            problems.append(_elsewhere(task, stock))
        else:
            try:
                stock.books[task.place[0]].reserve(task.place[1], quantity)
            except Shortage as error:
                problems.append(stock.shortage(task.place, error, task.prefix + "quantity"))
                continue
            line.reserved += quantity
            line.facility_id = task.place[1]
    refuse(problems, stock, tasks[0].place if tasks else None)
    await _write(session, actor, [task.line for task in tasks])
    await stock.close()


async def release(session: AsyncSession, actor: Actor, wants: Sequence[Want], *, named: bool = False) -> None:
    """Hold parts no longer: all that the lines have reserved, unless told fewer. Raises: Invalid, Conflict."""
    stock, tasks = await _open(session, actor, wants, named)
    problems = []
    for task in tasks:
        line = task.line
        quantity = line.reserved if task.want.quantity is None else task.want.quantity
        if task.place is None or quantity > line.reserved or line.reserved == 0:
            words = f"no more than {plain(line.reserved)} is reserved for this line"
            problems.append(task.problem("quantity", words, "not_reserved"))
            continue
        assert line.part_id is not None and line.facility_id is not None
        stock.books[line.part_id].release(line.facility_id, quantity)
        line.reserved -= quantity
    refuse(problems)
    await _write(session, actor, [task.line for task in tasks])
    await stock.close()


async def issue(
    session: AsyncSession, actor: Actor, wants: Sequence[Want], *, named: bool = False
) -> list[UUID]:
    """Hand parts out for lines: as many as are still needed, unless told otherwise; the ids of the movements.

    What the line has reserved goes first. The line's unit cost is the average of what went out for it.
    Raises: Invalid per field; Conflict where less is available, telling where else it is, or nothing more is needed.
    """
    stock, tasks = await _open(session, actor, wants, named)
    problems = []
    for task in tasks:
        line = task.line
        quantity = line.needed if task.want.quantity is None else task.want.quantity
        if quantity <= 0:
            problems.append(task.problem("quantity", "nothing more is needed; say how many", "not_needed"))
        elif task.place is None:
            line.issued += quantity
        elif _held_elsewhere(task):
            problems.append(_elsewhere(task, stock))
        else:
            held = min(line.reserved, quantity)
            try:
                entry = stock.books[task.place[0]].issue(task.place[1], quantity, held)
            except Shortage as error:
                problems.append(stock.shortage(task.place, error, task.prefix + "quantity"))
                continue
            stock.note(task.place[0], entry, work_order_id=line.order_id, work_order_part_id=line.id)
            line.unit_cost = average_cost(line.used, line.unit_cost, quantity, entry.unit_cost)
            line.facility_id = (
                task.place[1] if line.facility_id is None or not line.used else line.facility_id
            )
            line.reserved -= held
            line.issued += quantity
    refuse(problems, stock, tasks[0].place if tasks else None)
    return await _settle(session, actor, stock, tasks)


async def return_(
    session: AsyncSession, actor: Actor, wants: Sequence[Want], *, named: bool = False
) -> list[UUID]:
    """Take parts back into stock, at the cost at which they were issued: all, unless told fewer; the ids of the movements.

    Raises: Invalid per field; Conflict for more than was issued and not returned.
    """
    stock, tasks = await _open(session, actor, wants, named)
    problems = []
    for task in tasks:
        line = task.line
        quantity = line.used if task.want.quantity is None else task.want.quantity
        if quantity > line.used or line.used == 0:
            words = f"no more than {plain(line.used)} was issued and not returned"
            problems.append(task.problem("quantity", words, "not_issued"))
            continue
        line.returned += quantity
        if task.place is not None:
            entry = stock.books[task.place[0]].put_back(task.place[1], quantity, line.unit_cost)
            stock.note(task.place[0], entry, work_order_id=line.order_id, work_order_part_id=line.id)
    refuse(problems)
    return await _settle(session, actor, stock, tasks)


async def release_lines(session: AsyncSession, actor: Actor, orders: Sequence[UUID]) -> None:
    """Release whatever the lines of work orders have reserved; the caller holds the orders."""
    lines = await _lines(
        session, actor, "l.work_order_id = ANY (%(orders)s) AND l.quantity_reserved > 0", orders=orders
    )
    await _release(session, actor, lines, needed=False)


async def release_surplus(session: AsyncSession, actor: Actor, keys: Sequence[UUID]) -> None:
    """Release what lines have reserved beyond what they still need, as after a smaller quantity was asked for."""
    lines = await _lines(session, actor, "l.id = ANY (%(lines)s) AND l.quantity_reserved > 0", lines=keys)
    await _release(session, actor, [line for line in lines if line.reserved > line.needed], needed=True)


async def _release(session: AsyncSession, actor: Actor, lines: Sequence[Line], *, needed: bool) -> None:
    """Release what lines have reserved, or only what is not `needed`."""
    if not lines:
        return
    stock = await open_stock(session, actor, {line.part_id for line in lines if line.part_id})
    for line in lines:
        left = line.needed if needed else ZERO
        if line.part_id is not None and line.facility_id is not None:
            stock.books[line.part_id].release(line.facility_id, line.reserved - left)
        line.reserved = left
    await _write(session, actor, lines)
    await stock.close()


# -- pieces


async def _open(
    session: AsyncSession, actor: Actor, wants: Sequence[Want], named: bool
) -> tuple[OpenStock, list[Task]]:
    """Lock lines, their orders, and the stock that they are about, in this order.

    Raises: Invalid for lines that are not there, come twice, or name no facility; Conflict for a closed order.
    """
    _check(wants, named)
    lines = {
        line.id: line
        for line in await _lines(
            session, actor, "l.id = ANY (%(lines)s)", lines=[want.line_id for want in wants]
        )
    }
    problems = [
        FieldProblem(_prefix(named, index) + "id", "there is no such part line", "unknown_row")
        for index, want in enumerate(wants)
        if want.line_id not in lines
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    connection = await session.connection()
    values = {"tenant": actor.tenant_id, "orders": list({line.order_id for line in lines.values()})}
    found: Any = await connection.exec_driver_sql(LOCK_ORDERS, values)
    orders = {row[0]: row for row in found}
    for _, number, status, _ in orders.values():
        if status in ("completed", "cancelled"):
            raise Conflict(f"The work order {number} is closed; reopen it first.", code="locked")
    tasks = []
    for index, want in enumerate(wants):
        line = lines[want.line_id]
        facility = want.facility_id or line.facility_id or orders[line.order_id][3]
        place = None if line.part_id is None else (line.part_id, facility) if facility else None
        task = Task(want, line, place, _prefix(named, index))
        if line.part_id is not None and place is None:
            words = "is required: neither the line nor its work order names one"
            problems.append(task.problem("facility_id", words, "required"))
        tasks.append(task)
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    places = [task.place for task in tasks if task.place]
    stock = await open_stock(session, actor, {part for part, _ in places}, places)
    problems = [
        task.problem("facility_id", "does not name anything that exists here", "unknown_reference")
        for task in tasks
        if task.place and task.place not in stock.stock_ids
    ]
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)
    return stock, tasks


def _check(wants: Sequence[Want], named: bool) -> None:
    problems = []
    seen: set[UUID] = set()
    for index, want in enumerate(wants):
        prefix = _prefix(named, index)
        if want.quantity is not None and (words := wrong_amount(want.quantity, QUANTITY, above_zero=True)):
            problems.append(FieldProblem(f"{prefix}quantity", words))
        if want.line_id in seen:
            problems.append(FieldProblem(f"{prefix}id", "comes twice"))
        seen.add(want.line_id)
    if problems:
        raise Invalid("Some fields are not valid.", fields=problems)


def _prefix(named: bool, index: int) -> str:
    return f"lines[{index}]." if named else ""


def _held_elsewhere(task: Task) -> bool:
    assert task.place is not None
    return task.line.reserved > 0 and task.line.facility_id != task.place[1]


def _elsewhere(task: Task, stock: OpenStock) -> FieldProblem:
    assert task.line.facility_id is not None
    where = stock.facility_names.get(task.line.facility_id, "another facility")
    words = f"{plain(task.line.reserved)} is reserved for this line at {where}; release it first"
    return task.problem("facility_id", words, "reserved_elsewhere")


async def _lines(session: AsyncSession, actor: Actor, which: str, **values: Any) -> list[Line]:
    await session.flush()
    connection = await session.connection()
    lists = {name: list(keys) for name, keys in values.items()}
    found: Any = await connection.exec_driver_sql(
        LOCK_LINES.format(which=which), {"tenant": actor.tenant_id} | lists
    )
    return [Line(*row) for row in found]


async def _write(session: AsyncSession, actor: Actor, lines: Sequence[Line]) -> None:
    rows = [
        {
            "id": line.id,
            "facility_id": line.facility_id,
            "reserved": line.reserved,
            "issued": line.issued,
            "returned": line.returned,
            "unit_cost": line.unit_cost,
        }
        for line in lines
    ]
    connection = await session.connection()
    await connection.exec_driver_sql(
        WRITE_LINES, {"tenant": actor.tenant_id, "rows": msgspec.json.encode(rows).decode()}
    )


async def _settle(session: AsyncSession, actor: Actor, stock: OpenStock, tasks: Sequence[Task]) -> list[UUID]:
    await _write(session, actor, [task.line for task in tasks])
    made = await stock.close()
    await settle_costs(session, actor, {task.line.order_id for task in tasks})
    return made
