"""Faults: the lives of the trouble codes that readings carry, and an event for each new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from motorpool.core.database.database import Connection
from motorpool.core.events.log import append_event
from motorpool.telematics.actions.announce_fault_alerts import GRAVE, active_before, announce_fault_alerts
from motorpool.telematics.derive.columns import NOTHING, read_columns
from motorpool.telematics.derive.parts.part import WINDOWS, Stretch, windows
from motorpool.telematics.derive.staging import copy_rows
from motorpool.telematics.derive.work import moment
from motorpool.telematics.rules.engine_faults import Open, fault_id, occurrences
from motorpool.telematics.rules.track import Floats
from motorpool.telematics.rules.trouble_codes import describe

TOPIC = "vehicle_faults"

#: As `trouble_codes.normalise` does it.
_CODE = r"upper(btrim(regexp_replace(raw, '\s+', ' ', 'g')))"
ACTIVE = rf"""
SELECT w.n, f.code, ARRAY[f.first_seen_at], ARRAY[coalesce(seen.recorded_at, least(f.last_seen_at, w.since))]
FROM {WINDOWS}
JOIN vehicle_faults f ON f.tenant_id = %(tenant)s AND f.vehicle_id = w.vehicle_id AND f.first_seen_at <= w.since
     AND (f.cleared_at IS NULL OR f.cleared_at > w.since)
LEFT JOIN LATERAL (
    SELECT o.recorded_at FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id
      AND o.recorded_at BETWEEN f.first_seen_at AND w.since
      AND EXISTS (SELECT FROM unnest(o.dtc_codes) AS raw WHERE {_CODE} = f.code)
    ORDER BY o.recorded_at DESC LIMIT 1
) AS seen ON true
"""
CARRIED = rf"""
SELECT w.n, c.code, array_agg(c.recorded_at ORDER BY c.recorded_at)
FROM {WINDOWS}
CROSS JOIN LATERAL (
    SELECT DISTINCT o.recorded_at, {_CODE} AS code
    FROM obd_telemetry o CROSS JOIN LATERAL unnest(o.dtc_codes) AS raw
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id AND o.recorded_at > w.since
      AND o.recorded_at <= coalesce(w.until, 'infinity') AND o.dtc_codes <> '{{}}'
) AS c
WHERE length(c.code) BETWEEN 1 AND 20
GROUP BY w.n, c.code
"""
#: The engine is taken to run where a reading does not say that it does not.
RUNNING = f"""
SELECT w.n, array_agg(o.recorded_at ORDER BY o.recorded_at) FILTER (WHERE o.dtc_codes IS NOT NULL),
       array_agg(DISTINCT date_bin('10 minutes', o.recorded_at, 'epoch'))
FROM {WINDOWS}
CROSS JOIN LATERAL (
    SELECT o.recorded_at, o.dtc_codes FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = w.vehicle_id AND o.recorded_at > w.since
      AND o.recorded_at <= coalesce(w.until, 'infinity') AND (o.rpm IS NULL OR o.rpm > 0)
) AS o
GROUP BY w.n
"""

MAKE_STAGES = """
CREATE TEMP TABLE IF NOT EXISTS derived_fault_windows (vehicle_id uuid, since timestamptz, until timestamptz)
    ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_faults (id uuid, vehicle_id uuid, code text, first_seen_at timestamptz,
    last_seen_at timestamptz, cleared_at timestamptz, description text, system text, severity text) ON COMMIT DELETE ROWS;
