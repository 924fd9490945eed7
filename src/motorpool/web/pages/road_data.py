"""What is near a vehicle or a place, and what a trip met on its way: weather and tolls."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.errors import NotFound
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import get_statement, reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.live_states import live_states
from motorpool.telematics.queries.road_places import PLACES, nearest
from motorpool.telematics.queries.trip_tolls import trip_tolls
from motorpool.telematics.queries.trip_weather import trip_weather
from motorpool.web import formats
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.icons import icon_of
from motorpool.web.navigation import may
from motorpool.web.pages.parts import fragment
from motorpool.web.presentation import choices_of

AnyRequest = Request[Any, Any, Any]
Row = dict[str, Any]
LABELS = {
    "ev_charging_stations": "Charging",
    "weather_stations": "Weather",
    "traffic_cameras": "Cameras",
    "toll_plazas": "Tolls",
}
#: Places of each kind in the panel of a vehicle, and the radius in which they are looked for, km.
IN_PANEL, PANEL_RADIUS_KM = 3, 50.0
ON_PAGE = 50
RADII = (5, 10, 25, 50, 100, 250)
LEVELS = {"level1": "Level 1", "level2": "Level 2", "dcfast": "DC fast"}


@get("/nearby", include_in_schema=False)
async def nearby_page(request: AnyRequest) -> Response[Any]:
    """One kind of place round a vehicle or a point, the nearest first."""
    actor, state = actor_of(request), request.app.state
    kinds = _kinds(actor)
    asked = request.query_params
    if not kinds:
        raise NotFound("There is no such page.")
    kind = asked.get("kind", "") if asked.get("kind") in kinds else kinds[0]
    radius = next((one for one in RADII if str(one) == asked.get("radius")), 25)
    vehicles = await choices_of(state.database, state.registry, actor, "vehicles", MOST_CHOICES)
    centre, problem = await _centre(request, actor)
    rows: list[Row] = []
    if centre is not None:
        wanted = _wanted(kind, asked)
        rows = await _near(request, actor, kind, centre, radius_km=float(radius), most=ON_PAGE, wanted=wanted)
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "nearby.html",
        title="Nearby",
        kinds=[(one, LABELS[one], icon_of(one)) for one in kinds],
        kind=kind,
        radii=RADII,
        radius=radius,
        levels=LEVELS,
        asked={name: asked.get(name, "") for name in ("vehicle", "place", "level", "min_kw")},
        vehicles=vehicles,
        centre=centre,
        problem=problem,
        rows=[_line(kind, row, actor) for row in rows],
        most=ON_PAGE,
    )
    return page


@get("/nearby/of-vehicle/{key:str}", include_in_schema=False)
async def nearby_panel(request: AnyRequest) -> Response[Any]:
    """The nearest places of each kind, for a vehicle's page."""
    actor = actor_of(request)
    key = parse_uuid(request.path_params["key"])
    found = None if key is None else await _of_vehicle(request, actor, key)
    groups = []
    for kind in _kinds(actor) if found else ():
        assert found is not None
        rows = await _near(
            request, actor, kind, found, radius_km=PANEL_RADIUS_KM, most=IN_PANEL, wanted=_wanted(kind, {})
        )
        if rows:
            groups.append((LABELS[kind], icon_of(kind), kind, [_line(kind, row, actor) for row in rows]))
    return fragment(request, actor, "nearby_panel.html", groups=groups, vehicle=key, known=found is not None)


@get("/trip-road/{key:str}", include_in_schema=False)
async def trip_road(request: AnyRequest) -> Response[Any]:
    """Weather and tolls of a trip, for its page."""
    actor, state = actor_of(request), request.app.state
    key = parse_uuid(request.path_params["key"])
    resource = state.registry["trips"]
    reach = reach_or_forbid(resource, actor, "read")
    if key is None:
        raise NotFound("There is no such trip.")
    look = get_statement(resource, actor, reach, key, {}, fields=("id",))
    if not await state.database.read(actor, look.sql, look.parameters):
        raise NotFound("There is no such trip.")
    road = state.settings.road_data
    weather = tolls = None
    if may(actor, "weather_stations.read"):
        weather = await trip_weather(state.database, actor, key)
    if may(actor, "toll_plazas.read"):
        tolls = await trip_tolls(
            state.database, actor, key, payment=road.toll_payment, radius_m=road.toll_radius_m
        )
    return fragment(
        request,
        actor,
        "trip_road.html",
        weather=weather and [_weather(point, actor) for point in weather.points],
        tolls=tolls,
        money=formats.money,
    )


def _kinds(actor: Actor) -> list[str]:
    return [kind for kind in LABELS if kind in PLACES and may(actor, f"{kind}.read")]


