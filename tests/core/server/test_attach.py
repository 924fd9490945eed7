"""Who stops the server: the last one that uses it; and a crash of the program leaves nothing behind for
ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from motorpool.core.database.server import database_server
from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.errors import ConfigurationError
from motorpool.core.settings import Settings, load_settings

Make = Callable[..., EmbeddedServer]
SOURCE = Path(__file__).parents[3] / "src"
PACKAGES = Path(psycopg.__file__).parents[1]
HOLD = """
import sys
from motorpool.core.database.server import database_server
from motorpool.core.settings import load_settings
with database_server(load_settings(None), own=sys.argv[1] == "own") as urls:
    print(urls.app, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MOTORPOOL_DATA_DIR", str(folder / "d"))
    monkeypatch.delenv("MOTORPOOL_DATABASE_URL", raising=False)
    monkeypatch.delenv("MOTORPOOL_DATABASE_APP_URL", raising=False)
    return load_settings(None)


Hold = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def hold(settings: Settings) -> Iterator[Hold]:
    """Start another process that uses the database until its input closes."""
    started: list[subprocess.Popen[str]] = []

    def start(kind: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout is not None
        assert process.stdout.readline().startswith("postgresql://")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


@pytest.mark.usefixtures("made_before")
def test_own_starts_and_stops(settings: Settings, make: Make) -> None:
    with database_server(settings, own=True) as urls:
        with psycopg.connect(urls.app) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("motorpool_app",)
        applied = urls.apply(settings)
        assert applied.database.url == urls.owner
        assert applied.database.app_url == urls.app
    assert not make().is_running()


@pytest.mark.usefixtures("made_before")
def test_command_leaves_things_as_found(settings: Settings, make: Make) -> None:
    with database_server(settings):
        pass
    assert not make().is_running()
    make().ensure_running()  # somebody's server without a living user
    with database_server(settings):
        pass
    assert make().is_running()


@pytest.mark.usefixtures("made_before")
def test_last_user_stops(settings: Settings, make: Make, hold: Hold) -> None:
    run = hold("own")
    serve = hold("own")
    end(run)
    assert make().is_running()
    with database_server(settings):
        end(serve)
        assert make().is_running()  # the command still works with it
    assert not make().is_running()


@pytest.mark.usefixtures("made_before")
def test_after_sigkill_the_next_start_attaches_and_stops(settings: Settings, make: Make, hold: Hold) -> None:
    killed = hold("own")
    killed.kill()
    killed.wait()
    server = make()
    assert server.is_running()
    pid = (server.data / "postmaster.pid").read_text().split()[0]
    second = hold("own")
    assert (server.data / "postmaster.pid").read_text().split()[0] == pid
    end(second)
    assert not server.is_running()


@pytest.mark.usefixtures("made_before")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_when_the_process_is_interrupted(settings: Settings, make: Make, number: int) -> None:
    code = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n" + HOLD
    process = subprocess.Popen(
        [sys.executable, "-c", code, "own"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    assert process.stdout.readline()
    process.send_signal(number)
    process.wait(30)
    assert not make().is_running()


def test_external_server_is_used_and_nothing_started(
    folder: Path, make: Make, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make("other")
    other.ensure_running()
    monkeypatch.setenv("MOTORPOOL_DATABASE_URL", other.owner_url())
    monkeypatch.setenv("MOTORPOOL_DATABASE_APP_URL", other.app_url())
    with database_server(load_settings(None), own=True) as urls:
        assert urls.owner == other.owner_url()
        assert urls.app == other.app_url()
    assert other.is_running()
    assert not (folder / "d").exists()
    monkeypatch.delenv("MOTORPOOL_DATABASE_APP_URL")
    with pytest.raises(ConfigurationError, match="MOTORPOOL_DATABASE_APP_URL"):
        load_settings(None)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")
def test_as_an_ordinary_user(folder: Path) -> None:
    nobody = 65534
    home = folder / "home"
    home.mkdir()
    os.chown(home, nobody, nobody)
    python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": f"{SOURCE}:{PACKAGES}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "MOTORPOOL_DATA_DIR": str(home / "d"),
    }

    def as_nobody(code: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [python, "-c", code, "own"], user=nobody, group=nobody, extra_groups=[], cwd="/", env=environment,
            input="", capture_output=True, text=True, check=False,
        )  # fmt: skip

    if not Path(python).exists() or as_nobody("import psycopg, motorpool.core.settings").returncode:
        pytest.skip("no Python that an ordinary user of this machine can run")
    for _ in range(2):
        done = as_nobody(HOLD)
        assert done.returncode == 0, done.stderr
    data = home / "d" / "postgres" / "data"
    assert data.stat().st_uid == nobody
    assert (home / "d").stat().st_mode & 0o777 == 0o700
    assert not (data / "postmaster.pid").exists()
    # Root may use an ordinary user's cluster and must leave it usable.
    server = EmbeddedServer(home / "d")
    server.ensure_running()
    server.stop()
    done = as_nobody(HOLD)
    assert done.returncode == 0, done.stderr
