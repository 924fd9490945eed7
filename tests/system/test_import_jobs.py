"""An import from the file to the last row: tried without a trace, run in portions, resumed, cancelled, corrected."""

from __future__ import annotations

import io
from typing import Any

import pytest
from tests.system.conftest import LIMITS, REGISTRY, Desk, make_person

from motorpool.core.database.database import Database
from motorpool.core.errors import Conflict, Invalid
from motorpool.core.tabular import read_table
from motorpool.identity.queries.load_access import load_actor
from motorpool.system.actions import process_import as processing

FILE = b"""Unit #,VIN,Make,Year,Dept,Odometer
A-1,1FTFW1ET5DFC10312,Ford,2019,,12
A-2,,Mack,next year,,
A-3,,Volvo,2021,NOWHERE,
A-4,,Isuzu,2022,,
"""


async def count(database: Database, actor: Any, table: str = "vehicles") -> int:
    rows = await database.read(
        actor, f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (actor.tenant_id,)
    )
    found: int = rows[0][0]
    return found


async def test_a_trial_tells_everything_and_leaves_no_trace(desk: Desk, owner: Any) -> None:
    job = await desk.send(FILE)
    row = await desk.row(job)
    assert row["status"] == "pending"
    assert row["row_count"] == 4
    assert row["import_parameters"]["mapping"] == {
        "vehicle_number": "Unit #",
        "vin": "VIN",
        "make": "Make",
        "model_year": "Year",
        "department_id": "Dept",
    }
    tried = await desk.run(job, trial=True)
    assert tried["status"] == "checked"
    assert (tried["rows_processed"], tried["rows_created"], tried["rows_failed"]) == (4, 2, 2)
    assert [(entry["row"], entry["field"]) for entry in tried["error_log"]] == [
        (3, "model_year"),
        (4, "department_id"),
    ]
    assert {entry["field"]: entry["rows"] for entry in tried["validation_errors"]} == {
        "model_year": 1,
        "department_id": 1,
    }
    assert await count(desk.database, desk.actor) == 0
    log = owner.execute(
        "SELECT count(*) FROM audit_trails WHERE tenant_id = %s AND table_name = 'vehicles'",
        (desk.actor.tenant_id,),
    ).fetchone()
    assert log == (0,)


async def test_a_run_writes_what_is_right_and_gives_the_rest_back_to_correct(desk: Desk, owner: Any) -> None:
    job = await desk.send(FILE)
    done = await desk.run(job)
    assert done["status"] == "completed"
    assert (done["rows_created"], done["rows_failed"]) == (2, 2)
    made = owner.execute(
        "SELECT DISTINCT user_id, reason FROM audit_trails WHERE tenant_id = %s AND table_name = 'vehicles'",
        (desk.actor.tenant_id,),
    ).fetchall()
    assert made == [(desk.actor.user_id, "import of vehicles.csv")]
    content = await desk.content(done["error_file_id"])
    table = read_table(io.BytesIO(content), limits=LIMITS)
    assert table.columns == ("Unit #", "VIN", "Make", "Year", "Dept", "Odometer", "Errors")
    rows = [row.cells for chunk in table.chunks for row in chunk]
    assert [row[0] for row in rows] == ["A-2", "A-3"]
    assert "Year must be a whole number" in str(rows[0][-1])
    corrected = content.replace(b"next year", b"2020").replace(b"NOWHERE", b"")
    again = await desk.run(await desk.send(corrected, "vehicles-errors.csv"))
    assert (again["rows_created"], again["rows_failed"], again["error_file_id"]) == (2, 0, None)
    assert await count(desk.database, desk.actor) == 4


async def test_a_killed_worker_goes_on_behind_the_last_portion(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b"Unit #,Make"] + [b"K-%d,Ford" % number for number in range(2500)]
    job = await desk.send(b"\n".join(lines))
    await desk.begin(job)
    take, portions = processing.take_portion, []

    async def killed(*arguments: Any, **options: Any) -> Any:
        portions.append(len(arguments[2]))
        if len(portions) == 2:
            await take(*arguments, **options)
            raise KeyboardInterrupt
        return await take(*arguments, **options)

    monkeypatch.setattr(processing, "take_portion", killed)
    with pytest.raises(KeyboardInterrupt):
        await desk.work(job)
    assert (await desk.row(job))["rows_processed"] == 1000
    assert await count(desk.database, desk.actor) == 1000
    await desk.work(job)
    row = await desk.row(job)
    assert (row["status"], row["rows_created"], row["rows_updated"]) == ("completed", 2500, 0)
    assert portions == [1000, 1000, 1000, 500]