def _wanted(kind: str, asked: Any) -> Row:
    if kind != "ev_charging_stations":
        return {}
    kilowatts = asked.get("min_kw", "")
    return {
        "fuel": "electric",
        "level": asked.get("level") if asked.get("level") in LEVELS else None,
        "min_kw": float(kilowatts) if kilowatts.replace(".", "", 1).isdecimal() else None,
    }


async def _centre(request: AnyRequest, actor: Actor) -> tuple[tuple[float, float] | None, str | None]:
    """Latitude and longitude that the page is about, and what is wrong with what was asked."""
    asked = request.query_params
    if text := asked.get("place", "").strip():
        try:
            latitude, longitude = (float(part) for part in text.replace(";", ",").split(","))
            if -90 <= latitude <= 90 and -180 <= longitude <= 180:
                return (latitude, longitude), None
        except ValueError:
            pass
        return None, "A place is written as latitude, longitude in degrees: 37.7749, -122.4194."
    if key := parse_uuid(asked.get("vehicle", "")):
        found = await _of_vehicle(request, actor, key)
        return (
            found,
            None if found else "Nothing was heard from this vehicle yet, so nobody knows where it is.",
        )
    return None, None


async def _of_vehicle(request: AnyRequest, actor: Actor, key: UUID) -> tuple[float, float] | None:
    """Where a vehicle is that the actor may see. Raises Forbidden."""
    state = request.app.state
    texts = await live_states(state.database, actor, state.settings.live.offline_after_seconds, [key])
    live = msgspec.json.decode(texts[0]) if texts else {}
    if live.get("latitude") is None:
        return None
    return live["latitude"], live["longitude"]


async def _near(
    request: AnyRequest, actor: Actor, kind: str, centre: tuple[float, float], **more: Any
) -> list[Row]:
    state = request.app.state
    texts = await nearest(
        state.database, actor, state.registry[kind], latitude=centre[0], longitude=centre[1], **more
    )
    return [msgspec.json.decode(text) for text in texts]


def _line(kind: str, row: Row, actor: Actor) -> Row:
    """A place in words: what it is called, what is worth knowing, how far it is."""
    facts: list[str | None] = []
    if kind == "ev_charging_stations":
        levels = [LEVELS[one] for one in row["charging_levels"] or () if one in LEVELS]
        power = f"{formats.number(row['max_power_kw'])} kW" if row["max_power_kw"] else None
        ports = f"{row['num_ports']} port{'' if row['num_ports'] == 1 else 's'}" if row["num_ports"] else None
        facts = [", ".join(levels) or None, power, ports, row["network"], row["pricing"]]
        facts.append(None if row["access_type"] in (None, "public") else row["access_type"])
    elif kind == "weather_stations":
        facts = [
            _degrees(row["temperature_f"], actor),
            row["conditions"],
            _wind(row["wind_speed_mph"], actor),
            row["road_conditions"] and f"{row['road_conditions']} road",
        ]
    elif kind == "traffic_cameras":
        facts = [row["road"], row["direction"] and f"looks {row['direction']}"]
        facts.append(None if row["status"] == "active" else row["status"])
    else:
        facts = [row["road"], row["direction"] and f"tolled to {row['direction']}", row["operator"]]
    return {
        "name": row["name"] or row.get("station_id") or "Without a name",
        "sub": row.get("address"),
        "facts": " · ".join(filter(None, facts)),
        "distance": formats.quantity(row["distance_km"], "km", actor.units),
        "href": f"/{kind.replace('_', '-')}/{row['id']}",
        "link": row.get("feed_url")
        if str(row.get("feed_url") or "").startswith(("https://", "http://"))
        else None,
    }


def _weather(point: Any, actor: Actor) -> Row:
    sight = None
    if point.visibility_miles is not None:
        sight = formats.quantity(point.visibility_miles * formats.KM_PER_MILE, "km", actor.units)
    return {
        "at": point.at,
        "observed_at": point.observed_at,
        "station": point.station or point.station_id,
        "href": f"/weather-stations/{point.weather_station_id}",
        "distance": formats.quantity(point.distance_km, "km", actor.units),
        "temperature": _degrees(point.temperature_f, actor),
        "facts": " · ".join(
            filter(
                None,
                (
                    point.conditions,
                    _wind(point.wind_speed_mph, actor),
                    sight and f"sight {sight}",
                    point.road_conditions and f"{point.road_conditions} road",
                ),
            )
        ),
    }


def _degrees(fahrenheit: Any, actor: Actor) -> str | None:
    if fahrenheit is None:
        return None
    value = float(fahrenheit)
    return f"{value:.0f} °F" if actor.units == "imperial" else f"{(value - 32) * 5 / 9:.0f} °C"


def _wind(mph: Any, actor: Actor) -> str | None:
    if mph is None:
        return None
    return f"wind {formats.quantity(float(mph) * formats.KM_PER_MILE, 'kph', actor.units, 0)}"


route_handlers = [nearby_page, nearby_panel, trip_road]
