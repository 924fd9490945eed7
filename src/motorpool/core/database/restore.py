"""Putting a backup back: one transaction that either gives the whole database or changes nothing.

`pg_restore` turns the backup into SQL and `psql` runs it, so that what must be done differently stands in between: the
functions that belong to another role get their grants from that role, since whoever gave them away has no say any more.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import psycopg

from motorpool.core.database.backup import HEADER_BYTES, Manifest, Progress, read_manifest, silent, verify
from motorpool.core.database.migrate import LOCK_KEY, known_revisions
from motorpool.core.database.programs import complaint, connection_of, program
from motorpool.core.database.server.prepare import APP, DEFINERS, EXTENSIONS, OWNER
from motorpool.core.errors import Conflict, Unavailable

#: Objects of ours in a schema: not those that an extension brought.
_OURS = (
    "relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid "
    "AND d.classid = 'pg_class'::regclass AND d.deptype = 'e')"
)
#: Removes everything of ours. Routines of other roles go too: the schema belongs to the owner of the database.
_DROP = """
SET LOCAL lock_timeout = '15s';
DO $motorpool$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('DROP %s IF EXISTS public.%I CASCADE',
                      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END, relname)
        FROM pg_class c WHERE relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition AND {ours}
    LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN
        SELECT format('DROP SEQUENCE IF EXISTS public.%I CASCADE', relname)
        FROM pg_class c WHERE relkind = 'S' AND {ours}
    LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
        FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
    LOOP
        EXECUTE statement;
    END LOOP;
    FOR statement IN
        SELECT format('DROP TYPE IF EXISTS public.%I CASCADE', t.typname)
        FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
        WHERE t.typnamespace = 'public'::regnamespace AND t.typelem = 0 AND (t.typtype IN ('e', 'd') OR c.relkind = 'c')
          AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.classid = 'pg_type'::regclass
                          AND d.deptype = 'e')
    LOOP
        EXECUTE statement;
    END LOOP;
