"""The real application: a work order with a picture, a clock and its paper, by a token."""

from __future__ import annotations

import uuid

import httpx

PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    + b"\x00\x00\x00\nIDAT\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71"
    + b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


async def test_from_report_to_paper(client: httpx.AsyncClient) -> None:
    number = f"B-{uuid.uuid4().hex[:8]}"
    vehicle = (await client.post("/api/v1/vehicles", json={"vehicle_number": number})).json()["id"]
    body = {"vehicle_id": vehicle, "summary": "Brakes squeal", "vehicle_unavailable": True}
    answer = await client.post("/api/v1/maintenance-records", json=body)
    assert answer.status_code == 201, answer.text
    order = f"/api/v1/maintenance-records/{answer.json()['id']}"

    sent = await client.post(
        "/api/v1/files",
        files={"file": ("pads.png", PIXEL, "image/png")},
        data={"entity_type": "maintenance_records", "entity_id": answer.json()["id"], "purpose": "photo"},
    )
    assert sent.status_code == 201, sent.text
    photo = sent.json()["id"]
    found = await client.get("/api/v1/files", params={"entity_type": "maintenance_records"})
    assert (photo, answer.json()["id"]) in [(row["id"], row["entity_id"]) for row in found.json()["items"]]

    technician = await client.post(
        "/api/v1/technicians", json={"first_name": "Rosa", "last_name": "Marin", "hourly_rate": "60"}
    )
    mine = {"technician_id": technician.json()["id"]}
    assert (await client.post(f"{order}/open", json={})).status_code == 200
    began = await client.post(f"{order}/clock-in", json=mine)
    assert began.status_code == 200, began.text
    assert (await client.get(f"/api/v1/vehicles/{vehicle}")).json()["status"] == "in_shop"
    assert (await client.post(f"{order}/clock-in", json=mine)).json()["code"] == "clock_runs"
    assert (await client.post(f"{order}/clock-out", json=mine)).status_code == 200
    for verb in ("finish", "approve"):
        assert (await client.post(f"{order}/{verb}", json={})).status_code == 200, verb
    assert (await client.get(f"/api/v1/vehicles/{vehicle}")).json()["status"] == "active"

    paper = await client.get(f"{order}/pdf")
    assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
    assert paper.headers["content-disposition"].endswith('.pdf"')


async def test_its_operations_are_documented(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    for path in (
        "/api/v1/maintenance-records/{id}/pdf",
        "/api/v1/maintenance-records/{id}/clock-in",
        "/api/v1/work-order-tasks/{id}/clock-out",
    ):
        assert path in paths, path
