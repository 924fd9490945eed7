"""Dangling references of every kind, per tenant, found by one statement each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, MetaData, String, Table, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from motorpool.core.database.catalogue import load_metadata
from motorpool.core.database.check import Reference, dangling, declared_references, leads_nowhere
from motorpool.core.database.models import Polymorphic, TableFacts
from motorpool.core.resource.registry import load_registry

Owner = psycopg.Connection[Any]


@pytest.fixture
def owner(own_database_urls: Any) -> Iterator[Owner]:
    with psycopg.connect(own_database_urls.owner, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT uuidv7(), tenant_id uuid NOT NULL, about_type text, "
            "about_id uuid, vehicle_ids uuid[], plan jsonb)"
        )
        yield connection


def fleet(owner: Owner, slug: str) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
    """(tenant, vehicle, vendor)."""
    tenant, vehicle, vendor = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    owner.execute("INSERT INTO tenants (id, slug, name) VALUES (%s, %s, %s)", (tenant, slug, slug))
    owner.execute(
        "INSERT INTO vehicles (id, tenant_id, vehicle_number) VALUES (%s, %s, 'V')", (vehicle, tenant)
    )
    owner.execute(
        "INSERT INTO vendors (id, tenant_id, name, vendor_number) VALUES (%s, %s, 'S', 'S')", (vendor, tenant)
    )
    return tenant, vehicle, vendor


def found(owner: Owner, reference: Reference) -> dict[Any, tuple[int, int, tuple[str, ...]]]:
    return {one.tenant_id: (one.rows, one.missing, one.examples) for one in dangling(owner, [reference])}


def wrong(owner: Owner, reference: Reference) -> int:
    """How many rows hold an id that leads nowhere, as the kernel asks when it writes."""
    found = owner.execute(
        f"SELECT count(*) FROM {reference.table} t WHERE {leads_nowhere(reference)}"  # type: ignore[arg-type]
    ).fetchone()
    assert found is not None
    return int(found[0])


def test_a_series_without_a_key(owner: Owner) -> None:
    (north, vehicle, _), (south, other, _) = fleet(owner, "north"), fleet(owner, "south")
    gone = [uuid.uuid4() for _ in range(12)]
    owner.execute("SELECT ensure_partition('vehicle_locations', '2026-01-15')")

    def drive(tenant: uuid.UUID, *vehicles: uuid.UUID) -> None:
        for one in vehicles:
            owner.execute(
                "INSERT INTO vehicle_locations (tenant_id, vehicle_id, latitude, longitude, recorded_at) SELECT "
                "%s, %s, 1, 1, '2026-01-15'::timestamptz + n * interval '1 s' FROM generate_series(1, 3) AS n "
                "ON CONFLICT DO NOTHING",
                (tenant, one),
            )

    drive(north, vehicle)
    drive(south, other)
    reference = Reference("vehicle_locations", "vehicle_id", "vehicles")
    assert found(owner, reference) == {}
    drive(north, *gone)
    # Another tenant's vehicle is as good as none.
    drive(south, vehicle)
    answer = found(owner, reference)
    assert answer[north] == (36, 12, tuple(str(one) for one in sorted(gone)[:10]))
    assert answer[south] == (3, 1, (str(vehicle),))


def test_arrays_pairs_and_json(owner: Owner) -> None:
    tenant, vehicle, vendor = fleet(owner, "north")
    missing = uuid.uuid4()
    add = (
        "INSERT INTO notes (tenant_id, about_type, about_id, vehicle_ids, plan) VALUES "
        "(%(t)s, %(kind)s, %(id)s, %(ids)s, %(plan)s)"
    )

    def note(kind: str | None, id_: uuid.UUID | None, ids: list[uuid.UUID] | None, plan: Any) -> None:
        owner.execute(
            add, {"t": tenant, "kind": kind, "id": id_, "ids": ids, "plan": psycopg.types.json.Jsonb(plan)}
        )

    array = Reference("notes", "vehicle_ids", "vehicles", kind="array")
    pair = Reference(
        "notes",
        "about_id",
        kind="polymorphic",
        type_column="about_type",
        targets={"vehicle": "vehicles", "supplier": "vendors", "shop": "vendors"},
    )
    json = Reference("notes", "plan", "vehicles", kind="json", path="$.stops[*].vehicle_id")
    note(
        "vehicle",
        vehicle,
        [vehicle],
        {"stops": [{"vehicle_id": str(vehicle).upper()}, {"vehicle_id": None}, {}]},
    )
    note("supplier", vendor, [], {"stops": []})
    note("shop", vendor, None, None)
    note(None, None, None, "text")
    for reference in (array, pair, json):
        assert found(owner, reference) == {}
        assert wrong(owner, reference) == 0
    note("vehicle", vendor, [vehicle, missing], {"stops": [{"vehicle_id": str(missing)}]})
    note(
        "planet",
        vehicle,
        [missing, missing],
        {"stops": [{"vehicle_id": "V-1"}, {"vehicle_id": str(vehicle)}]},
    )
    assert found(owner, array) == {tenant: (3, 1, (str(missing),))}
    assert found(owner, pair) == {tenant: (2, 2, tuple(sorted((str(vendor), str(vehicle)))))}
    ((rows, references, examples),) = found(owner, json).values()
    assert (rows, references, set(examples)) == (2, 2, {str(missing), "V-1"})
    assert [wrong(owner, reference) for reference in (array, pair, json)] == [2, 2, 2]


def test_an_array_holds_no_null(owner: Owner) -> None:
    tenant, vehicle, _ = fleet(owner, "north")
    owner.execute("INSERT INTO notes (tenant_id, vehicle_ids) VALUES (%s, %s)", (tenant, [vehicle, None]))
    array = Reference("notes", "vehicle_ids", "vehicles", kind="array")
    assert found(owner, array) == {tenant: (1, 1, ("null",))}
    assert wrong(owner, array) == 1


def test_what_everybody_shares(owner: Owner) -> None:
    tenant, _, _ = fleet(owner, "north")
    person = uuid.uuid4()
    owner.execute("CREATE TABLE shared (tenant_id uuid, id uuid, made_by uuid)")
    platform = uuid.UUID(int=0)
    owner.execute(
        "INSERT INTO users (id, tenant_id, email, display_name) VALUES (%s, %s, 'p@example.org', 'P')",
        (person, platform),
    )
    owner.execute("INSERT INTO shared (tenant_id, id, made_by) VALUES (NULL, %s, %s)", (tenant, person))
    made_by = Reference("shared", "made_by", "users", owner="shared_or_own")
    assert found(owner, made_by) == {}
    assert wrong(owner, made_by) == 0
    owner.execute(
        "INSERT INTO shared (tenant_id, id, made_by) VALUES (%s, %s, %s)", (tenant, uuid.uuid4(), person)
    )
    assert found(owner, made_by) == {tenant: (1, 1, (str(person),))}
    assert wrong(owner, made_by) == 1
    owner.execute(
        "INSERT INTO notes (tenant_id, about_id) SELECT %s, id FROM shared WHERE tenant_id IS NULL", (tenant,)
    )
    to_shared = Reference("notes", "about_id", "shared", ownership={"shared": "shared_or_own"})
    assert found(owner, to_shared) == {}
    assert len(found(owner, Reference("notes", "about_id", "shared"))) == 1


def test_references_come_from_the_models() -> None:
    metadata = MetaData()
    Table("vehicles", metadata, Column("tenant_id", Uuid), Column("id", Uuid), info={"facts": TableFacts()})
    Table(
        "permissions",
        metadata,
        Column("id", Uuid),
        info={"facts": TableFacts(ownership="global", rights="read")},
    )
    Table(
        "notes",
        metadata,
        Column("tenant_id", Uuid),
        Column("kind", String),
        Column("about", String),
        Column("ids", ARRAY(Uuid)),
        Column("parts", JSONB),
        Column("vehicle_id", Uuid),
        info={
            "facts": TableFacts(
                polymorphic=(Polymorphic("kind", "about", {"vehicle": "vehicles", "right": "permissions"}),),
                ref_arrays={"ids": "vehicles"},
                json_refs={"parts[*].vehicle_id": "vehicles", "parts.main": "vehicles"},
            )
        },
    )
    references = declared_references(metadata, {"notes": {"vehicle_id": "vehicles"}})
    assert [str(reference) for reference in references] == [
        "notes.vehicle_id",
        "notes.(kind, about)",
        "notes.ids",
        "notes.parts.main",
        "notes.parts[*].vehicle_id",
    ]
    assert [reference.path for reference in references] == ["", "", "", "$.main", "$[*].vehicle_id"]
    assert references[1].as_text
    assert references[1].ownership == {"permissions": "global"}
    assert references[1].leads_to == "permissions, vehicles"
    with pytest.raises(ValueError, match="unknown tables"):
        declared_references(metadata, {"notes": {"vehicle_id": "cars"}})


def test_every_declared_reference_can_be_checked(owner: Owner) -> None:
    """On the whole schema: each statement runs, and an empty database has nothing that dangles."""
    plain = {name: dict(resource.points_to) for name, resource in load_registry().items()}
    references = declared_references(load_metadata(), plain)
    assert {"vehicle_locations.vehicle_id", "obd_telemetry.vehicle_id"} <= {str(one) for one in references}
    assert list(dangling(owner, references)) == []
