"""Keeping files in a real folder and a real table: transactions, limits, tenants, housekeeping, configuration."""

from __future__ import annotations

import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from motorpool.core.errors import ConfigurationError, Invalid, NotFound, PayloadTooLarge
from motorpool.core.files.housekeeping import ORPHAN_GRACE, purge_deleted, remove_orphans, tidy_files
from motorpool.core.files.reading import find_file, open_file
from motorpool.core.files.store import FileStore
from motorpool.core.files.storing import delete_file, store_file
from motorpool.core.files.uploads import FORM_ALLOWANCE, receive_upload
from motorpool.core.jobs.registry import JobContext
from motorpool.core.settings import load_settings

from .conftest import PDF, add_user


async def stream(content: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def keep(
    database: Any, files: FileStore, actor: Any, content: bytes = PDF, name: str = "a.pdf", **more: Any
) -> Any:
    async with database.transaction(actor) as session:
        return await store_file(session, files, actor, stream(content), name=name, **more)


async def content_of(database: Any, files: FileStore, actor: Any, key: Any, part: Any = None) -> bytes:
    row = await find_file(database, actor, key)
    return b"".join([chunk async for chunk in await open_file(files, row, part)])


def objects(files: FileStore) -> list[Path]:
    assert files.store.prefix
    return sorted(path for path in Path(str(files.store.prefix)).rglob("*") if path.is_file())


async def test_round_trip(database, files, actor) -> None:
    content = b"%PDF-1.7\n" + os.urandom(1_500_000)
    row = await keep(database, files, actor, content, "../Bericht.pdf", purpose="document")
    assert (row.name, row.media_type, row.size_bytes) == ("Bericht.pdf", "application/pdf", len(content))
    assert row.sha256 == hashlib.sha256(content).hexdigest()
    assert row.storage_key.startswith(f"{actor.tenant_id}/") and "Bericht" not in row.storage_key
    assert await content_of(database, files, actor, row.id) == content
    assert await content_of(database, files, actor, row.id, (9, 20)) == content[9:20]
    (path,) = objects(files)
    assert path.read_bytes() == content
    assert path.parents[2].stat().st_mode & 0o077 == 0, "the folder is closed to other users"


async def test_it_is_in_the_audit_trail(database, files, actor) -> None:
    user_id = await add_user(database, actor, "jo")
    jo = replace(actor, user_id=user_id)
    row = await keep(database, files, jo)
    async with database.transaction(jo) as session:
        await delete_file(session, jo, row.id)
    trail = await database.read(
        actor,
        "SELECT operation, user_id FROM audit_trails WHERE tenant_id = %s AND table_name = 'files' ORDER BY occurred_at",
        (actor.tenant_id,),
    )
    assert trail == [("INSERT", user_id), ("UPDATE", user_id)]


async def test_a_rolled_back_upload_leaves_an_orphan_that_is_removed_later(database, files, actor) -> None:
    kept = await keep(database, files, actor)
    with pytest.raises(ZeroDivisionError):
        async with database.transaction(actor) as session:
            await store_file(session, files, actor, stream(PDF), name="b.pdf")
            1 / 0  # noqa: B018
    assert len(objects(files)) == 2
    assert await remove_orphans(database, files, actor.tenant_id) == 0, "it may still be committed"
    for path in objects(files):
        before = (datetime.now(UTC) - ORPHAN_GRACE - timedelta(minutes=1)).timestamp()
        os.utime(path, (before, before))
    assert await remove_orphans(database, files, actor.tenant_id) == 1
    assert await content_of(database, files, actor, kept.id) == PDF


async def test_what_is_refused_leaves_nothing(database, files, actor) -> None:
    with pytest.raises(PayloadTooLarge, match="larger than 2 MB"):
        await keep(database, files, actor, b"%PDF-" + bytes(2_000_000))
    with pytest.raises(PayloadTooLarge):
        await keep(database, files, actor, limit_bytes=5)
    with pytest.raises(Invalid):
        await keep(database, files, actor, b"MZ\x00\x00")
    with pytest.raises(Invalid):
        await keep(database, files, actor, b"")
    with pytest.raises(Invalid, match="Some fields"):
        await keep(database, files, actor, purpose="Big Purpose")
    assert objects(files) == []
    assert list(files.spool_folder.iterdir()) == []


async def test_what_is_announced_as_too_large_is_not_received(files: FileStore) -> None:
    asked = []

    async def body() -> AsyncIterator[bytes]:
        asked.append(1)
        yield PDF

    async with files.spool(1_000_000) as spool:
        for size, refused in ((1_000_000 + FORM_ALLOWANCE + 1, True), (1_000_000 + FORM_ALLOWANCE, False)):
            asked.clear()
            headers = {"content-length": str(size)}
            try:
                await receive_upload(headers, {"name": "a.pdf"}, body(), spool)
            except PayloadTooLarge as error:
                assert refused and not asked and "1 MB" in error.detail
            else:
                assert not refused and asked


async def test_the_record_must_exist_here(database, files, actor, stranger) -> None:
    mine, theirs = await add_user(database, actor, "jo"), await add_user(database, stranger, "al")
    row = await keep(database, files, actor, entity=("users", mine))
    assert (row.entity_type, row.entity_id) == ("users", mine)
    for kind, key, field in (
        ("users", theirs, "entity_id"),
        ("users", uuid4(), "entity_id"),
        ("permissions", uuid4(), "entity_type"),
        ("pg_authid", uuid4(), "entity_type"),
    ):
        with pytest.raises(Invalid) as caught:
            await keep(database, files, actor, entity=(kind, key))
        assert caught.value.fields[0].field == field


async def test_another_tenant_sees_nothing(database, files, actor, stranger) -> None:
    row = await keep(database, files, actor)
    with pytest.raises(NotFound):
        await find_file(database, stranger, row.id)
    async with database.connection(stranger) as connection:
        assert await (
            await connection.execute("SELECT count(*) FROM files WHERE id = %s", (row.id,))
        ).fetchone() == (0,)
    with pytest.raises(NotFound):
        async with database.transaction(stranger) as session:
            await delete_file(session, stranger, row.id)


async def test_deleting_marks_and_the_job_removes_later(database, files, actor, stranger, settings) -> None:
    row, other = await keep(database, files, actor), await keep(database, files, stranger)
    async with database.transaction(actor) as session:
        await delete_file(session, actor, row.id)
    with pytest.raises(NotFound):
        await find_file(database, actor, row.id)
    await tidy_files(JobContext(database, settings, actor))
    assert len(objects(files)) == 2
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE files SET deleted_at = now() - interval '31 days' WHERE tenant_id = %s",
            (actor.tenant_id,),
        )
    await tidy_files(JobContext(database, settings, actor))
    assert len(objects(files)) == 1
    assert await content_of(database, files, stranger, other.id) == PDF


