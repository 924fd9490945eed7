"""Defects from inspections: which are new, which open an order, and how they follow it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from tests.contract.conftest import Api, api, application, database, registry  # noqa: F401 - fixtures
from tests.contract.rows import insert

from motorpool.maintenance.rules.inspection_defects import (
    Failure,
    failure_of,
    is_unsafe,
    order_priority,
    order_summary,
    severity_of,
    without_twins,
)

Owner = psycopg.Connection[Any]
INSPECTION = {
    "id": uuid4(), "vehicle_id": uuid4(), "inspection_date": datetime(2026, 5, 1, tzinfo=UTC), "odometer": 5,
    "inspector_type": "driver", "inspector_id": uuid4(),
}  # fmt: skip


def failed(**result: Any) -> Failure:
    return failure_of(INSPECTION, {"item": "Horn", "status": "fail"} | result)


@pytest.mark.parametrize(
    ("said", "severity", "unsafe"),
    [
        ("critical", "critical", False),
        ("Out of Service", "critical", True),
        ("moderate", "major", False),
        ("minor", "minor", False),
        (None, "minor", False),
        ("whatever", "minor", False),
    ],
)
def test_severities_are_read_as_they_are_said(said: str | None, severity: str, unsafe: bool) -> None:
    assert (severity_of(said), is_unsafe(said)) == (severity, unsafe)


def test_a_failure_knows_what_it_needs() -> None:
    one = failed(notes=" Silent ", photo_url="/a.jpg", key="horn")
    assert (one.description, one.photos, one.component, one.is_grave) == (
        "Horn: Silent",
        ("/a.jpg",),
        "horn",
        False,
    )
    assert one.driver_id == INSPECTION["inspector_id"]
    assert failed(is_unsafe=True).is_grave and failed(severity="major").is_grave
    assert len(without_twins([one, failed(), failed(item="Lamp")])) == 2
    assert order_summary([one]) == "Repair: Horn"
    assert order_summary([one, failed(item="Lamp")]) == "Repair 2 defects: Horn, Lamp"
    assert (order_priority([one]), order_priority([failed(severity="critical")])) == ("high", "critical")


def inspection(vehicle: UUID | str, *items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "vehicle_id": str(vehicle),
        "inspection_type": "pre_trip",
        "inspection_date": datetime.now(UTC).isoformat(),
        "inspection_status": "failed",
        "checklist_results": [{"status": "fail", **item} for item in items],
    } | more


async def defects(api: Api, vehicle: UUID | str) -> list[dict[str, Any]]:  # noqa: F811
    found: list[dict[str, Any]] = (await api("GET", f"defects?vehicle_id={vehicle}")).json()["items"]
    return sorted(found, key=lambda one: str(one["inspection_item"]))


async def move(api: Api, path: str, verb: str, **body: Any) -> Any:  # noqa: F811
    answer = await api("POST", f"{path}/{verb}", json=body)
    assert answer.status_code == 200, (verb, answer.text)
    return answer.json()


async def test_a_thousand_inspections_at_once_raise_each_defect_once(api: Api, owner: Owner) -> None:  # noqa: F811
    vehicles = [insert(owner, "vehicles", api.actor.tenant_id) for _ in range(20)]
    rows = [
        inspection(vehicles[number % 20], {"item": "Brake hose", "severity": "major"}, {"item": "Lamp"})
        for number in range(1000)
    ]
    answer = await api("POST", "safety-inspections/bulk", json={"create": rows})
    assert answer.status_code in (200, 201), answer.text
    tenant = api.actor.tenant_id

    def count(table: str) -> int:
        row = owner.execute(
            f"SELECT count(*) FROM {table} WHERE tenant_id = %s".encode(), (tenant,)
        ).fetchone()
        assert row is not None
        return int(row[0])

    assert (count("defects"), count("maintenance_records")) == (40, 20)
    assert (count("work_order_tasks"), count("defect_sightings")) == (20, 1960)


async def test_defects_follow_their_work_order(api: Api, owner: Owner) -> None:  # noqa: F811
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    body = inspection(vehicle, {"item": "Brake hose", "severity": "critical", "is_unsafe": True})
    made = (await api("POST", "safety-inspections", json=body)).json()
    (one,) = await defects(api, vehicle)
    assert one["status"] == "in_repair" and one["work_order_id"]
    await move(api, f"maintenance-records/{one['work_order_id']}", "cancel", cancellation_reason="Wrong shop")
    (one,) = await defects(api, vehicle)
    assert (one["status"], one["work_order_id"]) == ("open", None)

    order = (
        await api("POST", "maintenance-records", json={"vehicle_id": str(vehicle), "summary": "Hose"})
    ).json()
    path = f"maintenance-records/{order['id']}"
    await move(api, f"defects/{one['id']}", "plan_repair", work_order_id=order["id"])
    for verb in ("open", "start", "finish", "approve"):
        await move(api, path, verb)
    assert (await defects(api, vehicle))[0]["status"] == "repaired"
    await move(api, path, "reopen", reopen_reason="Leaks again")
    assert (await defects(api, vehicle))[0]["status"] == "in_repair"
    for verb in ("start", "finish", "approve"):
        await move(api, path, verb)
    await move(api, f"defects/{one['id']}", "certify", certifier_signature="AAAA")
    row = (await api("GET", f"safety-inspections/{made['id']}")).json()
    assert row["standing"] == "to_review" and one["defect_number"] in row["repairs_note"]
    assert row["certifier_name"] is None, "nobody has signed this report with a name"
    await move(api, f"defects/{one['id']}", "review")
    assert (await api("GET", f"safety-inspections/{made['id']}")).json()["standing"] == "settled"
    await move(api, f"defects/{one['id']}", "reopen", reopen_reason="It was the valve")
    row = (await api("GET", f"safety-inspections/{made['id']}")).json()
    assert (row["standing"], row["repairs_certified_at"], row["reviewed_at"]) == ("repair_due", None, None)


async def test_a_repair_that_did_not_hold_is_open_again(api: Api, owner: Owner) -> None:  # noqa: F811
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    await api("POST", "safety-inspections", json=inspection(vehicle, {"item": "Horn"}))
    (one,) = await defects(api, vehicle)
    await move(api, f"defects/{one['id']}", "repair")
    await api("POST", "safety-inspections", json=inspection(vehicle, {"item": "horn", "severity": "major"}))
    (again,) = await defects(api, vehicle)
    assert (again["id"], again["status"], again["severity"]) == (one["id"], "in_repair", "major")
    assert (again["repaired_at"], again["reopen_reason"]) == (None, "Found again by an inspection")


async def test_a_certified_defect_that_comes_back_is_a_new_one(api: Api, owner: Owner) -> None:  # noqa: F811
    vehicle = insert(owner, "vehicles", api.actor.tenant_id)
    await api("POST", "safety-inspections", json=inspection(vehicle, {"item": "Horn"}))
    (one,) = await defects(api, vehicle)
    await move(api, f"defects/{one['id']}", "repair")
    await move(api, f"defects/{one['id']}", "certify")
    await api("POST", "safety-inspections", json=inspection(vehicle, {"item": "Horn"}))
    assert len(await defects(api, vehicle)) == 2
