"""Read the output file of an ELD into a driver's log: look at what would come in, then write it in one transaction.

An event is known by its device, sequence number and start, so the same file again, or a later one that tells the same days once more,
adds only what is new. A file that Motorpool wrote has no device: of it, what the log says already is known. What the device records
stands as its own (`eld_*`), so that automatic driving cannot be made shorter afterwards.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.database.turns import take_turn
from motorpool.core.errors import Conflict, FieldProblem, Invalid
from motorpool.core.files.spool import Received
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import keep_received
from motorpool.core.resource.declaration import Resource
from motorpool.core.tenancy import Actor
from motorpool.safety.actions.note_duty_violations import settle_duty_records
from motorpool.safety.queries.duty_file_matching import driver_of, vehicles_of
from motorpool.safety.queries.duty_log import DriverLog, as_time, driver_logs_within
from motorpool.safety.rules.duty_eld_file import COMMENT
from motorpool.safety.rules.duty_eld_reading import ReadFile, ReadVehicle
from motorpool.safety.rules.duty_eld_records import EldRecord, records_of, with_certifications
from motorpool.safety.rules.duty_records import Stretch

UNNAMED = "unnamed"
#: How old the events of a file may be.
OLDEST = timedelta(days=3 * 365)
BEFORE = text("""
SELECT id, new_records, known_records, changed_records, unassigned_records FROM duty_file_imports
WHERE tenant_id = :tenant AND driver_id = :driver AND sha256 = :sha256
""")
KNOWN = text("""
SELECT t.id, t.eld_sequence_id AS sequence, date_trunc('second', t.status_start_time) AS start, t.status_end_time AS "end",
    t.duty_status AS status, t.special_category AS category, t.eld_record_status AS record_status,
    t.eld_provider = :provider AND t.eld_device_id = :device AS is_of_device
FROM hours_of_service_logs t
WHERE t.tenant_id = :tenant AND t.driver_id = :driver AND t.status_start_time >= :since AND t.status_start_time <= :until
""")
ADD = text("""
INSERT INTO hours_of_service_logs (tenant_id, driver_id, vehicle_id, log_date, duty_status, special_category, status_start_time,
    status_end_time, location_start, latitude_start, longitude_start, remarks, origin, driver_decision, decided_at, certified_at,
    eld_provider, eld_device_id, eld_sequence_id, eld_record_status, eld_import_id, created_by_user_id)
SELECT :tenant, :driver, r.vehicle_id, r.log_date, r.status, r.category, r.start, r."end", r.place, r.latitude, r.longitude, r.comment,
    r.origin, r.decision, r.decided_at, r.certified_at, :provider, :device, r.sequence, r.record_status, :import, :user
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (vehicle_id uuid, log_date date, status text, category text, start timestamptz,
    "end" timestamptz, place text, latitude numeric, longitude numeric, comment text, origin text, decision text,
    decided_at timestamptz, certified_at timestamptz, sequence integer, record_status text)
RETURNING id
""")
#: What lasted longer than was known, what the device has changed since, and what was certified since.
CHANGE = text("""
UPDATE hours_of_service_logs t SET status_end_time = r."end", eld_record_status = r.record_status,
    driver_decision = r.decision, decided_at = coalesce(t.decided_at, r.decided_at), certified_at = r.certified_at
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (id uuid, "end" timestamptz, record_status text, decision text,
    decided_at timestamptz, certified_at timestamptz)
WHERE t.tenant_id = :tenant AND t.id = r.id RETURNING t.id
""")
NOBODY = """
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r (vehicle_id uuid, start timestamptz, "end" timestamptz, place text)
WHERE NOT EXISTS (SELECT FROM unassigned_driving u WHERE u.tenant_id = :tenant AND u.vehicle_id = r.vehicle_id
    AND u.started_at < coalesce(r."end", r.start + interval '1 second') AND coalesce(u.ended_at, 'infinity') > r.start)
