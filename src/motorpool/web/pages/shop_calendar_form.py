"""The form of a booking: made, changed and moved on without a mouse. A dialog of the shop's calendar, or a page of its own."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row, update_row
from motorpool.core.tenancy import Actor
from motorpool.maintenance.planning.slots import Slot, propose_slots
from motorpool.maintenance.queries import shop_facts
from motorpool.maintenance.queries.shop_calendar import BOOKING, shop_of, shops_with_bays, waiting_work
from motorpool.maintenance.queries.shop_facts import Shop, Work
from motorpool.maintenance.queries.shop_orders import readable_orders
from motorpool.maintenance.rules.shop_states import LIVE
from motorpool.maintenance.rules.working_time import instant
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.records import form_texts, key_of, read_row
from motorpool.web.rendering import go_on

AnyRequest = Request[Any, Any, Any]
VERBS = ("confirm", "start", "finish", "cancel")
FIELDS = ("order", "bay", "technician", "start", "end", "facility", "day", "view", "etag")


@get("/shop/calendar/book", include_in_schema=False)
async def book_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    reach_or_forbid(BOOKING, actor, "create")
    return await form_page(request, actor, dict(request.query_params.items()))


@post("/shop/calendar/book", include_in_schema=False)
async def book_posted(request: AnyRequest) -> Response[Any]:
    actor, texts = actor_of(request), await form_texts(request)
    reach = reach_or_forbid(BOOKING, actor, "create")
    database = request.app.state.database
    job = await job_of(request, actor, texts.get("order"))
    if job is None:
        raise NotFound("There is no such work order.")
    try:
        body = await body_of(request, actor, texts)
        async with database.transaction(actor) as session:
            made = body | {"work_order_id": str(job.id), "vehicle_id": str(job.vehicle_id)}
            key = await create_row(session, BOOKING, actor, reach, made)
    except FAILURES as error:
        return await form_page(request, actor, texts, problem=as_problem(error, problem_of))
    return go_on(request, shown_at(texts, key), f"{job.number} is booked.")


@get("/shop/calendar/bookings/{key:str}", include_in_schema=False)
async def booking_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    row, etag = await read_row(request, BOOKING)
    query = dict(request.query_params.items())
    texts = {
        "order": row["work_order_id"],
        "bay": row["service_bay_id"],
        "technician": row["technician_id"] or "",
        "start": row["scheduled_start"],
        "end": row["scheduled_end"],
        "etag": etag,
    }
    return await form_page(request, actor, texts | query, row=row)


@post("/shop/calendar/bookings/{key:str}", include_in_schema=False)
async def booking_posted(request: AnyRequest) -> Response[Any]:
    actor, texts = actor_of(request), await form_texts(request)
    reach = reach_or_forbid(BOOKING, actor, "update")
    key = key_of(request, BOOKING)
    try:
        body = await body_of(request, actor, texts)
        async with request.app.state.database.transaction(actor) as session:
            await update_row(session, BOOKING, actor, reach, key, body, texts.get("etag") or None)
    except FAILURES as error:
        row, _ = await read_row(request, BOOKING)
        return await form_page(request, actor, texts, row=row, problem=as_problem(error, problem_of))
    return go_on(request, shown_at(texts, key), "The booking is changed.")


@post("/shop/calendar/bookings/{key:str}/{verb:str}", include_in_schema=False)
async def booking_moved(request: AnyRequest) -> Response[Any]:
    actor, texts = actor_of(request), await form_texts(request)
    verb = request.path_params["verb"]
    if verb not in VERBS:
        raise NotFound("There is no such move.")
    reach = reach_or_forbid(BOOKING, actor, verb)
    move = BOOKING.move(verb)
    reason = {"cancellation_reason": texts["reason"]} if verb == "cancel" and texts.get("reason") else {}
    try:
        async with request.app.state.database.transaction(actor) as session:
            await move_row(session, BOOKING, actor, reach, key_of(request, BOOKING), move, reason)
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (409, 412, 422):
            raise
        return go_on(request, back_to(texts), problem.detail, "danger")
    return go_on(request, back_to(texts), f"The booking is {formats.words(move.to).lower()}.")


def date_of(text: str | None, otherwise: date) -> date:
    """A day in an address; what is none, or far off, is the other one."""
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return otherwise
    return found if 2000 <= found.year < 2100 else otherwise


def back_to(texts: dict[str, str]) -> str:
    """The calendar as it was, from what the form carries along."""
    facility, day = parse_uuid(texts.get("facility", "")), date_of(texts.get("day"), date.min)
    query = [f"facility={facility}"] if facility else []
    query += [f"day={day}"] if day != date.min else []
    query += ["view=week"] if texts.get("view") == "week" else []
    return f"/shop/calendar?{'&'.join(query)}" if query else "/shop/calendar"


def shown_at(texts: dict[str, str], booking: UUID) -> str:
    """The calendar on the day for which was booked, with the booking marked. The form's times are those of the shop."""
    address = back_to(texts | {"day": texts.get("start", "")[:10]})
    return f"{address}{'&' if '?' in address else '?'}booking={booking}"


async def job_of(request: AnyRequest, actor: Actor, text: str | None) -> Work | None:
    """The work order that is named, if the actor may read it."""
    database = request.app.state.database
    key = parse_uuid(text or "")
    if key is None or not await readable_orders(database, actor, [key]):
        return None
    return (await shop_facts.work(shop_facts.of_database(database, actor), [key]))[key]