END
$motorpool$;
""".replace("{ours}", _OURS)


def restore(
    owner_url: str,
    file: Path,
    *,
    replace: bool = False,
    programs: Path | None = None,
    progress: Progress = silent,
) -> Manifest:
    """Fill an empty database from a backup, or with `replace` a used one, whose contents are then gone.

    Refuses a damaged file, a backup of a later Motorpool, a database that somebody is using, one that is not empty
    (unless `replace`), one without the extensions and roles. The caller brings an older schema up to date afterwards.
    """
    manifest = read_manifest(file)
    if manifest.revision not in known_revisions():
        raise Conflict(
            f"{file} has the schema revision {manifest.revision} of Motorpool {manifest.motorpool}, which this "
            "Motorpool does not know; use that version or a later one"
        )
    verify(file, manifest, progress)
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        _refuse_unfit(connection, manifest, replace)
        with file.open("rb") as opened:
            _run(owner_url, opened, manifest, programs, progress)
        connection.execute("ANALYZE")
    return manifest


def _refuse_unfit(connection: psycopg.Connection[Any], manifest: Manifest, replace: bool) -> None:
    row = connection.execute(
        "SELECT current_setting('server_version_num')::integer, current_database(), (SELECT count(*) FROM pg_class c "
        f"WHERE relkind IN ('r', 'p', 'v', 'm', 'S') AND {_OURS}), (SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND usename = %s), ARRAY(SELECT extname::text FROM pg_extension), "
        "ARRAY(SELECT rolname::text FROM pg_roles)",
        (APP,),
    ).fetchone()
    assert row is not None
    version, database, relations, sessions, extensions, roles = row
    if version // 10_000 < manifest.server_major:
        raise Conflict(
            f"The backup is of PostgreSQL {manifest.server_major}, this server is {version // 10_000}"
        )
    lacking = [name for name in EXTENSIONS if name not in extensions]
    lacking += [name for name in (OWNER, APP, *DEFINERS) if name not in roles]
    if lacking:
        raise Conflict(
            f"The server is not prepared: {', '.join(lacking)} missing; run what `motorpool db prepare` prints"
        )
    if relations and not replace:
        raise Conflict(
            f"The database {database} is not empty; restore into a new one, or add --replace to lose what is in it"
        )
    if sessions:
        raise Conflict(
            f"Motorpool is running on the database {database} ({sessions} sessions); stop it first"
        )


def _run(
    owner_url: str, backup: IO[bytes], manifest: Manifest, programs: Path | None, progress: Progress
) -> None:
    address, environment = connection_of(owner_url)
    psql = [program("psql", programs), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1"]
    with tempfile.TemporaryFile("w+b") as said:
        with subprocess.Popen(
            [*psql, "--file=-", f"--dbname={address}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=environment,
        ) as running:
            assert running.stdin is not None
            failure: str | None = None
            try:
                _feed(running.stdin, backup, manifest, programs, progress)
            except BrokenPipeError:
                pass  # psql stopped at an error, which it names
            except Unavailable as error:
                failure = error.detail
            finally:
                _close(running.stdin)  # without COMMIT nothing has happened
        said.seek(0)
        text = said.read().decode(errors="replace")
    if running.returncode != 0:
        hint = ""
        if "out of shared memory" in text:
            # One transaction holds a lock on every table, partition and index that it creates.
            hint = " Set max_locks_per_transaction = 256 on the server, restart it and try again."
        raise Unavailable(f"Nothing was restored: {complaint(text)}{hint}")
    if failure:
        raise Unavailable(f"Nothing was restored: {failure}")


def _feed(
    sql: IO[bytes], backup: IO[bytes], manifest: Manifest, programs: Path | None, progress: Progress
) -> None:
    """Write the whole restore as SQL."""

    def write(text: str) -> None:
        sql.write(text.encode())
        sql.flush()

    entries = _contents(backup, programs)
    write("BEGIN;\nSET client_min_messages = warning;\n" + _DROP)
    _convert(backup, [line for line in entries if not _given_away(line)], sql, manifest, programs, progress)
    for role in DEFINERS:
        write(f"SET ROLE {role};\n")
        own = [line for line in entries if _given_away(line) == role]
        if own:
            _convert(backup, own, sql, manifest, programs, progress=None)
        write("RESET ROLE;\n")
    write("COMMIT;\n")


def _contents(backup: IO[bytes], programs: Path | None) -> list[str]:
    """The backup's table of contents, without what belongs to the server."""
    os.lseek(backup.fileno(), HEADER_BYTES, os.SEEK_SET)
    done = subprocess.run(
        [program("pg_restore", programs), "--list"], stdin=backup, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Unavailable(complaint(done.stderr))
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith(";")]
    return [line for line in lines if not line.split(maxsplit=3)[3].startswith(_OF_THE_SERVER)]


_OF_THE_SERVER = ("SCHEMA - public ", "COMMENT - SCHEMA public ", "ACL - SCHEMA public ")


def _given_away(line: str) -> str | None:
    """The role that must run an entry of the contents itself: grants and comments on what it owns."""
    what, owner = line.split(maxsplit=3)[3], line.rsplit(maxsplit=1)[-1]
    return owner if owner in DEFINERS and what.startswith(("ACL ", "COMMENT ")) else None


def _convert(
    backup: IO[bytes],
    entries: Iterable[str],
    sql: IO[bytes],
    manifest: Manifest,
    programs: Path | None,
    progress: Progress | None,
) -> None:
    """Have pg_restore write the SQL of some entries; its place in the file, which we share, is the progress."""
    with _list_file(entries) as names, tempfile.TemporaryFile("w+b") as said:
        os.lseek(backup.fileno(), HEADER_BYTES, os.SEEK_SET)
        command = [
            program("pg_restore", programs),
            "--enable-row-security",
            "--file=-",
            f"--use-list={names}",
        ]
        with subprocess.Popen(command, stdin=backup, stdout=sql, stderr=said) as converting:
            while converting.poll() is None:
                time.sleep(0.05)
                if progress:
                    done = os.lseek(backup.fileno(), 0, os.SEEK_CUR) - HEADER_BYTES
                    progress(min(done, manifest.size), manifest.size, "restoring")
        if converting.returncode != 0:
            said.seek(0)
            raise Unavailable(complaint(said.read().decode(errors="replace")))


@contextmanager
def _list_file(entries: Iterable[str]) -> Iterator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".list") as file:
        file.write("\n".join(entries) + "\n")
        file.flush()
        yield file.name


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return
