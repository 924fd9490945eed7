"""What the fuzzing of the API found once, and must not find again."""

from __future__ import annotations

from typing import Any

import httpx
import psycopg
import pytest
from tests.contract.rows import insert


async def test_an_organisation_can_be_changed(client: httpx.AsyncClient, organisation: Any) -> None:
    path = f"/api/v1/tenants/{organisation.id}"
    assert (await client.patch(path, json={"name": "Golden Gate Cabs"})).json()["name"] == "Golden Gate Cabs"
    body = {"update": [{"id": str(organisation.id), "time_zone": "Europe/Berlin"}]}
    assert (await client.post("/api/v1/tenants/bulk", json=body)).json() == {"updated": 1}


async def test_another_organisation_cannot_be_changed(client: httpx.AsyncClient, stranger: Any) -> None:
    path = f"/api/v1/tenants/{stranger.id}"
    assert (await client.patch(path, json={"name": "Mine"})).status_code == 404
    body = {"update": [{"id": str(stranger.id), "name": "Mine"}]}
    assert (await client.post("/api/v1/tenants/bulk", json=body)).status_code == 422


@pytest.mark.parametrize("value", [10**40, "1e30", -(10**29) + 1, "1e999999"])
async def test_a_number_with_too_many_digits_is_told(
    value: Any, client: httpx.AsyncClient, organisation: Any, owner: psycopg.Connection[Any]
) -> None:
    key = insert(owner, "work_order_parts", organisation.id)
    answer = await client.patch(f"/api/v1/work-order-parts/{key}", json={"quantity": value})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "quantity")


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00"])
async def test_a_moment_that_other_zones_cannot_show_is_refused(
    moment: str, client: httpx.AsyncClient, organisation: Any, owner: psycopg.Connection[Any]
) -> None:
    key = insert(owner, "safety_meetings", organisation.id)
    answer = await client.patch(f"/api/v1/safety-meetings/{key}", json={"meeting_date": moment})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "meeting_date")


async def test_a_moment_at_the_end_of_time_does_not_break_an_export(
    client: httpx.AsyncClient, organisation: Any, owner: psycopg.Connection[Any]
) -> None:
    insert(owner, "safety_meetings", organisation.id, meeting_date="9999-12-31T23:59:59Z")
    await client.patch(f"/api/v1/tenants/{organisation.id}", json={"time_zone": "Asia/Tokyo"})
    answer = await client.get("/api/v1/safety-meetings/export")
    assert answer.status_code == 200 and "9999-12-31" in answer.text


async def test_an_import_that_was_not_read_has_no_preview(
    client: httpx.AsyncClient, organisation: Any, owner: psycopg.Connection[Any]
) -> None:
    key = insert(owner, "import_jobs", organisation.id, preview=None)
    answer = await client.post(f"/api/v1/import-jobs/{key}/preview")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_read")


async def test_a_time_zone_that_is_none_is_refused(client: httpx.AsyncClient, organisation: Any) -> None:
    """Stored, it would leave nobody able to ask for anything any more."""
    for zone in ("Ú", "Mars/Olympus", "America", "../etc/passwd"):
        answer = await client.patch(f"/api/v1/tenants/{organisation.id}", json={"time_zone": zone})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "time_zone")
        answer = await client.post(
            "/api/v1/facilities", json={"name": "Yard", "code": "Y", "time_zone": zone}
        )
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "time_zone")


async def test_a_token_for_nobody_names_the_field(client: httpx.AsyncClient, organisation: Any) -> None:
    answer = await client.post("/api/v1/api-tokens", json={"name": "x", "user_id": str(organisation.id)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "user_id")


async def test_rows_with_a_column_x_can_be_put_in(
    client: httpx.AsyncClient, organisation: Any, owner: psycopg.Connection[Any]
) -> None:
    key = insert(owner, "damage_marks", organisation.id)
    row = (await client.get(f"/api/v1/damage-marks/{key}", params={"expand": "damage_report"})).json()
    assert row["damage_report"]["id"] == row["damage_report_id"]
