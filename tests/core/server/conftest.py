"""Real clusters in short folders under /tmp (a socket's path may have about 100 bytes)."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.database.server.processes import server_processes

Make = Callable[..., EmbeddedServer]


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that the database's user can enter; no server of it outlives the test."""
    path = Path(tempfile.mkdtemp(prefix="mp-", dir="/tmp"))
    path.chmod(0o711)
    yield path
    for pid in [pid for data in path.glob("**/postgres/data") for pid in server_processes(data)]:
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def template() -> Iterator[Path]:
    """The data folder of a stopped, prepared cluster. Copying it is quicker than making another one."""
    path = Path(tempfile.mkdtemp(prefix="mp-", dir="/tmp"))
    path.chmod(0o711)
    server = EmbeddedServer(path / "d", fast=True)
    server.ensure_running()
    server.stop()
    yield path / "d"
    shutil.rmtree(path)


@pytest.fixture
def made_before(folder: Path, template: Path) -> Path:
    """The test's data folder with a cluster in it that has run before."""
    subprocess.run(["cp", "-a", str(template), str(folder / "d")], check=True)
    return folder / "d"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def make(folder: Path, said: list[str]) -> Iterator[Make]:
    """Make a handle on the folder's cluster, as another process would; all are stopped at the end."""
    made: list[EmbeddedServer] = []

    def build(name: str = "d", wait_s: float = 60.0, fast: bool = True) -> EmbeddedServer:
        made.append(EmbeddedServer(folder / name, fast=fast, wait_s=wait_s, say=said.append))
        return made[-1]

    yield build
    for server in made:
        if server.data.exists():
            server.stop()
