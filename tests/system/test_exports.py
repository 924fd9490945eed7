"""A filtered list as a file: written by the worker, within the rights of the person, kept for some days."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from uuid import UUID

import pytest
from tests.system.conftest import REGISTRY, Desk, make_person

from motorpool.core.errors import BadRequest, Forbidden, Invalid
from motorpool.core.settings import ExportSettings
from motorpool.identity.queries.load_access import load_actor
from motorpool.system.actions import export_list
from motorpool.system.actions.export_list import expire_transfers, order_export, write_export

FILE = b"Unit #,Make,Status\n" + b"".join(
    b"X-%03d,%s,%s\n" % (number, b"Ford" if number % 2 else b"Mack", b"active") for number in range(120)
)


async def order(desk: Desk, **wanted: Any) -> UUID:
    given = {"table": "vehicles", "format_name": "csv", "filters": {}} | wanted
    async with desk.database.transaction(desk.actor) as session:
        return (await order_export(session, desk.actor, REGISTRY, **given)).id


async def write(desk: Desk, job: UUID) -> dict[str, Any]:
    await write_export(desk.database, desk.files, ExportSettings(), REGISTRY, desk.actor.tenant_id, job)
    return await desk.row(job, "export_jobs")


async def read(desk: Desk, row: dict[str, Any]) -> list[dict[str, str]]:
    text = (await desk.content(row["file_id"])).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
async def fleet(desk: Desk) -> Desk:
    await desk.run(await desk.send(FILE))
    return desk


async def test_a_filtered_list_becomes_a_file(fleet: Desk) -> None:
    job = await order(fleet, filters={"vehicle_number__lt": "X-010", "sort": "-vehicle_number", "limit": "3"})
    row = await write(fleet, job)
    assert (row["status"], row["row_count"], row["rows_total"]) == ("completed", 10, 10)
    rows = await read(fleet, row)
    assert [entry["Vehicle number"] for entry in rows] == [f"X-{number:03d}" for number in range(9, -1, -1)]
    assert row["file_size_bytes"] > 100
    assert row["expires_at"] > row["completed_at"]


@pytest.mark.parametrize(
    ("form", "start"), [("excel", b"PK"), ("json", b"["), ("ndjson", b"{"), ("pdf", b"%PDF")]
)
async def test_every_format_is_written(fleet: Desk, form: str, start: bytes) -> None:
    columns = ["vehicle_number", "make", "status"]
    row = await write(fleet, await order(fleet, format_name=form, columns=columns))
    assert row["status"] == "completed", row["error_message"]
    content = await fleet.content(row["file_id"])
    assert content.startswith(start)
    if form == "json":
        assert set(json.loads(content)[0]) == set(columns)


async def test_an_export_can_be_edited_and_imported_again(fleet: Desk) -> None:
    row = await write(fleet, await order(fleet))
    content = (await fleet.content(row["file_id"])).replace(b"Mack", b"Volvo")
    done = await fleet.run(await fleet.send(content))
    assert (done["rows_succeeded"], done["rows_created"], done["rows_updated"]) == (120, 0, 60)
    again = await fleet.database.read(
        fleet.actor, "SELECT DISTINCT make FROM vehicles WHERE tenant_id = %s", (fleet.actor.tenant_id,)
    )
    assert {make for (make,) in again} == {"Ford", "Volvo"}


async def test_only_rows_within_reach_leave(fleet: Desk, tenant: Any, owner: Any) -> None:
    department = owner.execute(
        "INSERT INTO departments (tenant_id, name, code) VALUES (%s, 'Parks', 'PRK') RETURNING id",
        (tenant.id,),
    ).fetchone()[0]
    owner.execute(
        "UPDATE vehicles SET department_id = %s WHERE tenant_id = %s AND vehicle_number = 'X-007'",
        (department, tenant.id),
    )
    user = make_person(owner, tenant.id, "vehicles.export", "vehicles.read")
    owner.execute(
        "UPDATE user_roles SET department_ids = ARRAY[%s]::uuid[] WHERE tenant_id = %s AND user_id = %s",
        (department, tenant.id, user),
    )
    clerk = Desk(fleet.database, fleet.files, await load_actor(fleet.database, tenant.id, user))
    rows = await read(clerk, await write(clerk, await order(clerk)))
    assert [row["Vehicle number"] for row in rows] == ["X-007"]
    with pytest.raises(Forbidden, match=r"drivers\.export"):
        await order(clerk, table="drivers")


async def test_rights_that_were_taken_away_stop_the_worker(fleet: Desk, tenant: Any, owner: Any) -> None:
    user = make_person(owner, tenant.id, "vehicles.export")
    clerk = Desk(fleet.database, fleet.files, await load_actor(fleet.database, tenant.id, user))
    job = await order(clerk)
    owner.execute(
        "UPDATE user_roles SET is_active = false WHERE tenant_id = %s AND user_id = %s", (tenant.id, user)
    )
    row = await write(clerk, job)
    assert (row["status"], row["file_id"]) == ("failed", None)
    assert "vehicles.export" in row["error_message"]


async def test_what_cannot_be_exported_is_refused(fleet: Desk) -> None:
    with pytest.raises(Invalid):
        await order(fleet, table="spaceships")
    with pytest.raises(Invalid):
        await order(fleet, format_name="docx")
    with pytest.raises(BadRequest) as caught:
        await order(fleet, filters={"colour": "red"}, columns=["vehicle_number", "password"])
    assert [problem.field for problem in caught.value.fields] == ["colour", "fields"]


async def test_a_cancelled_export_leaves_no_file(fleet: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    job = await order(fleet)
    tell = export_list.tell_progress

    async def cancelled(*arguments: Any) -> None:
        async with fleet.database.connection(fleet.actor) as connection:
            await connection.execute(
                "UPDATE export_jobs SET status = 'cancelled' WHERE tenant_id = %s AND id = %s",
                (fleet.actor.tenant_id, job),
            )
        await tell(*arguments)

    monkeypatch.setattr(export_list, "tell_progress", cancelled)
    row = await write(fleet, job)
    assert (row["status"], row["file_id"]) == ("cancelled", None)


async def test_files_are_let_go_when_their_time_is_over(fleet: Desk, owner: Any) -> None:
    row = await write(fleet, await order(fleet))
    assert await expire_transfers(fleet.database, fleet.actor.tenant_id) == 0
    owner.execute(
        "UPDATE export_jobs SET expires_at = now() - interval '1 minute' WHERE id = %s", (row["id"],)
    )
    assert await expire_transfers(fleet.database, fleet.actor.tenant_id) == 1
    after = await fleet.row(UUID(row["id"]), "export_jobs")
    assert (after["status"], after["file_id"], after["file_url"]) == ("expired", None, None)
    gone = owner.execute(
        "SELECT deleted_at IS NOT NULL FROM files WHERE id = %s", (row["file_id"],)
    ).fetchone()
    assert gone == (True,)
