"""HTTP of road data: what is near, what is in the map's box, tolls and weather of a trip, a person's map."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Raw, Struct

from motorpool.core.verbs import Call, Nothing, Verbs
from motorpool.telematics.actions.keep_map_view import keep_map_view
from motorpool.telematics.queries.road_places import PLACES, box_of, in_box, nearest
from motorpool.telematics.queries.trip_tolls import TripTolls, trip_tolls
from motorpool.telematics.queries.trip_weather import TripWeather, trip_weather
from motorpool.telematics.resources import RESOURCES

verbs = Verbs(RESOURCES)
Latitude = Annotated[float, Meta(ge=-90, le=90, description="Degrees, WGS84")]
Longitude = Annotated[float, Meta(ge=-180, le=180, description="Degrees, WGS84")]
Radius = Annotated[float, Meta(gt=0, le=500, description="km")]
Most = Annotated[int, Meta(ge=1, le=200)]


class Near(Struct, forbid_unknown_fields=True, kw_only=True):
    lat: Latitude
    lng: Longitude
    radius_km: Radius = 25.0
    limit: Most = 10


class NearCamera(Near):
    status: Literal["active", "inactive", "maintenance"] | None = None


class NearCharger(Near):
    min_kw: (
        Annotated[
            float, Meta(ge=0, description="Of the strongest port; stations of unknown power are left out")
        ]
        | None
    ) = None
    level: Literal["level1", "level2", "dcfast"] | None = None
    connector: Annotated[str | None, Meta(description="Such as J1772, CCS, CHAdeMO, NACS")] = None
    fuel: Annotated[str, Meta(description="electric, or another fuel of the register")] = "electric"


class NearPlaces(Struct):
    items: Annotated[list[dict[str, Any]], Meta(description="Rows with distance_km, the nearest first")]


class Box(Struct, forbid_unknown_fields=True):
    box: Annotated[str, Meta(description="Degrees: west,south,east,north")]


class Features(Struct):
    """GeoJSON (RFC 7946)."""

    features: list[dict[str, Any]]
    truncated: Annotated[bool, Meta(description="There are more of them: ask for a smaller box")]
    type: Literal["FeatureCollection"] = "FeatureCollection"


NEAR: dict[str, type[Near]] = {"traffic_cameras": NearCamera, "ev_charging_stations": NearCharger}


async def _nearest(call: Call[Any], table: str) -> NearPlaces:
    body = call.body
    wanted = {name: getattr(body, name) for name in PLACES[table].conditions}
    texts = await nearest(
        call.database,
        call.actor,
        call.state.registry[table],
        latitude=body.lat,
        longitude=body.lng,
        radius_km=body.radius_km,
        most=body.limit,
        wanted=wanted,
    )
    return NearPlaces([Raw(text) for text in texts])  # type: ignore[misc]


async def _in_box(call: Call[Box], table: str) -> Features:
    texts, more = await in_box(call.database, call.actor, call.state.registry[table], box_of(call.body.box))
    return Features([Raw(text) for text in texts], more)  # type: ignore[misc]


def _declare(table: str) -> None:
    async def near(call: Call[Any]) -> NearPlaces:
        return await _nearest(call, table)

    async def boxed(call: Call[Box]) -> Features:
        return await _in_box(call, table)

    words = verbs.resources[table].plural.lower()
    near.__doc__ = f"The nearest {words}, with their distance"
    boxed.__doc__ = f"{words.capitalize()} in a box of the map, as GeoJSON"
    verbs.get(
        table, "nearest", NEAR.get(table, Near), path="/nearest", permission="read", answers=NearPlaces
    )(near)
    verbs.get(table, "in_box", Box, path="/in-box", permission="read", answers=Features)(boxed)


for _table in PLACES:
    _declare(_table)


class TollQuestion(Struct, forbid_unknown_fields=True):
    payment: Annotated[
        Literal["transponder", "plate", "invoice", "cash"] | None,
        Meta(description="How it is paid; left out: as the installation is set"),
    ] = None


@verbs.get("trips", "tolls", TollQuestion, path="/{id}/tolls", permission="read", answers=TripTolls)
async def tolls(call: Call[TollQuestion]) -> TripTolls:
    """The toll plazas that a trip passes, and what they cost

    Worked out from the track, the direction of each plaza, the vehicle's axles and class, and the rates of that day.
    """
    settings = call.state.settings.road_data
    return await trip_tolls(
        call.database,
        call.actor,
        call.key,
        payment=call.body.payment or settings.toll_payment,
        radius_m=settings.toll_radius_m,
    )


@verbs.get("trips", "weather", Nothing, path="/{id}/weather", permission="read", answers=TripWeather)
async def weather(call: Call[Nothing]) -> TripWeather:
    """The weather along a trip, from the nearest stations at the time"""
    return await trip_weather(call.database, call.actor, call.key)


class MapChoice(Struct, forbid_unknown_fields=True):
    layers: Annotated[list[str], Meta(max_length=50, description="Ids of the layers that are on")]


@verbs.patch(
    "vehicle_states", "map_view", MapChoice, path="/api/v1/me/map-view", permission=None, answers=MapChoice
)
async def map_view(call: Call[MapChoice]) -> MapChoice:
    """Keep which layers of the map are switched on"""
    await keep_map_view(call.session, call.actor, call.body.layers)
    return call.body


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
