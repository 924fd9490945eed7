"""A paper with its file in one request: file, document and paper together or not at all, and the one before renewed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.contract.rows import insert
from tests.safety.compliance.test_compliance_api import today
from tests.site import Organisation

DAY = timedelta(days=1)
PATH = "/api/v1/compliance-documents/submit"
PDF = b"%PDF-1.4\n% a card\n%%EOF\n"
Add = Callable[..., UUID]


@pytest.fixture
def add(organisation: Organisation, owner: psycopg.Connection[Any]) -> Add:
    return lambda table, **values: insert(owner, table, organisation.id, **values)


async def test_a_card_with_its_scan_takes_the_place_of_the_one_before(
    client: httpx.AsyncClient, add: Add
) -> None:
    driver = add("drivers", full_name="Carla Card", status="active", medical_card_expires_on=today() - DAY)
    fields = {"document_type": "medical_card", "entity_type": "driver", "entity_id": str(driver)}
    first = await client.post(
        PATH,
        data=fields | {"expiration_date": str(today() - DAY), "document_number": "MC-6"},
        files={"file": ("", b"")},
    )
    assert first.status_code == 201, first.text
    before = first.json()["id"]
    assert (await client.get(f"/api/v1/compliance-documents/{before}")).json()["document_id"] is None
    last = today() + 300 * DAY
    given = fields | {"expiration_date": str(last), "document_number": "MC-7", "renews": before}
    made = await client.post(PATH, data=given, files={"file": ("card.pdf", PDF, "application/pdf")})
    assert made.status_code == 201, made.text
    row = (await client.get(f"/api/v1/compliance-documents/{made.json()['id']}")).json()
    document = (await client.get(f"/api/v1/documents/{row['document_id']}")).json()
    assert document["driver_id"] == str(driver) and document["expires_on"] == str(last)
    assert (await client.get(document["file_url"])).content == PDF
    old = (await client.get(f"/api/v1/compliance-documents/{before}")).json()
    assert (old["status"], old["renewed_by_id"]) == ("renewed", row["id"])
    assert (await client.get(f"/api/v1/drivers/{driver}")).json()["medical_card_expires_on"] == str(last)


async def test_what_is_wrong_keeps_nothing(
    client: httpx.AsyncClient, add: Add, owner: psycopg.Connection[Any]
) -> None:
    driver = add("drivers", full_name="Walt Wrong", status="active")
    fields = {"document_type": "medical_card", "entity_type": "driver", "entity_id": str(driver)}
    scan = {"file": ("card.pdf", PDF, "application/pdf")}
    count = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM compliance_documents), (SELECT count(*) FROM files)"
    held = owner.execute(count).fetchone()
    for more, files, field in (
        ({"issue_date": "2026-05-01", "expiration_date": "2026-04-01"}, scan, "expiration_date"),
        ({"expiration_date": "soon"}, scan, "expiration_date"),
        ({"entity_type": "fleet"}, scan, "entity_id"),
        ({"entity_id": "01a20818-3c84-724d-94cf-d11ea88c4fbe"}, scan, "entity_id"),
        ({"colour": "red"}, scan, "colour"),
        ({"expiration_date": "2030-05-01"}, {"file": ("card.html", b"<html></html>", "text/html")}, "file"),
        # Nothing is on file by an empty form.
        ({}, {"file": ("", b"")}, "document_number"),
        ({"document_number": "MC-7"}, {"file": ("", b"")}, "expiration_date"),
        ({"expiration_date": "2030-05-01", "document_number": " "}, {"file": ("", b"")}, "document_number"),
        ({"document_type": "Road test"}, {"file": ("", b"")}, "document_number"),
    ):
        answer = await client.post(PATH, data=fields | more, files=files)
        assert answer.status_code == 422, (more, answer.text)
        assert field in {one["field"] for one in answer.json()["errors"]}, answer.text
    twice = {**fields, "expiration_date": "2030-05-01", "renews": "01a20818-3c84-724d-94cf-d11ea88c4fbe"}
    assert (await client.post(PATH, data=twice, files=scan)).status_code == 404, "what it renews is not there"
    assert owner.execute(count).fetchone() == held