async def test_a_cancelled_import_stops_at_the_next_portion(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [b"Unit #,Make"] + [b"K-%d,Ford" % number for number in range(2500)]
    job = await desk.send(b"\n".join(lines))
    await desk.begin(job)
    take = processing.take_portion

    async def cancelled(*arguments: Any, **options: Any) -> Any:
        outcome = await take(*arguments, **options)
        if await count(desk.database, desk.actor) == 1000:
            async with desk.database.connection(desk.actor) as connection:
                await connection.execute(
                    "UPDATE import_jobs SET status = 'cancelled' WHERE tenant_id = %s AND id = %s",
                    (desk.actor.tenant_id, job),
                )
        return outcome

    monkeypatch.setattr(processing, "take_portion", cancelled)
    await desk.work(job)
    row = await desk.row(job)
    assert (row["status"], row["rows_processed"]) == ("cancelled", 1000)
    assert await count(desk.database, desk.actor) == 1000


async def test_the_rights_of_the_person_count_when_the_worker_comes_to_it(
    desk: Desk, tenant: Any, owner: Any
) -> None:
    user = make_person(owner, tenant.id, "vehicles.create", "vehicles.update", "import_jobs.create")
    clerk = Desk(desk.database, desk.files, await load_actor(desk.database, tenant.id, user))
    job = await clerk.send(FILE)
    await clerk.begin(job)
    owner.execute(
        "UPDATE user_roles SET is_active = false WHERE tenant_id = %s AND user_id = %s", (tenant.id, user)
    )
    await clerk.work(job)
    row = await clerk.row(job)
    assert (row["status"], row["error_message"]) == ("failed", "This needs the permission vehicles.create.")
    assert await count(desk.database, desk.actor) == 0


@pytest.mark.parametrize(
    ("mapping", "field"),
    [
        ({"vehicle_number": "Unit #", "shoe_size": "VIN"}, "mapping.shoe_size"),
        ({"vehicle_number": "Number"}, "mapping.vehicle_number"),
        ({"make": "Make"}, "mapping.vehicle_number"),
        ({}, "mapping"),
    ],
)
async def test_a_mapping_that_does_not_fit_is_refused(
    desk: Desk, mapping: dict[str, str], field: str
) -> None:
    job = await desk.send(FILE)
    with pytest.raises(Invalid) as caught:
        await desk.begin(job, mapping=mapping)
    assert field in [problem.field for problem in caught.value.fields]
    assert (await desk.row(job))["status"] == "pending"


async def test_an_import_cannot_be_begun_twice(desk: Desk) -> None:
    job = await desk.send(FILE)
    await desk.begin(job)
    with pytest.raises(Conflict):
        await desk.begin(job)


async def test_what_is_no_table_is_refused(desk: Desk) -> None:
    with pytest.raises(Invalid):
        await desk.send(b"%PDF-1.7 nothing to see", "vehicles.csv")
    with pytest.raises(Invalid):
        await desk.send(b"", "vehicles.csv")
    assert await count(desk.database, desk.actor, "import_jobs") == 0


async def test_another_tenant_cannot_begin_it(desk: Desk, other_tenant: Any) -> None:
    from motorpool.core.errors import NotFound
    from motorpool.system.actions.start_import import begin

    job = await desk.send(FILE)
    async with desk.database.transaction(other_tenant.actor) as session:
        with pytest.raises(NotFound):
            await begin(session, other_tenant.actor, REGISTRY, job, None, trial=False)


async def test_another_sheet_of_a_workbook_is_taken(desk: Desk) -> None:
    from xlsxwriter import Workbook

    from motorpool.system.actions.read_file import choose_sheet

    content = io.BytesIO()
    book = Workbook(content)
    for name, rows in (
        ("Notes", [["Remark"], ["hello"]]),
        ("Cars", [["Unit #", "Year"], ["S-1", 2019], ["S-2", 2020]]),
    ):
        sheet = book.add_worksheet(name)
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    book.close()
    job = await desk.send(content.getvalue(), "fleet.xlsx")
    assert (await desk.row(job))["preview"]["sheets"] == ["Notes", "Cars"]
    async with desk.database.transaction(desk.actor) as session:
        await choose_sheet(session, desk.database, desk.files, LIMITS, REGISTRY, desk.actor, job, "Cars")
    done = await desk.run(job)
    assert (done["status"], done["rows_created"]) == ("completed", 2)
    async with desk.database.transaction(desk.actor) as session:
        with pytest.raises(Invalid):
            await choose_sheet(session, desk.database, desk.files, LIMITS, REGISTRY, desk.actor, job, "Boats")
