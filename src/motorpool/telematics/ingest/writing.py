"""One transaction of ingest: rows, latest states, work for the derivation, the event.

COPY goes straight into the month's leaf, which has no row-level security of its own: there the tenant can
only come from the transaction's setting (decision 9). When a key is already stored, the group is written
again through a temporary table and ON CONFLICT DO NOTHING, which also tells exactly which rows were new.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from psycopg import sql

from motorpool.core.database.database import Connection
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.ingest.grouping import Group
from motorpool.telematics.ingest.happenings import store_happenings
from motorpool.telematics.ingest.records import Ints, Mask

#: Columns of vehicle_states that a position sets, with the type that a parameter has.
STATE = {
    "latitude": "float8",
    "longitude": "float8",
    "altitude": "float8",
    "speed": "float8",
    "heading": "float8",
    "accuracy": "float8",
    "odometer_m": "float8",
    "device_id": "uuid",
    "source": "text",
}
#: Sticky values: what a fix does not say stays as it was.
STICKY = ("odometer_m", "device_id")
_UPDATES = ", ".join(
    f"{name} = coalesce(excluded.{name}, s.{name})" if name in STICKY else f"{name} = excluded.{name}"
    for name in STATE
)
_WORK = """work AS (
    INSERT INTO derivation_work (tenant_id, vehicle_id, from_time)
    SELECT %(tenant)s, vehicle_id, since FROM news ORDER BY vehicle_id RETURNING 1
)"""
#: `news` is one JSON object per vehicle: since when there is news, and its latest fix.
FOLLOW_UP_POSITIONS = f"""
WITH news AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(news)s::text::jsonb) AS n (vehicle_id uuid, since timestamptz,
        recorded_at timestamptz, {", ".join(f"{name} {kind}" for name, kind in STATE.items())})
), state AS (
    INSERT INTO vehicle_states AS s (tenant_id, vehicle_id, recorded_at, received_at, {", ".join(STATE)})
    SELECT %(tenant)s, vehicle_id, recorded_at, clock_timestamp(), {", ".join(STATE)}
    FROM news ORDER BY vehicle_id
    ON CONFLICT (tenant_id, vehicle_id) DO UPDATE
    SET recorded_at = excluded.recorded_at, received_at = excluded.received_at, {_UPDATES}
    WHERE s.recorded_at IS NULL OR s.recorded_at < excluded.recorded_at
    RETURNING vehicle_id
), {_WORK}, event AS (
    INSERT INTO event_log (tenant_id, topic, payload)
    SELECT %(tenant)s, 'vehicle_states', jsonb_build_object('vehicle_ids', jsonb_agg(vehicle_id)) FROM state
    HAVING count(*) > 0 RETURNING 1
)
SELECT pg_current_xact_id()::text
"""
FOLLOW_UP_READINGS = f"""
WITH news AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset(%(news)s::text::jsonb) AS n (vehicle_id uuid, since timestamptz)
), {_WORK}
SELECT pg_current_xact_id()::text
"""


async def ensure_leaves(connection: Connection, groups: Sequence[Group], known: set[tuple[str, str]]) -> None:
    """Make the months that the groups fall in, outside their transaction; `known` remembers what is there."""
    for group in groups:
        table = group.series.table
        for month, _ in group.months():
            if (table, month) not in known:
                first = f"{month}-01T00:00:00Z"
                await connection.execute("SELECT ensure_partition(%s, %s::timestamptz)", (table, first))
                known.add((table, month))


def leaf_of(table: str, month: str) -> str:
    """Name of the partition of a month (`2026-05`), as `ensure_partition` makes it."""
    return f"{table}_y{month[:4]}m{month[5:7]}"


class Transaction:
    """The statements for one list of groups on one connection in autocommit mode.

    `prepare` renders the rows and may run in a thread. When `run` fails after `commit_sent`, the fate of
    `transaction_id` has to be asked for.
    """

    def __init__(
        self,
        groups: Sequence[Group],
        batches: int,
        *,
        through_parent: bool,
        happenings: Mapping[UUID, Sequence[dict[str, Any]]] | None = None,
    ) -> None:
        self.groups = groups
        self.happenings = happenings or {}
        self.through_parent = through_parent
        #: Some key was in the table already; known only through the parent.
        self.met_stored_keys = False
        self.commit_sent = False
        #: Per batch: rows that were new, and rows whose key was in the group or in the table already.
        self.accepted: Ints = np.zeros(batches, np.int64)
        self.duplicates: Ints = sum((group.repeated for group in groups), np.zeros(batches, np.int64))
        self.transaction_id: str | None = None
        self._texts: list[list[tuple[str, bytes]]] = []

    def prepare(self) -> None:
        for group in self.groups:
            if self.through_parent:
                self._texts.append([("", group.copy_text(numbered=True))])
            else:
                self._texts.append([(month, group.copy_text(rows)) for month, rows in group.months()])

    async def run(self, connection: Connection) -> None:
        if self.through_parent:
            for table in {group.series.table for group in self.groups}:
                await _make_incoming(connection, table)
        begin = "BEGIN;"
        for group, texts in zip(self.groups, self._texts, strict=True):
            settings = system_actor(group.tenant_id).setting_statements(audited=False)
            await connection.execute(begin + ";".join(settings), prepare=False)
            begin = ""
            new = await self._write_rows(connection, group, texts)
            count = len(self.accepted)
            if new is None:
                self.accepted += np.bincount(group.origin, minlength=count)
            else:
                self.accepted += np.bincount(group.origin[new], minlength=count)
                self.duplicates += np.bincount(group.origin[~new], minlength=count)
                self.met_stored_keys = True
                if not new.any():
                    continue
            await self._follow_up(connection, group, new)
        for tenant_id, rows in self.happenings.items():
            settings = system_actor(tenant_id).setting_statements(audited=False)
            await connection.execute(begin + ";".join(settings), prepare=False)
            begin = ""
            self.transaction_id = await store_happenings(connection, tenant_id, rows)
        self.commit_sent = self.transaction_id is not None
        await connection.execute("COMMIT")

    async def _write_rows(
        self, connection: Connection, group: Group, texts: list[tuple[str, bytes]]
    ) -> Mask | None:
        """Write one group; None when all rows were new, else which ones were."""
        table = group.series.table
        if not self.through_parent:
            for month, text in texts:
                await _copy(connection, leaf_of(table, month), group.columns, text)
            return None
        names = ", ".join(group.columns)
        await _copy(connection, f"incoming_{table}", ["n", *group.columns], texts[0][1])
        cursor = await connection.execute(
            f"WITH added AS (INSERT INTO {table} (id, tenant_id, {names}) SELECT id, tenant_id, {names} "
            f"FROM incoming_{table} WHERE tenant_id = %(tenant)s ORDER BY n "
            f"ON CONFLICT ({group.series.conflict_key}) DO NOTHING RETURNING id) "
            f"SELECT array_agg(n) FROM incoming_{table} JOIN added USING (id)",
            {"tenant": group.tenant_id},
        )
        row = await cursor.fetchone()
        new = np.zeros(len(group), bool)
        if row is not None and row[0]:
            new[row[0]] = True
        return None if new.all() else new

    async def _follow_up(self, connection: Connection, group: Group, new: Mask | None) -> None:
        first, last = group.first_and_last(new)
        times = group.times.astype("datetime64[us]")
        columns: dict[str, list[Any]] = {
            "vehicle_id": [group.vehicles.values[code] for code in group.vehicles.codes[first]],
            "since": np.datetime_as_string(times[first], timezone="UTC").tolist(),
        }
        if group.series.has_source:
            columns["recorded_at"] = np.datetime_as_string(times[last], timezone="UTC").tolist()
            for name in STATE:
                if (values := _values(group, name, last)) is not None:
                    columns[name] = values
        names = list(columns)
        news = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        statement = FOLLOW_UP_POSITIONS if group.series.has_source else FOLLOW_UP_READINGS
        # One text instead of an array per column: half of the time went into making the arrays.
        cursor = await connection.execute(
            statement, {"tenant": group.tenant_id, "news": msgspec.json.encode(news).decode()}
        )
        row = await cursor.fetchone()
        assert row is not None
        self.transaction_id = row[0]


def _values(group: Group, name: str, rows: Ints) -> list[Any] | None:
    """Values of a column in some rows, None when the whole column is null. JSON writes NaN as null."""
    coded = {"source": group.source, "device_id": group.device_id}.get(name)
    if coded is not None:
        return [coded.values[code] if code >= 0 else None for code in coded.codes[rows]]
    return group.numbers[name][rows].tolist() if name in group.numbers else None


async def _copy(connection: Connection, table: str, columns: Sequence[str], text: bytes) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with connection.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(text)


async def _make_incoming(connection: Connection, table: str) -> None:
    """The temporary table of this connection; rows leave it with each commit."""
    name = f"incoming_{table}"
    cursor = await connection.execute("SELECT to_regclass(%s)", (f"pg_temp.{name}",))
    row = await cursor.fetchone()
    if row is None or row[0] is None:
        await connection.execute(
            f"CREATE TEMP TABLE {name} (LIKE {table} INCLUDING DEFAULTS, n integer NOT NULL) "
            "ON COMMIT DELETE ROWS"
        )
