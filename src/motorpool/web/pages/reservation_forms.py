"""Asking for a vehicle, handing it over and taking it back: short forms that a phone can hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.access import Reach
from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import MotorpoolError, NotFound
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.moves import move_row
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.resource.write import create_row
from motorpool.core.tenancy import Actor
from motorpool.fleet.availability.asking import Use, read_reasons
from motorpool.fleet.queries.free_vehicles import free_vehicles
from motorpool.fleet.reservation_routes import reads_driver
from motorpool.fleet.rules.proposals import Wish, why
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES, Input, Texts, inputs_of, texts_of, wrong_places
from motorpool.web.navigation import may
from motorpool.web.pages.availability import told
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.records import form_pairs, key_of, read_row
from motorpool.web.pages.reservations import TABLE, kinds_of
from motorpool.web.posting import body_of, posted_texts
from motorpool.web.presentation import choices_of
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
ASKED = tuple(
    "starts_at ends_at vehicle_type passengers pickup_facility_id vehicle_id driver_id purpose destination usage_type cargo "
    "department_id".split()
)
#: The rest is there for those who need it.
MORE = ("destination", "usage_type", "cargo", "department_id")
OFFERED = 8
HALF_HOUR = timedelta(minutes=30)
#: What is asked when a vehicle goes out and comes back, in this order; `photos` are taken by the page's script.
OUT = ("driver_id", "odometer_out", "fuel_percent_out", "key_number", "condition_out", "photos_out")
BACK = ("odometer_in", "fuel_percent_in", "condition_in", "photos_in")
PHOTOS = ("photos_out", "photos_in")
LABELS = {
    "driver_id": "Driver",
    "key_number": "Key",
    **dict.fromkeys(("odometer_out", "odometer_in"), "Odometer"),
    **dict.fromkeys(("fuel_percent_out", "fuel_percent_in"), "Fuel or charge"),
    **dict.fromkeys(("condition_out", "condition_in"), "Condition"),
}
HELP = {"key_number": "Its number, or the compartment of the key box"}


@get("/reservations/new", include_in_schema=False)
async def request_page(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    reach_or_forbid(request.app.state.registry[TABLE], actor, "create")
    texts = first_texts(actor, datetime.now(UTC))
    texts |= {name: value for name, value in request.query_params.items() if name in ASKED}
    return await request_form(request, texts)


def first_texts(actor: Actor, now: datetime) -> dict[str, str]:
    """From the next half hour on, for two hours, by whoever asks."""
    local = now.astimezone(formats.zone_of(actor.time_zone)).replace(tzinfo=None, second=0, microsecond=0)
    start = local + HALF_HOUR - timedelta(minutes=local.minute % 30)
    return {
        "starts_at": f"{start:%Y-%m-%dT%H:%M}",
        "ends_at": f"{start + timedelta(hours=2):%Y-%m-%dT%H:%M}",
        "driver_id": str(actor.driver_id or ""),
        "usage_type": "business",
    }


@post("/reservations/new", include_in_schema=False, status_code=200)
async def request_posted(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, "create")
    pairs = await form_pairs(request)
    try:
        body = body_of(resource, pairs, actor, names=ASKED)
        async with state.database.transaction(actor) as session:
            key = await create_row(session, resource, actor, reach, body)
    except FAILURES as error:
        return await request_form(
            request, posted_texts(resource, pairs, ASKED), as_problem(error, problem_of)
        )
    return see_other(f"/vehicle-reservations/{key}", "Your request is in. You see here when it is decided.")


@get("/reservations/free", include_in_schema=False)
async def free_part(request: AnyRequest) -> Response[Any]:
    """The vehicles that are free for what stands in the form; asked again whenever it changes."""
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry[TABLE], actor, "create")
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "reservation_free.html",
        title="Free vehicles",
        **await offers(request, actor, dict(request.query_params)),
    )
    return page


async def offers(request: AnyRequest, actor: Actor, texts: Texts) -> dict[str, Any]:
    """What `reservation_free.html` shows: free vehicles, how many more, what speaks against the driver or the chosen one."""
    state = request.app.state
    start, end = moment_of(texts.get("starts_at"), actor), moment_of(texts.get("ends_at"), actor)
    if start is None or end is None or end <= start:
        return {"offers": None, "others": 0, "chosen": "", "against": []}
    seats = str(texts.get("passengers") or "")
    wish = Wish(
        str(texts.get("vehicle_type") or "") or None,
        int(seats) if seats.isdigit() and 0 < int(seats) < 1000 else None,
        parse_uuid(str(texts.get("pickup_facility_id") or "")),
    )
    driver = parse_uuid(str(texts.get("driver_id") or ""))
    if driver and driver != actor.driver_id and not await reads_driver(state.database, actor, driver):
        driver = None
    found = await free_vehicles(state.database, actor, start, end, wish, driver_id=driver)
    chosen = parse_uuid(str(texts.get("vehicle_id") or ""))
    first = sorted(found, key=lambda one: one.id != chosen)[:OFFERED]
    use = Use([chosen] if chosen else [], [driver] if driver else [], start, end)
    reasons = await read_reasons(state.database, actor, [use])
    return {
        "offers": [(one, why(one, wish)) for one in first],
        "others": len(found) - len(first),
        "chosen": str(chosen) if chosen and chosen in {one.id for one in first} else "",
        "against": told(state.registry, actor, reasons),
    }


def moment_of(text: Any, actor: Actor) -> datetime | None:
    """A local time of a form as a moment."""
    try:
        return datetime.fromisoformat(str(text)).replace(tzinfo=formats.zone_of(actor.time_zone))
    except ValueError:
        return None


async def request_form(
    request: AnyRequest, texts: Texts, problem: MotorpoolError | None = None
) -> Response[Any]:
    if problem is not None and problem.status not in (400, 403, 409, 422):
        raise problem
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    errors = errors_of(problem)
    inputs = {
        one.field.name: one
        for one in await inputs_of(
            state.database, state.registry, actor, resource, texts, errors, creating=True, names=ASKED
        )
    }
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "reservation_new.html",
        status=problem.status if problem else 200,
        title="Request a vehicle",
        inputs=inputs,
        more=[inputs[name] for name in MORE],
        kinds=await kinds_of(request, actor),
        facilities=await choices_of(state.database, state.registry, actor, "facilities", MOST_CHOICES)
        if may(actor, "facilities.read")
        else [],
        asks_driver=may(actor, "drivers.read"),
        problem=problem and problem.detail,
        wrong=wrong_places(resource, errors, set(inputs)),
        **await offers(request, actor, texts),
    )
    return page


# -- hand-over and return


@get("/reservations/{key:str}/hand-over", include_in_schema=False)
async def hand_over_page(request: AnyRequest) -> Response[Any]:
    return await exchange_page(request, "hand_over", OUT)


@post("/reservations/{key:str}/hand-over", include_in_schema=False, status_code=200)
async def hand_over_posted(request: AnyRequest) -> Response[Any]:
    return await exchange_posted(request, "hand_over", OUT, "Handed over. Have a good trip.")


@get("/reservations/{key:str}/return", include_in_schema=False)
async def return_page(request: AnyRequest) -> Response[Any]:
    return await exchange_page(request, "return", BACK)


@post("/reservations/{key:str}/return", include_in_schema=False, status_code=200)
async def return_posted(request: AnyRequest) -> Response[Any]:
    return await exchange_posted(request, "return", BACK, "The vehicle is back.")


async def exchange_page(request: AnyRequest, verb: str, names: tuple[str, ...]) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach_or_forbid(resource, actor, verb)
    row, etag = await read_row(request, resource)
    if row["status"] not in resource.move(verb).leaves:
        return see_other(
            f"/vehicle-reservations/{row['id']}",
            f"It is {formats.words(row['status']).lower()} now.",
            "warning",
        )
    texts = texts_of(resource, row, actor, names=names)
    return await exchange_form(request, resource, verb, names, row, texts, etag)


async def exchange_posted(request: AnyRequest, verb: str, names: tuple[str, ...], done: str) -> Response[Any]:
    """Make the move; damage that was found is a defect of the vehicle, in the same transaction."""
    actor, state = actor_of(request), request.app.state
    resource = state.registry[TABLE]
    reach = reach_or_forbid(resource, actor, verb)
    key = key_of(request, resource)
    pairs = await form_pairs(request)
    form = dict(pairs)
    damage = form.get("damage", "").strip()
    try:
        body = body_of(resource, pairs, actor, names=names)
        async with state.database.transaction(actor) as session:
            await move_row(
                session, resource, actor, reach, key, resource.move(verb), body, form.get("etag") or None
            )
            if damage:
                await _report_damage(session, request, actor, key, damage, form.get("is_unsafe") == "true")
    except FAILURES as error:
        problem = as_problem(error, problem_of)
        if problem.status not in (400, 403, 409, 412, 422):
            raise
        row, etag = await read_row(request, resource)
        texts = posted_texts(resource, pairs, names)
        return await exchange_form(request, resource, verb, names, row, texts, etag, problem, damage)
    return see_other(f"/vehicle-reservations/{key}", done)


async def _report_damage(
    session: Any, request: AnyRequest, actor: Actor, key: UUID, damage: str, is_unsafe: bool
) -> None:
    """Raises: Forbidden for somebody who may not report defects."""
    state = request.app.state
    reservation, defects = state.registry[TABLE], state.registry["defects"]
    reach_or_forbid(defects, actor, "create")
    connection = await session.connection()
    found = await connection.exec_driver_sql(
        "SELECT vehicle_id, driver_id, odometer_in, photos_in, reservation_number FROM vehicle_reservations "
        "WHERE tenant_id = %(tenant)s AND id = %(key)s",
        {"tenant": actor.tenant_id, "key": key},
    )
    row = found.first()
    if row is None:
        raise NotFound(f"There is no such {reservation.label.lower()}.")
    body = {
        "vehicle_id": str(row.vehicle_id),
        "description": damage,
        "severity": "critical" if is_unsafe else "minor",
        "is_unsafe": is_unsafe,
        "source": "reservation",
        "reported_by_driver_id": row.driver_id and str(row.driver_id),
        "odometer": row.odometer_in,
        "photos": row.photos_in,
        "notes": f"Found when {row.reservation_number} came back",
    }
    allowed = {*defects.writable, *defects.create_only}
    given = {name: value for name, value in body.items() if value is not None and name in allowed}
    await create_row(session, defects, actor, Reach(everything=True), given)


async def exchange_form(
    request: AnyRequest,
    resource: Resource,
    verb: str,
    names: tuple[str, ...],
    row: dict[str, Any],
    texts: Texts,
    etag: str,
    problem: MotorpoolError | None = None,
    damage: str = "",
) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    errors = errors_of(problem)
    inputs = await inputs_of(
        state.database, state.registry, actor, resource, texts, errors, creating=False, names=names
    )
    photos = next(name for name in names if name in PHOTOS)
    reasons = []
    if verb == "hand_over" and problem is None:
        end = formats.moment(row["ends_at"])
        now = datetime.now(UTC)
        use = Use(
            [UUID(row["vehicle_id"])],
            [UUID(row["driver_id"])] if row["driver_id"] else [],
            now,
            max(now, end or now),
            UUID(row["id"]),
        )
        reasons = told(state.registry, actor, await read_reasons(state.database, actor, [use]))
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "reservation_exchange.html",
        status=problem.status if problem else 200,
        title="Hand over" if verb == "hand_over" else "Take back",
        verb=verb,
        row=row,
        vehicle=await vehicle_of(request, actor, row),
        inputs=[_short(one) for one in inputs if one.field.name != photos],
        photos=photos,
        taken=[address for address in str(texts.get(photos, "")).split("\n") if address],
        may_photo=may(actor, "files.create"),
        may_report=verb == "return" and may(actor, "defects.create"),
        damage=damage,
        reasons=reasons,
        etag=etag,
        problem=problem and problem.detail,
        wrong=wrong_places(resource, errors, set(names)),
    )
    return page


def _short(one: Input) -> Input:
    """On a phone one word says enough; that it goes out or comes in is clear here."""
    return replace(one, field=replace(one.field, label=LABELS[one.field.name], help=HELP.get(one.field.name)))


async def vehicle_of(request: AnyRequest, actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    """What people know the vehicle by, for whoever hands it over."""
    rows = await request.app.state.database.read(
        actor,
        "SELECT vehicle_number, concat_ws(' ', model_year, make, model), license_plate, vehicle_type FROM vehicles "
        "WHERE tenant_id = %(tenant)s AND id = %(vehicle)s",
        {"tenant": actor.tenant_id, "vehicle": row["vehicle_id"]},
    )
    return dict(zip(("number", "description", "plate", "kind"), rows[0], strict=True))


route_handlers = [
    request_page,
    request_posted,
    free_part,
    hand_over_page,
    hand_over_posted,
    return_page,
    return_posted,
]
