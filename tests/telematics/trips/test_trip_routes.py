"""Verbs of trips over HTTP, and what roles reach."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.browser.fleet import CASTRO, FERRY, MISSION, Journey, add, derive, report
from tests.site import Organisation, Site, make_organisation

BEGIN = datetime.fromisoformat("2026-05-04T08:00:00-07:00")


@pytest.fixture
async def trips(client: httpx.AsyncClient, site: Site, organisation: Organisation) -> list[dict[str, Any]]:
    number = f"V{(await client.get('/api/v1/vehicles?count=true')).json()['count']}"
    vehicle = await add(client, "vehicles", vehicle_number=number)
    day = Journey(number, CASTRO, BEGIN, ignition=True).stand(5)
    await report(client, day.drive(FERRY).stand(20).drive(MISSION).stand(20).positions)
    await derive(site, organisation)
    found = (await client.get(f"/api/v1/trips?vehicle_id={vehicle['id']}&sort=started_at")).json()["items"]
    assert len(found) == 2
    return list(found)


async def test_joining_cutting_and_undoing(client: httpx.AsyncClient, trips: list[dict[str, Any]]) -> None:
    first, second = trips
    answer = await client.post(f"/api/v1/trips/{first['id']}/merge", json={"reason": "a red light"})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["id"], answer.json()["ended_at"]) == (first["id"], second["ended_at"])
    assert (await client.get(f"/api/v1/trips/{second['id']}")).status_code == 404
    again = await client.post(f"/api/v1/trips/{first['id']}/merge", json={})
    assert (again.status_code, again.json()["code"]) == (409, "no_next_trip")

    [edit, *_] = (await client.get("/api/v1/trip-edits", params={"vehicle_id": first["vehicle_id"]})).json()[
        "items"
    ]
    assert (edit["kind"], edit["reason"], edit["undone_at"]) == ("merge", "a red light", None)
    assert edit["made_by_user_id"]
    undone = await client.post(f"/api/v1/trip-edits/{edit['id']}/undo")
    assert undone.status_code == 200, undone.text
    assert undone.json()["undone_at"]
    assert (await client.get(f"/api/v1/trips/{second['id']}")).json()["started_at"] == second["started_at"]
    assert (await client.post(f"/api/v1/trip-edits/{edit['id']}/undo")).status_code == 409

    at = datetime.fromisoformat(first["started_at"]) + timedelta(minutes=2)
    cut = await client.post(f"/api/v1/trips/{first['id']}/split", json={"at": at.isoformat()})
    assert cut.status_code == 200, cut.text
    part = (await client.get(f"/api/v1/trips/{cut.json()['second_id']}")).json()
    assert part["ended_at"] == first["ended_at"]
    for body, field in (({}, "at"), ({"at": "noon"}, "at"), ({"at": "2020-01-01T00:00:00Z"}, "at")):
        wrong = await client.post(f"/api/v1/trips/{first['id']}/split", json=body)
        assert wrong.status_code == 422, wrong.text
        assert wrong.json()["errors"][0]["field"] == field


async def test_others_reach_nothing(
    strange_client: httpx.AsyncClient, client: httpx.AsyncClient, trips: list[dict[str, Any]], site: Site
) -> None:
    first = trips[0]
    for path in (f"trips/{first['id']}/merge", f"trips/{first['id']}/split"):
        assert (await strange_client.post(f"/api/v1/{path}", json={})).status_code == 404
    rows = (
        await strange_client.get("/api/v1/reports/trips", params={"from": "2026-05-01", "to": "2026-05-31"})
    ).json()
    assert (rows["count"], rows["items"]) == (0, [])
    log = (await strange_client.get("/api/v1/reports/mileage-log?year=2026")).json()
    assert log["items"] == []
    viewer = await make_organisation(site.settings, roles=("viewer",))
    async with httpx.AsyncClient(base_url=site.address, headers=viewer.headers, timeout=20) as desk:
        assert (await desk.get("/api/v1/reports/trips")).status_code == 200
        assert (await desk.get("/api/v1/reports/trips?format=csv")).status_code == 403
        assert (await desk.get("/api/v1/reports/mileage-log?format=csv")).status_code == 403
        assert (await desk.get("/api/v1/trip-rules/preview?from=2026-05-01&to=2026-05-02")).status_code == 403


async def test_a_driver_sees_own_trips_only(
    client: httpx.AsyncClient, owner: Any, organisation: Organisation, site: Site, trips: list[dict[str, Any]]
) -> None:
    """The organisation's administrator becomes a driver for a while: same token, other role."""
    kim = await add(client, "drivers", full_name="Kim", driver_number=f"K{trips[0]['id'][:8]}")
    owner.execute("UPDATE trips SET driver_id = %s WHERE id = %s", (kim["id"], trips[0]["id"]))
    [user] = (await client.get("/api/v1/users")).json()["items"]
    owner.execute("UPDATE drivers SET user_id = %s WHERE id = %s", (user["id"], kim["id"]))
    roles = dict(
        owner.execute("SELECT role_name, id FROM roles WHERE tenant_id = %s", (organisation.id,)).fetchall()
    )
    owner.execute(
        "UPDATE user_roles SET role_id = %s WHERE tenant_id = %s", (roles["driver"], organisation.id)
    )
    try:
        async with httpx.AsyncClient(base_url=site.address, headers=organisation.headers, timeout=20) as own:
            for _ in range(50):
                answer = await own.get(
                    "/api/v1/reports/trips", params={"from": "2026-05-01", "to": "2026-05-31"}
                )
                if answer.json()["count"] == 1:
                    break
                await asyncio.sleep(0.2)
            assert [row["trip_id"] for row in answer.json()["items"]] == [trips[0]["id"]]
            log = (await own.get("/api/v1/reports/mileage-log?year=2026")).json()
            assert [line["trip_id"] for line in log["items"]] == [trips[0]["id"]]
            said = await own.patch(f"/api/v1/trips/{trips[0]['id']}", json={"usage_type": "business"})
            assert said.status_code == 200, said.text
            assert (
                await own.patch(f"/api/v1/trips/{trips[1]['id']}", json={"usage_type": "business"})
            ).status_code == 404
            assert (await own.post(f"/api/v1/trips/{trips[0]['id']}/merge")).status_code == 403
    finally:
        owner.execute(
            "UPDATE user_roles SET role_id = %s WHERE tenant_id = %s", (roles["admin"], organisation.id)
        )
        owner.execute("UPDATE drivers SET user_id = NULL WHERE id = %s", (kim["id"],))
