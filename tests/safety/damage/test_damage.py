"""Damage: marks on the diagram, kept with their report."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import httpx
import psycopg
import pytest
from tests.browser.workshop import picture
from tests.contract.conftest import Api
from tests.contract.rows import insert

from motorpool.core.access.decision import Reach, Rule
from motorpool.safety.rules.damage import gravest, outline_of, title_of

SUBMIT = "/api/v1/damage-reports/submit"


@pytest.fixture
async def van(client: httpx.AsyncClient) -> str:
    answer = await client.post(
        "/api/v1/vehicles", json={"vehicle_number": f"V-{uuid.uuid4().hex[:6]}", "vehicle_type": "van"}
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def seen(van: str, **more: Any) -> dict[str, Any]:
    marks = [
        {"view": "left", "x": 0.25, "y": 0.6, "damage_type": "dent", "severity": "moderate"},
        {"view": "rear", "x": 0.5, "y": 0.9, "damage_type": "scratch", "severity": "cosmetic"},
        {"view": "left", "x": 0.8, "y": 0.5, "damage_type": "scratch"},
    ]
    return {"client_key": str(uuid.uuid4()), "vehicle_id": van, "marks": marks} | more


async def test_report_and_marks_are_kept_once_together(client: httpx.AsyncClient, van: str) -> None:
    body = seen(van, description="Seen at the gate", is_drivable=False)
    answer = await client.post(SUBMIT, json=body)
    assert answer.status_code == 201, answer.text
    receipt = answer.json()
    again = (await client.post(SUBMIT, json=body)).json()
    assert (again["id"], again["is_repeat"], again["marks"]) == (receipt["id"], True, receipt["marks"])
    row = (await client.get(f"/api/v1/damage-reports/{receipt['id']}")).json()
    assert (row["title"], row["severity"], row["is_drivable"]) == (
        "3 marks: left side, rear",
        "moderate",
        False,
    )
    marks = (await client.get(f"/api/v1/damage-marks?damage_report_id={receipt['id']}")).json()["items"]
    by_id = {one["id"]: one for one in marks}
    assert [float(by_id[one]["x"]) for one in receipt["marks"]] == [0.25, 0.5, 0.8]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"marks": []}, "marks"),
        ({"marks": [{"view": "left", "x": 1.2, "y": 0}]}, "marks[0].x"),
        ({"marks": [{"view": "below", "x": 0.2, "y": 0}]}, "marks[0].view"),
        ({"vehicle_id": str(uuid.uuid4())}, "vehicle_id"),
        ({"incident_id": str(uuid.uuid4())}, "incident_id"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    changes: dict[str, Any], field: str, client: httpx.AsyncClient, van: str
) -> None:
    answer = await client.post(SUBMIT, json=seen(van, **changes))
    assert answer.status_code == 422, answer.text
    assert [one["field"] for one in answer.json()["errors"]] == [field]
    rows = (await client.get(f"/api/v1/damage-reports?vehicle_id={van}")).json()["items"]
    assert rows == []


async def test_a_photo_can_be_pinned_to_a_mark(client: httpx.AsyncClient, van: str) -> None:
    receipt = (await client.post(SUBMIT, json=seen(van))).json()
    path = f"/api/v1/damage-reports/{receipt['id']}/photos"
    files = {"file": ("dent.png", picture(), "image/png")}
    pinned = await client.post(path, files=files, data={"mark_id": receipt["marks"][0]})
    assert pinned.status_code == 201, pinned.text
    mark = (await client.get(f"/api/v1/damage-marks/{receipt['marks'][0]}")).json()
    assert mark["photo_url"] == pinned.json()["href"]
    other = (await client.post(SUBMIT, json=seen(van))).json()
    wrong = await client.post(path, files=files, data={"mark_id": other["marks"][0]})
    assert wrong.status_code == 400


def test_words() -> None:
    assert title_of([("top", "dent")]) == "Dent, roof or hood"
    assert title_of([("front", None)]) == "Damage, front"
    assert gravest(["minor", "total_loss", "major"]) == "total_loss"
    assert gravest([]) == "minor"
    assert [outline_of(one) for one in ("suv", "tractor", "van", "bus", None)] == [
        "car",
        "truck",
        "van",
        "bus",
        "car",
    ]


async def test_a_driver_names_no_other_driver(api: Api, owner: psycopg.Connection[Any]) -> None:
    tenant = api.actor.tenant_id
    mine, other = insert(owner, "drivers", tenant), insert(owner, "drivers", tenant)
    van = insert(owner, "vehicles", tenant)
    ruled = api.with_rules(Rule("damage_reports.*", "role driver", Reach(own=True)))
    me = ruled.as_actor(replace(ruled.actor, driver_id=mine))
    body = {"title": "Scratch", "vehicle_id": str(van)}
    refused = await me("POST", "damage-reports", json=body | {"driver_id": str(other)})
    assert [one["field"] for one in refused.json()["errors"]] == ["driver_id"]
    made = await me("POST", "damage-reports", json=body | {"driver_id": str(mine)})
    assert made.status_code == 201, made.text