"""
COUNT_NOBODY = text(f"SELECT count(*) {NOBODY}")
ADD_NOBODY = text(f"""
INSERT INTO unassigned_driving (tenant_id, vehicle_id, started_at, ended_at, location_start)
SELECT :tenant, r.vehicle_id, r.start, r."end", r.place {NOBODY}
ON CONFLICT (tenant_id, vehicle_id, started_at) DO NOTHING RETURNING id
""")
NOTE = text("""
INSERT INTO duty_file_imports (tenant_id, driver_id, file_id, sha256, eld_provider, eld_device_id, made_at, first_event_at,
    last_event_at, new_records, known_records, changed_records, unassigned_records, imported_by_user_id)
VALUES (:tenant, :driver, :file, :sha256, :provider, :device, :made_at, :first, :last, :new, :known, :changed, :nobody, :user)
RETURNING id
""")
Row = dict[str, Any]


class Overlap(NamedTuple):
    """Something else is recorded for a time that the file tells of. `is_kept`: driving of a device, which stays."""

    start: datetime
    end: datetime
    recorded: str
    told: str
    is_kept: bool


class Event(NamedTuple):
    """A record of the file. state: new, changed or known."""

    state: str
    record: EldRecord
    vehicle: str


@dataclass(slots=True)
class Outlook:
    """What a file would bring into a driver's log. `notes`: sentences for whoever decides."""

    driver_id: UUID
    driver: str
    log: DriverLog
    read: ReadFile
    made_at: datetime
    provider: str
    device: str
    events: list[Event] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    nobody: list[Row] = field(default_factory=list)
    nobody_count: int = 0

    @property
    def known_count(self) -> int:
        return sum(one.state == "known" for one in self.events)


class Imported(NamedTuple):
    id: UUID
    is_repeat: bool
    new: int
    known: int
    changed: int
    nobody: int


async def look_at_duty_file(
    session: AsyncSession, resource: Resource, actor: Actor, reach: Reach, read: ReadFile, driver: UUID | None
) -> Outlook:
    """What would come in; nothing is written. resource: of hours_of_service_logs. Raises Invalid."""
    now = datetime.now(UTC)
    key, name, fits = await driver_of(session, resource, actor, reach, read, driver)
    local = [one.at for one in (*read.events, *read.unidentified)]
    # By the clock of the file, a day and more before any of it.
    first = min(local, default=read.made_at).replace(tzinfo=UTC) - timedelta(days=3)
    if first < now - OLDEST:
        raise Invalid(
            fields=[FieldProblem("file", f"must not tell of more than {OLDEST.days // 365} years ago")]
        )
    (log,) = await driver_logs_within(session, actor, resource, [key], min(first, now), now)
    records = with_certifications(records_of(read, log.terms.zone, now), read, log.terms)
    named = {one for one in read.vehicles.values() if one.number or one.vin}
    vehicles = await vehicles_of(session, actor, named)
    outlook = Outlook(
        key, name, log, read, records.made_at, read.registration or UNNAMED, read.identifier or UNNAMED
    )
    outlook.notes = list(_notes(outlook, fits, named - vehicles.keys()))
    told = (*records.line, *records.inactive)
    if told:
        await _compare(session, actor, outlook, told, vehicles)
    outlook.overlaps = overlaps_of(log.line, [one.record for one in outlook.events if one.state == "new"])
    outlook.nobody = [
        {
            "vehicle_id": vehicles[one.vehicle][0],
            "start": one.start,
            "end": one.end,
            "place": one.place or None,
        }
        for one in records.nobody
        if one.vehicle in vehicles
    ]
    if outlook.nobody:
        where = {"tenant": actor.tenant_id, "rows": _json(outlook.nobody)}
        outlook.nobody_count = (await session.execute(COUNT_NOBODY, where)).scalar_one()
    return outlook


