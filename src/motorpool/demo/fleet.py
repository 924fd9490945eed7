"""The rows of the demonstration tenant: vehicles of the recordings, and what a fleet needs around them.

The recordings name no makes, models or people; whatever `domains` makes up for them says that it is made up.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from motorpool.demo.engine import add_engine_facts
from motorpool.demo.recording import Recording

TAXIS, DRIVES = "Recorded taxis", "Recorded OBD drives"
#: So many of the cabs have a driver.
DRIVERS = 40

_DEPARTMENT = "INSERT INTO departments (tenant_id, name, code) VALUES (%s, %s, %s) RETURNING id"
_FACILITY = (
    "INSERT INTO facilities (tenant_id, name, code, facility_type, city, region, country, time_zone) "
    "VALUES (%s, %s, %s, 'parking', %s, %s, %s, %s) RETURNING id"
)
_GROUP = (
    "INSERT INTO vehicle_groups (tenant_id, name, description, color) VALUES (%s, %s, %s, %s) RETURNING id"
)
_VEHICLES = """
WITH added AS (
    INSERT INTO vehicles (tenant_id, vehicle_number, vehicle_type, department_id, facility_id, notes)
    SELECT %(tenant)s, number, %(kind)s, %(department)s, %(facility)s, %(notes)s
    FROM unnest(%(numbers)s::text[]) AS number
    RETURNING id
), grouped AS (
    INSERT INTO vehicle_group_members (tenant_id, group_id, vehicle_id)
    SELECT %(tenant)s, %(group)s, id FROM added RETURNING vehicle_id
)
INSERT INTO meter_readings (tenant_id, vehicle_id, value, recorded_at, source, notes)
SELECT %(tenant)s, id, 0, %(since)s, 'import',
       'Demonstration: counts from the first replayed day; the real odometer is not known' FROM added
RETURNING id
"""
_DRIVERS = """
WITH added AS (
    INSERT INTO drivers (tenant_id, full_name, driver_number, department_id, notes)
    SELECT %(tenant)s, 'Demo driver ' || lpad(n::text, 2, '0'), 'DEMO-' || lpad(n::text, 2, '0'),
           %(department)s, 'Made up for the demonstration'
    FROM generate_series(1, %(count)s) AS n
    RETURNING id, driver_number
), seats AS (
    SELECT id, row_number() OVER (ORDER BY driver_number) AS n FROM added
), cabs AS (
    SELECT id, row_number() OVER (ORDER BY vehicle_number) AS n FROM vehicles
    WHERE tenant_id = %(tenant)s AND vehicle_number = ANY (%(numbers)s)
)
INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at, source)
SELECT %(tenant)s, cabs.id, seats.id, %(since)s, 'demo' FROM seats JOIN cabs USING (n)
RETURNING id
"""


async def add_fleet(
    connection: AsyncConnection[TupleRow], tenant_id: UUID, recording: Recording, since: datetime
) -> None:
    """Add everything that the replay refers to; `since` is when the history begins."""
    taxis = await _add(connection, _DEPARTMENT, tenant_id, "Taxi operation (demo)", "TAXI")
    tests = await _add(connection, _DEPARTMENT, tenant_id, "Test drives (demo)", "TEST")
    bay = ("San Francisco", "California", "US", "America/Los_Angeles")
    quito = ("Quito", "Pichincha", "EC", "America/Guayaquil")
    for numbers, kind, department, facility, group, notes in (
        (
            recording.cab_numbers,
            "car",
            taxis,
            await _add(connection, _FACILITY, tenant_id, "San Francisco (demo)", "SF", *bay),
            await _add(
                connection, _GROUP, tenant_id, TAXIS, "Cabs of the Cabspotting recording, May 2008", "#f59f00"
            ),
            "Recorded in San Francisco in May 2008 (Cabspotting, CRAWDAD epfl/mobility), replayed every day",
        ),
        (
            recording.car_numbers,
            None,
            tests,
            await _add(connection, _FACILITY, tenant_id, "Quito (demo)", "UIO", *quito),
            await _add(
                connection,
                _GROUP,
                tenant_id,
                DRIVES,
                "Cars of the POLIDriving recording with OBD-II data",
                "#4263eb",
            ),
            "Recorded in Quito at the end of 2023 (POLIDriving), replayed several times a day",
        ),
    ):
        await connection.execute(
            _VEHICLES,
            {
                "tenant": tenant_id,
                "numbers": numbers,
                "kind": kind,
                "department": department,
                "facility": facility,
                "group": group,
                "notes": notes,
                "since": since,
            },
        )
    await add_engine_facts(connection, tenant_id)
    await connection.execute(
        _DRIVERS,
        {
            "tenant": tenant_id,
            "numbers": recording.cab_numbers,
            "department": taxis,
            "count": DRIVERS,
            "since": since,
        },
    )


async def _add(connection: AsyncConnection[TupleRow], statement: str, *values: object) -> UUID:
    row = await (await connection.execute(statement, values)).fetchone()
    assert row is not None
    return UUID(str(row[0]))