async def test_a_file_can_expire(database, files, actor) -> None:
    row = await keep(database, files, actor, expires_at=datetime.now(UTC) + timedelta(hours=1))
    assert await content_of(database, files, actor, row.id) == PDF
    async with database.connection(actor) as connection:
        await connection.execute(
            "UPDATE files SET expires_at = now() - interval '1 minute' WHERE tenant_id = %s",
            (actor.tenant_id,),
        )
    with pytest.raises(NotFound):
        await find_file(database, actor, row.id)
    assert await purge_deleted(database, files, actor.tenant_id) == 0
    assert await purge_deleted(database, files, actor.tenant_id, timedelta(0)) == 1
    assert objects(files) == []


async def test_lost_content_is_said_so(database, files, actor) -> None:
    row = await keep(database, files, actor)
    objects(files)[0].unlink()
    with pytest.raises(NotFound) as caught:
        await content_of(database, files, actor, row.id)
    assert caught.value.code == "content_missing"


# -- where contents are kept


def configured(tmp_path: Path, **values: Any) -> FileStore:
    return FileStore.of(load_settings(env_file=None).replace(data={"dir": tmp_path / "data"}, files=values))


def test_folders(tmp_path: Path) -> None:
    assert configured(tmp_path).is_local
    assert (tmp_path / "data" / "files").is_dir()
    configured(tmp_path, url=f"file://{tmp_path}/with%20space")
    assert (tmp_path / "with space").is_dir()


@pytest.mark.parametrize(
    "url",
    [
        "file://host/x",
        "file:///nowhere/at/all",
        "ftp://x/y",
        "s3://",
        "az:///x",
        "bucket",
        "https://s3.example.org/x",
    ],
)
def test_addresses_that_cannot_be_used(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="MOTORPOOL_FILES_URL"):
        configured(tmp_path, url=url)


async def test_s3_and_azure_are_opened_and_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No such server is at hand here: what is tested is the reading of the address and the signing."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIATEST",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        "AWS_REGION": "eu-central-1",
        "AZURE_STORAGE_ACCOUNT_NAME": "depot",
        "AZURE_STORAGE_ACCOUNT_KEY": "bm90LWEtc2VjcmV0",
    }.items():
        monkeypatch.setenv(name, value)
    s3 = configured(tmp_path, url="s3://fleet-files/motorpool", redirect=True)
    assert s3.redirects and not s3.is_local
    url = await s3.signed_url("tenant/day/key", timedelta(minutes=5))
    assert url.startswith("https://s3.eu-central-1.amazonaws.com/fleet-files/motorpool/tenant/day/key?")
    assert "X-Amz-Expires=300" in url and "X-Amz-Signature=" in url
    azure = configured(tmp_path, url="az://fleet-files/motorpool")
    assert not azure.redirects
    url = await azure.signed_url("tenant/day/key", timedelta(minutes=5))
    assert url.startswith("https://depot.blob.core.windows.net/fleet-files/motorpool/tenant/day/key?")
    assert "sig=" in url


def test_a_missing_account_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    with pytest.raises(ConfigurationError, match="Account must be specified"):
        configured(tmp_path, url="az://fleet-files")