async def import_duty_file(
    session: AsyncSession,
    resource: Resource,
    files: FileStore,
    actor: Actor,
    reach: Reach,
    read: ReadFile,
    received: Received,
    *,
    name: str,
    driver: UUID | None = None,
    over: bool = False,
) -> tuple[Outlook, Imported]:
    """Write what is new. `over`: also where something else is recorded, whose place it takes.

    Raises: Invalid; Conflict where something else is recorded and `over` was not said.
    """
    key, _, _ = await driver_of(session, resource, actor, reach, read, driver)
    await take_turn(session, f"{actor.tenant_id} duty file {key}")
    outlook = await look_at_duty_file(session, resource, actor, reach, read, key)
    where: Row = {"tenant": actor.tenant_id, "driver": key, "user": actor.user_id}
    before = (await session.execute(BEFORE, where | {"sha256": received.sha256})).one_or_none()
    if before is not None:
        return outlook, Imported(before.id, True, 0, len(outlook.events), 0, 0)
    if outlook.overlaps and not over:
        told = f"{len(outlook.overlaps)} times are recorded differently here, the first {outlook.overlaps[0].start:%Y-%m-%d %H:%M} UTC"
        raise Conflict(f"{told}. Look at them, and say that the file takes their place.", code="overlaps")
    stored = await keep_received(
        session, files, actor, received, name=name, purpose="eld_file", entity=("drivers", key)
    )
    starts = [one.record.start for one in outlook.events]
    nobody = await session.execute(ADD_NOBODY, where | {"rows": _json(outlook.nobody)})
    counts = {
        "new": len(outlook.new),
        "known": outlook.known_count,
        "changed": len(outlook.changed),
        "nobody": len(nobody.all()),
    }
    device = {"provider": outlook.provider, "device": outlook.device}
    noted = where | counts | device
    noted |= {"file": stored.id, "sha256": received.sha256, "made_at": outlook.made_at}
    noted |= {"first": min(starts, default=None), "last": max(starts, default=None)}
    made = (await session.execute(NOTE, noted)).scalar_one()
    keys: list[UUID] = []
    if outlook.new:
        given = where | device | {"import": made, "rows": _json(outlook.new)}
        keys += (await session.execute(ADD, given)).scalars()
    if outlook.changed:
        keys += (await session.execute(CHANGE, where | {"rows": _json(outlook.changed)})).scalars()
    if keys:
        await settle_duty_records(session, actor, resource, keys)
    return outlook, Imported(made, False, **counts)


async def _compare(
    session: AsyncSession,
    actor: Actor,
    outlook: Outlook,
    told: Sequence[EldRecord],
    vehicles: dict[ReadVehicle, tuple[UUID, str]],
) -> None:
    where = {
        "tenant": actor.tenant_id,
        "driver": outlook.driver_id,
        "provider": outlook.provider,
        "device": outlook.device,
        "since": min(one.start for one in told),
        "until": max(one.start for one in told) + timedelta(seconds=1),
    }
    rows = (await session.execute(KNOWN, where)).all()
    of_device = {(one.sequence, one.start): one for one in rows if one.is_of_device}
    # A comma of the layout is a semicolon.
    is_own = outlook.read.comment == COMMENT.replace(",", ";") and not outlook.read.identifier
    same = {(one.start, one.status, one.category) for one in rows} if is_own else set()
    for record in told:
        vehicle, number = vehicles.get(record.vehicle, (None, "")) if record.vehicle else (None, "")
        shown = number or (record.vehicle.number if record.vehicle else "")
        row = row_of(record, vehicle, outlook)
        known = of_device.get((record.sequence, record.start))
        if known is not None:
            row["id"] = known.id
            # What is known to have lasted longer, or to go on, is not cut short: another record may have ended it since.
            if known.end is not None and (record.end is None or record.end < known.end):
                row["end"] = known.end
            is_changed = (row["end"], record.record_status) != (known.end, known.record_status)
            if is_changed:
                outlook.changed.append(row)
            outlook.events.append(Event("changed" if is_changed else "known", record, shown))
        elif is_own and (
            (record.start, record.status, record.category) in same or _is_said(outlook.log.line, record)
        ):
            outlook.events.append(Event("known", record, shown))
        else:
            outlook.new.append(row)
            outlook.events.append(Event("new", record, shown))
    outlook.events.sort(key=lambda one: one.record.start)