async def body_of(request: AnyRequest, actor: Actor, texts: dict[str, str]) -> dict[str, Any]:
    """The posted texts as the API takes them; times are those of the shop."""
    shop = await shop_named(request, actor, texts)
    body: dict[str, Any] = {
        "service_bay_id": texts.get("bay") or None,
        "technician_id": texts.get("technician") or None,
    }
    for name, column in (("start", "scheduled_start"), ("end", "scheduled_end")):
        body[column] = moment_of(texts.get(name, ""), shop) if texts.get(name) else None
    return body


def moment_of(text: str, shop: Shop | None) -> str:
    """A local time of the shop as ISO 8601 with its offset; what is no time stays, and is told."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    if found.tzinfo is None and shop is not None:
        found = instant(found.date(), found.time(), shop.zone)
    return found.isoformat()


async def shop_named(request: AnyRequest, actor: Actor, texts: dict[str, str]) -> Shop | None:
    """The shop of the form: of the bay, else the one that is shown."""
    database = request.app.state.database
    ask = shop_facts.of_database(database, actor)
    bay = parse_uuid(texts.get("bay") or "")
    found = (await shop_facts.bays(ask, [bay])).get(bay) if bay else None
    key = found.facility_id if found else parse_uuid(texts.get("facility") or "")
    return await shop_of(database, actor, key) if key else None


async def form_page(
    request: AnyRequest,
    actor: Actor,
    texts: dict[str, str],
    *,
    row: dict[str, Any] | None = None,
    problem: MotorpoolError | None = None,
) -> Response[Any]:
    """`shop_calendar_form.html`: a dialog of the calendar, or a page of its own."""
    state = request.app.state
    job = await job_of(request, actor, texts.get("order"))
    readable = dict(await shops_with_bays(state.database, actor))
    shop = await shop_named(request, actor, texts)
    wanted = (job.facility_id or job.vehicle_facility_id) if job else None
    known = {*readable, wanted}
    # A booking may be read because of its vehicle; of any other shop that the actor does not know nothing is shown.
    if shop is None or (shop.id not in known and row is None):
        key = wanted if wanted in readable else next(iter(readable), None)
        shop = await shop_of(state.database, actor, key) if key else None
    if shop is None:
        raise NotFound("There is no shop with a bay yet. Add a service bay first.")
    ask, now = shop_facts.of_database(state.database, actor), datetime.now(shop.zone)
    offered = [shop.id] if shop.id in known else []
    used = [parse_uuid(row[name] or "") if row else None for name in ("service_bay_id", "technician_id")]
    bays, people = [[key] if key else [] for key in used]
    slots: list[Slot] = []
    notes: list[str] = []
    if job is not None and row is None:
        slots, notes = await best_slots(request, actor, job, shop, texts)
        fill_in(texts, slots, shop)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "shop_calendar_form.html",
        status=problem.status if problem else 200,
        title=f"Booking of {job.number}" if row and job else "Book a bay",
        shop=shop,
        job=job,
        row=row,
        waiting=await waiting_work(state.database, actor, shop) if job is None else [],
        bays=(await shop_facts.bays(ask, bays, shops=offered)).values(),
        people=[
            one.technician for one in (await shop_facts.people(ask, now, now, people, shops=offered)).values()
        ],
        slots=[(one, slot_text(one, shop), is_chosen(one, texts)) for one in slots],
        notes=notes,
        texts={name: local_text(texts.get(name, ""), shop) for name in FIELDS},
        errors=errors_of(problem),
        problem=problem and problem.detail,
        may_move=may(actor, "service_bay_schedule.update"),
        verbs=[
            move
            for move in BOOKING.moves
            if row is not None
            and move.verb in VERBS
            and row["status"] in move.leaves
            and may(actor, BOOKING.permission(move.verb))
        ],
        live=row is None or row["status"] in LIVE,
        back=back_to(texts),
    )
    return page


def fill_in(texts: dict[str, str], slots: list[Slot], shop: Shop) -> None:
    """An empty form begins with the best time."""
    if slots and not texts.get("start"):
        best = slots[0]
        texts |= {
            "bay": texts.get("bay") or str(best.service_bay_id),
            "technician": texts.get("technician") or str(best.technician_id),
            "start": best.scheduled_start.isoformat(),
            "end": best.scheduled_end.isoformat(),
        }


async def best_slots(
    request: AnyRequest, actor: Actor, job: Work, shop: Shop, texts: dict[str, str]
) -> tuple[list[Slot], list[str]]:
    """Times from the day that is shown, or from now, for a week."""
    ask = shop_facts.of_database(request.app.state.database, actor)
    now = datetime.now(shop.zone)
    since = max(now, instant(date_of(texts.get("day"), now.date()), time(), shop.zone))
    try:
        found = await propose_slots(ask, actor, job, since, since + timedelta(days=7), 4)
    except MotorpoolError as error:
        return [], [error.detail]
    return found.items, found.notes


def slot_text(slot: Slot, shop: Shop) -> str:
    start, end = slot.scheduled_start.astimezone(shop.zone), slot.scheduled_end.astimezone(shop.zone)
    return f"{start:%a} {start.day} {start:%b}, {start:%H:%M} to {end:%H:%M}"


def is_chosen(slot: Slot, texts: dict[str, str]) -> bool:
    return (texts.get("start"), texts.get("bay")) == (
        slot.scheduled_start.isoformat(),
        str(slot.service_bay_id),
    )


def local_text(text: str, shop: Shop) -> str:
    """An instant as the input of a local time takes it; everything else as it is."""
    if "T" not in text:
        return text
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{found.astimezone(shop.zone) if found.tzinfo else found:%Y-%m-%dT%H:%M}"


route_handlers = [book_page, book_posted, booking_page, booking_posted, booking_moved]
