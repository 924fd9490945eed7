"""`POST /api/v1/routes/optimize`: orders, shares, limits, reasons, errors, saving."""

from __future__ import annotations

from typing import Any

import httpx
import polyline
import pytest
from tests.sql import Sql

from .conftest import Fleet

DAY = "2026-11-23"
STOPS = [
    {"lat": 37.79, "lng": -122.40, "name": "Pier", "weight_kg": 300},
    {"lat": 37.76, "lng": -122.43, "name": "School", "weight_kg": 300},
    {"lat": 37.75, "lng": -122.42, "name": "Park", "weight_kg": 300},
]


def plan(fleet: Fleet, **changes: Any) -> dict[str, Any]:
    return {
        "stops": STOPS,
        "vehicles": [
            {"vehicle_id": str(fleet.van), "departs_at": f"{DAY}T16:00:00Z"},
            {
                "vehicle_id": str(fleet.truck),
                "driver_id": str(fleet.driver),
                "departs_at": f"{DAY}T16:00:00Z",
            },
        ],
    } | changes


async def ask(client: httpx.AsyncClient, body: dict[str, Any], status: int = 200) -> Any:
    answer = await client.post("/api/v1/routes/optimize", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


def problems(answer: Any) -> dict[str, str]:
    return {one["field"]: one["message"] for one in answer["errors"]}


async def test_stops_are_shared_within_capacity_and_nothing_is_written(
    client: httpx.AsyncClient, fleet: Fleet, sql: Sql
) -> None:
    made = await ask(client, plan(fleet))
    assert made["estimate_basis"] == "straight_line"
    assert sorted(one["stop"] for route in made["routes"] for one in route["stops"]) == [0, 1, 2]
    assert made["unassigned"] == [] and made["plan_id"] is None
    for route in made["routes"]:
        assert route["load_kg"] <= route["capacity_kg"]
        line = polyline.decode(route["polyline"])
        # Without a start of its own a vehicle leaves its home and comes back.
        assert line[0] == line[-1] == (37.78, -122.41)
        assert route["driving_s"] > 0 and route["fuel_liters"] > 0
    assert made["distance_m"] == sum(route["distance_m"] for route in made["routes"])
    assert sql("SELECT count(*) FROM routes WHERE tenant_id = %s", fleet.tenant) == [(0,)]


async def test_windows_are_kept_and_waiting_is_told(client: httpx.AsyncClient, fleet: Fleet) -> None:
    stops = [
        STOPS[0] | {"window_start": f"{DAY}T18:00:00Z", "window_end": f"{DAY}T18:30:00Z", "duration": 10},
        STOPS[1] | {"window_end": f"{DAY}T17:00:00Z"},
    ]
    made = await ask(client, plan(fleet, stops=stops, vehicles=plan(fleet)["vehicles"][:1]))
    first, second = made["routes"][0]["stops"]
    assert (first["stop"], second["stop"]) == (1, 0)
    assert first["arrival"] <= f"{DAY}T17:00:00Z"
    assert second["arrival"] == f"{DAY}T18:00:00Z" and second["late_s"] == 0


@pytest.mark.parametrize(
    ("stop", "code"),
    [
        ({"weight_kg": 9000}, "too_large"),
        ({"window_end": "2026-11-23T15:00:00Z"}, "window"),
        ({"lat": 40.0, "lng": -100.0}, "shift"),
    ],
)
async def test_who_is_left_out_is_told_why(
    client: httpx.AsyncClient, fleet: Fleet, stop: dict[str, Any], code: str
) -> None:
    vehicles = [one | {"returns_by": f"{DAY}T20:00:00Z"} for one in plan(fleet)["vehicles"]]
    made = await ask(client, plan(fleet, stops=[*STOPS, STOPS[0] | stop], vehicles=vehicles))
    assert [(one["stop"], one["code"]) for one in made["unassigned"]] == [(3, code)]
    assert made["unassigned"][0]["reason"].endswith(".")


async def test_priority_decides_when_not_all_fit(client: httpx.AsyncClient, fleet: Fleet) -> None:
    stops = [stop | {"priority": 50 if number == 2 else 0} for number, stop in enumerate(STOPS)]
    vehicles = [plan(fleet)["vehicles"][0] | {"capacity_kg": 300}]
    made = await ask(client, plan(fleet, stops=stops, vehicles=vehicles))
    assert [one["stop"] for one in made["routes"][0]["stops"]] == [2]
    assert {one["code"] for one in made["unassigned"]} == {"capacity"}


async def test_an_order_by_hand_is_reckoned_as_it_is(client: httpx.AsyncClient, fleet: Fleet) -> None:
    vehicles = [plan(fleet)["vehicles"][0] | {"stops": [2, 0]}, plan(fleet)["vehicles"][1] | {"stops": []}]
    made = await ask(client, plan(fleet, keep_order=True, vehicles=vehicles))
    assert [[one["stop"] for one in route["stops"]] for route in made["routes"]] == [[2, 0]]
    assert made["unassigned"] == [
        {"stop": 1, "code": "not_given", "reason": "No vehicle was given this stop."}
    ]


async def test_a_plan_is_saved_with_its_stops_as_rows(
    client: httpx.AsyncClient, fleet: Fleet, sql: Sql
) -> None:
    made = await ask(client, plan(fleet, save=True, name="Parcels"))
    ids = [route["route_id"] for route in made["routes"]]
    for route, key in zip(made["routes"], ids, strict=True):
        row = (await client.get(f"/api/v1/routes/{key}")).json()
        assert row["status"] == "planned" and row["plan_id"] == made["plan_id"]
        assert row["scheduled_date"] == DAY and row["estimate_basis"] == "straight_line"
        assert [stop["name"] for stop in row["stops"]] == [
            STOPS[one["stop"]]["name"] for one in route["stops"]
        ]
        stops = (await client.get("/api/v1/route-stops", params={"route_id": key})).json()["items"]
        assert [stop["status"] for stop in stops] == ["pending"] * len(route["stops"])
        assert [stop["position"] for stop in stops] == list(range(1, len(stops) + 1))
    assert sql("SELECT count(*) FROM routes WHERE tenant_id = %s", fleet.tenant) == [(len(ids),)]


async def test_a_repeated_save_keeps_one_plan(client: httpx.AsyncClient, fleet: Fleet, sql: Sql) -> None:
    for _ in range(2):
        answer = await client.post(
            "/api/v1/routes/optimize", json=plan(fleet, save=True), headers={"Idempotency-Key": "once"}
        )
        assert answer.status_code == 200
    ids = {route["route_id"] for route in answer.json()["routes"]}
    assert {str(row[0]) for row in sql("SELECT id FROM routes WHERE tenant_id = %s", fleet.tenant)} == ids


async def test_errors_name_the_field(client: httpx.AsyncClient, fleet: Fleet, sql: Sql) -> None:
    vehicle = plan(fleet)["vehicles"][0]
    stranger = vehicle | {"vehicle_id": "0190a0a0-0000-7000-8000-000000000000"}
    wrong = await ask(
        client, plan(fleet, vehicles=[stranger, vehicle | {"vehicle_id": str(fleet.broken)}]), 422
    )
    assert problems(wrong) == {
        "vehicles[0].vehicle_id": "does not name anything that exists here",
        "vehicles[1].vehicle_id": "broken: In the shop",
    }
    wrong = await ask(
        client, plan(fleet, vehicles=[vehicle | {"returns_by": f"{DAY}T15:00:00Z"}, vehicle]), 422
    )
    assert problems(wrong) == {
        "vehicles[0].returns_by": "must be after departs_at",
        "vehicles[1].vehicle_id": "stands in the list twice",
    }
    assert "stops" in problems(await ask(client, plan(fleet, stops=[]), 422))
    assert any("lat" in field + text for field, text in problems(
        await ask(client, plan(fleet, stops=[{"lat": 95, "lng": 0}]), 422)
    ).items())  # fmt: skip
    order = [vehicle | {"stops": [0, 7]}, plan(fleet)["vehicles"][1] | {"stops": [0]}]
    assert problems(await ask(client, plan(fleet, keep_order=True, vehicles=order), 422)) == {
        "vehicles[0].stops[1]": "must be from 0 to 2",
        "vehicles[1].stops[0]": "is already a stop of vehicles[0]",
    }
    unknown = plan(
        fleet, save=True, vehicles=[vehicle | {"driver_id": "0190a0a0-0000-7000-8000-000000000000"}]
    )
    assert list(problems(await ask(client, unknown, 422))) == ["vehicles[0].driver_id"]
    assert sql("SELECT count(*) FROM routes WHERE tenant_id = %s", fleet.tenant) == [(0,)]


async def test_a_reserved_vehicle_is_not_given_a_route(
    client: httpx.AsyncClient, fleet: Fleet, sql: Sql
) -> None:
    sql(
        "INSERT INTO vehicle_reservations (tenant_id, reservation_number, vehicle_id, status, starts_at, ends_at, purpose) "
        "VALUES (%s, 'R1', %s, 'approved', %s, %s, 'visit')",
        fleet.tenant, fleet.van, f"{DAY}T10:00:00Z", f"{DAY}T23:00:00Z",
    )  # fmt: skip
    body = plan(fleet, save=True, vehicles=plan(fleet)["vehicles"][:1], stops=STOPS[:1])
    assert problems(await ask(client, body, 422)) == {
        "vehicles[0].vehicle_id": "van: Reserved from 23 Nov 2026, 02:00 to 23 Nov 2026, 15:00 (R1)"
    }


async def test_places_to_stop_at(client: httpx.AsyncClient, fleet: Fleet, sql: Sql) -> None:
    sql(
        "INSERT INTO geofences (tenant_id, name, type, center_lat, center_lng, radius_meters) "
        "VALUES (%s, 'North yard', 'circle', 37.7, -122.4, 250)",
        fleet.tenant,
    )
    found = (await client.get("/api/v1/routes/places", params={"q": "north"})).json()["items"]
    assert [(one["kind"], one["name"], one["radius_m"]) for one in found] == [
        ("facility", "North depot", None),
        ("geofence", "North yard", 250),
    ]
