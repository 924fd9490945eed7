"""Files over HTTP: sending, fetching whole and in part, links, permissions."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import obstore
import pytest
from obstore.store import MemoryStore, S3Store

from motorpool.core.access import Access
from motorpool.core.files.links import sign_link
from motorpool.core.files.store import FileStore

from .conftest import PDF, PNG, Site, add_user, rule


async def test_a_form_with_a_file(site: Site, database: Any) -> None:
    user_id = await add_user(database, site.actor, "jo")
    answer = await site(
        "POST",
        "/api/v1/files",
        files={"file": ("Überweisung.pdf", PDF, "application/pdf")},
        data={"purpose": "document", "entity_type": "users", "entity_id": str(user_id)},
    )
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert answer.headers["location"] == f"/api/v1/files/{made['id']}"
    assert (made["name"], made["media_type"], made["purpose"]) == (
        "Überweisung.pdf",
        "application/pdf",
        "document",
    )
    assert made["entity_id"] == str(user_id)
    assert "storage_key" not in made and "tenant_id" not in made
    assert (await site("GET", answer.headers["location"])).json() == made
    content = await site("GET", made["content_url"])
    assert content.content == PDF
    assert content.headers["content-disposition"] == (
        "attachment; filename=\"Uberweisung.pdf\"; filename*=UTF-8''%C3%9Cberweisung.pdf"
    )


async def test_bare_content(site: Site) -> None:
    made = await site.upload(PNG, "front.png", headers={"Content-Type": "image/png"})
    assert (made["name"], made["media_type"], made["size_bytes"]) == ("front.png", "image/png", len(PNG))
    named = await site(
        "POST",
        "/api/v1/files",
        content=PNG,
        headers={"Content-Disposition": "attachment; filename*=UTF-8''l%C3%A4ngs.png"},
    )
    assert named.json()["name"] == "längs.png"


async def test_a_large_upload_and_the_limit(site: Site) -> None:
    content = b"%PDF-" + bytes(1_900_000)
    made = await site.upload(content, "large.pdf")
    assert (await site("GET", made["content_url"])).content == content

    async def slowly() -> Any:
        for _ in range(30):
            yield b"%PDF-" + bytes(100_000)

    refused = await site("POST", "/api/v1/files", params={"name": "x.pdf"}, content=slowly())
    assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")
    refused = await site("POST", "/api/v1/files", files={"file": ("x.pdf", b"%PDF-" + bytes(2_100_000))})
    assert (refused.status_code, refused.json()["code"]) == (413, "file_too_large")


@pytest.mark.parametrize(
    ("options", "status", "field"),
    [
        ({"files": {"file": ("a.svg", b"<svg/>", "image/svg+xml")}}, 422, "file"),
        ({"files": {"file": ("a.png", PDF, "image/png")}}, 422, "file"),
        ({"data": {"purpose": "document"}, "files": {"other": (None, b"text")}}, 422, "file"),
        ({"files": [("file", ("a.pdf", PDF)), ("more", ("b.pdf", PDF))]}, 422, "file"),
        ({"files": {"file": ("a.pdf", PDF)}, "data": {"colour": "red"}}, 422, "colour"),
        ({"files": {"file": ("a.pdf", PDF)}, "data": {"entity_type": "users"}}, 422, "entity_id"),
        (
            {"files": {"file": ("a.pdf", PDF)}, "data": {"entity_type": "users", "entity_id": "7"}},
            422,
            "entity_id",
        ),
        ({"files": {"file": ("a.pdf", PDF)}, "data": {"purpose": "x" * 5000}}, 422, "purpose"),
        ({"content": PDF}, 422, "name"),
        (
            {"content": b"--x\r\nbroken", "headers": {"Content-Type": "multipart/form-data; boundary=y"}},
            400,
            None,
        ),
        ({"content": b"--x--", "headers": {"Content-Type": "multipart/form-data"}}, 400, None),
    ],
)
async def test_bad_input(site: Site, options: dict[str, Any], status: int, field: str | None) -> None:
    answer = await site("POST", "/api/v1/files", **options)
    assert answer.status_code == status, answer.text
    assert [problem["field"] for problem in answer.json().get("errors", [])] == ([field] if field else [])


async def test_parts_and_repeated_requests(site: Site) -> None:
    path = (await site.upload(PDF, "a.pdf"))["content_url"]
    whole = await site("GET", path)
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-length"] == str(len(PDF))
    part = await site("GET", path, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, PDF[1:4])
    assert part.headers["content-range"] == f"bytes 1-3/{len(PDF)}" and part.headers["content-length"] == "3"
    assert (await site("GET", path, headers={"Range": "bytes=-6"})).content == PDF[-6:]
    beyond = await site("GET", path, headers={"Range": "bytes=5000-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(PDF)}")
    etag = whole.headers["etag"]
    same = await site("GET", path, headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
    resumed = await site("GET", path, headers={"Range": "bytes=5-", "If-Range": etag})
    assert (resumed.status_code, resumed.content) == (206, PDF[5:])
    changed = await site("GET", path, headers={"Range": "bytes=5-", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, PDF)
    head = await site("HEAD", path)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PDF)))


async def test_only_harmless_kinds_are_shown_and_they_can_do_nothing(site: Site) -> None:
    picture = await site.upload(PNG, "a.png")
    shown = await site("GET", picture["content_url"], params={"inline": "1"})
    assert shown.headers["content-disposition"].startswith("inline")
    assert "sandbox" in shown.headers["content-security-policy"]
    assert shown.headers["x-content-type-options"] == "nosniff"
    table = await site.upload(b"a,b\n1,2\n", "a.csv")
    saved = await site("GET", table["content_url"], params={"inline": "1"})
    assert saved.headers["content-disposition"].startswith("attachment")


# -- who may


async def test_permissions(site: Site, database: Any, stranger: Any) -> None:
    sender = await site.user(database, "sender", rule("files.create"))
    reader = await site.user(database, "reader", rule("files.read"))
    own = await site.user(database, "own", rule("files.*", own=True))
    nobody = await site.user(database, "nobody")
    answer = await site.as_(sender, "POST", "/api/v1/files", files={"file": ("a.pdf", PDF)})
    path = f"/api/v1/files/{answer.json()['id']}"
    for actor, expected in ((sender, 200), (reader, 200), (own, 404), (nobody, 403), (stranger, 404)):
        for where in (path, f"{path}/content"):
            assert (await site.as_(actor, "GET", where)).status_code == expected, (actor, where)
        assert (await site.as_(actor, "POST", f"{path}/link")).status_code == expected
    for actor in (reader, nobody):
        refused = await site.as_(actor, "POST", "/api/v1/files", files={"file": ("a.pdf", PDF)})
        assert (refused.status_code, refused.json()["permission"]) == (403, "files.create")
    for actor, expected in ((sender, 403), (reader, 403), (own, 404), (stranger, 404)):
        assert (await site.as_(actor, "DELETE", path)).status_code == expected
    unknown = path[:-4] + "0000"
    assert (await site.as_(nobody, "GET", unknown)).status_code == 403, "no oracle for ids"
    mine = (await site.as_(own, "POST", "/api/v1/files", files={"file": ("a.pdf", PDF)})).json()["id"]
    assert (await site.as_(own, "DELETE", f"/api/v1/files/{mine}")).status_code == 204
    assert (await site.as_(own, "GET", f"/api/v1/files/{mine}")).status_code == 404


async def test_a_deny_or_a_narrow_token_also_binds_the_uploader(site: Site, database: Any) -> None:
    sender = await site.user(database, "sender", rule("files.create"))
    answer = await site.as_(sender, "POST", "/api/v1/files", files={"file": ("a.pdf", PDF)})
    path = f"/api/v1/files/{answer.json()['id']}"
    denied = replace(sender, access=Access((rule("files.read", deny=True),)))
    narrow = replace(sender, access=sender.access.narrow(["vehicles.*"]))
    for actor in (denied, narrow):
        assert (await site.as_(actor, "GET", path)).status_code == 403


# -- links


async def test_a_link_needs_no_sign_in(site: Site) -> None:
    made = await site.upload(PDF, "a.pdf")
    answer = await site("POST", f"/api/v1/files/{made['id']}/link", json={"expires_in_seconds": 60})
    assert answer.status_code == 200, answer.text
    link = answer.json()
    assert link["url"] == f"http://fleet.test{link['path']}" and answer.headers["cache-control"] == "no-store"
    fetched = await site.as_(None, "GET", link["path"])
    assert (fetched.status_code, fetched.content) == (200, PDF)
    assert fetched.headers["content-disposition"].startswith("attachment")
    assert fetched.headers["referrer-policy"] == "no-referrer"
    assert (await site.as_(None, "GET", link["path"], headers={"Range": "bytes=0-3"})).content == PDF[:4]
    forged = link["path"].replace("expires=", "expires=9")
    refused = await site.as_(None, "GET", forged)
    assert (refused.status_code, refused.json()["code"]) == (403, "link_refused")
    assert (await site.as_(None, "GET", link["path"] + "&inline=1")).status_code == 403
    assert (await site.as_(None, "GET", link["path"].partition("?")[0])).status_code == 403
    assert (await site.as_(None, "GET", "/download/x/y")).status_code == 403
    await site("DELETE", f"/api/v1/files/{made['id']}")
    assert (await site.as_(None, "GET", link["path"])).status_code == 404


async def test_an_expired_link(site: Site) -> None:
    made = await site.upload(PDF, "a.pdf")
    ended = datetime.now(UTC) - timedelta(seconds=2)
    path = sign_link(site.keyring, site.actor.tenant_id, made["id"], ended)
    answer = await site.as_(None, "GET", path)
    assert (answer.status_code, answer.json()["code"]) == (410, "link_expired")


@pytest.mark.parametrize(
    "body", [{"expires_in_seconds": 0}, {"expires_in_seconds": 700_000}, {"days": 3}, []]
)
async def test_a_life_that_is_not_allowed(site: Site, body: Any) -> None:
    made = await site.upload(PDF, "a.pdf")
    assert (await site("POST", f"/api/v1/files/{made['id']}/link", json=body)).status_code == 422


async def test_an_object_store_may_serve_downloads_itself(site: Site, files: FileStore) -> None:
    """The redirect; the object store behind it is not part of the test."""
    made = await site.upload(PNG, "a.png")
    s3 = S3Store(
        "fleet-files", region="eu-central-1", access_key_id="AKIATEST", secret_access_key="not-a-secret"
    )
    kept, files.store, files.redirects, files.is_local = files.store, s3, True, False
    try:
        answer = await site("GET", made["content_url"])
        assert answer.status_code == 307
        assert urlsplit(answer.headers["location"]).hostname == "s3.eu-central-1.amazonaws.com"
        assert answer.headers["cache-control"] == "no-store"
    finally:
        files.store, files.redirects, files.is_local = kept, False, True
    files.redirects = True
    shown = await site("GET", made["content_url"], params={"inline": "1"})
    assert (shown.status_code, shown.content) == (200, PNG), (
        "what is shown comes from here, under our headers"
    )


async def test_object_stores_get_the_headers(files: FileStore) -> None:
    """What a folder cannot keep: a store in memory shows it."""
    memory = MemoryStore()
    store = FileStore(memory, files.spool_folder, limit_bytes=100)  # type: ignore[arg-type]
    await store.put(
        "t/d/k", io.BytesIO(PDF), {"Content-Type": "application/pdf", "Content-Disposition": "attachment"}
    )
    assert obstore.get(memory, "t/d/k").attributes == {
        "Content-Type": "application/pdf",
        "Content-Disposition": "attachment",
    }
