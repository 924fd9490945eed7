"""Everything in one package: the papers themselves under speaking names, checksums, what is not there, and who may have what."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from tests.conftest import TestTenant
from tests.contract.rows import insert
from tests.safety.compliance.test_compliance_api import today
from tests.safety.compliance.test_reach_and_scale import counting, who
from tests.site import Organisation, Site

from motorpool.core.access import Reach
from motorpool.core.database.database import Database
from motorpool.core.files.store import FileStore
from motorpool.core.jobs.registry import JobContext, load_jobs
from motorpool.core.resource.registry import Registry
from motorpool.core.tenancy.actor import system_actor
from motorpool.safety.actions.write_compliance_package import drivers_pieces
from motorpool.safety.rules.compliance_names import Paths, file_name, folder_of

DAY = timedelta(days=1)
PDF = b"%PDF-1.4\n% a paper\n%%EOF\n"
Add = Callable[..., UUID]


@pytest.fixture
def add(organisation: Organisation, owner: psycopg.Connection[Any]) -> Add:
    return lambda table, **values: insert(owner, table, organisation.id, **values)


async def sent(client: httpx.AsyncClient, content: bytes, name: str = "scan.pdf") -> str:
    answer = await client.post("/api/v1/files", files={"file": (name, content)})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def paper(client: httpx.AsyncClient, driver: UUID, kind: str, **values: Any) -> str:
    body = {"document_type": kind, "entity_type": "driver", "entity_id": str(driver), **values}
    answer = await client.post("/api/v1/compliance-documents", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def driver_of(add: Add, name: str) -> UUID:
    return add(
        "drivers", full_name=name, status="active", ended_on=None, user_id=None, home_facility_id=None, hired_on=None,
        license_class="A", license_endorsements=None, license_expires_on=today() + 400 * DAY,
        medical_card_expires_on=today() + 400 * DAY,
    )  # fmt: skip


async def test_a_drivers_file_holds_the_papers_and_names_what_is_not_there(
    client: httpx.AsyncClient, site: Site, owner: psycopg.Connection[Any], add: Add
) -> None:
    driver = driver_of(add, "Jo/Ann #1 =Jones")
    held, gone, changed = [await sent(client, PDF + mark) for mark in (b"1", b"2", b"3")]
    address = "/api/v1/files/{}/content"
    last = today() + 300 * DAY
    await paper(client, driver, "medical_card", document_number="=1+1", expiration_date=str(last),
                document_url=address.format(held))  # fmt: skip
    await paper(client, driver, "mvr", document_url=address.format(gone))
    await paper(client, driver, "road_test_certificate", document_url=address.format(changed))
    await paper(client, driver, "port_pass")
    await paper(client, driver, "permit", document_url="https://dmv.example/permit")
    store = FileStore.of(site.settings)
    keys = dict(
        owner.execute(
            "SELECT id::text, storage_key FROM files WHERE id = ANY (%s)", ([gone, changed],)
        ).fetchall()
    )
    await store.delete(keys[gone])
    await store.put(keys[changed], io.BytesIO(PDF + b"4"), {})

    answer = await client.get(f"/api/v1/drivers/{driver}/qualification-file")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/zip", answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        assert package.testzip() is None
        content = {name.partition("/")[2]: package.read(name) for name in package.namelist()}
    medical = f"drivers/Jo-Ann -1 =Jones/Medical card =1+1 until {last}.pdf"
    damaged = "drivers/Jo-Ann -1 =Jones/Road test certificate.pdf"
    assert set(content) == {medical, damaged, "Qualification file.pdf", "Index.csv", "SHA256SUMS.txt"}
    assert content[medical] == PDF + b"1"
    for line in content["SHA256SUMS.txt"].decode().splitlines():
        digest, _, path = line.partition("  ")
        assert hashlib.sha256(content[path]).hexdigest() == digest
    rows = {
        row["Document"]: row for row in csv.DictReader(io.StringIO(content["Index.csv"].decode("utf-8-sig")))
    }
    assert rows["medical_card"]["What became of it"] == "Attached"
    assert rows["medical_card"]["Number"] == "'=1+1", "a spreadsheet would compute it"
    assert rows["mvr"]["What became of it"] == "Missing in the file store" and rows["mvr"]["File"] == ""
    assert rows["road_test_certificate"]["What became of it"] == "Does not match its checksum"
    assert rows["port_pass"]["What became of it"] == "No file on record"
    assert rows["permit"]["What became of it"] == "Kept elsewhere: https://dmv.example/permit"
    assert content["Qualification file.pdf"].count(b"/EmbeddedFile") >= 1

    printed = await client.get(f"/api/v1/drivers/{driver}/qualification-file?format=pdf")
    assert printed.content.startswith(b"%PDF") and b"/EmbeddedFile" in printed.content
    noted = (await client.get("/api/v1/export-jobs?export_type=qualification_file")).json()["items"]
    assert {one["export_format"] for one in noted if one["filters"] == {"driver_id": str(driver)}} == {
        "zip",
        "pdf",
    }
    audited = owner.execute(
        "SELECT count(*) FROM audit_trails WHERE table_name = 'export_jobs' AND record_id = ANY (%s)",
        ([one["id"] for one in noted],),
    ).fetchone()
    assert audited and audited[0] == len(noted)


async def test_the_whole_package_links_from_the_workbook_and_is_kept_as_an_export(
    client: httpx.AsyncClient, site: Site, organisation: Organisation, add: Add
) -> None:
    driver = driver_of(add, "Pat Package")
    place = await sent(client, PDF + b"5", "card.pdf")
    document = await client.post("/api/v1/documents", json={
        "document_name": "Card", "file_url": f"/api/v1/files/{place}/content", "driver_id": str(driver)})  # fmt: skip
    assert document.status_code == 201, document.text
    await paper(client, driver, "medical_card", document_id=document.json()["id"])
    await paper(client, driver, "port_pass", document_number='=HYPERLINK("http://evil.example")')

    ordered = await client.post("/api/v1/compliance/package?about=driver&q=pat+package")
    assert ordered.status_code == 202, ordered.text
    key = UUID(ordered.json()["id"])
    await _make(site, organisation, key, 2_000)
    job = (await client.get(f"/api/v1/export-jobs/{key}")).json()
    assert job["status"] == "completed" and job["row_count"] == job["rows_total"] == 2, job
    shown = (await client.get("/exports")).text
    assert "2 papers" in shown and shown.index('id="exports"') < shown.index("New export of"), (
        "one's own first"
    )
    packed = await client.get(job["file_url"])
    with zipfile.ZipFile(io.BytesIO(packed.content)) as package:
        content = {name.partition("/")[2]: package.read(name) for name in package.namelist()}
    path = "drivers/Pat Package/Medical card.pdf"
    assert content[path] == PDF + b"5" and {"Compliance.pdf", "Compliance.xlsx", "Index.csv"} <= set(content)
    with zipfile.ZipFile(io.BytesIO(content["Compliance.xlsx"])) as book:
        evidence = book.read("xl/worksheets/sheet3.xml").decode()
        (target,) = re.findall(r'Target="([^"]+)"', book.read("xl/worksheets/_rels/sheet3.xml.rels").decode())
        texts = book.read("xl/sharedStrings.xml").decode()
    assert target.replace("%20", " ") == path and path in texts
    assert "=HYPERLINK(" in texts and "<f>" not in evidence, "text, not a formula"

    again = UUID((await client.post("/api/v1/compliance/package")).json()["id"])
    await _make(site, organisation, again, 0.00001)
    job = (await client.get(f"/api/v1/export-jobs/{again}")).json()
    assert job["status"] == "failed" and "Choose a facility" in job["error_message"]


async def _make(site: Site, organisation: Organisation, key: UUID, most_mb: float) -> None:
    """What the worker does."""
    database = Database(site.settings.database.app_url or "", pool_size=2)
    await database.open()
    try:
        exports = site.settings.exports.model_copy(update={"package_mb": most_mb})
        settings = site.settings.model_copy(update={"exports": exports})
        context = JobContext(database, settings, system_actor(organisation.id))
        job = load_jobs()["safety.write_compliance_package"]
        await job.run(context, job_id=str(key), address="http://here/")
    finally:
        await database.close()


def test_names_stay_in_their_folder_and_apart() -> None:
    assert folder_of("driver", "../../etc") == "drivers/etc"
    assert folder_of("fleet", "Whole fleet") == "fleet"
    assert file_name("mvr", None, None, "a.PDF") == "MVR.pdf"
    paths = Paths()
    assert [paths.free("fleet", name) for name in ("MVR.pdf", "mvr.pdf", "MVR.pdf")] == [
        "fleet/MVR.pdf", "fleet/mvr (2).pdf", "fleet/MVR (3).pdf"]  # fmt: skip


async def test_what_the_caller_may_not_read_is_named_and_not_sent(
    database: Database, registry: Registry, tenant: TestTenant, owner: psycopg.Connection[Any]
) -> None:
    """Papers come with their documents, not with files of others; a fleet of them is three statements."""

    def add(table: str, **values: Any) -> UUID:
        found: UUID = insert(owner, table, tenant.id, **values)
        return found

    driver = add(
        "drivers", full_name="Ann Apart", status="active", ended_on=None, user_id=None, home_facility_id=None
    )
    held = [
        add("files", name=f"{n}.pdf", media_type="application/pdf", size_bytes=10, sha256="0" * 64, storage_key=f"{tenant.id}/x/{n}",
            entity_type=None, entity_id=None, uploaded_by_user_id=None, expires_at=None, deleted_at=None)
        for n in range(2)
    ]  # fmt: skip
    document = add("documents", document_name="Card", file_id=held[0], file_url=f"/api/v1/files/{held[0]}/content", status="active",
                   driver_id=driver, vehicle_id=None, folder_id=None, parent_document_id=None, entity_type=None, entity_id=None,
                   embedding_vector=None)  # fmt: skip
    plain: dict[str, Any] = {"entity_type": "driver", "entity_id": driver, "status": "active", "renewed_by_id": None,
                             "verified_by_user_id": None, "expiration_date": None, "issue_date": None}  # fmt: skip
    add(
        "compliance_documents", **plain, document_type="medical_card", document_id=document, document_url=None
    )
    add(
        "compliance_documents",
        **plain,
        document_type="mvr",
        document_id=None,
        document_url=f"/api/v1/files/{held[1]}/content",
    )
    everything = Reach(everything=True)
    export = {"compliance_documents__export": everything, "drivers__read": everything}
    for more, outcomes in (
        ({}, {"medical_card": "withheld", "mvr": "withheld"}),
        ({"documents__read": everything}, {"medical_card": "attached", "mvr": "withheld"}),
        (
            {"documents__read": everything, "files__read": everything},
            {"medical_card": "attached", "mvr": "attached"},
        ),
        ({"documents__read": Reach(own=True)}, {"medical_card": "withheld", "mvr": "withheld"}),
    ):
        actor = who(tenant, **export, **more)
        with counting(database) as said:
            pieces = await drivers_pieces(database, registry, actor, driver, 10**9)
        assert {one.evidence.kind: one.outcome for one in pieces} == outcomes, more
        assert len(said) <= 3
        assert all(
            one.file is None and one.evidence.file_id is None for one in pieces if one.outcome == "withheld"
        )
    nothing = who(tenant, drivers__read=everything)
    assert await drivers_pieces(database, registry, nothing, driver, 10**9) == []


async def test_a_facilitys_export_has_the_evidence_of_all_its_people(
    client: httpx.AsyncClient, add: Add
) -> None:
    place = add("facilities", name="Pier 9")
    fine: dict[str, Any] = {"status": "active", "ended_on": None, "user_id": None, "hired_on": None, "license_class": "D",
                            "license_endorsements": None, "license_expires_on": today() + 900 * DAY,
                            "medical_card_expires_on": None}  # fmt: skip
    here = add("drivers", **fine, full_name="Hal Here", home_facility_id=place)
    there = add("drivers", **fine, full_name="Theo There", home_facility_id=None)
    for driver in (here, there):
        await paper(client, driver, "port_pass", expiration_date=str(today() + 700 * DAY))
    answer = await client.get(f"/api/v1/compliance?format=xlsx&facility_id={place}")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        texts = book.read("xl/sharedStrings.xml").decode()
    assert "Hal Here" in texts and "Theo There" not in texts
