"""`motorpool run` as a whole: it comes up, survives what is killed under it, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motorpool.core.database.server.processes import recorded_pid, server_processes

Start = Callable[[], "Run"]


class Run:
    """A started `motorpool run` with a data folder and ports of its own."""

    def __init__(self, folder: Path, port: int, log: Path) -> None:
        self.port, self.log = port, log
        self.data = folder / "d" / "postgres" / "data"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MOTORPOOL_")}
        environment = {
            **kept,
            "MOTORPOOL_DATA_DIR": str(folder / "d"),
            "MOTORPOOL_PORT": str(port),
            "MOTORPOOL_GATEWAY_OSMAND_PORT": str(free_port()),
            "MOTORPOOL_GATEWAY_PORTS": "teltonika=0 gt06=0 h02=0 gl200=0",
            "MOTORPOOL_DEMO": "false",
        }
        with log.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "motorpool.cli", "run"], env=environment, stdout=output, stderr=output
            )

    def children(self) -> dict[str, int]:
        """Name -> pid of the processes that it keeps."""
        found: dict[str, int] = {}
        for entry in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            for pid in entry.read_text().split():
                command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
                found |= {name: int(pid) for name in ("serve", "worker", "gateway") if name in command}
        return found

    def ready(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def postmaster(self) -> int | None:
        pid = recorded_pid(self.data / "postmaster.pid")
        return pid if pid in server_processes(self.data) else None

    def wait(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def gone(pids: list[int]) -> bool:
    """Whether none of them runs any more; a zombie has an empty command line."""
    lines = [Path(f"/proc/{pid}/cmdline") for pid in pids]
    return not any(line.exists() and line.read_text() for line in lines)


@pytest.fixture
def start() -> Iterator[Start]:
    folder = Path(tempfile.mkdtemp(prefix="mp-", dir="/tmp"))
    folder.chmod(0o711)
    port, started = free_port(), list[Run]()

    def begin() -> Run:
        run = Run(folder, port, folder / "log")
        started.append(run)
        run.wait(lambda: "Ctrl-C stops it" in run.log.read_text() or run.process.poll() is not None, 120)
        assert run.process.poll() is None, run.log.read_text()
        return run

    yield begin
    for run in started:
        run.process.kill()
        run.process.wait()
        for pid in server_processes(run.data):
            os.kill(pid, signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_survives_killed_parts_and_stops_tidily(start: Start) -> None:
    run = start()
    assert run.ready()
    run.wait(lambda: set(run.children()) == {"serve", "worker", "gateway"})

    first = run.children()["serve"]
    os.kill(first, signal.SIGKILL)
    run.wait(lambda: run.children().get("serve", first) != first)
    run.wait(run.ready)

    database = run.postmaster()
    assert database is not None
    os.kill(database, signal.SIGKILL)
    run.wait(lambda: run.postmaster() not in (None, database))
    run.wait(run.ready)

    children = list(run.children().values())
    began = time.monotonic()
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(30) == 0
    assert time.monotonic() - began < 15
    assert gone(children)
    assert server_processes(run.data) == set()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_after_sigkill_a_second_start_takes_over(start: Start) -> None:
    first = start()
    first.wait(lambda: len(first.children()) == 3)
    children, database = list(first.children().values()), first.postmaster()
    first.process.kill()
    first.process.wait()
    first.wait(lambda: gone(children), 20)
    assert first.postmaster() == database  # nobody was there to stop it
    first.log.unlink()

    second = start()
    assert second.postmaster() == database
    assert second.ready()
    second.process.send_signal(signal.SIGINT)
    assert second.process.wait(30) == 0
    assert server_processes(second.data) == set()
