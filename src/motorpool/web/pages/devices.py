"""Devices: what waits in quarantine, what reports, and how to connect a phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

import msgspec
import segno
from litestar import Request, Response, get, post
from markupsafe import Markup

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import Conflict, FieldProblem, Forbidden, Invalid, MotorpoolError
from motorpool.core.errors.http import as_problem
from motorpool.core.resource.problems import problem_of
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.telematics.actions.change_device import adopt_device, disable_device, enable_device
from motorpool.telematics.actions.command_device import NO_COMMANDS, command_device
from motorpool.telematics.actions.create_device import create_device
from motorpool.telematics.decoders.registry import PROTOCOLS
from motorpool.telematics.gateway.ports import ports_of
from motorpool.telematics.queries.device_connection import device_connection
from motorpool.web.forms import MOST_CHOICES, Input
from motorpool.web.navigation import may
from motorpool.web.pages.editing import FAILURES, errors_of
from motorpool.web.pages.listing import list_response
from motorpool.web.pages.records import detail_context, form_texts, key_of, read_row
from motorpool.web.presentation import Field, choices_of, field_of
from motorpool.web.rendering import is_partial, see_other

AnyRequest = Request[Any, Any, Any]
NEW_FIELDS = ("name", "vehicle_id", "identifier", "protocol", "model", "phone")
IN_USE = (("status__in", "active,disabled"),)
QUARANTINE_ROWS = 100
#: A command from the page that could not be sent for this long is not sent any more.
COMMAND_HOURS = 24.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@get("/devices", include_in_schema=False)
async def devices_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    fixed = () if request.query_params.get("status") else IN_USE
    quarantine: list[dict[str, Any]] = []
    vehicles: list[tuple[str, str]] = []
    if may(actor, "devices.read") and not is_partial(request):
        query = [("status", "quarantined"), ("limit", str(QUARANTINE_ROWS))]
        texts, _, _ = await state.apis["devices"].list_page(actor, query)
        quarantine = [msgspec.json.decode(text) for text in texts]
        if quarantine and may(actor, "devices.adopt"):
            vehicles = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
    return await list_response(
        request,
        state.registry["devices"],
        template="devices.html",
        fixed=fixed,
        quarantine=quarantine,
        vehicles=vehicles,
        can_adopt=may(actor, "devices.adopt"),
    )


async def revealed(request: AnyRequest, actor: Actor, key: UUID) -> str | None:
    """The secret identifier of a device, for those who may see it."""
    if not may(actor, "devices.reveal"):
        return None
    rows = await request.app.state.database.read(
        actor,
        "SELECT identifier FROM devices WHERE tenant_id = %(tenant)s AND id = %(device)s",
        {"tenant": actor.tenant_id, "device": key},
    )
    return str(rows[0][0]) if rows else None


async def device_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    resource = state.registry["devices"]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    address = f"{base_address(request)}/osmand"
    identifier = await revealed(request, actor, UUID(row["id"])) if row["status"] == "active" else None
    vehicles = []
    if row["status"] == "quarantined" and may(actor, "devices.adopt"):
        vehicles = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
    seen = await device_connection(state.database, actor, UUID(row["id"]))
    spoken = (seen.connection or {}).get("protocol") or row["protocol"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "device.html",
        **context,
        seen=seen,
        trackers=trackers(request, spoken),
        spoken=spoken,
        protocols=tuple(PROTOCOLS),
        orders=orders_of(actor, row, spoken),
        connect=identifier
        and {
            "address": address,
            "identifier": identifier,
            "port": state.settings.gateway.osmand_port,
            "qr": qr_code(f"{address}?{urlencode({'id': identifier, 'service': 'true'})}"),
            "is_loopback": (urlsplit(address).hostname or "") in LOOPBACK,
        },
        vehicles=vehicles,
    )
    return page


@dataclass(frozen=True, slots=True)
class Tracker:
    """A protocol as the page explains it."""

    name: str
    title: str
    devices: str
    host: str
    port: int
    set_up: tuple[str, ...]


def trackers(request: AnyRequest, spoken: str | None) -> list[Tracker]:
    """How to point a tracker here: its own protocol, or all of them while that is not known."""
    host = urlsplit(base_address(request)).hostname or ""
    ports = ports_of(request.app.state.settings.gateway.ports)
    if spoken is not None and spoken not in PROTOCOLS:
        return []
    return [
        Tracker(
            kind.name,
            kind.title,
            kind.devices,
            host,
            ports[kind.name],
            tuple(line.format(host=host, port=ports[kind.name]) for line in kind.set_up),
        )
        for kind in PROTOCOLS.values()
        if ports[kind.name] and spoken in (None, kind.name)
    ]


def orders_of(actor: Actor, row: dict[str, Any], spoken: str | None) -> dict[str, Any] | None:
    """What the form for commands says; None when nobody may send any."""
    if row["status"] != "active" or not may(actor, "devices.send_command"):
        return None
    kind = PROTOCOLS.get(spoken or "")
    if kind is None or kind.command_example is None:
        why = NO_COMMANDS.get(
            spoken or "", "Commands can be sent once the device has connected with a tracker's protocol."
        )
        return {"why_not": why}
    return {"why_not": None, "example": kind.command_example, "help": kind.command_help}


@post("/devices/{key:str}/command", include_in_schema=False, status_code=200)
async def command_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "devices.send_command")
    key = key_of(request, request.app.state.registry["devices"])
    command = (await form_texts(request)).get("command", "").strip()
    try:
        async with request.app.state.database.transaction(actor) as session:
            await command_device(session, actor, key, command=command, expires_hours=COMMAND_HOURS)
    except (Invalid, Conflict) as error:
        return see_other(
            f"/devices/{key}", error.fields[0].message if error.fields else error.detail, "warning"
        )
    return see_other(f"/devices/{key}", "Command queued. It is sent as soon as the device is connected.")


def base_address(request: AnyRequest) -> str:
    """Where phones reach this server: as configured, else as the browser did."""
    public: str | None = request.app.state.settings.http.public_url
    return (public or f"{request.url.scheme}://{request.url.netloc}").rstrip("/")


def qr_code(text: str) -> Markup:
    """An SVG that Traccar Client scans: the server's address and the identifier in one."""
    svg = segno.make(text, error="m").svg_inline(
        scale=4, border=3, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(svg)  # noqa: S704 - made by segno, holds no text of ours


@get("/devices/new", include_in_schema=False)
async def new_device_page(request: AnyRequest) -> Response[Any]:
    _require(actor_of(request), "devices.create")
    texts = {name: request.query_params.get(name, "") for name in NEW_FIELDS}
    return await device_form(request, texts | {"protocol": texts["protocol"] or "osmand"})


@post("/devices/new", include_in_schema=False, status_code=200)
async def create_device_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "devices.create")
    form = {name: value.strip() for name, value in (await form_texts(request)).items()}
    try:
        async with request.app.state.database.transaction(actor) as session:
            device = await create_device(
                session,
                name=form.get("name", ""),
                vehicle_id=chosen_vehicle(form),
                identifier=form.get("identifier") or None,
                protocol=form.get("protocol") or None,
                model=form.get("model") or None,
                phone=form.get("phone") or None,
            )
    except FAILURES as error:
        return await device_form(request, form, as_problem(error, problem_of))
    return see_other(f"/devices/{device.id}", "Device added. Connect it as shown here.")