def row_of(record: EldRecord, vehicle: UUID | None, outlook: Outlook) -> Row:
    """A record as it is stored."""
    origin = "carrier" if record.record_status == "change_requested" else record.origin
    decision = (
        "rejected"
        if record.record_status == "change_rejected"
        else "undecided"
        if record.record_status == "change_requested" or (origin != "carrier" and not record.certified_at)
        else "accepted"
    )
    decided = None if decision == "undecided" else record.certified_at or record.start
    return {
        "vehicle_id": vehicle,
        "log_date": outlook.log.terms.day_of(int(record.start.timestamp())),
        "status": record.status,
        "category": record.category,
        "start": record.start,
        "end": record.end,
        "place": record.place or None,
        "latitude": None if record.longitude is None else record.latitude,
        "longitude": None if record.latitude is None else record.longitude,
        "comment": record.comment or None,
        "origin": origin,
        "decision": decision,
        "decided_at": decided,
        "certified_at": record.certified_at if decision != "rejected" else None,
        "sequence": record.sequence,
        "record_status": record.record_status,
    }


def overlaps_of(line: Sequence[Stretch], records: Sequence[EldRecord]) -> list[Overlap]:
    """Where the log says something else than these. A status that goes on is no contradiction: a later one ends it."""
    found: list[Overlap] = []
    at = 0
    counting = sorted((one for one in records if one.record_status == "active"), key=lambda one: one.start)
    for record in counting:
        start, end = int(record.start.timestamp()), int(record.end.timestamp()) if record.end else None
        while at < len(line) and line[at].end <= start:
            at += 1
        for stretch in islice(line, at, None):
            if end is not None and stretch.start >= end:
                break
            if end is None and stretch.start > start:
                # What goes on ends where something is recorded.
                break
            held = stretch.record
            if held is None or (held.status, held.category) == (record.status, record.category):
                continue
            if held.end is None and held.start < start:
                continue
            stops = stretch.end if end is None else min(stretch.end, end)
            found.append(
                Overlap(
                    as_time(max(stretch.start, start)),
                    as_time(stops),
                    held.status,
                    record.status,
                    held.is_kept,
                )
            )
    return found


def _is_said(line: Sequence[Stretch], record: EldRecord) -> bool:
    """Whether the log says the same for all of the record's time."""
    start, end = int(record.start.timestamp()), int(record.end.timestamp()) if record.end else None
    at = bisect_right(line, start, key=lambda one: one.start) - 1
    if record.record_status != "active" or at < 0 or line[at].end <= start:
        return False
    while at < len(line) and (line[at].start <= start or (end is not None and line[at].start < end)):
        held = line[at].record
        if held is None or (held.status, held.category) != (record.status, record.category):
            return False
        at += 1
    return True


def _notes(outlook: Outlook, fits: bool, unknown: set[ReadVehicle]) -> list[str]:
    read, terms = outlook.read, outlook.log.terms
    found = []
    if not fits:
        found.append(
            f"The file is of {read.driver_name}; neither username nor license is that of {outlook.driver}."
        )
    if read.day_start != terms.day_start:
        found.append(
            f"The device begins a day at {read.day_start:%H:%M}, this organisation at {terms.day_start:%H:%M}."
        )
    if read.multiday != terms.ruleset.cycle_days:
        found.append(f"The device counts {read.multiday} days, this organisation {terms.ruleset.cycle_days}.")
    if unknown:
        names = ", ".join(sorted(one.number or one.vin for one in unknown))
        found.append(f"Vehicles that are not known here: {names}. Their records name no vehicle.")
    if read.doubtful:
        found.append(
            f"The check value of {len(read.doubtful)} events is not that of their values (the first in line "
            f"{read.doubtful[0]}); devices reckon it differently, and the lines and the file are whole."
        )
    if read.not_taken:
        found.append(
            f"{read.not_taken} lines on malfunctions, log-ins and engine starts stay in the file only."
        )
    return found


def _json(rows: Sequence[Row]) -> str:
    return msgspec.json.encode(rows).decode()
