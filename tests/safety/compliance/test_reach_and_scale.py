"""Whoever may read papers of one facility sees that facility's drivers and vehicles alone; and a large fleet is a few statements."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from tests.conftest import TestTenant
from tests.contract.rows import insert

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.compliance_evidence import compliance_evidence
from motorpool.safety.queries.compliance_home import compliance_home
from motorpool.safety.queries.compliance_sources import SOURCES
from motorpool.safety.queries.driver_files import driver_citations, qualifications
from motorpool.safety.rules.compliance_lines import Line, counted, distinct, grouped

DAY = timedelta(days=1)


def who(tenant: TestTenant, **reaches: Reach) -> Actor:
    """Somebody with these permissions: `drivers__read=...`."""
    rules = tuple(Rule(name.replace("__", "."), "test", reach) for name, reach in reaches.items())
    return replace(tenant.actor, access=Access(rules))


async def test_papers_of_a_facility(
    database: Database, registry: Registry, tenant: TestTenant, owner: psycopg.Connection[Any]
) -> None:
    day = tenant.actor.today

    def add(table: str, **values: Any) -> uuid.UUID:
        found: uuid.UUID = insert(owner, table, tenant.id, **values)
        return found

    north, south = add("facilities", name="North"), add("facilities", name="South")
    late: dict[str, Any] = {
        "status": "active",
        "ended_on": None,
        "license_expires_on": day - DAY,
        "user_id": None,
    }
    here = add("drivers", **late, full_name="Nora North", home_facility_id=north, department_id=None)
    there = add("drivers", **late, full_name="Sam South", home_facility_id=south, department_id=None)
    for name, place in (("VAN-N", north), ("VAN-S", south)):
        add("vehicles", vehicle_number=name, status="active", facility_id=place, registration_expires_on=day - DAY,
            vehicle_type="van", gvwr_kg=2000, seats=3, department_id=None)  # fmt: skip
    for kind, key in (
        ("facility", north),
        ("facility", south),
        ("driver", here),
        ("driver", there),
        ("fleet", None),
    ):
        add("compliance_documents", document_type="permit", entity_type=kind, entity_id=key, status="active",
            renewal_required=True, issue_date=None, expiration_date=day + 5 * DAY, renewed_by_id=None)  # fmt: skip
    everything, at_north = Reach(everything=True), Reach(facilities=frozenset({north}))
    boss = who(
        tenant, drivers__read=everything, vehicles__read=everything, compliance_documents__read=at_north
    )
    found = await compliance_home(database, registry, boss)
    assert {one.subject for one in found.lines} == {"Nora North", "VAN-N", "North"}
    assert (found.counts.drivers, found.counts.vehicles) == (1, 1)
    assert [one.driver_id for one in await qualifications(database, registry, boss)] == [here]
    assert await qualifications(database, registry, boss, [there]) == []
    # Less of drivers than of papers: the smaller part counts.
    no_vehicles = who(tenant, drivers__read=at_north, compliance_documents__read=everything)
    seen = {one.subject for one in (await compliance_home(database, registry, no_vehicles)).lines}
    assert "Nora North" in seen and not seen & {"Sam South", "VAN-N", "VAN-S"}
    with pytest.raises(Forbidden, match=r"compliance_documents\.read"):
        await qualifications(database, registry, who(tenant, drivers__read=everything))
    assert await driver_citations(database, registry, boss, here) is None
    exporter = who(tenant, compliance_documents__export=at_north)
    assert {one.subject for one in await compliance_evidence(database, registry, exporter)} == {
        "Nora North",
        "North",
    }
    # Tests are told to those who may read them, and to nobody else.
    insert(owner, "drug_alcohol_tests", tenant.id, driver_id=here, status="completed", test_type="drug", reason="random",
           result="positive", missed_reason=None, concentration=None)  # fmt: skip
    (file,) = await qualifications(database, registry, boss)
    assert "return_to_duty" not in {one.code for one in file.items}
    officer = who(tenant, drivers__read=everything, compliance_documents__read=at_north,
                  drug_alcohol_tests__read=everything)  # fmt: skip
    (file,) = await qualifications(database, registry, officer)
    assert "return_to_duty" in {one.code for one in file.items}


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements that are read meanwhile."""
    said: list[str] = []
    read = database.read

    async def counted_read(actor: Actor, query: str, parameters: Any = None) -> Any:
        said.append(query)
        return await read(actor, query, parameters)

    database.read = counted_read  # type: ignore[method-assign]
    try:
        yield said
    finally:
        database.read = read  # type: ignore[method-assign]