async def device_form(
    request: AnyRequest, texts: dict[str, str], problem: MotorpoolError | None = None
) -> Response[Any]:
    if problem is not None and problem.status not in (409, 422):
        raise problem
    actor, state = actor_of(request), request.app.state
    resource = state.registry["devices"]
    errors = errors_of(problem)
    help_of_identifier = (
        "What the device sends, such as its IMEI. Leave empty for a phone: a secret one is made."
    )
    inputs = []
    for name in NEW_FIELDS:
        field = field_of(resource, name)
        if name == "identifier":
            field = Field(name, "Identifier", "text", help_of_identifier, max_length=100)
        made = Input(field, texts.get(name, ""), errors.get(name))
        if name == "vehicle_id":
            made.options = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
        inputs.append(made)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "form.html",
        status=problem.status if problem else 200,
        title="New device",
        heading="New device",
        resource=resource,
        section=resource.domain,
        inputs=inputs,
        etag=None,
        action="/devices/new",
        cancel_href="/devices",
        problem=problem and problem.detail,
        stale=False,
        loose_errors=[(name, text) for name, text in errors.items() if name not in NEW_FIELDS],
    )
    return page


@post("/devices/{key:str}/adopt", include_in_schema=False, status_code=200)
async def adopt_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "devices.adopt")
    key = key_of(request, request.app.state.registry["devices"])
    form = await form_texts(request)
    vehicle = chosen_vehicle(form)
    if vehicle is None:
        return see_other("/devices", "Choose the vehicle that the device belongs to.", "warning")
    async with request.app.state.database.transaction(actor) as session:
        device = await adopt_device(session, key, vehicle_id=vehicle, name=form.get("name"))
    return see_other(
        f"/devices/{device.id}", "Device adopted. Its reports go to the vehicle within ten seconds."
    )


@post("/devices/{key:str}/disable", include_in_schema=False, status_code=200)
async def disable_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "devices.disable")
    async with request.app.state.database.transaction(actor) as session:
        device = await disable_device(session, key_of(request, request.app.state.registry["devices"]))
    return see_other(f"/devices/{device.id}", "Device disabled.")


@post("/devices/{key:str}/enable", include_in_schema=False, status_code=200)
async def enable_posted(request: AnyRequest) -> Response[Any]:
    actor = actor_of(request)
    _require(actor, "devices.disable")
    async with request.app.state.database.transaction(actor) as session:
        device = await enable_device(session, key_of(request, request.app.state.registry["devices"]))
    return see_other(f"/devices/{device.id}", "Device enabled.")


def chosen_vehicle(form: dict[str, str]) -> UUID | None:
    """Raises: Invalid for something that is no id."""
    text = form.get("vehicle_id", "")
    if not text:
        return None
    if (key := parse_uuid(text)) is None:
        raise Invalid(
            "Some fields are not valid.", fields=[FieldProblem("vehicle_id", "must be one of your vehicles")]
        )
    return key


def _require(actor: Actor, permission: str) -> None:
    reach = actor.access.reach(permission)
    if reach is None or not reach.everything:
        raise Forbidden(
            f"This needs the permission {permission}.", code="permission_needed", permission=permission
        )


route_handlers = [
    devices_page,
    new_device_page,
    create_device_posted,
    adopt_posted,
    disable_posted,
    enable_posted,
    command_posted,
]
