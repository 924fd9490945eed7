"""The PostgreSQL server that Motorpool brings along.

A thin wrapper round PostgreSQL's own programs: `initdb` once, `pg_ctl` to start and stop, a ping to see
whether it answers. It has no TCP listener; its socket lies in a folder that is closed to other users, and
every role has a random password. Nothing believes a pid file (see `processes`), so a SIGKILL of Motorpool
or of the server needs no cleaning up.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from psycopg import pq

from motorpool.core.database.server.account import server_account
from motorpool.core.database.server.binaries import major_version, programs_for
from motorpool.core.database.server.configuration import HBA, configuration, machine_memory_mb
from motorpool.core.database.server.credentials import load_credentials
from motorpool.core.database.server.locks import Users, exclusive
from motorpool.core.database.server.prepare import (
    APP,
    DATABASE,
    OWNER,
    fingerprint,
    prepare_sql,
)
from motorpool.core.database.server.processes import pid_exists, recorded_pid, server_processes
from motorpool.core.errors import ConfigurationError, Unavailable
from motorpool.core.private_files import (
    ensure_folder,
    read_text,
    write_private,
)

SUPERUSER = "postgres"
PORT = 5432
#: A socket's path may have 107 bytes on Linux and 103 on macOS.
SOCKET_PATH_LIMIT = 100
#: For sockets of clusters with longer paths. A folder there must be ours and closed.
SHORT_FOLDER = Path("/tmp")  # noqa: S108
#: Backends that outlive a killed postmaster end by themselves when idle; after this long they are told to,
#: in seconds.
ORPHAN_PATIENCE_S = 3.0


def _silent(_: str) -> None:
    """Default listener for progress lines."""


class EmbeddedServer:
    """One cluster. `data_dir` holds `postgres.json` (passwords) and, unless it is closed to the server's
    user, the rest.

    `fast` gives up crash safety, for tests. `wait_s` bounds start-up, recovery after a crash included, in
    seconds. `say` is called with a line whenever something happens that a person should know.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        fast: bool = False,
        wait_s: float = 60.0,
        say: Callable[[str], None] = _silent,
    ) -> None:
        if os.name != "posix":
            raise ConfigurationError(
                "The embedded PostgreSQL needs Linux or macOS; here set MOTORPOOL_DATABASE_URL and "
                "MOTORPOOL_DATABASE_APP_URL"
            )
        self.data_dir = data_dir.resolve()
        self._fast = fast
        self._wait_s = wait_s
        self._say = say
        self._credentials = load_credentials(self.data_dir, say)
        home = Path(self._credentials.home) if self._credentials.home else self.data_dir / "postgres"
        self.home = home.resolve()
        self.data = self.home / "data"
        self._account = server_account(self.data)
        self._owner = self._account.ids if self._account else None
        self.socket_folder = self._choose_socket_folder()
        self.users = Users(self.home / "users", self._owner)

    # -- addresses

    def superuser_url(self, database: str = "postgres") -> str:
        """For set-up and tests only; the program itself never works as superuser."""
        return self._url(SUPERUSER, self._credentials.superuser, database)

    def owner_url(self, database: str = DATABASE) -> str:
        return self._url(OWNER, self._credentials.owner, database)

    def app_url(self, database: str = DATABASE) -> str:
        return self._url(APP, self._credentials.app, database)

    def _url(self, role: str, password: str, database: str) -> str:
        socket_folder = quote(str(self.socket_folder), safe="/")
        return f"postgresql://{role}:{password}@/{database}?host={socket_folder}&port={PORT}"

    # -- life

    @contextmanager
    def locked(self) -> Iterator[None]:
        """No other process starts or stops this server meanwhile."""
        ensure_folder(self.home, 0o700, self._owner)
        with exclusive(self.home / "lock", self._owner, self._wait_s + 30, self._say):
            yield

    def ensure_running(self) -> None:
        """Make the cluster if there is none, start it if it does not answer, prepare roles and extensions.

        Raises ConfigurationError or Unavailable with one clear line.
        """
        with self.locked():
            self.ensure_running_locked()

    def ensure_running_locked(self) -> None:
        """The same for a caller that holds `locked()`."""
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._check_major()
        self._check_socket_folder()
        if self._ping() != pq.Ping.OK:
            self._start()
        self._prepare()

    def revive(self) -> None:
        """Start it again when it died (out of memory, killed); costs a ping when it lives."""
        if not self.is_running():
            self.ensure_running()

    def is_running(self) -> bool:
        """Whether the server answers, be it only that it is starting or stopping."""
        return self._ping() in (pq.Ping.OK, pq.Ping.REJECT)

    def stop(self) -> None:
        """End sessions, write a checkpoint, stop. Does nothing when the server does not run."""
        with self.locked():
            self.stop_locked()

    def stop_locked(self) -> None:
        """The same for a caller that holds `locked()`."""
        pid = recorded_pid(self.data / "postmaster.pid")
        if pid is None or pid not in server_processes(self.data):
            return
        done = self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", "-t", "60", check=False)
        if done.returncode != 0 and pid in server_processes(self.data):
            self._say("The database does not stop; ending it hard. It recovers at the next start.")
            self._run(
                "pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-w", "-t", "30", check=False
            )

    # -- making a cluster

    def _initialise(self) -> None:
        """`initdb` beside the final place, then one rename: a crash in between leaves nothing half-made."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password_file = self.home / "password"
        write_private(password_file, self._credentials.superuser + "\n", self._owner)
        options = [
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            "--text-search-config=english",
        ]
        options += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if self._fast:
            options.append("--no-sync")
        try:
            self._run("initdb", "-D", str(fresh), "-U", SUPERUSER, f"--pwfile={password_file}", *options)
        finally:
            password_file.unlink(missing_ok=True)
        base = read_text(fresh / "postgresql.conf") or ""
        write_private(fresh / "postgresql.conf", base + "\ninclude 'motorpool.conf'\n", self._owner)
        write_private(fresh / "pg_hba.conf", HBA, self._owner)
        os.rename(fresh, self.data)

    def _check_major(self) -> None:
        found = (read_text(self.data / "PG_VERSION") or "").strip()
        if found != str(major_version()):
            raise ConfigurationError(
                f"{self.data} belongs to PostgreSQL {found or 'of an unknown version'}, this Motorpool "
                "brings PostgreSQL "
                f"{major_version()}; restore a backup into a new MOTORPOOL_DATA_DIR, or use the Motorpool "
                "that wrote it"
            )

    def _choose_socket_folder(self) -> Path:
        inside = self.home / "run"
        if len(os.fsencode(inside / f".s.PGSQL.{PORT}")) <= SOCKET_PATH_LIMIT:
            return inside
        return SHORT_FOLDER / f"motorpool-{hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]}"

    def _check_socket_folder(self) -> None:
        ensure_folder(self.socket_folder, 0o700, self._owner)
        found = self.socket_folder.lstat()
        expected = self._account.uid if self._account else os.geteuid()
        if (
            not stat.S_ISDIR(found.st_mode)
            or found.st_uid != expected
            or stat.S_IMODE(found.st_mode) != 0o700
        ):
            raise ConfigurationError(
                f"{self.socket_folder} must be a folder of the database's user that is closed to others "
                "(mode 0700); remove it"
            )

    # -- starting

    def _ping(self) -> pq.Ping:
        answer = pq.PGconn.ping(f"host='{self.socket_folder}' port={PORT} connect_timeout=5".encode())
        return pq.Ping(answer)

    def _start(self) -> None:
        deadline = time.monotonic() + self._wait_s
        if self._wait_for_living(deadline):
            return
        if (self.data / "postmaster.pid").exists():
            self._say("The database was not shut down properly; recovering. Nothing that was saved is lost.")
        self._remove_stale_locks()
        memory = machine_memory_mb()
        conf = configuration(self.socket_folder, memory, fast=self._fast)
        write_private(self.data / "motorpool.conf", conf, self._owner)
        log = self.home / "start.log"
        log.unlink(missing_ok=True)
        remaining = max(1, round(deadline - time.monotonic()))
        self._run(
            "pg_ctl",
            "start",
            "-D",
            str(self.data),
            "-l",
            str(log),
            "-w",
            "-t",
            str(remaining),
            "-s",
            check=False,
        )
        if self._ping() != pq.Ping.OK:
            raise Unavailable(
                f"The database does not start: {self._last_complaint()} (log: {self.home / 'log'})"
            )

    def _wait_for_living(self, deadline: float) -> bool:
        """Wait for a server that is starting, recovering or stopping. True when one answers, False when
        none is left.
        """
        orphaned_since: float | None = None
        while processes := server_processes(self.data):
            if self._ping() == pq.Ping.OK:
                return True
            now = time.monotonic()
            if now > deadline:
                raise Unavailable(
                    f"The database has not answered for {self._wait_s:.0f} s (process {min(processes)}); "
                    "it may still be "
                    "recovering after a crash. Try again later or raise MOTORPOOL_DATABASE_START_TIMEOUT_S"
                )
            if recorded_pid(self.data / "postmaster.pid") in processes:
                orphaned_since = None
            elif orphaned_since is None:
                orphaned_since = now
            elif now - orphaned_since > ORPHAN_PATIENCE_S:
                # Their postmaster is dead, so nobody can reach them any more; they only hold the shared
                # memory.
                for pid in processes:
                    _send(pid, signal.SIGQUIT)
                orphaned_since = now
            time.sleep(0.05)
        return self._ping() == pq.Ping.OK

    def _remove_stale_locks(self) -> None:
        """No process works in the data folder. Where PostgreSQL would mistake another program (or a zombie)
        with the old pid for a server, the lock files go; otherwise it judges them itself.
        """
        for lock_file in (self.data / "postmaster.pid", self.socket_folder / f".s.PGSQL.{PORT}.lock"):
            pid = recorded_pid(lock_file)
            if lock_file.exists() and (pid is None or pid_exists(pid)):
                lock_file.unlink()

    def _last_complaint(self) -> str:
        logs = sorted(self.home.glob("log/*.log"), key=lambda path: path.stat().st_mtime)
        for path in [*logs[-1:], self.home / "start.log"]:
            for line in reversed((read_text(path) or "").splitlines()):
                if "FATAL:" in line or "PANIC:" in line:
                    return line.split("FATAL:")[-1].split("PANIC:")[-1].strip()
        return f"no answer within {self._wait_s:.0f} s"

    # -- roles and extensions

    def _prepare(self) -> None:
        """Run the set-up SQL when it has not been run in this form for this cluster."""
        passwords = self._credentials
        stamp = fingerprint(passwords.owner, passwords.app)
        if read_text(self.home / "prepared") == stamp:
            return
        text = prepare_sql(passwords.owner, passwords.app)
        address = f"host='{self.socket_folder}' port={PORT} user={SUPERUSER} dbname=postgres"
        self._run("psql", "-X", "-q", "-d", address, "-f", "-", text=text, password=passwords.superuser)
        write_private(self.home / "prepared", stamp, self._owner)

    # -- programs

    def _run(
        self, program: str, *arguments: str, text: str | None = None, password: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        """Run one of PostgreSQL's programs as the server's user. Output goes through files: the server it
        starts would hold a pipe open for ever.
        """
        folder = programs_for(self._account, self._say)
        environment = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC", "PGPASSWORD": password}
        as_user: dict[str, object] = {}
        if self._account is not None:
            as_user = {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as given:
            given.write((text or "").encode())
            given.seek(0)
            done: subprocess.CompletedProcess[bytes] = subprocess.run(  # type: ignore[call-overload]
                [str(folder / program), *arguments],
                stdin=given,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=environment,
                umask=0o077,
                start_new_session=True,
                check=False,
                **as_user,
            )
            output.seek(0)
            said = output.read().decode(errors="replace")
        if check and done.returncode != 0:
            lines = [line.strip() for line in said.splitlines() if line.strip()]
            complaint = next(
                (line for line in lines if "error" in line.lower()), lines[-1] if lines else "no message"
            )
            raise Unavailable(f"{program} failed: {complaint}")
        return done


def _send(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