async def test_a_thousand_drivers_and_vehicles(
    database: Database, registry: Registry, tenant: TestTenant, owner: psycopg.Connection[Any]
) -> None:
    one, run = tenant.id, owner.execute
    run(
        "INSERT INTO drivers (tenant_id, full_name, driver_number, license_class, license_region, license_expires_on, "
        "medical_card_expires_on, hired_on) SELECT %s, 'D' || n, 'D' || n, CASE n %% 2 WHEN 0 THEN 'A' ELSE 'C' END, 'CA', "
        "current_date + n - 20, current_date + n - 20, current_date - 900 FROM generate_series(1, 1000) n",
        (one,),
    )
    run(
        "INSERT INTO vehicles (tenant_id, vehicle_number, vehicle_type, gvwr_kg, registration_expires_on) "
        "SELECT %s, 'V' || n, 'truck', 9000, current_date + n - 20 FROM generate_series(1, 1000) n",
        (one,),
    )
    run(
        "INSERT INTO compliance_documents (tenant_id, document_type, entity_type, entity_id, issue_date, expiration_date) "
        "SELECT tenant_id, 'mvr', 'driver', id, current_date - k * 300, NULL FROM drivers, generate_series(1, 3) k "
        "WHERE tenant_id = %s",
        (one,),
    )
    run(
        "INSERT INTO driver_assignments (tenant_id, vehicle_id, driver_id, starts_at) SELECT v.tenant_id, v.id, d.id, now() "
        "FROM vehicles v JOIN drivers d ON d.tenant_id = v.tenant_id AND substr(d.full_name, 2) = substr(v.vehicle_number, 2) "
        "WHERE v.tenant_id = %s",
        (one,),
    )
    for table in ("drivers", "vehicles", "compliance_documents", "driver_assignments"):
        run(f"ANALYZE {table}")
    begun = time.perf_counter()
    with counting(database) as said:
        found = await compliance_home(database, registry, tenant.actor)
    took = time.perf_counter() - begun
    print(
        f"1,000 drivers and vehicles, {len(found.lines)} lines, {len(said)} statements: {took * 1000:.0f} ms"
    )
    assert len(said) <= 9 + len(SOURCES)
    assert took < 5
    assert (found.counts.drivers, found.counts.vehicles) == (1000, 1000)
    assert found.counts.drivers_stopped == 19, "by the license; every second one by the medical card too"


def line(subject: str, state: Any, days: int | None = None, **more: Any) -> Line:
    key = uuid.uuid5(uuid.NAMESPACE_OID, subject)
    return Line(
        "driver", key, subject, state, "x", more.pop("title", "X"), "", date(2027, 1, 1), days, **more
    )


def test_the_worst_first_and_each_thing_once() -> None:
    lines = [
        line("Ann", "lapses", 70),
        line("Bob", "lapses", 5),
        line("Cy", "missing"),
        line("Bob", "stops", title="Y"),
        line("Ann", "lapses", 31, title="Y"),
        line("Ann", "lapses", 70),
    ]
    held = distinct(lines)
    assert len(held) == 5
    assert [one.name for one in grouped(held)] == ["Bob", "Cy", "Ann"]
    assert [one.days_left for one in grouped(held)[2].lines] == [31, 70]
    counts = counted(held, drivers=9, vehicles=0)
    assert (counts.drivers_stopped, counts.missing, counts.lapsed) == (1, 1, 0)
    assert (counts.lapse_within_30, counts.lapse_within_60, counts.lapse_within_90) == (1, 1, 1)