CREATE TEMP TABLE IF NOT EXISTS derived_faults_removed (LIKE vehicle_faults) ON COMMIT DELETE ROWS;
DELETE FROM derived_fault_windows; DELETE FROM derived_faults; DELETE FROM derived_faults_removed
"""
REMOVE = """
WITH removed AS (
    DELETE FROM vehicle_faults f USING derived_fault_windows w
    WHERE f.tenant_id = %(tenant)s AND f.vehicle_id = w.vehicle_id AND f.first_seen_at > w.since
      AND f.first_seen_at <= coalesce(w.until, 'infinity')
      AND NOT EXISTS (SELECT FROM derived_faults d WHERE d.id = f.id)
    RETURNING f.*
)
INSERT INTO derived_faults_removed SELECT * FROM removed RETURNING id
"""
_OWNED = (
    "description system severity status last_seen_at cleared_at occurrence mil_on odometer_km freeze_frame"
).split()
_COLUMNS = ", ".join(_OWNED)
# `occurrence`: what is stored from before the window, and the place among what was derived.
WRITE = f"""
INSERT INTO vehicle_faults AS t (tenant_id, id, vehicle_id, code, first_seen_at, {_COLUMNS})
SELECT %(tenant)s, d.id, d.vehicle_id, d.code, d.first_seen_at, d.description, d.system, d.severity,
       CASE WHEN d.cleared_at IS NULL THEN 'active' ELSE 'cleared' END, d.last_seen_at, d.cleared_at,
       (SELECT count(*) FROM vehicle_faults p
        WHERE p.tenant_id = %(tenant)s AND p.vehicle_id = d.vehicle_id AND p.code = d.code AND p.first_seen_at <= w.since
          AND NOT EXISTS (SELECT FROM derived_faults k WHERE k.id = p.id))
       + row_number() OVER (PARTITION BY d.vehicle_id, d.code ORDER BY d.first_seen_at),
       latest.mil_on, earliest.odometer, earliest.frame
FROM derived_faults d JOIN derived_fault_windows w ON w.vehicle_id = d.vehicle_id
LEFT JOIN LATERAL (
    SELECT o.odometer, jsonb_strip_nulls(jsonb_build_object('rpm', o.rpm, 'speed', o.speed, 'engine_load', o.engine_load,
               'coolant_temp', o.coolant_temp, 'intake_air_temp', o.intake_air_temp,
               'throttle_position', o.throttle_position, 'maf_rate', o.maf_rate, 'fuel_pressure', o.fuel_pressure,
               'battery_voltage', o.battery_voltage, 'fuel_level', o.fuel_level)) AS frame
    FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = d.vehicle_id AND o.recorded_at = d.first_seen_at
) AS earliest ON true
LEFT JOIN LATERAL (
    SELECT o.mil_on FROM obd_telemetry o
    WHERE o.tenant_id = %(tenant)s AND o.vehicle_id = d.vehicle_id AND o.recorded_at = d.last_seen_at
) AS latest ON true
ORDER BY d.first_seen_at, d.id
ON CONFLICT (tenant_id, id) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _OWNED)}
WHERE ({", ".join(f"t.{name}" for name in _OWNED)}) IS DISTINCT FROM ({", ".join(f"excluded.{name}" for name in _OWNED)})
RETURNING t.id, t.vehicle_id, t.code, t.severity, t.status, t.first_seen_at, t.last_seen_at, xmax = 0
"""
#: A late reading can move the begin of an occurrence, and with it its id: what people said goes with it.
HAND_DOWN = """
UPDATE vehicle_faults t SET acknowledged_at = r.acknowledged_at, acknowledged_by_user_id = r.acknowledged_by_user_id,
                            acknowledgement_note = r.acknowledgement_note
FROM derived_faults d JOIN derived_faults_removed r ON r.vehicle_id = d.vehicle_id AND r.code = d.code
     AND d.first_seen_at <= r.last_seen_at AND r.first_seen_at <= d.last_seen_at
WHERE t.tenant_id = %(tenant)s AND t.id = d.id AND t.acknowledged_at IS NULL AND r.acknowledged_at IS NOT NULL
"""
MOVED = """
SELECT d.id FROM derived_faults d JOIN derived_faults_removed r ON r.vehicle_id = d.vehicle_id AND r.code = d.code
     AND d.first_seen_at <= r.last_seen_at AND r.first_seen_at <= d.last_seen_at
"""
STORED: LiteralString = """
SELECT 'fault', f.vehicle_id, f.id, f.first_seen_at, md5(ROW(f.code, f.status, f.last_seen_at, f.cleared_at, f.occurrence,
       f.mil_on, f.odometer_km, f.freeze_frame)::text)
