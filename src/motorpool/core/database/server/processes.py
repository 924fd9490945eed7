"""Who is really running: the server's processes as the operating system sees them.

The pid in `postmaster.pid` proves nothing after a crash or in a new container: it may belong to another
program or to a zombie. A PostgreSQL process works in its data folder, which tells it apart from everything
else.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from motorpool.core.private_files import read_text


def recorded_pid(lock_file: Path) -> int | None:
    """The pid in the first line of `postmaster.pid` or of a socket's lock file; None when absent or
    half-written.
    """
    text = read_text(lock_file)
    first = text.split("\n", 1)[0].strip() if text else ""
    try:
        return abs(int(first)) or None
    except ValueError:
        return None


def pid_exists(pid: int) -> bool:
    """Whether a process (or a zombie) has this pid, which is all that PostgreSQL asks before it refuses to
    start.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def server_processes(data: Path) -> set[int]:
    """Pids of the living PostgreSQL processes that work in `data`. Zombies do not count."""
    if Path("/proc/self/cwd").exists():
        return {
            int(entry) for entry in os.listdir("/proc") if entry.isdigit() and _works_in(int(entry), data)
        }
    pid = recorded_pid(data / "postmaster.pid")
    return {pid} if pid is not None and _is_called_postgres(pid) else set()


def _works_in(pid: int, data: Path) -> bool:
    try:
        if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
            return False
        return os.readlink(f"/proc/{pid}/cwd") == str(data)
    except OSError:
        return False


def _is_called_postgres(pid: int) -> bool:
    """For systems without /proc."""
    done = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return os.path.basename(done.stdout.strip()) == "postgres"
