"""A backup: everything of the database in one file.

The file is a readable header of 4096 bytes (what it is, schema revision, checksum), then what `pg_dump` writes in its
custom format. So it can be restored without Motorpool too: `tail -c +4097 FILE | pg_restore ...`.

It is taken by the owner's role, whose policies show it every tenant's rows (decision 2). The extensions and roles are
not in it, they belong to the server (`motorpool db prepare`); nor is the master key (decision 16).
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import msgspec
import psycopg

from motorpool import __version__
from motorpool.core.database.migrate import LOCK_KEY
from motorpool.core.database.programs import complaint, connection_of, program
from motorpool.core.errors import Conflict, Invalid, Unavailable

MAGIC = b"motorpool-backup 1\n"
HEADER_BYTES = 4096
CHUNK = 1 << 20
#: Tables whose rows mean nothing elsewhere: the event log is ordered by the server's own transaction numbers.
WITHOUT_ROWS = ("event_log",)

#: Called with what is done, how much there is (same unit), and the name of the thing at hand.
Progress = Callable[[int, int, str], None]


def silent(done: int, total: int, what: str) -> None:
    """Default listener for progress."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the header says. `key` is the fingerprint of the master key that was in force, never the key."""

    revision: str
    motorpool: str
    made_at: datetime
    #: As `server_version_num` has it: 180006 is 18.6.
    server: int
    key: str | None
    #: Of what follows the header.
    size: int
    sha256: str

    @property
    def server_major(self) -> int:
        return self.server // 10_000


def back_up(
    owner_url: str,
    file: Path,
    *,
    key: str | None = None,
    programs: Path | None = None,
    progress: Progress = silent,
) -> Manifest:
    """Write a backup of the database to a new file of mode 0600; it is there whole or not at all.

    Raises Conflict when the file exists, Invalid for a database that Motorpool has not migrated, Unavailable with what
    pg_dump said when it fails.
    """
    if file.exists():
        raise Conflict(f"{file} exists; name another file or remove it")
    if not file.parent.is_dir():
        raise Invalid(f"The folder {file.parent} does not exist")
    with _frozen(owner_url) as (connection, snapshot), _beside(file) as output:
        revision, server = _state(connection)
        tables = _with_rows(connection)
        output.write(b"\n" * HEADER_BYTES)
        size, digest = _dump(owner_url, snapshot, output, tables, programs, progress)
        manifest = Manifest(
            revision=revision,
            motorpool=__version__,
            made_at=datetime.now(UTC).replace(microsecond=0),
            server=server,
            key=key,
            size=size,
            sha256=digest,
        )
        output.seek(0)
        output.write(_header(manifest))
    return manifest


def read_manifest(file: Path) -> Manifest:
    """The header of a backup. Invalid when the file is none, or is of a later layout."""
    try:
        with file.open("rb") as opened:
            header = opened.read(HEADER_BYTES)
    except OSError as error:
        raise Invalid(f"{file} cannot be read: {error.strerror}") from error
    lines = header.split(b"\n")
    if len(header) < HEADER_BYTES or header[: len(MAGIC)] != MAGIC:
        raise Invalid(f"{file} is no backup that this Motorpool can read; `motorpool db backup` makes one")
    try:
        return msgspec.json.decode(lines[1], type=Manifest)
    except (msgspec.MsgspecError, IndexError) as error:
        raise Invalid(f"The header of {file} is damaged") from error


def verify(file: Path, manifest: Manifest, progress: Progress = silent) -> None:
    """Invalid unless the file holds exactly what was written."""
    digest, read = hashlib.sha256(), 0
    with file.open("rb") as opened:
        opened.seek(HEADER_BYTES)
        while chunk := opened.read(CHUNK):
            digest.update(chunk)
            read += len(chunk)
            progress(read, manifest.size, "checking the file")
    if (read, digest.hexdigest()) != (manifest.size, manifest.sha256):
        raise Invalid(
            f"{file} is damaged: it holds {read} bytes after the header, {manifest.size} were written"
            if read != manifest.size
            else f"{file} is damaged: its checksum is another one"
        )


