"""What the output file of Appendix A tells of a driver's days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from motorpool.core.database.database import Database
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.duty_log import SETTING, DriverLog, as_time
from motorpool.safety.resources.drivers import RECORD_STATUS
from motorpool.safety.rules.duty_eld_file import (
    NO_RECORD,
    EldCertification,
    EldEvent,
    EldFile,
    EldUser,
    EldVehicle,
)

KM_PER_MILE = 1.609344
USDOT = "safety.usdot_number"
HEAD = f"""
SELECT row_to_json(q)::text FROM (
    SELECT d.full_name, coalesce(u.email, d.email, d.driver_number) AS username, coalesce(d.license_region, '') AS region,
        coalesce(d.license_number, '') AS license, z.name AS carrier,
        ({SETTING.format(key=USDOT)}) AS usdot
    FROM drivers d JOIN tenants z ON z.id = d.tenant_id
    LEFT JOIN users u ON u.tenant_id = d.tenant_id AND u.id = d.user_id
    WHERE d.tenant_id = %(tenant)s AND d.id = %(driver)s) AS q
"""
EVENTS = f"""
SELECT row_to_json(q)::text FROM (
    SELECT t.id, t.duty_status AS status, t.special_category AS category, t.status_start_time AS start, t.origin, t.log_date,
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
    SELECT t.started_at AS start, t.ended_at AS "end", t.odometer_start AS odometer, v.vehicle_number AS number,
        coalesce(v.vin, '') AS vin
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
    """Of the time from `since` until `until`, of which `log` is the line. Whether the actor may see the driver was asked before.

    A file of days that are over is made as of their end, since it says nothing about what came after.
    """
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
        made_at=min(until, datetime.now(UTC)),
        events=list(_events(log, rows, driver, int(since.timestamp()), int(until.timestamp()))),
        certifications=_certifications(log, rows),
        unidentified=[event for one in unknown for event in _of_nobody(one)],
        co_driver=EldUser(others[-1]["co_number"], others[-1]["co_driver"]) if others else None,
        trailers=last["trailers"] if last else (),
        documents=last["documents"] if last else (),
        is_exempt=bool(last and last["is_exempt"]),
    )


def _events(log: DriverLog, rows: list[Row], driver: EldUser, since: int, until: int) -> Iterator[EldEvent]:
    """What counted, each stretch as an event at its start; then records that do not count, as they were made.

    An event of the layout holds until the next one, so a record that was laid over another is followed by that other one again.
    """
    by_id = {one["id"]: one for one in rows}
    told: set[str] = set()
    for stretch in log.line:
        if stretch.end <= since or stretch.start >= until:
            continue
        start = as_time(stretch.start)
        row = by_id.get(stretch.record.id) if stretch.record else None
        if row is None:
            yield EldEvent("on_duty_not_driving", start, origin="automatic", comment=NO_RECORD)
            continue
        event = _event(row, driver, "active", row["id"] in told)
        told.add(row["id"])
        event = replace(event, start=start)
        # Of two events of one moment the second stands for the record.
        yield replace(event, category=None, comment="", place="", sequence=None) if row["category"] else event
        if row["category"]:
            yield event
            if stretch.end < until:
                yield EldEvent(row["status"], as_time(stretch.end), vehicle=event.vehicle, is_cleared=True)
    for row in rows:
        if row["id"] in told:
            continue
        # Active, but all of it is covered by what was recorded later.
        counts = row["record_status"] == "active"
        yield _event(row, driver, "inactive_changed" if counts else row["record_status"])


def _of_nobody(one: Row) -> Iterator[EldEvent]:
    vehicle = EldVehicle(one["number"], one["vin"])
    start = datetime.fromisoformat(one["start"])
    yield EldEvent("driving", start, origin="unidentified", miles=_miles(one["odometer"]), vehicle=vehicle)
    if one["end"]:
        end = datetime.fromisoformat(one["end"])
        yield EldEvent("on_duty_not_driving", end, origin="unidentified", vehicle=vehicle)


async def _rows(database: Database, actor: Actor, sql: str, where: dict[str, Any]) -> list[Row]:
    return [msgspec.json.decode(text) for (text,) in await database.read(actor, sql, where)]


def _event(row: Row, driver: EldUser, record_status: str, is_continued: bool = False) -> EldEvent:
    other = row["maker"] and not row["is_own"]
    return EldEvent(
        row["status"],
        datetime.fromisoformat(row["start"]),
        record_status,
        row["origin"],
        row["category"],
        None if is_continued else row["latitude"],
        None if is_continued else row["longitude"],
        None if is_continued else _miles(row["odometer"]),
        None if is_continued else row["hours"],
        _vehicle(row),
        EldUser(row["maker"], row["maker_name"], "S") if other else driver,
        "" if is_continued else row["comment"],
        "" if is_continued else row["place"],
        None if is_continued else row["sequence"],
    )


def _certifications(log: DriverLog, rows: list[Row]) -> list[EldCertification]:
    """A carrier's day counts as certified when every record that counts and begins in it was; told is the last time."""
    found: dict[date, EldCertification | None] = {}
    for row in rows:
        if row["record_status"] != "active":
            continue
        day = log.terms.day_of(int(datetime.fromisoformat(row["start"]).timestamp()))
        if row["certified_at"] is None or found.get(day, row) is None:
            found[day] = None
            continue
        at, known = datetime.fromisoformat(row["certified_at"]), found.get(day)
        found[day] = EldCertification(day, max(at, known.at) if known else at, _vehicle(row))
    return [one for one in found.values() if one]


def _vehicle(row: Row) -> EldVehicle | None:
    return EldVehicle(row["number"], row["vin"]) if row["number"] else None


def _miles(km: int | None) -> int | None:
    return None if km is None else round(km / KM_PER_MILE)
