"""How vehicles are: active faults, the last engine readings, and what they warn of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.resource.select import base_parameters, scope_condition
from motorpool.core.tenancy import Actor
from motorpool.telematics.queries.engine_data import PERMISSION as READINGS
from motorpool.telematics.queries.live_states import VEHICLES
from motorpool.telematics.rules.engine_health import warnings
from motorpool.telematics.rules.trouble_codes import SEVERITIES

Show = Literal["all", "engine", "attention"]


class Warned(Struct):
    kind: str
    severity: str
    text: str
    metric: Annotated[str, Meta(description="What it is about, `battery_voltage` or `coolant_temp`")]
    value: Annotated[float, Meta(description="What the last readings say, V or °C")]


class Health(Struct):
    """A vehicle with its active faults and its last engine readings."""

    vehicle_id: UUID
    vehicle_number: str
    name: str | None
    vehicle_type: str | None
    active_faults: int
    new_faults: Annotated[int, Meta(description="Active and not yet acknowledged")]
    worst: Annotated[str | None, Meta(description="Gravest severity of its active faults")]
    codes: Annotated[list[str], Meta(description="Active codes, gravest first; at most ten")]
    mil_on: bool | None
    recorded_at: Annotated[str | None, Meta(description="Last reading; null: no engine data")]
    rpm: int | None
    speed: Annotated[int | None, Meta(description="km/h")]
    coolant_temp: Annotated[int | None, Meta(description="°C")]
    battery_voltage: Annotated[float | None, Meta(description="V")]
    fuel_level: Annotated[float | None, Meta(description="%")]
    state_of_charge: Annotated[float | None, Meta(description="%")]
    odometer: Annotated[int | None, Meta(description="km")]
    warnings: list[Warned] = []


def _latest(name: str) -> str:
    return f"(array_agg(o.{name} ORDER BY o.recorded_at DESC) FILTER (WHERE o.{name} IS NOT NULL))[1]"


#: The last readings; what a single one does not say, the ones before do.
LAST = 20
_SEVERITIES = f"ARRAY[{', '.join(map(repr, SEVERITIES))}]"


def severity_rank(column: str) -> str:
    """SQL: 1 for the gravest severity."""
    return f"array_position({_SEVERITIES}, {column}::text)"


_RANK = severity_rank("f.severity")
_SQL = f"""
SELECT json_build_object('vehicle_id', t.id, 'vehicle_number', t.vehicle_number, 'name', t.name, 'vehicle_type', t.vehicle_type,
    'active_faults', coalesce(f.active, 0), 'new_faults', coalesce(f.fresh, 0),
    'worst', ({_SEVERITIES})[f.rank], 'codes', coalesce(f.codes[1:10], ARRAY[]::varchar[]),
    'mil_on', coalesce(r.mil_on, f.mil_on), 'recorded_at', r.recorded_at, 'rpm', r.rpm, 'speed', r.speed,
    'coolant_temp', r.coolant_temp, 'battery_voltage', r.battery_voltage::float8, 'fuel_level', r.fuel_level::float8,
    'state_of_charge', r.state_of_charge::float8, 'odometer', r.odometer)::text,
    r.rpms, r.volts, r.coolants
FROM vehicles t
LEFT JOIN (
    SELECT f.vehicle_id, count(*) AS active, count(*) FILTER (WHERE f.acknowledged_at IS NULL) AS fresh, min({_RANK}) AS rank,
           array_agg(f.code ORDER BY {_RANK}, f.code) AS codes, bool_or(f.mil_on) AS mil_on
    FROM vehicle_faults f WHERE f.tenant_id = %(tenant)s AND f.status = 'active' GROUP BY f.vehicle_id
) AS f ON f.vehicle_id = t.id
LEFT JOIN LATERAL (
    SELECT max(o.recorded_at) AS recorded_at, {_latest("rpm")} AS rpm, {_latest("speed")} AS speed,
           {_latest("coolant_temp")} AS coolant_temp, {_latest("battery_voltage")} AS battery_voltage,
           {_latest("fuel_level")} AS fuel_level, {_latest("state_of_charge")} AS state_of_charge,
           {_latest("odometer")} AS odometer, {_latest("mil_on")} AS mil_on,
           array_agg(o.rpm::float8 ORDER BY o.recorded_at DESC) AS rpms,
           array_agg(o.battery_voltage::float8 ORDER BY o.recorded_at DESC) AS volts,
           array_agg(o.coolant_temp::float8 ORDER BY o.recorded_at DESC) AS coolants
    FROM (
        SELECT o.* FROM obd_telemetry o WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = t.id AND {{readable}}
        ORDER BY o.recorded_at DESC LIMIT {LAST}
    ) AS o
) AS r ON true
WHERE t.tenant_id = %(tenant)s AND t.status NOT IN ('retired', 'sold', 'ordered') AND {{conditions}}
ORDER BY f.rank NULLS LAST, f.active DESC NULLS LAST, r.recorded_at IS NULL, t.vehicle_number
LIMIT %(limit)s OFFSET %(offset)s
"""
_SHOWN: dict[Show, str] = {
    "all": "true",
    "engine": "(r.recorded_at IS NOT NULL OR f.active > 0)",
    "attention": "f.active > 0",
}


async def vehicle_health(
    database: Database,
    actor: Actor,
    reach: Reach,
    *,
    vehicles: Sequence[UUID] | None = None,
    show: Show = "all",
    limit: int = 200,
    offset: int = 0,
) -> list[Health]:
    """The gravest faults first, then vehicles with engine data, by number. Values of the engine only where the actor may
    read them.
    """
    parameters = base_parameters(actor, reach) | {"limit": limit, "offset": offset}
    readings = actor.access.reach(READINGS)
    readable = "false"
    if readings is not None:
        # Readings may be reached less far than faults: their condition has parameters of its own.
        readable = (scope_condition(VEHICLES, readings) or "true").replace("%(reach_", "%(readings_reach_")
        own = base_parameters(actor, readings).items()
        parameters |= {f"readings_{name}": value for name, value in own if name.startswith("reach_")}
    conditions = [_SHOWN[show]]
    if condition := scope_condition(VEHICLES, reach):
        conditions.append(f"({condition})")
    if vehicles is not None:
        conditions.append("t.id = ANY (%(vehicles)s)")
        parameters["vehicles"] = list(vehicles)
    rows = await database.read(
        actor, _SQL.format(conditions=" AND ".join(conditions), readable=readable), parameters
    )
    return [_health(*row) for row in rows]


def _health(text: str, rpm: Any, volts: Any, coolant: Any) -> Health:
    found = msgspec.json.decode(text, type=Health)
    if rpm:
        found.warnings = [
            Warned(one.kind, one.severity, one.text, one.metric, one.value)
            for one in warnings(rpm, volts, coolant)
        ]
    return found
