"""Rows of a file into a table: what is right is written, what is wrong is told, in a few statements a portion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from motorpool.core.access import Access, Reach
from motorpool.core.access.decision import Rule
from motorpool.core.database.database import Database
from motorpool.core.errors import Forbidden
from motorpool.core.resource.registry import load_registry
from motorpool.core.tabular import SourceRow
from motorpool.core.tenancy import Actor
from motorpool.system.actions.import_rows import Outcome, RowImporter
from motorpool.system.actions.write_portion import write_portion
from motorpool.system.shapes import ImportParameters

REGISTRY = load_registry()
VEHICLES = {
    "vehicle_number": "Unit",
    "vin": "VIN",
    "make": "Make",
    "department_id": "Dept",
    "model_year": "Year",
}
HEADINGS = ("Unit", "VIN", "Make", "Dept", "Year", "Price", "Bought", "Kinds")


async def run(
    database: Database,
    actor: Actor,
    rows: Sequence[Sequence[Any]],
    table: str = "vehicles",
    headings: Sequence[str] = HEADINGS,
    **parameters: Any,
) -> Outcome:
    given = ImportParameters(**({"mapping": VEHICLES} | parameters))
    importer = RowImporter(REGISTRY[table], REGISTRY, actor, headings, given)
    width = len(headings)
    chunk = [
        SourceRow(number, tuple(row) + (None,) * (width - len(row))) for number, row in enumerate(rows, 2)
    ]
    async with database.transaction(actor) as session:
        return await write_portion(session, importer, await importer.judge(session, chunk))


def told(outcome: Outcome) -> list[tuple[int, str | None, str]]:
    return [(problem.row_number, problem.field, problem.code) for problem in outcome.problems]


async def vehicles(database: Database, actor: Actor, columns: str = "vehicle_number, make") -> list[Any]:
    return await database.read(
        actor,
        f"SELECT {columns} FROM vehicles WHERE tenant_id = %s ORDER BY vehicle_number",
        (actor.tenant_id,),
    )


async def test_new_rows_are_made_and_known_ones_changed(database: Database, tenant: Any, owner: Any) -> None:
    first = await run(database, tenant.actor, [["A-1", None, "Ford"], ["A-2", None, "Mack"]])
    assert (first.created, first.updated, first.problems) == (2, 0, [])
    second = await run(database, tenant.actor, [["A-2", None, "Volvo"], ["A-3", None, "Isuzu"]])
    assert (second.created, second.updated, second.problems) == (1, 1, [])
    assert await vehicles(database, tenant.actor) == [("A-1", "Ford"), ("A-2", "Volvo"), ("A-3", "Isuzu")]
    log = owner.execute(
        "SELECT operation, changed_fields FROM audit_trails WHERE tenant_id = %s AND table_name = 'vehicles' "
        "ORDER BY occurred_at, operation",
        (tenant.id,),
    ).fetchall()
    assert log.count(("INSERT", None)) == 3
    assert [entry for entry in log if entry[0] == "UPDATE"] == [("UPDATE", ["make"])]


async def test_the_same_file_again_changes_nothing(database: Database, tenant: Any, owner: Any) -> None:
    rows = [["A-1", "1FTFW1ET5DFC10312", "Ford", None, 2019]]
    await run(database, tenant.actor, rows)
    again = await run(database, tenant.actor, rows)
    assert (again.created, again.updated, again.skipped) == (0, 0, 1)
    count = owner.execute(
        "SELECT count(*) FROM audit_trails WHERE tenant_id = %s AND table_name = 'vehicles'", (tenant.id,)
    ).fetchone()
    assert count == (1,)


async def test_every_wrong_cell_is_told_and_the_other_rows_are_written(
    database: Database, tenant: Any
) -> None:
    outcome = await run(
        database,
        tenant.actor,
        [
            ["B-1", None, "Ford", None, "2019"],
            ["B-2", "way too long to be a VIN", "Ford", "NOWHERE", "last year"],
            [None, None, "Ford"],
            ["B-1", None, "Mack"],
            ["B-4", None, "Mack", None, "2,020"],
        ],
    )
    assert outcome.created == 2
    assert told(outcome) == [
        (3, "vin", "wrong_type"),
        (3, "model_year", "wrong_type"),
        (3, "department_id", "unknown_reference"),
        (4, "vehicle_number", "required"),
        (5, "vehicle_number", "repeated"),
    ]
    wrong = {problem.field: problem for problem in outcome.problems if problem.row_number == 3}
    assert wrong["model_year"].message == "must be a whole number, such as 12"
    assert wrong["department_id"].value == "NOWHERE"
    assert "department" in wrong["department_id"].message
    assert await vehicles(database, tenant.actor, "vehicle_number, model_year") == [
        ("B-1", 2019),
        ("B-4", 2020),
    ]


async def test_references_are_found_by_code_by_name_and_by_id(
    database: Database, tenant: Any, owner: Any
) -> None:
    keys = [
        owner.execute(
            "INSERT INTO departments (tenant_id, name, code) VALUES (%s, %s, %s) RETURNING id",
            (tenant.id, name, code),
        ).fetchone()[0]
        for name, code in (("Streets and Sanitation", "STR"), ("Parks", "PRK"), ("Parks", "PK2"))
    ]
    outcome = await run(
        database,
        tenant.actor,
        [
            ["C-1", None, None, "STR"],
            ["C-2", None, None, "streets and sanitation"],
            ["C-3", None, None, str(keys[1])],
            ["C-4", None, None, "Parks"],
        ],
    )
    assert told(outcome) == [(5, "department_id", "unknown_reference")]
    assert "2 departments" in outcome.problems[0].message
    found = await vehicles(database, tenant.actor, "department_id")
    assert [row[0] for row in found] == [keys[0], keys[0], keys[1]]


async def test_another_tenants_rows_are_neither_found_nor_changed(
    database: Database, tenant: Any, other_tenant: Any, owner: Any
) -> None:
    row = owner.execute(
        "INSERT INTO departments (tenant_id, name, code) VALUES (%s, 'Fire', 'FIRE') RETURNING id",
        (other_tenant.id,),
    ).fetchone()
    await run(database, other_tenant.actor, [["D-1", None, "Ford"]])
    outcome = await run(
        database,
        tenant.actor,
        [["D-1", None, "Mack"], ["D-2", None, None, "FIRE"], ["D-3", None, None, str(row[0])]],
    )
    assert outcome.created == 1
    assert told(outcome) == [
        (3, "department_id", "unknown_reference"),
        (4, "department_id", "unknown_reference"),
    ]
    assert await vehicles(database, other_tenant.actor) == [("D-1", "Ford")]


async def test_what_only_the_database_knows_is_told_for_its_row(database: Database, tenant: Any) -> None:
    await run(database, tenant.actor, [["E-0", "1FTFW1ET5DFC10312", "Ford"]])
    rows = [[f"E-{number}", None, "Ford"] for number in range(1, 40)]
    rows[17][1] = "1FTFW1ET5DFC10312"
    outcome = await run(database, tenant.actor, rows)
    assert outcome.created == 38
    assert told(outcome) == [(19, "vin", "taken")]


async def test_a_row_that_somebody_else_makes_meanwhile_is_changed_within_ones_reach(
    database: Database, tenant: Any, owner: Any
) -> None:
    mine = owner.execute(
        "INSERT INTO departments (tenant_id, name, code) VALUES (%s, 'Mine', 'MINE') RETURNING id",
        (tenant.id,),
    ).fetchone()[0]
    rules = (
        Rule("vehicles.*", "role", Reach(departments=frozenset((mine,)))),
        Rule("departments.read", "role"),
    )
    actor = replace(tenant.actor, access=Access(rules))
    importer = RowImporter(
        REGISTRY["vehicles"], REGISTRY, actor, HEADINGS, ImportParameters(mapping=VEHICLES)
    )
    chunk = [
        SourceRow(number, (f"R-{number}", None, "Mack", "MINE", None, None, None, None))
        for number in range(2, 12)
    ]
    async with database.transaction(actor) as session:
        drafts = await importer.judge(session, chunk)
        assert {draft.key for draft in drafts} == {None}
        meanwhile = [["R-2", None, "Ford", "MINE"], ["R-5", None, "Ford"]]
        await run(database, tenant.actor, meanwhile)
        outcome = await write_portion(session, importer, drafts)
    assert (outcome.created, outcome.updated) == (8, 1)
    assert told(outcome) == [(5, "vehicle_number", "out_of_reach")]
    makes = dict(await vehicles(database, tenant.actor))
    assert (makes["R-2"], makes["R-5"], makes["R-11"]) == ("Mack", "Ford", "Mack")


async def test_what_a_new_row_leaves_empty_has_no_value_or_the_columns_own(
    database: Database, tenant: Any
) -> None:
    headings = ("Unit", "Status", "More")
    mapping = {"vehicle_number": "Unit", "status": "Status", "metadata": "More"}
    for rows in ([["W-1"]], [["W-2", "in shop", '{"a": 1}'], ["W-3"], ["W-4", "active"]]):
        outcome = await run(database, tenant.actor, rows, headings=headings, mapping=mapping)
        assert (outcome.created, outcome.problems) == (len(rows), [])
    assert await vehicles(database, tenant.actor, "vehicle_number, status, metadata::text") == [
        ("W-1", "active", None),
        ("W-2", "in_shop", '{"a": 1}'),
        ("W-3", "active", None),
        ("W-4", "active", None),
    ]


async def test_empty_cells_keep_a_value_or_clear_it(database: Database, tenant: Any) -> None:
    await run(database, tenant.actor, [["F-1", "1FTFW1ET5DFC10312", "Ford", None, 2019]])
    await run(database, tenant.actor, [["F-1", None, None, None, 2020]])
    columns = "vin, make, model_year"
    assert await vehicles(database, tenant.actor, columns) == [("1FTFW1ET5DFC10312", "Ford", 2020)]
    await run(database, tenant.actor, [["F-1", None, "Ford", None, None]], empty_cells="clear")
    assert await vehicles(database, tenant.actor, columns) == [(None, "Ford", None)]


async def test_existing_rows_can_be_left_alone_or_refused_and_new_ones_too(
    database: Database, tenant: Any
) -> None:
    await run(database, tenant.actor, [["G-1", None, "Ford"]])
    rows = [["G-1", None, "Mack"], ["G-2", None, "Mack"]]
    skipped = await run(database, tenant.actor, rows, existing="skip", missing="refuse")
    assert (skipped.skipped, told(skipped)) == (1, [(3, "vehicle_number", "unknown_row")])
    refused = await run(database, tenant.actor, rows, existing="refuse")
    assert (refused.created, told(refused)) == (1, [(2, "vehicle_number", "already_exists")])
    assert await vehicles(database, tenant.actor) == [("G-1", "Ford"), ("G-2", "Mack")]


async def test_a_row_is_found_by_its_id_and_its_number_changed(database: Database, tenant: Any) -> None:
    await run(database, tenant.actor, [["H-1", None, "Ford"]])
    [(key,)] = await vehicles(database, tenant.actor, "id")
    mapping = {"id": "VIN", "vehicle_number": "Unit"}
    outcome = await run(
        database,
        tenant.actor,
        [["H-9", str(key)], ["H-2", "0198c5a0-0000-7000-8000-000000000000"], ["H-3", None]],
        mapping=mapping,
    )
    assert (outcome.created, outcome.updated, told(outcome)) == (1, 1, [(3, "id", "unknown_row")])
    assert await vehicles(database, tenant.actor, "vehicle_number") == [("H-3",), ("H-9",)]


async def test_rights_are_needed_and_their_reach_holds(database: Database, tenant: Any, owner: Any) -> None:
    mine, other = (
        owner.execute(
            "INSERT INTO departments (tenant_id, name, code) VALUES (%s, %s, %s) RETURNING id",
            (tenant.id, code, code),
        ).fetchone()[0]
        for code in ("MINE", "OTHER")
    )
    await run(database, tenant.actor, [["I-1", None, "Ford", "MINE"], ["I-2", None, "Ford", "OTHER"]])
    reach = Reach(departments=frozenset((mine,)))
    rules = (Rule("vehicles.*", "role", reach), Rule("departments.read", "role"))
    actor = replace(tenant.actor, access=Access(rules))
    outcome = await run(
        database,
        actor,
        [
            ["I-1", None, "Mack"],
            ["I-2", None, "Mack"],
            ["I-3", None, "Mack", "MINE"],
            ["I-4", None, "Mack", "OTHER"],
        ],
    )
    assert (outcome.created, outcome.updated) == (1, 1)
    assert [(number, code) for number, _, code in told(outcome)] == [(3, "out_of_reach"), (5, "out_of_reach")]
    reader = replace(tenant.actor, access=Access((Rule("vehicles.read", "role"),)))
    with pytest.raises(Forbidden, match=r"vehicles\.create"):
        await run(database, reader, [["I-5"]])
    assert other


async def test_numbers_dates_and_lists_are_read_as_people_write_them(database: Database, tenant: Any) -> None:
    mapping = {"vehicle_number": "Unit", "purchase_price": "Price", "acquired_on": "Bought"}
    outcome = await run(
        database,
        tenant.actor,
        [
            ["J-1", None, None, None, None, "$ 41,250.00", "3/4/2026"],
            ["J-2", None, None, None, None, "41.250,00", "March 4, 2026"],
            [4711, None, None, None, None, 41250, "2026-03-04 10:00"],
        ],
        mapping=mapping,
    )
    assert outcome.problems == []
    found = await vehicles(database, tenant.actor, "vehicle_number, purchase_price, acquired_on::text")
    assert found == [(number, Decimal("41250.00"), "2026-03-04") for number in ("4711", "J-1", "J-2")]
    vendors = await run(
        database,
        tenant.actor,
        [["Acme", "V-1", "parts; tires"], ["Bolt", "V-2", "fuel,towing"]],
        table="vendors",
        headings=("Name", "Number", "Kinds"),
        mapping={"name": "Name", "vendor_number": "Number", "vendor_types": "Kinds"},
    )
    assert vendors.problems == []
    rows = await database.read(
        tenant.actor, "SELECT vendor_types FROM vendors WHERE tenant_id = %s ORDER BY name", (tenant.id,)
    )
    assert rows == [(["parts", "tires"],), (["fuel", "towing"],)]
