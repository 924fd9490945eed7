"""A tenant with vehicles, servers of the providers on loopback, and a poller for them."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.core.http.local_server import make_certificate, serve
from tests.integrations.geotab_server import DATABASE, PASSWORD, USER, GeotabServer
from tests.integrations.samsara_server import SECRET, TOKEN, SamsaraServer
from tests.sql import Sql

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.database import Database
from motorpool.core.http import OutgoingClient
from motorpool.core.secrets import Keyring, generate_key
from motorpool.core.settings import OutgoingSettings, Settings
from motorpool.integrations.actions.connect_provider import store_connection
from motorpool.integrations.actions.poll import Poll, poll
from motorpool.integrations.connectors.contract import Connector
from motorpool.integrations.connectors.geotab import Geotab
from motorpool.integrations.connectors.samsara import Samsara
from motorpool.telematics.ingest.pipeline import IngestPipeline

load_metadata()
#: Whole seconds some minutes ago, so that nothing lies in the future.
START = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)


def at(seconds: float) -> str:
    """A time after START as providers write it."""
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def sealing(database_urls: Any) -> AsyncIterator[Database]:
    """A database that can seal and open secrets."""
    database = Database(database_urls.app, pool_size=6, keyring=Keyring([generate_key()]))
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def vehicles(sql: Sql, tenant: Any) -> dict[str, uuid.UUID]:
    """Two vehicles: `bus` has a VIN, `van` a plate."""
    rows = sql(
        "INSERT INTO vehicles (tenant_id, vehicle_number, vin, license_plate) VALUES "
        "(%s, 'bus', '1FDFE4FS8HDC12345', NULL), (%s, 'van', NULL, '7ABC-123') RETURNING vehicle_number, id",
        tenant.id,
        tenant.id,
    )
    return dict(rows)


@dataclass
class Bench:
    """A provider's server, a stored connection to it, and what is needed to poll it."""

    server: Any
    database: Database
    pipeline: IngestPipeline
    client: OutgoingClient
    actor: Any
    key: uuid.UUID
    connector: Connector
    sql: Sql
    port: int

    async def poll(self, **options: Any) -> Poll:
        return await poll(
            self.database, self.pipeline, self.client, self.actor, self.key,
            jitter=lambda: 0.5, connector=self.connector, **options,
        )  # fmt: skip

    def release(self) -> None:
        """As if the time of a claim were over, and the next poll due."""
        self.sql("UPDATE connector_states SET claimed_until = NULL WHERE integration_id = %s", self.key)

    def one(self, query: str, *parameters: Any) -> Any:
        return self.sql(query, *parameters)[0][0]

    def positions(self, vehicle: uuid.UUID) -> list[tuple[Any, ...]]:
        return self.sql(
            "SELECT recorded_at, source, latitude, longitude, speed, heading, ignition, odometer_m FROM vehicle_locations "
            "WHERE vehicle_id = %s ORDER BY recorded_at, source",
            vehicle,
        )

    def readings(self, vehicle: uuid.UUID, column: str) -> list[Any]:
        query = f"SELECT {column} FROM obd_telemetry WHERE vehicle_id = %s AND {column} IS NOT NULL ORDER BY recorded_at"
        return [value for (value,) in self.sql(query, vehicle)]

    def state(self) -> dict[str, Any]:
        (row,) = self.sql(
            "SELECT s.failures, s.refusals, s.paused_at IS NOT NULL, s.paused_because, i.sync_status, i.last_error, "
            "extract(epoch FROM i.next_sync_at - now())::float8 FROM connector_states s JOIN api_integrations i "
            "ON i.id = s.integration_id WHERE s.integration_id = %s",
            self.key,
        )
        return dict(zip("failures refusals paused because status error next_in_s".split(), row, strict=True))

    def cursors(self) -> dict[str, str | None]:
        return dict(self.sql("SELECT feed, cursor FROM connector_feeds WHERE integration_id = %s", self.key))


@pytest.fixture
async def pipeline(sealing: Database, settings: Settings) -> AsyncIterator[IngestPipeline]:
    pipeline = IngestPipeline(sealing, settings, writers=1)
    await pipeline.start()
    yield pipeline
    await pipeline.stop()


@pytest.fixture
def outgoing(certificate: tuple[Path, Path]) -> OutgoingSettings:
    return OutgoingSettings(_env_file=None, networks="127.0.0.0/8", ca_file=certificate[0], timeout_s=5.0)  # type: ignore[call-arg]


class QuickGeotab(Geotab):
    pause_s = 0.0


@pytest.fixture
async def geotab(
    sealing: Database,
    pipeline: IngestPipeline,
    tenant: Any,
    vehicles: dict[str, uuid.UUID],
    sql: Sql,
    certificate: tuple[Path, Path],
    outgoing: OutgoingSettings,
) -> AsyncIterator[Bench]:
    server = GeotabServer(
        devices=[
            {
                "id": "b1",
                "name": "Bus",
                "vehicleIdentificationNumber": "1fdfe4fs8hdc12345",
                "licensePlate": "",
            },
            {"id": "b2", "name": "Van", "vehicleIdentificationNumber": "@@@", "licensePlate": "7abc 123"},
            {"id": "b3", "name": "Stranger", "vehicleIdentificationNumber": "", "licensePlate": ""},
        ]
    )
    async with serve(server.handle, certificate) as port, OutgoingClient(outgoing) as client:
        connector = QuickGeotab(results_limit=4)
        values = {
            "database": DATABASE, "user_name": USER, "password": PASSWORD, "api_endpoint": f"https://localhost:{port}",
        }  # fmt: skip
        async with sealing.transaction(tenant.actor) as session:
            key = await store_connection(
                session, sealing.keyring, tenant.actor, connector, "Geotab", values, 1
            )
        yield Bench(server, sealing, pipeline, client, tenant.actor, key, connector, sql, port)


class QuickSamsara(Samsara):
    pause_s = 0.0


@pytest.fixture
async def samsara(
    sealing: Database,
    pipeline: IngestPipeline,
    tenant: Any,
    vehicles: dict[str, uuid.UUID],
    sql: Sql,
    certificate: tuple[Path, Path],
    outgoing: OutgoingSettings,
) -> AsyncIterator[Bench]:
    server = SamsaraServer(
        vehicles=[
            {"id": "281", "name": "Bus", "vin": "1FDFE4FS8HDC12345"},
            {"id": "282", "name": "Van", "licensePlate": "7ABC123"},
            {"id": "283", "name": "Stranger", "vin": ""},
        ]
    )
    async with serve(server.handle, certificate) as port, OutgoingClient(outgoing) as client:
        connector = QuickSamsara()
        values = {"api_token": TOKEN, "webhook_secret": SECRET, "api_endpoint": f"https://localhost:{port}"}
        async with sealing.transaction(tenant.actor) as session:
            key = await store_connection(
                session, sealing.keyring, tenant.actor, connector, "Samsara", values, 1
            )
        yield Bench(server, sealing, pipeline, client, tenant.actor, key, connector, sql, port)
