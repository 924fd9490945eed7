"""Imports and exports over HTTP."""

from __future__ import annotations

import re
from typing import Any

import httpx

FILE = b"Unit #,Make\nT-1,Ford\n"


async def test_a_file_is_sent_looked_at_and_begun(
    client: httpx.AsyncClient, strange_client: httpx.AsyncClient
) -> None:
    sent = await client.post(
        "/api/v1/import-jobs",
        files={"file": ("fleet.csv", FILE, "text/csv")},
        data={"import_type": "vehicles"},
    )
    assert sent.status_code == 201, sent.text
    path = sent.headers["location"]
    seen = (await client.post(f"{path}/preview")).json()
    assert seen["preview"]["headings"] == ["Unit #", "Make"]
    assert seen["parameters"]["mapping"] == {"vehicle_number": "Unit #", "make": "Make"}
    assert (await strange_client.post(f"{path}/preview")).status_code == 404
    assert (await strange_client.post(f"{path}/run")).status_code == 404
    wrong = await client.post(f"{path}/check", json={"parameters": {"mapping": {"make": "Brand"}}})
    assert wrong.status_code == 422
    assert {entry["field"] for entry in wrong.json()["errors"]} == {"mapping.make", "mapping.vehicle_number"}
    begun = await client.post(f"{path}/check")
    assert begun.status_code == 200, begun.text
    assert begun.json()["status"] == "checking"
    assert (await client.post(f"{path}/run")).status_code == 409
    cancelled = await client.post(f"{path}/cancel")
    assert cancelled.json()["status"] == "cancelled", cancelled.text
    assert (await client.post(f"{path}/error-file")).status_code == 409


async def test_what_cannot_be_imported_is_refused(client: httpx.AsyncClient) -> None:
    for table, content, status in (
        ("spaceships", FILE, 422),
        ("audit_trails", FILE, 422),
        ("", FILE, 422),
        ("vehicles", b"%PDF-1.7 no table", 422),
        ("vehicles", b"", 422),
    ):
        answer = await client.post(
            "/api/v1/import-jobs", files={"file": ("fleet.csv", content)}, data={"import_type": table}
        )
        assert answer.status_code == status, (table, answer.text)


async def test_an_export_is_ordered(client: httpx.AsyncClient, strange_client: httpx.AsyncClient) -> None:
    ordered = await client.post(
        "/api/v1/export-jobs",
        json={"export_type": "vehicles", "export_format": "xlsx", "filters": {"status": "active"}},
    )
    assert ordered.status_code == 201, ordered.text
    key = ordered.json()["id"]
    row = (await client.get(f"/api/v1/export-jobs/{key}")).json()
    assert (row["export_format"], row["filters"], row["status"]) == ("excel", {"status": "active"}, "pending")
    assert (await strange_client.post(f"/api/v1/export-jobs/{key}/link")).status_code == 404
    assert (await client.post(f"/api/v1/export-jobs/{key}/link")).json()["code"] == "no_file"
    wrong = await client.post(
        "/api/v1/export-jobs", json={"export_type": "vehicles", "filters": {"colour": "red"}}
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (400, "colour")


async def test_they_are_described(client: httpx.AsyncClient) -> None:
    paths: dict[str, Any] = (await client.get("/api/openapi.json")).json()["paths"]
    for path in (
        "/api/v1/import-jobs",
        "/api/v1/import-jobs/{id}/run",
        "/api/v1/export-jobs",
        "/api/v1/export-jobs/{id}/link",
    ):
        assert "post" in paths[path]
    assert "get" in paths["/api/v1/import-jobs"]


async def test_pages_open_from_a_list_as_it_is_shown(client: httpx.AsyncClient) -> None:
    page = await client.get(
        "/exports/new?table=vehicles&status=active&columns=vehicle_number,make&view=x&limit=20"
    )
    assert page.status_code == 200
    assert 'name="filter-status" value="active"' in page.text
    assert page.text.count('name="columns"') > 10
    assert page.text.count(" checked") == 3  # two columns, one format
    chosen = await client.get("/import?collection=vehicles")
    assert '<option value="vehicles" selected>' in chosen.text
    assert (await client.get("/exports/new?table=spaceships")).status_code == 404


async def test_an_export_takes_the_days_of_the_list(client: httpx.AsyncClient) -> None:
    """A list speaks of spans and of days; what the file is made of are the API's filters."""
    page = await client.get(
        "/exports/new?table=expenses&expense_date__within=this_year&created_at__from=2026-05-01&sort=-expense_date"
    )
    assert page.status_code == 200
    filters = dict(re.findall(r'name="(filter-[^"]+)" value="([^"]*)"', page.text))
    assert set(filters) == {
        "filter-expense_date__gte",
        "filter-expense_date__lte",
        "filter-created_at__gte",
        "filter-sort",
    }
    assert "created at least 1 may 2026" in page.text.lower()
    vehicle = (await client.get("/exports/new?table=expenses&expense_date__gte=2026-05-01")).text
    assert "<strong>expense date at least 1 May 2026</strong>" in vehicle
