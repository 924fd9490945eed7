"""What the output file of Appendix A tells of a driver's days."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.duty_log import DriverLog
from motorpool.safety.resources.drivers import RECORD_STATUS
from motorpool.safety.rules.duty_eld_file import EldCertification, EldEvent, EldFile, EldUser, EldVehicle

KM_PER_MILE = 1.609344
USDOT = "safety.usdot_number"
HEAD = f"""
SELECT row_to_json(q)::text FROM (
    SELECT d.full_name, coalesce(u.email, d.email, d.driver_number) AS username, coalesce(d.license_region, '') AS region,
        coalesce(d.license_number, '') AS license, z.name AS carrier,
        (SELECT trim('"' FROM s.setting_value::text) FROM system_settings s
         WHERE (s.tenant_id = %(tenant)s OR s.tenant_id IS NULL) AND s.setting_key = '{USDOT}'
         ORDER BY s.tenant_id NULLS LAST LIMIT 1) AS usdot
    FROM drivers d JOIN tenants z ON z.id = d.tenant_id
    LEFT JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
    WHERE d.tenant_id = %(tenant)s AND d.id = %(driver)s) AS q
"""
EVENTS = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.duty_status AS status, t.special_category AS category, t.status_start_time AS start, t.origin, t.log_date,
        ({RECORD_STATUS}) AS record_status, t.latitude_start::float8 AS latitude, t.longitude_start::float8 AS longitude,
        t.odometer_start AS odometer, t.engine_hours_start::float8 AS hours, t.eld_sequence_id AS sequence,
        coalesce(t.edit_reason, t.remarks, '') AS comment, coalesce(t.location_start, '') AS place, t.certified_at,
        v.vehicle_number AS number, coalesce(v.vin, '') AS vin, coalesce(t.trailer_numbers, ARRAY[]::text[]) AS trailers,
        coalesce(t.shipping_documents, ARRAY[]::text[]) AS documents, u.email AS maker, u.display_name AS maker_name,
        u.id IS NOT DISTINCT FROM d.user_id AS is_own, o.full_name AS co_driver, o.driver_number AS co_number,
        coalesce(t.exceptions && ARRAY['short_haul_150_air_mile'], false) AS is_exempt
    FROM hours_of_service_logs t
    JOIN drivers d ON d.tenant_id = t.tenant_id AND d.id = t.driver_id
    LEFT JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.created_by_user_id
    LEFT JOIN drivers o ON o.tenant_id = t.tenant_id AND o.id = t.co_driver_id
    WHERE t.tenant_id = %(tenant)s AND t.driver_id = %(driver)s AND t.status_start_time < %(until)s
      AND t.status_start_time >= %(since)s - interval '31 days' AND coalesce(t.status_end_time, 'infinity') > %(since)s
    ORDER BY t.status_start_time, t.created_at, t.id) AS q
"""
#: Driving of the same vehicles that nobody has claimed.
UNKNOWN = """
SELECT row_to_json(q)::text FROM (
    SELECT t.started_at AS start, t.odometer_start AS odometer, v.vehicle_number AS number, coalesce(v.vin, '') AS vin
    FROM unassigned_driving t JOIN vehicles v ON v.tenant_id = t.tenant_id AND v.id = t.vehicle_id
    WHERE t.tenant_id = %(tenant)s AND t.status = 'open' AND t.started_at >= %(since)s AND t.started_at < %(until)s
      AND t.vehicle_id IN (SELECT l.vehicle_id FROM hours_of_service_logs l WHERE l.tenant_id = %(tenant)s
                             AND l.driver_id = %(driver)s AND l.status_start_time >= %(since)s AND l.status_start_time < %(until)s)
    ORDER BY t.started_at) AS q
"""
Row = dict[str, Any]


async def eld_file(
    database: Database, actor: Actor, log: DriverLog, since: datetime, until: datetime
) -> EldFile:
    """Of the time from `since` until `until`. Whether the actor may see the driver was asked before."""
    where = {"tenant": actor.tenant_id, "driver": log.driver_id, "since": since, "until": until}
    (head,) = await _rows(database, actor, HEAD, where)
    rows = await _rows(database, actor, EVENTS, where)
    unknown = await _rows(database, actor, UNKNOWN, where)
    driver = EldUser(head["username"], head["full_name"])
    last = next((one for one in reversed(rows) if one["record_status"] == "active"), None)
    others = [one for one in rows if one["co_driver"]]
    return EldFile(
        driver=driver,
        license_state=head["region"],
        license_number=head["license"],
        carrier=head["carrier"],
        usdot=head["usdot"] or "",
        zone=log.terms.zone,
        day_start=log.terms.day_start,
        multiday=log.terms.ruleset.cycle_days,
        made_at=datetime.now(UTC),
        events=[_event(one, driver) for one in rows],
        certifications=_certifications(rows),
        unidentified=[
            EldEvent(
                "driving",
                datetime.fromisoformat(one["start"]),
                origin="unidentified",
                miles=_miles(one["odometer"]),
                vehicle=EldVehicle(one["number"], one["vin"]),
            )
            for one in unknown
        ],
        co_driver=EldUser(others[-1]["co_number"], others[-1]["co_driver"]) if others else None,
        trailers=last["trailers"] if last else (),
        documents=last["documents"] if last else (),
        is_exempt=bool(last and last["is_exempt"]),
    )


async def _rows(database: Database, actor: Actor, sql: str, where: dict[str, Any]) -> list[Row]:
    return [msgspec.json.decode(text) for (text,) in await database.read(actor, sql, where)]


def _event(row: Row, driver: EldUser) -> EldEvent:
    other = row["maker"] and not row["is_own"]
    return EldEvent(
        row["status"],
        datetime.fromisoformat(row["start"]),
        row["record_status"],
        row["origin"],
        row["category"],
        row["latitude"],
        row["longitude"],
        _miles(row["odometer"]),
        row["hours"],
        _vehicle(row),
        EldUser(row["maker"], row["maker_name"], "S") if other else driver,
        row["comment"],
        row["place"],
        row["sequence"],
    )


def _certifications(rows: list[Row]) -> list[EldCertification]:
    """A day counts as certified when its last record was."""
    found: dict[str, EldCertification] = {}
    for row in rows:
        if row["record_status"] != "active":
            continue
        if row["certified_at"] is None:
            found.pop(row["log_date"], None)
            continue
        day, at = datetime.fromisoformat(row["log_date"]).date(), datetime.fromisoformat(row["certified_at"])
        known = found.get(row["log_date"])
        found[row["log_date"]] = EldCertification(day, max(at, known.at) if known else at, _vehicle(row))
    return list(found.values())


def _vehicle(row: Row) -> EldVehicle | None:
    return EldVehicle(row["number"], row["vin"]) if row["number"] else None


def _miles(km: int | None) -> int | None:
    return None if km is None else round(km / KM_PER_MILE)
