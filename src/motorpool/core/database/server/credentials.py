"""Passwords of the embedded server's roles, and where its cluster lies: `postgres.json` in the data dir."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from motorpool.core.database.server import binaries
from motorpool.core.database.server.account import can_enter, server_account
from motorpool.core.database.server.prepare import new_password
from motorpool.core.errors import ConfigurationError
from motorpool.core.private_files import create_private, ensure_data_folder, ensure_folder, read_text


@dataclass(frozen=True, slots=True)
class Credentials:
    """One password per role; `home` is the folder of the cluster when it is not inside the data folder."""

    superuser: str
    owner: str
    app: str
    home: str | None


def load_credentials(data_dir: Path, say: Callable[[str], None]) -> Credentials:
    """Read `postgres.json`, or make it for a new cluster. ConfigurationError says what is wrong with it."""
    path = data_dir / "postgres.json"
    try:
        text = read_text(path)
        if text is None:
            return _new_credentials(data_dir, path, say)
        stored = json.loads(text)
        return Credentials(stored["superuser"], stored["owner"], stored["app"], stored.get("home"))
    except PermissionError as error:
        raise ConfigurationError(
            f"{error.filename or path} belongs to another user; "
            "start Motorpool as that user, or set MOTORPOOL_DATA_DIR"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(f"{path} is damaged; restore it from a backup of the data folder") from error


def _new_credentials(data_dir: Path, path: Path, say: Callable[[str], None]) -> Credentials:
    home = data_dir / "postgres"
    if (home / "data" / "PG_VERSION").exists():
        raise ConfigurationError(
            f"{path} with the database's passwords is missing although {home} exists; restore it"
        )
    ensure_data_folder(data_dir)
    elsewhere: Path | None = None
    if not can_enter(server_account(home / "data"), data_dir):
        ensure_folder(binaries.SHARED_HOME, 0o755)
        elsewhere = binaries.SHARED_HOME / hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
        while elsewhere.exists():  # of a data folder that stood in this place before
            elsewhere = binaries.SHARED_HOME / os.urandom(6).hex()
    fresh = Credentials(new_password(), new_password(), new_password(), str(elsewhere) if elsewhere else None)
    # Of two programs that start at once, the first one's passwords stand.
    if not create_private(path, json.dumps(asdict(fresh), indent=1) + "\n"):
        return load_credentials(data_dir, say)
    if elsewhere:
        say(f"The database lies in {elsewhere}, because {data_dir} is closed to the user it runs as.")
    return fresh