FROM vehicle_faults f WHERE f.tenant_id = %(tenant)s AND f.vehicle_id = ANY (%(vehicles)s)
"""


@dataclass
class Known:
    """What was read, by the number of the stretch, then by code."""

    active: dict[int, dict[str, Open]] = field(default_factory=dict)
    carried: dict[int, dict[str, Floats]] = field(default_factory=dict)
    clean: dict[int, Floats] = field(default_factory=dict)
    spans: dict[int, Floats] = field(default_factory=dict)

    @property
    def concerned(self) -> list[int]:
        return sorted(self.active.keys() | self.carried.keys())

    def earliest(self, number: int) -> float:
        """When the first code of the stretch was last carried before it, or first carried in it."""
        times = [one.last for one in self.active.get(number, {}).values()]
        return min([*times, *(float(one[0]) for one in self.carried.get(number, {}).values())])


class Faults:
    """A part of the derivation; see `Part`."""

    stored: LiteralString = STORED

    async def load(self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch]) -> Known:
        known = Known()
        if not stretches:
            return known
        parameters: dict[str, Any] = {"tenant": tenant_id, **windows(stretches)}
        for number, (code,), (first, last) in await read_columns(
            connection, ACTIVE, parameters, "tt", texts=1
        ):
            known.active.setdefault(number, {})[code] = Open(float(first[0]), float(last[0]))
        for number, (code,), (times,) in await read_columns(connection, CARRIED, parameters, "t", texts=1):
            known.carried.setdefault(number, {})[code] = times
        if concerned := known.concerned:
            chosen = [stretches[number] for number in concerned]
            parameters |= windows(chosen) | {"since": [moment(known.earliest(n) - 1e-6) for n in concerned]}
            for place, _, (clean, spans) in await read_columns(connection, RUNNING, parameters, "tt"):
                known.clean[concerned[place]], known.spans[concerned[place]] = clean, spans
        return known

    def derive(self, stretches: Sequence[Stretch], known: Known) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for number in known.concerned:
            vehicle = stretches[number].vehicle_id
            active, carried = known.active.get(number, {}), known.carried.get(number, {})
            clean, spans = known.clean.get(number, NOTHING), known.spans.get(number, NOTHING)
            for code in sorted(active.keys() | carried.keys()):
                for one in occurrences(carried.get(code, NOTHING), clean, spans, active.get(code)):
                    gone: datetime | None = None if one.cleared is None else moment(one.cleared)
                    rows.append(
                        (
                            fault_id(vehicle, code, one.first),
                            vehicle,
                            code,
                            moment(one.first),
                            moment(one.last),
                            gone,
                            *describe(code),
                        )
                    )
        return rows

    async def write(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch], rows: Sequence[Any]
    ) -> int:
        if not stretches:
            return 0
        await connection.execute(MAKE_STAGES)
        spans = [(one.vehicle_id, one.begins_at, one.ends_at) for one in stretches]
        await copy_rows(connection, "derived_fault_windows", spans)
        await copy_rows(connection, "derived_faults", rows)
        tenant = {"tenant": tenant_id}
        removed = (await connection.execute(REMOVE, tenant)).rowcount
        if not rows:
            return removed
        grave = {row[0] for row in rows if row[5] is None and row[8] in GRAVE}
        known = await active_before(connection, tenant_id, grave)
        written = await (await connection.execute(WRITE, tenant)).fetchall()
        moved: set[UUID] = set()
        if removed:
            await connection.execute(HAND_DOWN, tenant)
            moved = {row[0] for row in await (await connection.execute(MOVED)).fetchall()}
        new = [row for row in written if row[7] and row[0] not in moved]
        if new:
            await append_event(connection, TOPIC, {"faults": [_told(row) for row in new]})
        if alerts := [row[0] for row in written if row[0] in grave - known - moved]:
            await announce_fault_alerts(connection, tenant_id, alerts)
        return removed + len(written)


def _told(row: tuple[Any, ...]) -> dict[str, Any]:
    names = ("id", "vehicle_id", "code", "severity", "status", "first_seen_at", "last_seen_at")
    return {
        name: value.isoformat() if isinstance(value, datetime) else str(value)
        for name, value in zip(names, row, strict=False)
    }


PART = Faults()
