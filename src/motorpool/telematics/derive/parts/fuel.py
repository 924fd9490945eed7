"""Fuel: refuellings, sudden drops and charging as events, and what each trip consumed.

An event depends on the readings within REACH_S of it, and on the last ones before a silence; so what is told about the times
from REACH_S before the stretch on is told again. A trip's consumption depends on the readings of the trip alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, LiteralString
from uuid import UUID

import msgspec
import numpy as np

from motorpool.core.database.database import Connection
from motorpool.core.events.log import append_event
from motorpool.telematics.derive.columns import read_columns
from motorpool.telematics.derive.parts import fuel_statements as sql
from motorpool.telematics.derive.parts.part import Stretch, windows
from motorpool.telematics.derive.staging import copy_rows
from motorpool.telematics.derive.tracks import BEGINNING
from motorpool.telematics.derive.work import moment, seconds
from motorpool.telematics.rules.fuel import (
    BIN_S,
    REACH_S,
    WINDOW_S,
    FuelEvent,
    Levels,
    Step,
    Unit,
    fuel_event_id,
    judge,
    minimum,
    steps,
)
from motorpool.telematics.rules.fuel_consumption import Charge, Readings, charge, consumption, energy
from motorpool.telematics.rules.track import Floats

TOPIC = "fuel_events"
REACH = timedelta(seconds=REACH_S)
WINDOW = timedelta(seconds=WINDOW_S)
#: The greatest value that a percentage or a consumption may have, and the least distance of a ratio (decision 12).
MOST = 9_999.99
LEAST_KM = 0.5
NO_LEVELS = Levels(*(np.empty(0),) * 5)
NO_READINGS = Readings(*(np.empty(0),) * 5)


@dataclass(frozen=True)
class Vehicle:
    fuel_type: str | None
    tank: float | None
    battery: float | None


@dataclass(frozen=True)
class Bins:
    """As they were read: litres and percent side by side."""

    first: Floats
    last: Floats
    volume: Floats
    percent: Floats
    rpm: Floats
    odometer: Floats

    def levels(self, tank: float | None) -> list[tuple[Unit, Levels]]:
        """In litres where the tank's size is known. Where it is not, a level in percent and one in litres of readings that say
        nothing else are two series.
        """
        if tank:
            liters = np.where(np.isnan(self.volume), self.percent * tank / 100, self.volume)
            return [("liters", self._of(liters))]
        rest = np.where(np.isnan(self.percent), self.volume, np.nan)
        both: list[tuple[Unit, Floats]] = [("percent", self.percent), ("liters", rest)]
        return [(unit, self._of(level)) for unit, level in both if not np.isnan(level).all()]

    def _of(self, level: Floats) -> Levels:
        known = ~np.isnan(level)
        columns = (self.first, self.last, level, self.rpm, self.odometer)
        return Levels(*(column[known] for column in columns))


@dataclass(frozen=True)
class TripSpan:
    """A trip from when to when (epoch seconds)."""

    id: UUID
    vehicle_id: UUID
    started: float
    ended: float
    distance_km: float | None


@dataclass
class Known:
    vehicles: dict[UUID, Vehicle] = field(default_factory=dict)
    #: (vehicle, unit, step, driven km or None), those that belong to the window.
    steps: list[tuple[UUID, Unit, Step, float | None]] = field(default_factory=list)
    charges: list[tuple[UUID, Charge]] = field(default_factory=list)
    #: Earliest stop that was looked at for charging.
    charged_since: dict[UUID, float] = field(default_factory=dict)
    trips: list[TripSpan] = field(default_factory=list)
    readings: dict[int, Readings] = field(default_factory=dict)
    levels: dict[int, Bins] = field(default_factory=dict)


class Fuel:
    """A part of the derivation; see `Part`."""

    stored: LiteralString = sql.STORED

    async def load(self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch]) -> Known:
        known = Known()
        if not stretches:
            return known
        parameters: dict[str, Any] = {
            "tenant": tenant_id,
            "vehicles": [one.vehicle_id for one in stretches],
        }
        rows = await (await connection.execute(sql.VEHICLES, parameters)).fetchall()
        known.vehicles = {row[0]: Vehicle(*row[1:]) for row in rows}
        await self._load_steps(connection, parameters, stretches, known)
        await self._load_charges(connection, parameters, stretches, known)
        await self._load_trips(connection, parameters, stretches, known)
        return known

    async def _load_steps(
        self, connection: Connection, parameters: dict[str, Any], stretches: Sequence[Stretch], known: Known
    ) -> None:
        since = [_bin_before(one) for one in stretches]
        until = [None if (end := one.ends_at) is None else end + REACH for one in stretches]
        spans = parameters | {"since": since, "until": until}
        bins = {
            place: arrays for place, _, arrays in await read_columns(connection, sql.LEVELS, spans, "ttffff")
        }
        if not bins:
            return
        places = sorted(bins)
        spans = parameters | {
            "vehicles": [stretches[place].vehicle_id for place in places],
            "since": [since[place] for place in places],
            "until": [None for _ in places],
        }
        for at, _, arrays in await read_columns(connection, sql.EARLIER, spans, "ttffff"):
            place = places[at]
            bins[place] = [np.concatenate(pair) for pair in zip(arrays, bins[place], strict=True)]
        found = await asyncio.to_thread(_steps_of, stretches, bins, known.vehicles)
        if not found:
            return
        spans = parameters | {
            "vehicles": [vehicle for vehicle, _, _ in found],
            "since": [moment(step.started) for _, _, step in found],
            "until": [moment(step.ended) for _, _, step in found],
        }
        driven = {row[0]: row[1] for row in await (await connection.execute(sql.DRIVEN, spans)).fetchall()}
        tracked = {row[0] for row in await (await connection.execute(sql.TRACKED, spans)).fetchall()}
        known.steps = [
            (*one, float(driven.get(at) or 0.0) if at in tracked else None) for at, one in enumerate(found)
        ]

    async def _load_charges(
        self, connection: Connection, parameters: dict[str, Any], stretches: Sequence[Stretch], known: Known
    ) -> None:
        electric = [one for one in stretches if known.vehicles[one.vehicle_id].battery]
        if not electric:
            return
        spans = parameters | windows(electric)
        for place, _, (t, percent, begun) in await read_columns(
            connection, sql.CHARGES, spans, "tff", texts=1
        ):
            vehicle = electric[place].vehicle_id
            earliest = known.charged_since.get(vehicle, np.inf)
            known.charged_since[vehicle] = min(earliest, float(begun[0]))
            if (found := charge(t, percent)) is not None:
                known.charges.append((vehicle, found))

    async def _load_trips(
        self, connection: Connection, parameters: dict[str, Any], stretches: Sequence[Stretch], known: Known
    ) -> None:
        moving = [one for one in stretches if len(one.track)]
        if not moving:
            return
        spans = parameters | windows(moving) | {"latest": [moment(one.until) for one in moving]}
        rows = await (await connection.execute(sql.TRIPS, spans)).fetchall()
        known.trips = [
            TripSpan(id_, vehicle, seconds(started), seconds(ended), distance)
            for id_, vehicle, started, ended, distance in rows
        ]
        if not known.trips:
            return
        spans = parameters | {
            "vehicles": [row[1] for row in rows],
            "since": [row[2] for row in rows],
            "until": [row[3] for row in rows],
        }
        for place, _, arrays in await read_columns(connection, sql.READINGS, spans, "tffff"):
            known.readings[place] = Readings(*arrays)
        for place, _, arrays in await read_columns(connection, sql.TRIP_LEVELS, spans, "ttffff"):
            known.levels[place] = Bins(*arrays)

    def derive(self, stretches: Sequence[Stretch], known: Known) -> tuple[list[Any], list[Any], list[Any]]:
        """Rows of the three staging tables: windows, events, consumption of trips."""
        windows = [
            (
                one.vehicle_id,
                max(one.begins_at - WINDOW, BEGINNING),
                one.ends_at,
                moment(known.charged_since[one.vehicle_id])
                if one.vehicle_id in known.charged_since
                else None,
            )
            for one in stretches
        ]
        events = []
        for vehicle, unit, step, driven in known.steps:
            tank = known.vehicles[vehicle].tank
            if (event := judge(step, unit, tank, driven)) is not None:
                events.append(_event_row(vehicle, event, unit, tank))
        for vehicle, found in known.charges:
            battery = known.vehicles[vehicle].battery
            assert battery
            events.append(_charge_row(vehicle, found, battery))
        trips = [self._trip_row(place, trip, known) for place, trip in enumerate(known.trips)]
        return windows, events, trips

    def _trip_row(self, place: int, trip: TripSpan, known: Known) -> tuple[Any, ...]:
        vehicle = known.vehicles[trip.vehicle_id]
        readings = known.readings.get(place, NO_READINGS)
        levels = NO_LEVELS
        if vehicle.tank and place in known.levels:
            levels = known.levels[place].levels(vehicle.tank)[0][1]
        used = consumption(readings, levels, trip.ended - trip.started, vehicle.fuel_type, vehicle.tank)
        power = energy(readings, vehicle.battery) if vehicle.battery else None
        details: dict[str, Any] = {}
        efficiency = None
        if used is not None:
            details |= used.details
            if trip.distance_km and trip.distance_km >= LEAST_KM:
                efficiency = used.liters / trip.distance_km * 100
                efficiency = efficiency if efficiency <= MOST else None
        if power is not None:
            details["charge"] = power[1]
        return (
            trip.id,
            None if used is None else used.liters,
            efficiency,
            None if power is None else power[0],
            used.method if used is not None else "charge" if power is not None else None,
            msgspec.json.encode(details).decode() if details else None,
        )

    async def write(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch], rows: Any
    ) -> int:
        if not stretches:
            return 0
        await connection.execute(sql.MAKE_STAGES)
        tables = ("derived_fuel_windows", "derived_fuel_events", "derived_trip_fuel")
        for table, some in zip(tables, rows, strict=True):
            await copy_rows(connection, table, some)
        tenant = {"tenant": tenant_id}
        count = (await connection.execute(sql.REMOVE, tenant)).rowcount
        if rows[2]:
            count += (await connection.execute(sql.WRITE_TRIPS, tenant)).rowcount
        if rows[1]:
            written = await (await connection.execute(sql.WRITE, tenant)).fetchall()
            count += len(written)
            if new := [row for row in written if row[7]]:
                await append_event(connection, TOPIC, {"events": [_told(row) for row in new]})
        return count


def _bin_before(stretch: Stretch) -> Any:
    """From where levels are read: far enough before the stretch, just before the begin of a bin."""
    begin = stretch.begins_at
    if begin <= BEGINNING + REACH:
        return BEGINNING
    t = seconds(begin - REACH)
    return moment(t // BIN_S * BIN_S - 1e-6)


def _steps_of(
    stretches: Sequence[Stretch], bins: dict[int, list[Floats]], vehicles: dict[UUID, Vehicle]
) -> list[tuple[UUID, Unit, Step]]:
    found = []
    for place, arrays in sorted(bins.items()):
        one = stretches[place]
        tank = vehicles[one.vehicle_id].tank
        after = -np.inf if one.since is None else one.since - WINDOW_S
        until = np.inf if one.complete else one.until
        for unit, levels in Bins(*arrays).levels(tank):
            found += [
                (one.vehicle_id, unit, step)
                for step in steps(levels, minimum(unit, tank))
                if after < step.ended <= until
            ]
    return found


def _event_row(vehicle: UUID, event: FuelEvent, unit: Unit, tank: float | None) -> tuple[Any, ...]:
    step = event.step
    if unit == "liters":
        liters, before, after = event.amount, step.before, step.after
        shares = [value * 100 / tank if tank else None for value in (liters, before, after)]
        percent, percent_before, percent_after = shares
        return _row(vehicle, event, (liters, percent, None, percent_before, percent_after, before, after))
    return _row(vehicle, event, (None, event.amount, None, step.before, step.after, None, None))


def _row(vehicle: UUID, event: FuelEvent, amounts: tuple[float | None, ...]) -> tuple[Any, ...]:
    step = event.step
    return (
        fuel_event_id(vehicle, event.kind, step.ended),
        vehicle,
        event.kind,
        moment(step.started),
        moment(step.ended),
        # A tank that is said to hold a thimble makes percentages that no column holds.
        *(None if amount is None else min(amount, MOST) for amount in amounts),
        step.odometer_km,
        event.engine_state,
        event.confidence,
        list(event.reasons) or None,
    )


def _charge_row(vehicle: UUID, found: Charge, battery: float) -> tuple[Any, ...]:
    percent = found.after - found.before
    return (
        fuel_event_id(vehicle, "charge", found.ended),
        vehicle,
        "charge",
        moment(found.started),
        moment(found.ended),
        None,
        percent,
        percent / 100 * battery,
        found.before,
        found.after,
        None,
        None,
        None,
        "off",
        "high",
        None,
    )


def _told(row: tuple[Any, ...]) -> dict[str, Any]:
    names = ("id", "vehicle_id", "kind", "ended_at", "liters", "percent", "confidence")
    return {name: None if value is None else str(value) for name, value in zip(names, row, strict=False)}


PART = Fuel()