def _header(manifest: Manifest) -> bytes:
    text = (
        MAGIC
        + msgspec.json.encode(manifest)
        + (
            b"\nBackup of a Motorpool database. Restore it with `motorpool db restore FILE`, or without Motorpool:\n"
            b"  tail -c +4097 FILE | pg_restore --no-owner --dbname=...\n"
            b"The master key is not in it: secrets can only be read with the key that was kept separately.\n"
        )
    )
    return text.ljust(HEADER_BYTES, b"\n")


@contextmanager
def _frozen(owner_url: str) -> Iterator[tuple[psycopg.Connection[Any], str]]:
    """A snapshot that the dump shares, with no migration running meanwhile."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("SELECT pg_advisory_lock_shared(%s)", (LOCK_KEY,))
        connection.commit()
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, row[0]


@contextmanager
def _beside(file: Path) -> Iterator[IO[bytes]]:
    """A private file that takes its name when the block ends well."""
    fresh = file.with_name(f".{file.name}.{os.getpid()}.part")
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as output:
            yield output
            output.flush()
            os.fsync(output.fileno())
        # A link refuses an existing name, where a rename would replace it.
        os.link(fresh, file)
    except FileExistsError as error:
        raise Conflict(f"{file} was made by somebody else meanwhile") from error
    finally:
        fresh.unlink(missing_ok=True)


def _state(connection: psycopg.Connection[Any]) -> tuple[str, int]:
    """Schema revision and version of the server."""
    if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
        raise Invalid("The database holds no tables of Motorpool: there is nothing to back up")
    row = connection.execute(
        "SELECT (SELECT version_num FROM public.alembic_version), current_setting('server_version_num')::integer"
    ).fetchone()
    if row is None or row[0] is None:
        raise Invalid("The database holds no tables of Motorpool: there is nothing to back up")
    return row[0], row[1]


def _with_rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Tables that hold rows, in bytes, for the progress line."""
    rows = connection.execute(
        "SELECT c.relname, pg_table_size(c.oid) FROM pg_class c WHERE c.relkind = 'r' "
        "AND c.relnamespace = 'public'::regnamespace AND c.relname <> ALL (%s)",
        (list(WITHOUT_ROWS),),
    )
    return dict(rows.fetchall())


def _dump(
    owner_url: str,
    snapshot: str,
    output: IO[bytes],
    tables: dict[str, int],
    programs: Path | None,
    progress: Progress,
) -> tuple[int, str]:
    """Append pg_dump's output; return its size and checksum."""
    address, environment = connection_of(owner_url)
    command = [program("pg_dump", programs), "--format=custom", "--enable-row-security", "--verbose"]
    command += [f"--snapshot={snapshot}", "--exclude-extension=*", "--no-tablespaces", "--schema=public"]
    command += ["--no-publications", "--no-subscriptions", "--no-password"]
    command += [f"--exclude-table-data=public.{table}" for table in WITHOUT_ROWS]
    digest, size, done, total = hashlib.sha256(), 0, 0, sum(tables.values())
    with tempfile.TemporaryFile("w+b") as said:
        with subprocess.Popen(
            [*command, f"--dbname={address}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=environment,
        ) as dumping:
            assert dumping.stdout is not None
            seen = 0
            while chunk := os.read(dumping.stdout.fileno(), CHUNK):
                output.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                # What was said so far; pg_dump names each table when it begins with it.
                text = os.pread(said.fileno(), CHUNK, seen)
                seen += len(text)
                for name in re.findall(rb'dumping contents of table "public\.(\w+)"', text):
                    progress(done, total, name.decode())
                    done += tables.get(name.decode(), 0)
        said.seek(0)
        if dumping.returncode != 0:
            raise Unavailable(f"The backup failed: {complaint(said.read().decode(errors='replace'))}")
    progress(total, total, "done")
    return size, digest.hexdigest()
